//! From colours to one plane in which ink differs from its ground as much as it can.

use super::distance::largest_distance;
use super::picture::Picture;
use super::plane::{Plane, quantile};

/// The plane in which ink is to be found: brightness, another combination of the colours, or the opacity.
pub(crate) fn signal(picture: &Picture) -> Plane {
    let [red, green, blue, opacity] = &picture.channels;
    let colors = [red, green, blue];
    if opacity.values.iter().all(|opacity| *opacity > 0.99) {
        return combined(colors);
    }
    if is_ink_opacity(colors, opacity) {
        return opacity.clone();
    }
    // What is transparent becomes ground: the colour that most of the opaque part has.
    let ground = colors.map(|color| median_where_opaque(color, opacity));
    let blended = [0, 1, 2].map(|at| {
        colors[at].with(opacity, |color, opacity| {
            ground[at] + opacity * (color - ground[at])
        })
    });
    combined(blended.each_ref())
}

/// Says whether the shape of what is opaque is the ink: it is of one colour, or neither covers the picture nor is a plate
/// on which something is drawn.
fn is_ink_opacity(colors: [&Plane; 3], opacity: &Plane) -> bool {
    let spread = colors.map(|color| {
        let mut values = where_opaque(color, opacity);
        quantile(&mut values, 0.98) - quantile(&mut values, 0.02)
    });
    if spread.iter().all(|spread| *spread < 0.1) {
        return true;
    }
    let covered = opacity.values.iter().sum::<f32>();
    let radius = largest_distance(&opacity.map(|opacity| opacity - 0.5));
    // A disc has 3.1 times the square of its radius, a square 4, strokes much more.
    covered < 0.5 * opacity.values.len() as f32 && covered > 9.0 * radius * radius
}

fn where_opaque(color: &Plane, opacity: &Plane) -> Vec<f32> {
    let pixels = color.values.iter().zip(&opacity.values);
    let opaque = pixels.filter(|(_, opacity)| **opacity > 0.5);
    opaque.map(|(color, _)| *color).collect()
}

fn median_where_opaque(color: &Plane, opacity: &Plane) -> f32 {
    quantile(&mut where_opaque(color, opacity), 0.5)
}

/// The combination of the colours along which pixels differ most from their surroundings: the direction of the largest
/// variance (principal component), in which large differences count more than small ones. Of a grey picture it is the
/// brightness.
fn combined(colors: [&Plane; 3]) -> Plane {
    let [red, green, blue] = colors;
    let is_grey = |a: &Plane, b: &Plane| {
        let pairs = a.values.iter().zip(&b.values);
        pairs.into_iter().all(|(a, b)| (a - b).abs() < 0.004)
    };
    if is_grey(red, green) && is_grey(green, blue) {
        return green.clone();
    }
    let factor = red.side().div_ceil(160);
    let differences = colors.map(|color| {
        let small = color.reduced(factor);
        let ground = small.blurred(small.side() / 3);
        small.with(&ground, |color, ground| color - ground)
    });
    let mut moments = [[0.0_f64; 3]; 3];
    for at in 0..differences[0].values.len() {
        let difference = [0, 1, 2].map(|channel| f64::from(differences[channel].values[at]));
        let square: f64 = difference.iter().map(|value| value * value).sum();
        for (row, a) in moments.iter_mut().zip(difference) {
            for (sum, b) in row.iter_mut().zip(difference) {
                *sum += square * a * b;
            }
        }
    }
    let direction = principal_direction(moments);
    let scale: f64 = direction.iter().map(|share| share.abs()).sum();
    let [r, g, b] = direction.map(|share| (share / scale) as f32);
    let values = red.values.iter().zip(&green.values).zip(&blue.values);
    Plane {
        values: values
            .map(|((red, green), blue)| r * red + g * green + b * blue)
            .collect(),
        ..*red
    }
}

/// The eigenvector of the largest eigenvalue, by repeated multiplication; brightness if all is 0.
fn principal_direction(moments: [[f64; 3]; 3]) -> [f64; 3] {
    let mut direction = [0.58, 0.6, 0.56];
    for _ in 0..50 {
        let product = moments.map(|row| row.iter().zip(direction).map(|(a, b)| a * b).sum::<f64>());
        let length = product
            .iter()
            .map(|value| value * value)
            .sum::<f64>()
            .sqrt();
        if length <= 0.0 {
            return [0.3, 0.59, 0.11];
        }
        direction = product.map(|value| value / length);
    }
    if direction.iter().sum::<f64>() < 0.0 {
        direction = direction.map(|value| -value);
    }
    direction
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::{BLACK_ON_WHITE, is_ring, picture};

    fn is_ink(x: usize, y: usize) -> bool {
        is_ring(x, y, [30.0, 30.0], 18.0, 5.0)
    }

    /// The least difference between pixels of the ink and others.
    fn separation(signal: &Plane) -> f32 {
        let (mut ink, mut ground) = (Vec::new(), Vec::new());
        for (at, value) in signal.values.iter().enumerate() {
            let pixels = if is_ink(at % 60, at / 60) {
                &mut ink
            } else {
                &mut ground
            };
            pixels.push(*value);
        }
        let range = |values: &[f32]| {
            let least = values.iter().copied().fold(f32::INFINITY, f32::min);
            (
                least,
                values.iter().copied().fold(f32::NEG_INFINITY, f32::max),
            )
        };
        let [(low, high), (least, most)] = [range(&ink), range(&ground)];
        (low - most).max(least - high)
    }

    #[test]
    fn a_grey_picture_is_its_brightness() {
        let found = signal(&picture([60, 60], BLACK_ON_WHITE, is_ink));
        for (at, value) in found.values.iter().enumerate() {
            let expected = f32::from(u8::from(!is_ink(at % 60, at / 60)));
            assert!((value - expected).abs() < 1e-6);
        }
    }

    /// 0.2126 * 200 is 0.7152 * 59: as grey they are the same.
    #[test]
    fn colours_of_equal_luminance_differ() {
        for colors in [
            [[200, 0, 0], [0, 59, 0]],
            [[0, 59, 0], [200, 0, 0]],
            [[255, 255, 0], [255, 255, 255]],
            [[60, 60, 255], [90, 60, 60]],
        ] {
            let found = signal(&picture([60, 60], colors, is_ink));
            assert!(separation(&found) > 0.3, "{colors:?}");
        }
    }

    #[test]
    fn what_is_opaque_is_ink_whatever_its_colour() {
        for color in [0, 255] {
            let pixels = (0..3600).map(|at| {
                let opacity = if is_ink(at % 60, at / 60) { 255 } else { 0 };
                [color, color, color, opacity]
            });
            let pixels: Vec<[u8; 4]> = pixels.collect();
            let found = signal(&Picture::from_rgba(60, 60, &pixels).unwrap());
            assert!(separation(&found) > 0.99, "{color}");
        }
    }

    #[test]
    fn ink_on_an_opaque_card_is_what_differs_from_the_card() {
        let pixels = (0..3600).map(|at| {
            let (x, y) = (at % 60, at / 60);
            let color = if is_ink(x, y) { 20 } else { 230 };
            let is_card = (4..56).contains(&x) && (4..56).contains(&y);
            [color, color, color, if is_card { 255 } else { 0 }]
        });
        let pixels: Vec<[u8; 4]> = pixels.collect();
        let found = signal(&Picture::from_rgba(60, 60, &pixels).unwrap());
        assert!(separation(&found) > 0.5);
    }
}
