//! The page of `app report`: self-contained HTML, for light and dark screens and for paper.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use model::Evaluation;
use plots::Figure;

use crate::cli::number_format::grouped;
use crate::run::history::EpochMetrics;
use crate::run::sessions::Session;
use crate::run::summary::RunState;

const STYLE: &str = include_str!("report.css");

/// A setting of the run.
pub(crate) struct SettingRow {
    pub(crate) key: String,
    pub(crate) value: String,
    /// The default, if it differs; `-` if the default is not set.
    pub(crate) default: Option<String>,
}

/// The content of the page.
pub(crate) struct Page {
    pub(crate) run: String,
    /// Which of the run's networks is measured.
    pub(crate) network: String,
    /// The negative digit, then the positive one.
    pub(crate) digits: [u8; 2],
    pub(crate) state: RunState,
    /// The images it is measured on, and how many.
    pub(crate) images: String,
    pub(crate) parameters: usize,
    pub(crate) evaluation: Evaluation,
    /// The evaluation's metrics, by name.
    pub(crate) metrics: Vec<(&'static str, String)>,
    pub(crate) epochs: Vec<EpochMetrics>,
    /// The number of the best epoch.
    pub(crate) best: Option<usize>,
    pub(crate) settings: Vec<SettingRow>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) figures: Figures,
}

/// The page's pictures.
pub(crate) struct Figures {
    pub(crate) history: Figure,
    pub(crate) evaluation: Figure,
    pub(crate) predictions: Figure,
    pub(crate) errors: Figure,
    pub(crate) uncertain: Figure,
    pub(crate) model: Figure,
    pub(crate) weights: Figure,
    pub(crate) activations: Figure,
    pub(crate) embedding: Figure,
}

impl Page {
    pub(crate) fn to_html(&self) -> String {
        let drawn = &self.figures;
        let sections = [
            (
                "History",
                html! { (picture(&drawn.history)) (self.history()) },
            ),
            (
                "Evaluation",
                html! { (self.metrics()) (picture(&drawn.evaluation)) },
            ),
            (
                "Predictions",
                html! {
                    (picture(&drawn.predictions)) (picture(&drawn.errors)) (picture(&drawn.uncertain))
                },
            ),
            (
                "Network",
                html! {
                    (picture(&drawn.model)) (picture(&drawn.weights))
                    (picture(&drawn.activations)) (picture(&drawn.embedding))
                },
            ),
            ("Configuration", self.configuration()),
            ("Environment", self.environment()),
        ];
        let title = format!("Report of {}", self.run);
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    // An icon of no bytes: browsers would ask the network for one.
                    link rel="icon" href="data:,";
                    style { (PreEscaped(style())) }
                }
                body {
                    header {
                        h1 { (title) }
                        (self.summary())
                        nav {
                            @for (name, _) in &sections { a href={ "#" (id(name)) } { (name) } }
                        }
                    }
                    main {
                        @for (name, content) in &sections {
                            section id=(id(name)) { h2 { (name) } (content) }
                        }
                    }
                    footer { "Made by app " (env!("CARGO_PKG_VERSION")) }
                }
            }
        };
        page.into_string()
    }

    /// The main results.
    fn summary(&self) -> Markup {
        let [negative, positive] = self.digits;
        let found = &self.evaluation;
        let [low, high] = found.accuracy_interval;
        let right = found.confusion_matrix[0][0] + found.confusion_matrix[1][1];
        let seconds: f64 = self.epochs.iter().map(|epoch| epoch.seconds).sum();
        let cards = [
            (
                "accuracy",
                format!("{:.2} %", 100.0 * found.accuracy),
                format!(
                    "{right} of {} correct; 95 % interval {:.1} to {:.1} %",
                    found.examples,
                    100.0 * low,
                    100.0 * high
                ),
            ),
            (
                "loss",
                format!("{:.4}", found.loss),
                "binary cross-entropy, in nats".to_owned(),
            ),
            (
                "epochs",
                self.epochs.len().to_string(),
                self.best
                    .map_or_else(String::new, |best| format!("the best is epoch {best}")),
            ),
            (
                "training",
                format!("{seconds:.2} s"),
                self.state.to_string(),
            ),
            (
                "parameters",
                grouped(self.parameters),
                "all trainable".to_owned(),
            ),
        ];
        html! {
            p {
                "Tells " (negative) " from " (positive) ". Measured: the " (self.network) ", on "
                (self.images) "."
            }
            dl.cards {
                @for (name, value, remark) in &cards {
                    div { dt { (name) } dd.value { (value) } dd.remark { (remark) } }
                }
            }
        }
    }

    fn history(&self) -> Markup {
        let number =
            |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.4}"));
        html! {
            details {
                summary { "Metrics of all epochs" }
                table.numbers {
                    thead { tr {
                        th { "epoch" } th { "loss" } th { "accuracy" } th { "val_loss" }
                        th { "val_accuracy" } th { "learning_rate" } th { "seconds" }
                    } }
                    tbody { @for epoch in &self.epochs {
                        tr class=[(self.best == Some(epoch.epoch)).then_some("best")] {
                            td { (epoch.epoch) }
                            td { (number(Some(epoch.loss))) }
                            td { (number(Some(epoch.accuracy))) }
                            td { (number(epoch.val_loss)) }
                            td { (number(epoch.val_accuracy)) }
                            td { (epoch.learning_rate) }
                            td { (format!("{:.3}", epoch.seconds)) }
                        }
                    } }
                }
            }
        }
    }

    fn metrics(&self) -> Markup {
        html! {
            table.pairs { tbody { @for (name, value) in &self.metrics {
                tr { th scope="row" { (name) } td { (value) } }
            } } }
        }
    }

    fn configuration(&self) -> Markup {
        html! {
            p { "Every setting of the run. Settings that differ from the defaults are marked." }
            table.pairs { tbody { @for row in &self.settings {
                tr class=[row.default.as_ref().map(|_| "changed")] {
                    th scope="row" { code { (row.key) } }
                    td { code { (row.value) } }
                    td { @if let Some(default) = &row.default { "default: " code { (default) } } }
                }
            } } }
        }
    }

    fn environment(&self) -> Markup {
        html! {
            @if self.sessions.is_empty() { p { "No session is recorded." } }
            @else {
                table {
                    thead { tr {
                        th { "started" } th { "finished epochs" } th { "device" } th { "system" }
                        th { "cores" } th { "app" }
                    } }
                    tbody { @for session in &self.sessions { tr {
                        td { (session.started) } td { (session.finished_epochs) } td { (session.device) }
                        td { (session.system) } td { (session.cores) } td { (session.version) }
                    } } }
                }
            }
        }
    }
}

fn id(name: &str) -> String {
    name.to_lowercase()
}

/// The page's own style, the pictures' font, and their colours in dark mode.
fn style() -> String {
    let dark = plots::dark_mode_css();
    format!(
        "{}\n{STYLE}\n@media screen and (prefers-color-scheme:dark){{{dark}}}",
        plots::font_face()
    )
}

fn picture(figure: &Figure) -> Markup {
    html! { figure { (PreEscaped(figure.to_inline_svg())) } }
}
