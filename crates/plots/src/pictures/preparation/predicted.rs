//! A picture with the prediction: a box and a label for each digit that was found.

use super::data::PreparedPicture;
use super::labels::Label;
use super::scaled::{Scaled, draw_box};
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading, paragraph};
use crate::base::text::TextStyle;

/// The width of the picture, in pixels, as long as it is not higher than the maximum.
const MIN_WIDTH: f64 = 480.0;
const MAX_WIDTH: f64 = 1000.0;
const MAX_HEIGHT: f64 = 1000.0;

/// Between the picture and the prediction.
const PREDICTION_GAP: f64 = 12.0;

/// Draws the original with a box around each digit and its label above the box, and the prediction below it.
#[must_use]
pub fn predicted(picture: &PreparedPicture) -> Figure {
    let size = picture.original.size();
    let max = (real(size.0).clamp(MIN_WIDTH, MAX_WIDTH), MAX_HEIGHT);
    let page = (MARGIN, MARGIN + max.0);

    let mut canvas = Canvas::new();
    let name = TextStyle::TITLE.fitted(&picture.name, max.0);
    let top = heading(&mut canvas, &name, "", max.0);
    let placed = |top: f64| {
        let original = Scaled::new(size, (MARGIN, top), max);
        let digits = picture.digits.iter();
        let areas = digits.map(|digit| original.box_around(picture.area_in_original(digit)));
        let boxes: Vec<Area> = areas.collect();
        let texts: Vec<&str> = picture.digits.iter().map(|digit| &*digit.label).collect();
        let labels = Label::all(&texts, &boxes, page);
        (original, boxes, labels)
    };
    // The picture begins lower if labels end above it.
    let labels = placed(top).2;
    let highest = labels.iter().map(|label| label.area.top);
    let (original, boxes, labels) = placed(top + top - highest.fold(top, f64::min));
    original.draw(&mut canvas, picture.original.colors());
    for label in &labels {
        label.draw_line(&mut canvas);
    }
    for area in boxes {
        canvas.group("digit", |canvas| draw_box(canvas, area));
    }
    for label in &labels {
        label.draw(&mut canvas);
    }
    let at = (MARGIN, original.area.bottom() + PREDICTION_GAP);
    let style = TextStyle::TITLE.painted(picture.prediction_paint());
    let height = paragraph(&mut canvas, &picture.prediction, at, max.0, style);
    canvas.finish(max.0 + 2.0 * MARGIN, at.1 + height + MARGIN, &picture.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::bitmap::Bitmap;
    use crate::pictures::preparation::fixtures::{blank, digit, predicted_picture};
    use crate::test_support::{
        area, assert_near, assert_texts, count, find, group, groups, image_area, readable_texts,
        texts,
    };

    #[test]
    fn the_digit_has_its_box_and_its_label_above_and_the_prediction_is_below() {
        let mut picture = predicted_picture();
        picture.prediction = "7, and nothing else".to_owned();
        let figure = predicted(&picture);
        assert_eq!(count(&figure, "digit"), 1);
        let svg = figure.to_inline_svg();
        // 80 pixels are drawn 480 wide; the digit is at 28, 15 to 38, 35 of the original.
        let [left, top, width, height] = image_area(&svg);
        assert_near(&[width, height], &[480.0, 240.0]);
        let found = area(group(&svg, "digit"));
        let expected = [left + 28.0 * 6.0, top + 15.0 * 6.0, 60.0, 120.0];
        let gap = [-2.0, -2.0, 4.0, 4.0];
        let expected: Vec<f64> = expected
            .iter()
            .zip(gap)
            .map(|(side, gap)| side + gap)
            .collect();
        assert_near(&found, &expected);
        let texts = readable_texts(&figure);
        let (x, y) = find(&texts, "7, P = 0.98").center();
        assert!((x - found[0] - found[2] / 2.0).abs() < 1.0);
        assert!(y < found[1] && y > found[1] - 25.0);
        let prediction = find(&texts, "7, and nothing else");
        assert!(f64::from(prediction.area.top()) > top + height);
        assert!(!svg.contains("fill-wrong"));
        assert_texts(&figure, &["seven.jpg"]);
    }

    #[test]
    fn a_refused_picture_says_why_in_the_color_of_what_is_wrong() {
        let figure = predicted(&blank());
        assert_eq!((count(&figure, "digit"), count(&figure, "label")), (0, 0));
        let svg = figure.to_inline_svg();
        let (_, prediction) = svg.split_once("fill-wrong").unwrap();
        assert!(prediction.contains("no prediction: the picture is blank"));
        assert_eq!(
            texts(&figure),
            ["blank.png", "no prediction: the picture is blank"]
        );
    }

    #[test]
    fn pictures_are_480_to_1000_pixels_wide_and_not_higher_than_1000() {
        let drawn = |columns: usize, rows: usize| {
            let mut picture = blank();
            picture.original.columns = columns;
            picture.original.pixels = vec![[0.5; 3]; columns * rows];
            let area = image_area(&predicted(&picture).to_inline_svg());
            [area[2], area[3]]
        };
        assert_near(&drawn(20, 20), &[480.0, 480.0]);
        assert_near(&drawn(600, 400), &[600.0, 400.0]);
        assert_near(&drawn(2000, 100), &[1000.0, 50.0]);
        assert_near(&drawn(100, 500), &[200.0, 1000.0]);
    }

    #[test]
    fn labels_of_crowded_digits_overlap_neither_each_other_nor_a_box() {
        let mut picture = predicted_picture();
        // They touch the upper edge, and the labels are wider than the digits.
        picture.offset = [0, 0];
        picture.digits = (0..20)
            .map(|at| {
                digit(
                    [4 * at, at % 3, 4 * at + 3, 30],
                    &format!("{}, P = 0.123", at % 10),
                )
            })
            .collect();
        let figure = predicted(&picture);
        let written = readable_texts(&figure);
        let labels = written
            .iter()
            .filter(|text| text.text.ends_with("P = 0.123"));
        assert_eq!(labels.count(), 20);
        let svg = figure.to_inline_svg();
        let boxes: Vec<[f64; 4]> = groups(&svg, "digit").map(area).collect();
        for label in groups(&svg, "label").map(area) {
            for found in &boxes {
                let across =
                    (label[0] + label[2]).min(found[0] + found[2]) - label[0].max(found[0]);
                let down = (label[1] + label[3]).min(found[1] + found[3]) - label[1].max(found[1]);
                assert!(across <= 0.0 || down <= 0.0, "{label:?} covers {found:?}");
            }
        }
        // Labels that are not directly above their box have a line to it.
        assert!(svg.matches("<line").count() > 20);
        let one = predicted(&predicted_picture()).to_inline_svg();
        assert!(!one.contains("<line"));
    }

    #[test]
    fn any_picture_gives_a_page() {
        let mut picture = predicted_picture();
        picture.name = "photos/<a>&".repeat(60);
        picture.digits[0].label = "a very long label ".repeat(60);
        picture
            .digits
            .push(digit([usize::MAX, 0, 3, usize::MAX], ""));
        let figure = predicted(&picture);
        let texts = texts(&figure);
        assert_eq!(texts.iter().filter(|text| text.contains('…')).count(), 2);
        assert_eq!(count(&figure, "label"), 1);
        assert_eq!(figure.title(), picture.name);
        picture.original.pixels.clear();
        picture.ink = Bitmap {
            columns: 3,
            values: vec![f32::NAN; 7],
        };
        predicted(&picture).to_png().unwrap();
        readable_texts(&predicted(&picture));
    }
}
