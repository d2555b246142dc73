//! Checks of what is to be predicted, before the program around the server sees it.

use std::ops::RangeInclusive;

use crate::options::Limits;
use crate::refusal::Refusal;
use crate::service::Input;
use crate::wire::bounds::{LARGEST_COORDINATE, LEAST_PIXEL, MOST_PIXEL, SMALLEST_WIDTH};
use crate::wire::request::{PixelOrder, PredictBody};

/// What a pixel of ink is where pixels are whole numbers.
const BYTE_INK: f32 = 255.0;
/// How far numbers may pass ground and ink, as a fraction of ink: those of the course's images do, whose resize is bicubic.
const OVERSHOOT: f32 = 0.3;
/// What numbers may be.
const PIXEL: RangeInclusive<f32> = LEAST_PIXEL..=MOST_PIXEL;

/// Whether details are asked for, of which fewer images are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Details {
    Asked,
    NotAsked,
}

/// Checks the body of a prediction.
pub(super) fn check(
    body: PredictBody,
    details: Details,
    limits: &Limits,
) -> Result<Input, Refusal> {
    let order = body.pixel_order;
    match (body.pixels, body.images, body.strokes) {
        (Some(image), None, None) => {
            refuse_pen_width(body.pen_width)?;
            pixels(&[image], "pixels", order)
        }
        (None, Some(images), None) => {
            refuse_pen_width(body.pen_width)?;
            check_count(images.len(), details, limits)?;
            pixels(&images, "images", order)
        }
        (None, None, Some(strokes)) if order.is_none() => drawing(strokes, body.pen_width, limits),
        (None, None, Some(_)) => Err(Refusal::content("pixel_order: a drawing has no pixels")),
        _ => Err(Refusal::content(
            "expected exactly one of pixels, images and strokes",
        )),
    }
}

fn refuse_pen_width(pen_width: Option<f32>) -> Result<(), Refusal> {
    match pen_width {
        Some(_) => Err(Refusal::content(
            "pen_width: it belongs to strokes, and there are none",
        )),
        None => Ok(()),
    }
}

/// Checks the number of images.
fn check_count(images: usize, details: Details, limits: &Limits) -> Result<(), Refusal> {
    let most = match details {
        Details::Asked => limits.images.min(limits.detailed_images),
        Details::NotAsked => limits.images,
    };
    if images == 0 {
        return Err(Refusal::content("images: expected at least one"));
    }
    if images > most {
        let with = if details == Details::Asked {
            " with detail=true"
        } else {
            ""
        };
        return Err(Refusal::content(format!(
            "images: expected at most {most}{with}, found {images}"
        )));
    }
    Ok(())
}

/// Puts images together, row by row, with ink 1 and ground 0.
fn pixels(images: &[Vec<f32>], field: &str, order: Option<PixelOrder>) -> Result<Input, Refusal> {
    let place = |index: usize| match field {
        "pixels" => field.to_owned(),
        _ => format!("{field}[{index}]"),
    };
    let numbers = images[0].len();
    let mut largest: f32 = 0.0;
    for (index, image) in images.iter().enumerate() {
        if ![400, 784].contains(&image.len()) {
            let (place, found) = (place(index), image.len());
            return Err(Refusal::content(format!(
                "{place}: expected 400 or 784 numbers, found {found}"
            )));
        }
        if image.len() != numbers {
            let (place, found) = (place(index), image.len());
            let detail =
                format!("{place}: expected {numbers} numbers as in the first image, found {found}");
            return Err(Refusal::content(detail));
        }
        largest = image.iter().copied().fold(largest, f32::max);
    }
    let ink = if largest > 1.0 + OVERSHOOT {
        BYTE_INK
    } else {
        1.0
    };
    for (index, image) in images.iter().enumerate() {
        if let Some(at) = image.iter().position(|pixel| !PIXEL.contains(pixel)) {
            let (place, found) = (place(index), image[at]);
            let detail =
                format!("{place}[{at}]: expected a number from 0 to 1, or to 255, found {found}");
            return Err(Refusal::content(detail));
        }
    }
    let side = if numbers == 400 { 20 } else { 28 };
    let mut all = Vec::with_capacity(images.len() * numbers);
    for image in images {
        match order.unwrap_or_default() {
            PixelOrder::Row => all.extend(image.iter().map(|pixel| pixel / ink)),
            PixelOrder::Column => {
                all.extend((0..numbers).map(|at| image[at % side * side + at / side] / ink));
            }
        }
    }
    Ok(if side == 20 {
        Input::Pixels20(all)
    } else {
        Input::Pixels28(all)
    })
}

/// Checks a drawing. One without strokes is blank.
fn drawing(
    strokes: Vec<Vec<[f32; 2]>>,
    pen_width: Option<f32>,
    limits: &Limits,
) -> Result<Input, Refusal> {
    let points = strokes.iter().map(Vec::len).sum::<usize>();
    if points > limits.points {
        let detail = format!(
            "strokes: expected at most {} points, found {points}",
            limits.points
        );
        return Err(Refusal::content(detail));
    }
    for (index, stroke) in strokes.iter().enumerate() {
        if stroke.is_empty() {
            let detail = format!("strokes[{index}]: expected at least one point");
            return Err(Refusal::content(detail));
        }
        // Nor is NaN in the range, or infinity.
        let is_outside =
            |number: &f32| !(-LARGEST_COORDINATE..=LARGEST_COORDINATE).contains(number);
        if let Some(at) = stroke.iter().position(|point| point.iter().any(is_outside)) {
            let [x, y] = stroke[at];
            let detail = format!(
                "strokes[{index}][{at}]: expected numbers from -1e9 to 1e9, found {x} and {y}"
            );
            return Err(Refusal::content(detail));
        }
    }
    match pen_width {
        Some(width) if !(SMALLEST_WIDTH..=LARGEST_COORDINATE).contains(&width) => {
            Err(Refusal::content(format!(
                "pen_width: expected a number from 1e-9 to 1e9, found {width}"
            )))
        }
        pen_width => Ok(Input::Drawing { strokes, pen_width }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Details, check};
    use crate::options::Limits;
    use crate::service::Input;
    use crate::wire::request::{PixelOrder, PredictBody};

    fn checked(body: PredictBody) -> Result<Input, String> {
        let limits = Limits {
            images: 3,
            detailed_images: 2,
            points: 4,
            ..Limits::default()
        };
        check(body, Details::NotAsked, &limits).map_err(|refusal| refusal.problem().detail)
    }

    fn pixels(image: Vec<f32>) -> PredictBody {
        PredictBody {
            pixels: Some(image),
            ..PredictBody::default()
        }
    }

    fn images(images: Vec<Vec<f32>>) -> PredictBody {
        PredictBody {
            images: Some(images),
            ..PredictBody::default()
        }
    }

    fn strokes(strokes: Vec<Vec<[f32; 2]>>) -> PredictBody {
        PredictBody {
            strokes: Some(strokes),
            ..PredictBody::default()
        }
    }

    #[test]
    fn ink_is_1_or_in_the_whole_request_255() {
        assert_eq!(
            checked(pixels(vec![1.0; 400])),
            Ok(Input::Pixels20(vec![1.0; 400]))
        );
        assert_eq!(
            checked(pixels(vec![0.0; 784])),
            Ok(Input::Pixels28(vec![0.0; 784]))
        );
        let Ok(Input::Pixels20(scaled)) = checked(images(vec![vec![1.0; 400], vec![255.0; 400]]))
        else {
            panic!("expected pixels");
        };
        assert_eq!(scaled[..400], [1.0 / 255.0; 400]);
        // The course's images pass 0 and 1.
        let of_course = [vec![-0.13; 399], vec![1.13]].concat();
        assert_eq!(
            checked(pixels(of_course.clone())),
            Ok(Input::Pixels20(of_course))
        );
        assert_eq!(scaled[400..], [1.0; 400]);
    }

    #[test]
    fn columns_become_rows() {
        let mut image = vec![0.0; 400];
        image[1] = 1.0; // column 0, row 1
        image[20] = 0.5; // column 1, row 0
        let body = PredictBody {
            pixel_order: Some(PixelOrder::Column),
            ..pixels(image)
        };
        let Ok(Input::Pixels20(rows)) = checked(body) else {
            panic!("expected pixels");
        };
        assert_eq!((rows[20], rows[1]), (1.0, 0.5));
        assert_eq!(rows.iter().filter(|&&pixel| pixel > 0.0).count(), 2);
    }

    #[test]
    fn says_which_pixel_is_wrong() {
        let message = |body| checked(body).unwrap_err();
        assert_eq!(
            message(pixels(vec![0.0; 399])),
            "pixels: expected 400 or 784 numbers, found 399"
        );
        assert_eq!(
            message(pixels(vec![])),
            "pixels: expected 400 or 784 numbers, found 0"
        );
        let mut image = vec![0.0; 400];
        image[7] = f32::INFINITY;
        assert!(message(pixels(image.clone())).starts_with("pixels[7]: "));
        image[7] = -77.0;
        assert!(message(images(vec![vec![0.0; 400], image])).starts_with("images[1][7]: "));
        assert!(
            message(images(vec![vec![0.0; 400], vec![0.0; 784]]))
                .starts_with("images[1]: expected 400 ")
        );
        assert_eq!(message(images(vec![])), "images: expected at least one");
        assert_eq!(
            message(images(vec![vec![0.0; 400]; 4])),
            "images: expected at most 3, found 4"
        );
    }

    #[test]
    fn exactly_one_kind_and_nothing_that_would_be_ignored() {
        let one = "expected exactly one of pixels, images and strokes";
        assert_eq!(checked(PredictBody::default()).unwrap_err(), one);
        let two = PredictBody {
            strokes: Some(vec![]),
            ..pixels(vec![0.0; 400])
        };
        assert_eq!(checked(two).unwrap_err(), one);
        let pen = PredictBody {
            pen_width: Some(1.0),
            ..pixels(vec![0.0; 400])
        };
        assert!(checked(pen).unwrap_err().starts_with("pen_width: "));
        let order = PredictBody {
            pixel_order: Some(PixelOrder::Row),
            ..strokes(vec![])
        };
        assert!(checked(order).unwrap_err().starts_with("pixel_order: "));
    }

    #[test]
    fn a_drawing_may_be_empty_but_its_strokes_may_not() {
        let empty = Input::Drawing {
            strokes: vec![],
            pen_width: None,
        };
        assert_eq!(checked(strokes(vec![])), Ok(empty));
        assert!(
            checked(strokes(vec![vec![[0.0; 2]], vec![]]))
                .unwrap_err()
                .starts_with("strokes[1]: ")
        );
        let nan = strokes(vec![vec![[0.0; 2], [0.0, f32::NAN]]]);
        assert!(checked(nan).unwrap_err().starts_with("strokes[0][1]: "));
        assert!(
            checked(strokes(vec![vec![[0.0; 2]; 5]]))
                .unwrap_err()
                .contains("at most 4 points")
        );
        let flat = PredictBody {
            pen_width: Some(0.0),
            ..strokes(vec![])
        };
        assert!(checked(flat).unwrap_err().starts_with("pen_width: "));
    }
}
