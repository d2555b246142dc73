//! Pictures in which digits were looked for, such as photographs: what was found, what the network gets, and the prediction.

pub(crate) mod data;
mod labels;
pub(crate) mod predicted;
mod row;
mod scaled;
mod tiles;

#[cfg(test)]
mod fixtures;

use crate::base::canvas::Canvas;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading};
use crate::base::style::{Paint, Stroke};
use crate::base::text::TextStyle;
use data::PreparedPicture;
use row::Columns;

/// The height of the headings, and the space above and below the line between two rows.
const HEADINGS_HEIGHT: f64 = 22.0;
const ABOVE_LINE: f64 = 14.0;
const BELOW_LINE: f64 = 6.0;

/// Draws a row for each picture: the original and the ink with a box around each digit, what the network gets of up to
/// eight digits, and the prediction.
///
/// Names that do not fit are shortened in the middle; the tooltip of a row has them. Each photograph adds up to half a
/// megabyte to the SVG, and a page of more than about 200 pictures may be too large for a PNG.
#[must_use]
pub fn preparation(title: &str, note: &str, pictures: &[PreparedPicture]) -> Figure {
    let columns = Columns::of(pictures);
    let width = columns.width();
    let page_width = width + 2.0 * MARGIN;

    let mut canvas = Canvas::new();
    let mut top = heading(&mut canvas, title, note, width);
    if pictures.is_empty() {
        top += TextStyle::LABEL.size;
        canvas.text("Nothing to show.", (MARGIN, top), TextStyle::LABEL);
        return canvas.finish(page_width, top + MARGIN, title);
    }
    columns.draw_headings(&mut canvas, top + TextStyle::HEADING.size);
    top += HEADINGS_HEIGHT;
    for picture in pictures {
        let stroke = Stroke::solid(Paint::Grid, 1.0);
        canvas.line((MARGIN, top), (MARGIN + width, top), stroke);
        let tip = format!("{}: {}", picture.name, picture.prediction);
        canvas.group_with_tip("picture", &tip, |canvas| {
            top = columns.draw_row(canvas, picture, top + BELOW_LINE) + ABOVE_LINE;
        });
    }
    canvas.finish(page_width, top - ABOVE_LINE + MARGIN, title)
}

#[cfg(test)]
mod tests {
    use super::fixtures::{blank, digit, predicted_picture};
    use super::*;
    use crate::base::bitmap::Bitmap;
    use crate::test_support::{
        area, assert_near, assert_texts, count, find, group, groups, image_area, image_bytes,
        image_color, readable_texts, texts, tips,
    };

    /// Left, top, right and bottom of a box in a group that has an image before it, without its gap.
    fn box_in(group: &str, index: usize) -> [f64; 4] {
        // Each box is drawn twice: the light edge and the line.
        let rectangles: Vec<&str> = group.split("<rect").skip(1).step_by(2).collect();
        let [left, top, width, height] = area(&format!("<rect{}", rectangles[index]));
        [
            left + 2.0,
            top + 2.0,
            left + width - 2.0,
            top + height - 2.0,
        ]
    }

    #[test]
    fn a_row_has_the_original_the_ink_the_input_of_the_network_and_the_prediction() {
        let figure = preparation("Preparation", "a note", &[predicted_picture()]);
        for class in ["picture", "original", "ink", "network-input"] {
            assert_eq!(count(&figure, class), 1, "{class}");
        }
        assert_texts(
            &figure,
            &[
                "Preparation",
                "a note",
                "picture",
                "found ink",
                "what the network gets",
                "prediction",
            ],
        );
        let texts = readable_texts(&figure);
        let left = |text| f64::from(find(&texts, text).area.left());
        let svg = figure.to_inline_svg();
        // The prediction is not repeated below the only digit.
        let predictions = texts.iter().filter(|written| written.text == "7, P = 0.98");
        assert_eq!(predictions.count(), 1);
        assert!((left("7, P = 0.98") - left("prediction")).abs() < 2.0);
        for (class, heading) in [("original", "picture"), ("ink", "found ink")] {
            let image = image_area(group(&svg, class));
            assert!((image[0] - left(heading)).abs() < 2.0, "{class}");
        }
        // 80 x 40 pixels in 220 x 160.
        let original = image_area(group(&svg, "original"));
        assert_near(&original[2..], &[220.0, 110.0]);
        assert_eq!(image_color(group(&svg, "original")), [255, 204, 153]);
        assert_eq!(image_color(group(&svg, "ink")), [0; 3]);
        let network = group(&svg, "network-input");
        assert_eq!((image_color(network), area(network)[2]), ([255; 3], 60.0));
    }

    #[test]
    fn boxes_are_around_the_digits_in_the_original_and_in_the_ink() {
        let svg = preparation("", "", &[predicted_picture()]).to_inline_svg();
        // The digit is at 8, 5 to 18, 25 of the ink, which starts at 20, 10 of the original.
        let places = [
            ("original", [28.0, 15.0, 38.0, 35.0], 220.0 / 80.0),
            ("ink", [8.0, 5.0, 18.0, 25.0], 160.0 / 30.0),
        ];
        for (class, pixels, scale) in places {
            let group = group(&svg, class);
            let [left, top, ..] = image_area(group);
            let corner = [left, top, left, top];
            let expected: Vec<f64> = (0..4)
                .map(|side| corner[side] + pixels[side] * scale)
                .collect();
            assert_near(&box_in(group, 0), &expected);
        }
    }

    #[test]
    fn a_picture_without_digits_says_why_in_the_color_of_what_is_wrong() {
        let figure = preparation("", "", &[blank(), predicted_picture()]);
        assert_eq!((count(&figure, "original"), count(&figure, "ink")), (2, 1));
        assert_eq!(count(&figure, "network-input"), 1);
        let texts = texts(&figure);
        assert_eq!(texts.iter().filter(|text| *text == "none").count(), 2);
        let svg = figure.to_inline_svg();
        let original = group(&svg, "original");
        assert!(original.contains("<image") && !original.contains("<rect"));
        let colored: Vec<&str> = svg
            .split("<text")
            .filter(|text| text.contains("fill-wrong"))
            .collect();
        assert_eq!(colored.len(), 1);
        assert!(colored[0].contains("no prediction: the picture is blank"));
    }

    #[test]
    fn eight_digits_are_shown_with_their_labels_and_the_rest_is_counted() {
        let mut picture = predicted_picture();
        picture.digits = (0..11)
            .map(|at| digit([at, 0, at + 1, 9], &format!("{at}, P = 0.9")))
            .collect();
        picture.prediction = "01234567890".to_owned();
        let figure = preparation("", "", &[picture.clone()]);
        assert_eq!(count(&figure, "network-input"), 8);
        assert_texts(
            &figure,
            &["0, P = 0.9", "7, P = 0.9", "and 3 more", "01234567890"],
        );
        assert!(!texts(&figure).contains(&"8, P = 0.9".to_owned()));
        let svg = figure.to_inline_svg();
        // All boxes are drawn, twice each.
        assert_eq!(group(&svg, "original").matches("<rect").count(), 22);
        // Four side by side, at equal distances.
        let lefts: Vec<f64> = groups(&svg, "network-input")
            .map(|input| area(input)[0])
            .collect();
        let across = lefts[1] - lefts[0];
        for (index, left) in lefts.iter().enumerate() {
            let column = [0.0, 1.0, 2.0, 3.0][index % 4];
            assert_near(&[left - lefts[0]], &[column * across]);
        }
        picture.digits.truncate(8);
        let eight = preparation("", "", &[picture]);
        assert_eq!(count(&eight, "network-input"), 8);
        assert!(texts(&eight).iter().all(|text| !text.contains("more")));
    }

    #[test]
    fn rows_are_below_each_other_and_names_are_escaped_and_shortened() {
        let mut pictures = [predicted_picture(), blank(), predicted_picture()];
        pictures[0].name = "a <b> & \"c\"\u{202e}\u{1}.png".to_owned();
        pictures[1].name = format!("photos/{}0042.jpg", "scan-of-a-page-".repeat(40));
        pictures[2].prediction = "no prediction: this is a reason of many words ".repeat(30);
        let figure = preparation("Preparation", "", &pictures);
        let texts = readable_texts(&figure);
        find(&texts, "a <b> & \"c\"??.png");
        let shortened = texts.iter().find(|text| text.text.contains('…')).unwrap();
        assert!(shortened.text.starts_with("photos/") && shortened.text.ends_with("0042.jpg"));
        let svg = figure.to_inline_svg();
        assert!(!svg.contains("<b>"));
        assert_eq!(
            tips(&svg, "picture")[1],
            format!("{}: no prediction: the picture is blank", pictures[1].name)
        );
        let images = groups(&svg, "original").map(image_area);
        let tops: Vec<f64> = images.map(|[_, top, ..]| top).collect();
        // 110 pixels of the original and 160 of the ink; a blank picture has no ink.
        assert!(
            tops[1] - tops[0] > 160.0 && tops[2] - tops[1] > 110.0 && tops[2] - tops[1] < 160.0
        );
    }

    #[test]
    fn any_pictures_give_a_page() {
        let nothing = preparation("Preparation", "no pictures", &[]);
        assert_eq!(
            texts(&nothing),
            ["Preparation", "no pictures", "Nothing to show."]
        );
        let mut broken = predicted_picture();
        broken.original.pixels.clear();
        broken.ink = Bitmap {
            columns: 0,
            values: Vec::new(),
        };
        broken.digits[0].area = [usize::MAX, 7, 3, 0];
        broken.digits[0].network.values.clear();
        broken.name.clear();
        broken.prediction.clear();
        let mut flat = predicted_picture();
        flat.original.columns = 3200;
        let mut tall = predicted_picture();
        tall.original.columns = 1;
        let figure = preparation("", "", &[broken, flat, tall]);
        readable_texts(&figure);
        figure.to_png().unwrap();
    }

    #[test]
    fn a_photograph_is_embedded_at_the_size_at_which_it_is_visible() {
        let mut photograph = predicted_picture();
        photograph.original.columns = 580;
        photograph.original.pixels = (0..145_u16 * 440)
            .flat_map(|pixel| {
                [[
                    f32::from(pixel % 251) / 250.0,
                    0.5,
                    f32::from(pixel % 241) / 240.0,
                ]; 4]
            })
            .collect();
        let figure = preparation("", "", &[photograph]);
        let svg = figure.to_inline_svg();
        let original = group(&svg, "original");
        let pixels = image::load_from_memory(&image_bytes(original)).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (290, 220));
        assert_near(&image_area(original)[2..], &[160.0 * 580.0 / 440.0, 160.0]);
        assert!(!original.contains("pixelated"));
        assert!(svg.len() < 400_000, "{}", svg.len());
    }
}
