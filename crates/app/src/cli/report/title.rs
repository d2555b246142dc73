//! The names of metrics as titles.

/// The name of a metric as a title: with a capital, and initials in capitals.
pub(crate) fn title(name: &str) -> String {
    let name = name.replace("roc auc", "ROC AUC");
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_have_their_usual_capitals() {
        let names = ["loss", "f1", "roc auc", "precision (macro)"].map(title);
        assert_eq!(names, ["Loss", "F1", "ROC AUC", "Precision (macro)"]);
    }
}
