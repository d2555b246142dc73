//! How all pictures look: colours, sizes of text, kinds of lines and marks.

/// A colour by its meaning, so that a page can give it another value in the dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    /// What pictures are drawn on.
    Paper,
    /// Text and axes.
    Ink,
    /// Text that is less important.
    Muted,
    /// Lines behind the data.
    Grid,
    /// A surface that stands out a little from the paper.
    Panel,
    /// One of several series, from 0.
    Series(usize),
    /// What is wrong.
    Wrong,
    /// One end of a scale with two ends: below zero.
    Negative,
    /// The other end: above zero.
    Positive,
}

/// Series are told apart by colour-blind eyes too: Okabe and Ito, "Color Universal Design", 2008,
/// without its yellow, which is too pale on white. The second value is for the dark.
const SERIES: [(&str, &str); 7] = [
    ("#0072b2", "#4aa8e0"),
    ("#d55e00", "#f08a45"),
    ("#009e73", "#33c79c"),
    ("#aa4499", "#d987c5"),
    ("#a07000", "#e0b040"),
    ("#56b4e9", "#8fd0f5"),
    ("#444444", "#bbbbbb"),
];

/// How many series have a colour of their own.
pub(crate) const SERIES_COUNT: usize = SERIES.len();

impl Paint {
    /// The value on white paper.
    pub(crate) fn light(self) -> &'static str {
        self.values().0
    }

    /// On white paper, and in the dark.
    fn values(self) -> (&'static str, &'static str) {
        match self {
            Self::Paper => ("#ffffff", "#16181c"),
            Self::Ink => ("#1b1d21", "#e9eaec"),
            Self::Muted => ("#5c6068", "#a3a8b1"),
            Self::Grid => ("#dfe2e6", "#343840"),
            Self::Panel => ("#f3f4f6", "#23262c"),
            Self::Series(index) => SERIES[index % SERIES.len()],
            Self::Wrong => ("#c02a1c", "#ff7a6b"),
            Self::Negative => ("#b2182b", "#f0707f"),
            Self::Positive => ("#2166ac", "#6aaef0"),
        }
    }

    /// The class that the style sheet for the dark knows it by.
    pub(crate) fn class(self) -> String {
        match self {
            Self::Paper => "paper".to_owned(),
            Self::Ink => "ink".to_owned(),
            Self::Muted => "muted".to_owned(),
            Self::Grid => "grid".to_owned(),
            Self::Panel => "panel".to_owned(),
            Self::Series(index) => format!("series{}", index % SERIES.len()),
            Self::Wrong => "wrong".to_owned(),
            Self::Negative => "negative".to_owned(),
            Self::Positive => "positive".to_owned(),
        }
    }
}

/// Gives the rules that turn pictures inside a page dark, without the media query around them.
#[must_use]
pub fn dark_rules() -> String {
    let named = [
        Paint::Paper,
        Paint::Ink,
        Paint::Muted,
        Paint::Grid,
        Paint::Panel,
        Paint::Wrong,
        Paint::Negative,
        Paint::Positive,
    ];
    let paints = named
        .into_iter()
        .chain((0..SERIES.len()).map(Paint::Series));
    let rules = paints.map(|paint| {
        let (class, (_, dark)) = (paint.class(), paint.values());
        format!(".fill-{class}{{fill:{dark}}}.stroke-{class}{{stroke:{dark}}}")
    });
    rules.collect::<Vec<_>>().concat()
}

/// Sizes of text, in pixels.
pub(crate) mod size {
    pub(crate) const TITLE: f64 = 17.0;
    pub(crate) const LABEL: f64 = 13.0;
    /// The smallest there is: readable on a screen at its own size.
    pub(crate) const SMALL: f64 = 11.5;
}

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) paint: Paint,
    /// In pixels.
    pub(crate) width: f64,
    pub(crate) dash: Dash,
    /// From 0, not there, to 1.
    pub(crate) opacity: f64,
}

impl Stroke {
    /// A whole line.
    pub(crate) fn solid(paint: Paint, width: f64) -> Self {
        Self {
            paint,
            width,
            dash: Dash::None,
            opacity: 1.0,
        }
    }

    /// A line of dashes.
    pub(crate) fn dashed(paint: Paint, width: f64) -> Self {
        Self {
            dash: Dash::Long,
            ..Self::solid(paint, width)
        }
    }
}

/// How a line is broken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dash {
    None,
    Long,
    Dots,
}

/// The shape of a mark, so that series are told apart in black and white too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
    Plus,
    /// A triangle that points down.
    Wedge,
    /// A circle, open in its middle.
    Ring,
}

impl Mark {
    /// The mark of a series; as many as there are colours.
    pub(crate) fn of_series(index: usize) -> Self {
        const MARKS: [Mark; SERIES_COUNT] = [
            Mark::Circle,
            Mark::Square,
            Mark::Triangle,
            Mark::Diamond,
            Mark::Cross,
            Mark::Wedge,
            Mark::Plus,
        ];
        MARKS[index % MARKS.len()]
    }
}
