//! MNIST's recipe: the ink's box becomes 20 x 20, its centre of mass the middle of 28 x 28; then the course's resize.

use crate::canvas::Canvas;
use crate::dice::Dice;

/// The side of MNIST's images.
const SIDE: usize = 28;

/// Frames a picture and returns its 400 pixels, column by column; `None` without ink.
///
/// The dice shift it by less than a pixel and vary its size a little, since others round otherwise.
pub(crate) fn frame(canvas: &Canvas, dice: &mut Dice) -> Option<Vec<f32>> {
    let [left, top, right, bottom] = canvas.bounds()?.map(|pixel| pixel as f32);
    let longer = (right - left + 1.0).max(bottom - top + 1.0);
    let pixel = longer / dice.between(19.0, 20.5);
    let (mut mass, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
    for (index, &ink) in canvas.ink.iter().enumerate() {
        let (x, y) = (
            (index % crate::canvas::CANVAS) as f32,
            (index / crate::canvas::CANVAS) as f32,
        );
        mass += ink;
        x_sum += ink * x;
        y_sum += ink * y;
    }
    let middle = SIDE as f32 / 2.0 - 0.5;
    let (shift_x, shift_y) = (dice.around(0.6), dice.around(0.6));
    let samples = (pixel.ceil() as usize).max(2);
    let mut framed = Vec::with_capacity(SIDE * SIDE);
    for row in 0..SIDE {
        for column in 0..SIDE {
            let mut sum = 0.0;
            for sample in 0..samples * samples {
                let part = |index: usize| (index as f32 + 0.5) / samples as f32 - 0.5;
                let x = column as f32 + part(sample % samples) - middle - shift_x;
                let y = row as f32 + part(sample / samples) - middle - shift_y;
                sum += canvas.at(x_sum / mass + x * pixel, y_sum / mass + y * pixel);
            }
            framed.push(f64::from(sum / (samples * samples) as f32));
        }
    }
    // The preparation stretches the ink: its darkest pixel is 1.
    let most = framed.iter().copied().fold(1e-6, f64::max);
    for ink in &mut framed {
        *ink /= most;
    }
    let pixels = data::resize(&framed, SIDE, SIDE).ok()?;
    Some(pixels.into_iter().map(|pixel| pixel as f32).collect())
}
