//! Pictures of digits: MNIST's and those of fonts, turned, sheared, thickened, cut off, broken, with specks.

use crate::canvas::{CANVAS, Canvas, bilinear};
use crate::dice::Dice;

/// Draws an image of MNIST, `[28, 28]`, larger and with sharp edges.
pub(crate) fn enlarged(image: &[u8], dice: &mut Dice) -> Canvas {
    let pixels: Vec<f32> = image.iter().map(|&byte| f32::from(byte) / 255.0).collect();
    let scale = 28.0 / CANVAS as f32;
    let canvas = Canvas::of(|x, y| {
        bilinear(
            &pixels,
            28,
            (x + 0.5) * scale - 0.5,
            (y + 0.5) * scale - 0.5,
        )
    });
    let softness = dice.between(0.3, 1.0);
    canvas.thresholded(dice.between(0.4, 0.55), softness)
}

/// What may happen to a digit that stays one.
pub(crate) fn altered(canvas: &Canvas, dice: &mut Dice) -> Canvas {
    let mut canvas = canvas.warped(dice, 1.0);
    if dice.chance(0.5) {
        let reach = dice.count(1, 2);
        let softness = dice.between(0.15, 0.5);
        // Levels above 0.6 would rub out thin strokes.
        canvas = canvas
            .blurred(reach)
            .thresholded(dice.between(0.12, 0.6), softness);
    }
    if dice.chance(0.05) {
        gap(&mut canvas, dice);
    }
    if dice.chance(0.08) {
        cut_off(&mut canvas, dice);
    }
    finished(canvas, dice)
}

/// The same softness, contrast and specks for digits and for what is none.
pub(crate) fn finished(mut canvas: Canvas, dice: &mut Dice) -> Canvas {
    if dice.chance(0.2) {
        canvas = canvas.blurred(dice.count(1, 2));
    }
    if dice.chance(0.15) {
        // The preparation clears the ground, but not the ink and its edges.
        let size = dice.between(0.03, 0.2);
        for ink in &mut canvas.ink {
            if *ink > 0.25 {
                *ink = (*ink + size * dice.normal()).clamp(0.0, 1.0);
            }
        }
    }
    if dice.chance(0.04) {
        specks(&mut canvas, dice);
    }
    if dice.chance(0.2) {
        let power = dice.between(0.6, 1.6);
        canvas
            .ink
            .iter_mut()
            .for_each(|ink| *ink = ink.clamp(0.0, 1.0).powf(power));
    }
    canvas
}

/// Adds a few small dots that the preparation left.
fn specks(canvas: &mut Canvas, dice: &mut Dice) {
    let middle = (CANVAS / 2) as f32;
    for _ in 0..dice.count(1, 3) {
        let at = [middle + dice.around(22.0), middle + dice.around(22.0)];
        canvas.segment(at, at, dice.between(0.5, 1.3), 1.0);
    }
}

/// Rubs out a short piece of a stroke.
fn gap(canvas: &mut Canvas, dice: &mut Dice) {
    let middle = (CANVAS / 2) as f32;
    for _ in 0..dice.count(1, 2) {
        let (x, y) = (middle + dice.around(16.0), middle + dice.around(20.0));
        let (dx, dy) = (dice.around(9.0), dice.around(9.0));
        canvas.segment(
            [x - dx, y - dy],
            [x + dx, y + dy],
            dice.between(0.8, 2.0),
            0.0,
        );
    }
}

/// Cuts off up to 30 % at one side.
fn cut_off(canvas: &mut Canvas, dice: &mut Dice) {
    let Some([left, top, right, bottom]) = canvas.bounds() else {
        return;
    };
    let (width, height) = (right - left, bottom - top);
    let part = dice.between(0.05, 0.3);
    let cut = |size: usize| (size as f32 * part) as usize;
    let side = dice.below(4);
    for (index, ink) in canvas.ink.iter_mut().enumerate() {
        let (x, y) = (index % CANVAS, index / CANVAS);
        let is_cut = match side {
            0 => x < left + cut(width),
            1 => y < top + cut(height),
            2 => x > right - cut(width),
            _ => y > bottom - cut(height),
        };
        if is_cut {
            *ink = 0.0;
        }
    }
}
