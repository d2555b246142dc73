//! The labels of the rows and columns of a heat map.

use super::cells::{MAX_LABEL_WIDTH, NAME_WIDTH};
use super::grid::Grid;
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::heading::MARGIN;
use crate::base::text::{Anchor, TextStyle};

const TURNED_LABELS: f64 = 120.0;

impl Grid<'_> {
    /// Draws the labels and names of both axes, and returns where they end.
    pub(super) fn draw_labels(&self, canvas: &mut Canvas, area: Area) -> f64 {
        let style = TextStyle::SMALL;
        let room = self.cell(area, 0, 0).width - 4.0;
        let widest = self
            .columns
            .labels
            .iter()
            .map(|label| style.width(label))
            .fold(0.0, f64::max);
        let turned = widest > room;
        let height = if turned {
            widest.min(TURNED_LABELS)
        } else {
            style.size
        };
        canvas.group("axes", |canvas| {
            for (column, label) in self.columns.labels.iter().enumerate() {
                let (x, _) = self.cell(area, column, 0).center();
                if turned {
                    let label = style.fitted(label, TURNED_LABELS);
                    canvas.text_upwards(
                        &label,
                        (x + 4.0, area.bottom() + 6.0),
                        style.anchored(Anchor::End),
                    );
                } else {
                    canvas.text(
                        label,
                        (x, area.bottom() + 16.0),
                        style.anchored(Anchor::Middle),
                    );
                }
            }
            for (row, label) in self.rows.labels.iter().enumerate() {
                let (_, y) = self.cell(area, 0, row).center();
                let label = style.fitted(label, MAX_LABEL_WIDTH);
                canvas.text(
                    &label,
                    (area.left - 8.0, y + 4.0),
                    style.anchored(Anchor::End),
                );
            }
            let name = TextStyle::LABEL.anchored(Anchor::Middle);
            let [x, y] = &self.chart.settings;
            let (middle, center) = area.center();
            let left = MARGIN + NAME_WIDTH;
            let around = 2.0 * (middle - left).min(self.page_width() - MARGIN - middle);
            canvas.text(
                &name.fitted(&x.name, around),
                (middle, area.bottom() + height + 26.0),
                name,
            );
            let tall = area.height + height + 40.0;
            let fitted = name.fitted(&y.name, tall);
            let half = name.width(&fitted) / 2.0;
            // A name that is longer than the rows stays below the legend.
            let center = center.max(area.top + half);
            canvas.text_upwards(&fitted, (MARGIN + 14.0, center), name);
        });
        area.bottom() + height + 40.0
    }
}
