//! The colors of all pictures, in light and dark, and the kinds of lines.

/// A color by its meaning, so that a page can give it another value in dark mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    /// The background.
    Paper,
    /// Text and axes.
    Ink,
    /// Less important text.
    Muted,
    /// Grid lines.
    Grid,
    /// A surface slightly darker than the background.
    Panel,
    /// One of several series, counted from 0.
    Series(usize),
    /// One of more than two classes, counted from 0.
    Class(usize),
    /// A step of the sequential ramp, from 0 for the least to the last for the most.
    Ramp(usize),
    /// A wrong prediction.
    Wrong,
    /// Values below zero.
    Negative,
    /// Values above zero.
    Positive,
}

/// Colors in light and in dark mode that color-blind readers can distinguish: Okabe and Ito, "Color
/// Universal Design", 2008, without its yellow, which is too pale on white.
const SERIES: [(&str, &str); 7] = [
    ("#0072b2", "#4aa8e0"),
    ("#d55e00", "#f08a45"),
    ("#009e73", "#33c79c"),
    ("#aa4499", "#d987c5"),
    ("#a07000", "#e0b040"),
    ("#56b4e9", "#8fd0f5"),
    ("#444444", "#bbbbbb"),
];

/// The number of series colors.
pub(crate) const SERIES_COUNT: usize = SERIES.len();

/// Ten colors that color-blind readers can distinguish: M. A. Petroff, "Accessible Color Sequences for
/// Data Visualization", 2021, arXiv:2107.02270, table of ten colors. In dark mode, those that are too
/// dark are lighter.
const CLASSES: [(&str, &str); 10] = [
    ("#3f90da", "#3f90da"),
    ("#ffa90e", "#ffa90e"),
    ("#bd1f01", "#e8553b"),
    ("#94a4a2", "#94a4a2"),
    ("#832db6", "#b673e0"),
    ("#a96b59", "#c98f7e"),
    ("#e76300", "#f08a45"),
    ("#b9ac70", "#b9ac70"),
    ("#717581", "#9aa0ad"),
    ("#92dadd", "#92dadd"),
];

/// The number of class colors.
pub(crate) const CLASS_COUNT: usize = CLASSES.len();

/// From orange to blue by way of purple, in light and in dark mode. The contrast with the background grows by equal ratios
/// from 2.6 to 11 or more, so that the last step is always the one that differs most from it, and the first is still visible as a
/// thin line. Each step is the color of that luminance at equal distances of the hue in Oklab (B. Ottosson, 2020), so
/// that color-blind readers see the lightness and others the same hue in both modes.
const RAMP: [(&str, &str); 9] = [
    ("#ec8507", "#894b00"),
    ("#e86935", "#b44000"),
    ("#da5255", "#ca4348"),
    ("#c5426d", "#d5517b"),
    ("#aa3781", "#d962ab"),
    ("#8c308f", "#d778d9"),
    ("#6a2b97", "#cc91ff"),
    ("#462696", "#bab2fe"),
    ("#1a208a", "#b9cbff"),
];

/// The number of steps of the ramp.
pub(crate) const RAMP_STEPS: usize = RAMP.len();

impl Paint {
    /// The paint of a text that is readable on a step of the ramp, in light and in dark mode.
    pub(crate) fn on_ramp(step: usize) -> Self {
        if step < RAMP_STEPS / 3 {
            Self::Ink
        } else {
            Self::Paper
        }
    }

    /// The value in light mode.
    pub(crate) fn light(self) -> &'static str {
        self.values().0
    }

    /// The values in light and in dark mode.
    fn values(self) -> (&'static str, &'static str) {
        match self {
            Self::Paper => ("#ffffff", "#16181c"),
            Self::Ink => ("#1b1d21", "#e9eaec"),
            Self::Muted => ("#5c6068", "#a3a8b1"),
            Self::Grid => ("#dfe2e6", "#343840"),
            Self::Panel => ("#f3f4f6", "#23262c"),
            Self::Series(index) => SERIES[index % SERIES.len()],
            Self::Class(index) => CLASSES[index % CLASSES.len()],
            Self::Ramp(step) => RAMP[step.min(RAMP_STEPS - 1)],
            Self::Wrong => ("#c02a1c", "#ff7a6b"),
            // Near the ends of the diverging color scale, and dark enough for lines on white.
            Self::Negative => ("#2166ac", "#6aaef0"),
            Self::Positive => ("#b45f06", "#f0ae55"),
        }
    }

    /// The suffix of the CSS classes `fill-...` and `stroke-...` that dark mode changes.
    pub(crate) fn class(self) -> String {
        match self {
            Self::Paper => "paper".to_owned(),
            Self::Ink => "ink".to_owned(),
            Self::Muted => "muted".to_owned(),
            Self::Grid => "grid".to_owned(),
            Self::Panel => "panel".to_owned(),
            Self::Series(index) => format!("series{}", index % SERIES.len()),
            Self::Class(index) => format!("class{}", index % CLASSES.len()),
            Self::Ramp(step) => format!("ramp{}", step.min(RAMP_STEPS - 1)),
            Self::Wrong => "wrong".to_owned(),
            Self::Negative => "negative".to_owned(),
            Self::Positive => "positive".to_owned(),
        }
    }
}

/// CSS rules for dark mode, without the media query around them.
///
/// They apply to pictures that are part of an HTML page ([`crate::Figure::to_inline_svg`]).
#[must_use]
pub fn dark_mode_css() -> String {
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
        .chain((0..SERIES.len()).map(Paint::Series))
        .chain((0..CLASSES.len()).map(Paint::Class))
        .chain((0..RAMP_STEPS).map(Paint::Ramp));
    let rules = paints.map(|paint| {
        let (class, (_, dark)) = (paint.class(), paint.values());
        format!(".fill-{class}{{fill:{dark}}}.stroke-{class}{{stroke:{dark}}}")
    });
    rules.collect::<Vec<_>>().concat()
}

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) paint: Paint,
    /// In pixels.
    pub(crate) width: f64,
    pub(crate) dash: Dash,
    /// In [0, 1].
    pub(crate) opacity: f64,
}

impl Stroke {
    /// A solid line.
    pub(crate) const fn solid(paint: Paint, width: f64) -> Self {
        Self {
            paint,
            width,
            dash: Dash::None,
            opacity: 1.0,
        }
    }

    /// A dashed line.
    pub(crate) const fn dashed(paint: Paint, width: f64) -> Self {
        Self {
            dash: Dash::Long,
            ..Self::solid(paint, width)
        }
    }

    /// A dotted line.
    pub(crate) const fn dotted(paint: Paint, width: f64) -> Self {
        Self {
            dash: Dash::Dots,
            ..Self::solid(paint, width)
        }
    }

    /// The line of one of several classes. Neighbors differ in their pattern too.
    pub(crate) fn of_class(index: usize) -> Self {
        const DASHES: [Dash; 3] = [Dash::None, Dash::Long, Dash::Dots];
        Self {
            dash: DASHES[index % DASHES.len()],
            ..Self::solid(Paint::Class(index), 2.0)
        }
    }

    pub(crate) const fn with_opacity(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }
}

/// The dash pattern of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dash {
    None,
    Long,
    Dots,
}

impl Dash {
    /// The value of SVG's `stroke-dasharray`.
    pub(crate) fn pattern(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Long => Some("6 4"),
            Self::Dots => Some("1.5 3"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The relative luminance of a color (WCAG 2.2).
    fn luminance(color: &str) -> f64 {
        let channel = |start: usize| {
            let value = u8::from_str_radix(&color[start..start + 2], 16).unwrap();
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let [one, other] = [one, other].map(|color| luminance(color) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn the_ramp_goes_from_orange_to_blue_in_both_modes() {
        let is_blue = |color: &str| color[5..7] > color[1..3];
        for (first, last) in [(RAMP[0].0, RAMP[8].0), (RAMP[0].1, RAMP[8].1)] {
            assert!(!is_blue(first) && is_blue(last), "{first} {last}");
        }
    }

    #[test]
    fn each_step_of_the_ramp_differs_more_from_the_background_and_text_on_it_is_readable() {
        for mode in [
            |paint: Paint| paint.values().0,
            |paint: Paint| paint.values().1,
        ] {
            let step = |step| mode(Paint::Ramp(step));
            let from_paper = (0..RAMP_STEPS).map(|at| contrast(step(at), mode(Paint::Paper)));
            let from_paper: Vec<f64> = from_paper.collect();
            assert!(from_paper.is_sorted());
            // A thin line of the first step is visible.
            assert!(from_paper[0] > 2.5, "{from_paper:?}");
            for at in 0..RAMP_STEPS {
                let text = contrast(step(at), mode(Paint::on_ramp(at)));
                assert!(text > 3.9, "step {at}: {text}");
            }
        }
    }
}
