//! The confusion matrix: images by label and answer.

use crate::canvas::{Anchor, Area, Canvas, TextStyle};
use crate::evaluation::Answers;
use crate::panel::panel;
use crate::style::{Mark, Paint, Stroke};
use crate::wording::{self, percent, share, unit};

/// How dark the cell with all images of its row is: text in ink can be read on it, in light and
/// in the dark.
const DARKEST: f64 = 0.5;

/// Draws the cells with their counts, shaded by their share of the row.
pub(crate) fn draw(canvas: &mut Canvas, room: Area, answers: &Answers) {
    const GAP: f64 = 4.0;
    let matrix = answers.confusion_matrix;
    let area = panel(canvas, room, "Confusion matrix", &remark(answers), &[]);
    let (width, height) = (area.width / 2.0, area.height / 2.0);
    for (label, row) in matrix.into_iter().enumerate() {
        for (answer, images) in row.into_iter().enumerate() {
            let cell = Area {
                left: area.left + if answer == 0 { 0.0 } else { width + GAP / 2.0 },
                top: area.top + if label == 0 { 0.0 } else { height + GAP / 2.0 },
                width: width - GAP / 2.0,
                height: height - GAP / 2.0,
            };
            let share = share(images, row[0].saturating_add(row[1]));
            let digits = (answers.digits[label], answers.digits[answer]);
            let tip = format!(
                "{} of {} answered {}",
                wording::images(images),
                digits.0,
                digits.1
            );
            canvas.group_with_tip("confusion", &tip, |canvas| {
                let ground = if label == answer {
                    draw_right
                } else {
                    draw_wrong
                };
                ground(canvas, cell, share);
                draw_count(canvas, cell, images, share);
            });
            if label == 0 {
                let name = format!("answer {}", digits.1);
                let at = (cell.center().0, area.bottom() + 20.0);
                canvas.text(&name, at, TextStyle::LABEL.anchored(Anchor::Middle));
            }
            if answer == 0 {
                let name = format!("label {}", digits.0);
                let at = (cell.left - 8.0, cell.center().1 + 4.5);
                canvas.text(&name, at, TextStyle::LABEL.anchored(Anchor::End));
            }
        }
    }
}

fn draw_right(canvas: &mut Canvas, cell: Area, share: Option<f64>) {
    canvas.rectangle(cell, Paint::Panel);
    canvas.tint(cell, Paint::Series(0), DARKEST * share.unwrap_or(0.0));
}

/// Mistakes are known by more than their colour.
fn draw_wrong(canvas: &mut Canvas, cell: Area, share: Option<f64>) {
    canvas.rectangle(cell, Paint::Panel);
    canvas.tint(cell, Paint::Wrong, DARKEST * share.unwrap_or(0.0));
    canvas.outline(cell, Stroke::solid(Paint::Wrong, 1.0));
    let corner = (cell.right() - 14.0, cell.top + 14.0);
    canvas.mark(Mark::Cross, corner, 5.0, Paint::Wrong);
}

fn draw_count(canvas: &mut Canvas, cell: Area, images: u64, share: Option<f64>) {
    let text = images.to_string();
    let count = largest(&text, cell);
    let (x, y) = cell.center();
    let base_line = y + count.size * 0.2;
    canvas.text(&text, (x, base_line), count);
    let share = share.map_or("no images".to_owned(), percent);
    let style = TextStyle::LABEL.anchored(Anchor::Middle);
    let below = base_line + count.size * 0.25 + style.size + 1.0;
    canvas.text(&share, (x, below), style);
}

/// The largest text that a cell has room for.
fn largest(text: &str, cell: Area) -> TextStyle {
    let size = (cell.height * 0.22).min(36.0);
    let style = TextStyle {
        size,
        ..TextStyle::TITLE.anchored(Anchor::Middle)
    };
    let fitting = size * (cell.width - 12.0) / style.width(text);
    TextStyle {
        size: size.min(fitting).round(),
        ..style
    }
}

fn remark(answers: &Answers) -> String {
    let [[tn, fp], [fn_, tp]] = answers.confusion_matrix;
    let right = tn.saturating_add(tp);
    let all = right.saturating_add(fp).saturating_add(fn_);
    let threshold = unit(answers.threshold);
    share(right, all).map_or("no images".to_owned(), |accuracy| {
        let accuracy = percent(accuracy);
        format!("{right} of {all} right ({accuracy}), threshold {threshold}")
    })
}

#[cfg(test)]
mod tests {
    use crate::evaluation::{EvaluationPart, evaluation_part, six_images};

    #[test]
    fn cells_are_shaded_by_their_share_and_mistakes_are_marked() {
        let svg =
            evaluation_part("", "", &six_images(), EvaluationPart::ConfusionMatrix).to_inline_svg();
        let cells: Vec<&str> = svg.split("<g class=\"confusion\"").skip(1).collect();
        let tips = ["2 images of 3 answered 3", "1 image of 3 answered 8"];
        assert!(cells[0].contains(tips[0]) && cells[1].contains(tips[1]));
        for (cell, (wrong, opacity)) in cells.iter().zip([
            // Half of two thirds, and of one third.
            (false, "0.33"),
            (true, "0.17"),
            (true, "0.17"),
            (false, "0.33"),
        ]) {
            assert!(
                cell.contains(&format!("fill-opacity=\"{opacity}\"")),
                "{cell}"
            );
            assert_eq!(cell.contains("stroke-wrong"), wrong, "{cell}");
        }
    }
}
