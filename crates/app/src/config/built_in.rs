//! The configurations that are compiled in, by name.

use std::path::{Path, PathBuf};

use crate::support::similar::most_similar;

/// A compiled-in configuration: its name and its text.
pub(crate) struct BuiltIn {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// All of them, in the order in which they are listed.
pub(crate) const BUILT_IN: [BuiltIn; 5] = [
    BuiltIn {
        name: "default",
        text: include_str!("../../../../configs/default.toml"),
    },
    BuiltIn {
        name: "lab",
        text: include_str!("../../../../configs/lab.toml"),
    },
    BuiltIn {
        name: "ten",
        text: include_str!("../../../../configs/ten.toml"),
    },
    BuiltIn {
        name: "robust",
        text: include_str!("../../../../configs/robust.toml"),
    },
    BuiltIn {
        name: "sweep",
        text: include_str!("../../../../configs/sweep.toml"),
    },
];

/// The text of a configuration that is named instead of a file; a file of that name comes first, a folder, such as
/// that of a run, does not.
pub(crate) fn built_in(name: &Path) -> Option<&'static str> {
    if name.exists() && !name.is_dir() {
        return None;
    }
    let mut all = BUILT_IN.iter();
    all.find(|of| Path::new(of.name) == name).map(|of| of.text)
}

/// What a path that is neither should have been: one without folder and extension may be meant as a name.
pub(crate) fn expected(path: &Path) -> &'static str {
    if may_be_a_name(path) {
        "configuration file, nor one of the names default, lab, ten and robust"
    } else {
        "configuration file"
    }
}

/// The same where the configuration may be that of a sweep.
pub(crate) fn expected_for_sweep(path: &Path) -> &'static str {
    if may_be_a_name(path) {
        "configuration file, nor one of the names default, lab, ten, robust and sweep"
    } else {
        "configuration file"
    }
}

/// The built-in configuration that a mistyped name was meant to be; none for a path.
pub(crate) fn similar(path: &Path) -> Option<PathBuf> {
    let typed = path.to_str().filter(|_| may_be_a_name(path))?;
    let names = BUILT_IN.iter().map(|of| of.name.to_owned());
    most_similar(typed, names).map(PathBuf::from)
}

fn may_be_a_name(path: &Path) -> bool {
    path.extension().is_none() && path.components().count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::run_config::RunConfig;

    #[test]
    fn every_built_in_configuration_is_valid_and_reached_by_its_name() {
        for BuiltIn { name, text } in BUILT_IN {
            assert_eq!(built_in(Path::new(name)), Some(text));
            let (config, _) = RunConfig::default()
                .with_sweep_file(Path::new(name))
                .unwrap();
            config.checked().unwrap();
        }
        assert_eq!(built_in(Path::new("labs")), None);
        // A folder of the crate.
        assert_eq!(built_in(Path::new("src")), None);
    }

    #[test]
    fn a_mistyped_name_is_told_which_one_is_similar() {
        let found = |name: &str| similar(Path::new(name));
        assert_eq!(found("labs"), Some("lab".into()));
        assert_eq!(found("defualt"), Some("default".into()));
        for other in ["mine", "labs.toml", "./labs"] {
            assert_eq!(found(other), None, "{other}");
        }
    }

    #[test]
    fn what_may_be_meant_as_a_name_is_told_all_names() {
        let names = BUILT_IN.map(|of| of.name);
        let [first, second, third, fourth, fifth] = names;
        let all = format!(
            "configuration file, nor one of the names {first}, {second}, {third}, {fourth} and {fifth}"
        );
        assert_eq!(expected_for_sweep(Path::new("labs")), all);
        let of_runs = format!(
            "configuration file, nor one of the names {first}, {second}, {third} and {fourth}"
        );
        assert_eq!(expected(Path::new("labs")), of_runs);
        for path in ["labs.toml", "configs/labs", "/labs"] {
            assert_eq!(expected(Path::new(path)), "configuration file", "{path}");
        }
    }
}
