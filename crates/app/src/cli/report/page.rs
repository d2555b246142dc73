//! The page of `app report`.

use maud::{Markup, html};
use model::Evaluation;
use plots::{Figure, grouped, significant};

use crate::cli::report::by_digit::by_digit;
use crate::cli::report::shell::{cards, html_page, picture};
use crate::cli::report::title::title;
use crate::config::digit_list::DigitList;
use crate::run::history::EpochMetrics;
use crate::run::sessions::Session;
use crate::run::summary::RunState;
use crate::support::number_format::format_seconds;

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
    /// The name of the evaluated network.
    pub(crate) network: String,
    /// The digits in the order of their classes.
    pub(crate) digits: DigitList,
    pub(crate) state: RunState,
    /// The number of evaluated images, and their description.
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
    /// None of a network that was not trained here.
    pub(crate) history: Option<Figure>,
    pub(crate) evaluation: Figure,
    pub(crate) predictions: Figure,
    pub(crate) errors: Figure,
    pub(crate) uncertain: Figure,
    pub(crate) model: Figure,
    pub(crate) weights: Figure,
    pub(crate) activations: Figure,
    /// None of too few images.
    pub(crate) embedding: Option<Figure>,
}

impl Page {
    pub(crate) fn to_html(&self) -> String {
        html_page(&self.run, &self.summary(), &self.sections())
    }

    /// The sections of the page, by heading.
    fn sections(&self) -> [(&'static str, Markup); 6] {
        let drawn = &self.figures;
        [
            (
                "History",
                html! {
                    @if let Some(history) = &drawn.history { (picture(history)) (self.history()) }
                    @else { p { "The network was imported: it was not trained here." } }
                },
            ),
            (
                "Evaluation",
                html! {
                    (self.metrics()) (by_digit(&self.evaluation, &self.digits.0))
                    (picture(&drawn.evaluation))
                },
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
                    (picture(&drawn.activations))
                    @if let Some(embedding) = &drawn.embedding { (picture(embedding)) }
                },
            ),
            ("Configuration", self.configuration()),
            ("Environment", self.environment()),
        ]
    }

    /// The main results.
    fn summary(&self) -> Markup {
        let task = match self.digits.0[..] {
            [negative, positive] => format!("Distinguishes {negative} from {positive}."),
            _ => format!("Tells the digits {} apart.", self.digits),
        };
        let loss = if self.digits.0.len() == 2 {
            "binary cross-entropy, in nats"
        } else {
            "binary cross-entropy, summed over the digits, in nats"
        };
        let found = &self.evaluation;
        let [low, high] = found.accuracy_interval;
        let correct = found.correct();
        let seconds: f64 = self.epochs.iter().map(|epoch| epoch.seconds).sum();
        let results = [
            (
                "accuracy",
                format!("{:.2} %", 100.0 * found.accuracy),
                format!(
                    "{} of {} correct; 95 % interval {:.1} to {:.1} %",
                    grouped(correct),
                    grouped(found.examples),
                    100.0 * low,
                    100.0 * high
                ),
            ),
            ("loss", significant(found.loss), loss.to_owned()),
        ];
        let training = [
            (
                "epochs",
                grouped(self.epochs.len()),
                self.best
                    .map_or_else(String::new, |best| format!("the best is epoch {best}")),
            ),
            ("training", format_seconds(seconds), self.state.to_string()),
        ];
        let network = (
            "parameters",
            grouped(self.parameters),
            "all trainable".to_owned(),
        );
        let mut cards_of = Vec::from(results);
        if self.state != RunState::Imported {
            cards_of.extend(training);
        }
        cards_of.push(network);
        html! {
            p {
                (task) " Evaluated: " (self.network) ", on "
                (self.images) "."
            }
            (cards(&cards_of))
        }
    }

    fn history(&self) -> Markup {
        let number = |value: Option<f64>| value.map_or("-".to_owned(), significant);
        html! {
            details {
                summary { "Metrics of all epochs" }
                div.wide { table.numbers {
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
                } }
            }
        }
    }

    fn metrics(&self) -> Markup {
        html! {
            table.pairs.whole { tbody { @for (name, value) in &self.metrics {
                tr { th scope="row" { (title(name)) } td { (value.replace("  ", ", ")) } }
            } } }
        }
    }

    fn configuration(&self) -> Markup {
        html! {
            p { "Every setting of the run. " (about_defaults(&self.settings)) }
            (settings_table(&self.settings))
        }
    }

    fn environment(&self) -> Markup {
        html! {
            @if self.sessions.is_empty() { p { "No sessions recorded." } }
            @else {
                div.wide { table {
                    thead { tr {
                        th { "started" } th { "epochs before" } th { "device" } th { "system" }
                        th { "cores" } th { "app" }
                    } }
                    tbody { @for session in &self.sessions { tr {
                        td { (session.started) } td { (session.finished_epochs) } td { (session.device) }
                        td { (session.system) } td { (session.cores) } td { (session.version) }
                    } } }
                } }
            }
        }
    }
}

/// Says which of the settings are marked.
pub(crate) fn about_defaults(settings: &[SettingRow]) -> &'static str {
    if settings.iter().any(|row| row.default.is_some()) {
        "Settings that differ from the defaults are marked."
    } else {
        "All are defaults."
    }
}

/// The settings of a page.
pub(crate) fn settings_table(settings: &[SettingRow]) -> Markup {
    html! {
        table.pairs.whole { tbody { @for row in settings {
            tr class=[row.default.as_ref().map(|_| "changed")] {
                th scope="row" { code { (row.key) } }
                td { code { (row.value) } }
                td { @if let Some(default) = &row.default { "default: " code { (default) } } }
            }
        } } }
    }
}
