//! The JSON Schema of the configuration file accepts and refuses what the program does.

mod validator;

use std::path::Path;

use serde_json::Value;

use crate::app::App;
use crate::config_schema::validator::is_valid;
use crate::settings::documented_keys;

fn schema(app: &App) -> Value {
    serde_json::from_str(&app.succeeds(&["config", "schema"]).stdout).unwrap()
}

fn as_json(toml: &str) -> Value {
    let table: toml::Table = toml.parse().unwrap();
    serde_json::to_value(table).unwrap()
}

#[test]
fn every_key_of_the_documented_configuration_is_in_the_schema_and_every_built_in_one_is_valid() {
    let schema = schema(&App::new());
    let properties = schema["properties"].as_object().unwrap();
    let inner = properties["augment"]["properties"].as_object().unwrap();
    let inner = inner.keys().map(|key| format!("augment_{key}"));
    let tables = ["sweep", "augment"];
    let keys = properties.keys().cloned();
    let mut keys: Vec<String> = keys.filter(|key| !tables.contains(&key.as_str())).collect();
    keys.extend(inner);
    keys.sort();
    let documented: Vec<String> = documented_keys().into_iter().collect();
    assert_eq!(keys, documented);
    let configs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs");
    let mut files = 0;
    for entry in fs_err::read_dir(configs).unwrap() {
        let path = entry.unwrap().path();
        let file = as_json(&fs_err::read_to_string(&path).unwrap());
        assert!(is_valid(&schema, &file), "{}", path.display());
        files += 1;
    }
    assert!(files >= 5);
    let default = as_json(include_str!("../../../../configs/default.toml"));
    for (key, value) in default.as_object().unwrap() {
        let Some(of_table) = value.as_object() else {
            assert_eq!(properties[key]["default"], *value, "{key}");
            continue;
        };
        for (inner, value) in of_table {
            let setting = &properties[key]["properties"][inner];
            assert_eq!(setting["default"], *value, "{inner}");
        }
    }
}

/// A dry run reads a file and checks it.
#[test]
fn the_schema_refuses_what_the_program_refuses_and_accepts_the_rest() {
    let app = App::new();
    let schema = schema(&app);
    let lines = [
        // Accepted.
        "epochs = 1000000",
        "digits = \"0..9\"",
        "digits = \"all\"",
        "digits = \"3, 8\"",
        "digits = [7, 1, 4]",
        "data = []",
        "class_weight = \"balanced\"",
        "class_weight = [0.5, 2]",
        "fold = [1, 5]",
        "validation_split = 0.0",
        "learning_rate = 1",
        "monitor = \"val_accuracy\"",
        "plateau_min_delta = 0.0",
        "seed = 4294967295",
        "hidden_units = [1, 65536]",
        "tensorboard = true",
        "epsilon = 1e-20",
        "beta_2 = 0.9999999",
        "[augment]",
        "augment.rotate = 180",
        "[augment]\nshift = 1\nnoise = 0.05",
        // Refused.
        "epochs = 0",
        "epochs = 1000001",
        "epochs = \"20\"",
        "epochs = 1.5",
        "epoch = 1",
        "digits = [1]",
        "digits = [1, 1]",
        "digits = [1, 10]",
        "digits = [0.5, 1]",
        "digits = 5",
        "data = \"x\"",
        "data = [\"a\", \"b\", \"c\"]",
        "class_weight = \"heavy\"",
        "class_weight = [0.5, 0.0]",
        "fold = [0, 5]",
        "fold = [1, 5, 6]",
        "fold = [1, 2000]",
        "validation_split = 1.0",
        "validation_split = -0.1",
        "learning_rate = 0",
        "learning_rate = \"fast\"",
        "monitor = \"f1\"",
        "plateau_min_delta = -1e-5",
        "plateau_min_delta = 1e-40",
        "plateau_factor = 0.0",
        "plateau_factor = 1.0",
        "seed = -1",
        "seed = 4294967296",
        "hidden_units = [0, 5]",
        "hidden_units = [25]",
        "hidden_units = [1, 65537]",
        "tensorboard = 1",
        "epsilon = 1e-21",
        "beta_2 = 0.99999999",
        "clipnorm = 0",
        "keep_last = 0",
        "warmup_steps = -1",
        "augment = 5",
        "augment.rotate = 181",
        "augment.rotat = 5",
        "augment_rotate = 5",
        "augment.shift = -1",
        "augment.elastic = \"much\"",
    ];
    let mut accepted = 0;
    for line in lines {
        fs_err::write(app.path().join("some.toml"), line).unwrap();
        let output = app.run(&["train", "--dry-run", "--config", "some.toml"]);
        assert!(
            matches!(output.code, Some(0 | 2)),
            "{line}: {}",
            output.shown()
        );
        let is_accepted = output.code == Some(0);
        assert_eq!(
            is_valid(&schema, &as_json(line)),
            is_accepted,
            "{line}: {}",
            output.shown()
        );
        accepted += usize::from(is_accepted);
    }
    assert_eq!(accepted, 21);
}

#[test]
fn the_table_of_a_sweep_is_in_the_schema() {
    let app = App::new();
    let schema = schema(&app);
    let lines = [
        "vary.learning_rate = [0.001, 0.01]",
        "vary.learning_rate = \"1e-4..1e-2/5\"",
        "vary.learning_rate = { from = 1e-4, to = 1e-2, steps = 3, scale = \"log\" }",
        "vary.hidden_units = [[25, 15], [100, 50]]",
        "vary.learning_rate_schedule = [\"constant\", \"cosine\"]",
        "seeds = \"0..31\"",
        "seeds = [1, 5]",
        "folds = 5\nsamples = 2\nvary.batch_size = [8, 16, 32]",
        "vary.augment_rotate = [0, 10]",
        "random = 2\nvary.learning_rate = \"log-uniform(1e-4, 1e-2)\"",
        // Refused.
        "vary.learning_rate = []",
        "vary.learning_rate = [0.001, 0.001]",
        "vary.learning_rate = [0.001, \"fast\"]",
        "vary.learning_rate = { from = 1e-4 }",
        "vary.learning_rate = { from = 1e-4, to = 1e-2, step = 3 }",
        "vary.learning_rate = { from = 1e-4, to = 1e-2, scale = \"cubic\" }",
        "vary.learning_rate = { from = 1e-4, to = 1e-2, steps = 1 }",
        "vary.learning_rate = 5",
        "vary.seed = [1, 2]",
        "vary.augment = [1, 2]",
        "vary.augment_rotate = [0, 200]",
        "vary.learning_rat = [0.001]",
        "vary.hidden_units = [25, 15]",
        "seeds = 5",
        "seeds = [1, 1]",
        "folds = 1",
        "random = 0",
        "halving = 11",
        "fold = 5",
    ];
    let mut accepted = 0;
    for line in lines {
        let text = format!("[sweep]\n{line}\n");
        fs_err::write(app.path().join("some.toml"), &text).unwrap();
        let output = app.run(&["sweep", "--dry-run", "--config", "some.toml"]);
        assert!(
            matches!(output.code, Some(0 | 2)),
            "{line}: {}",
            output.shown()
        );
        let is_accepted = output.code == Some(0);
        assert_eq!(
            is_valid(&schema, &as_json(&text)),
            is_accepted,
            "{line}: {}",
            output.shown()
        );
        accepted += usize::from(is_accepted);
    }
    assert_eq!(accepted, 10);
    let help = app.succeeds(&["config", "schema", "--help"]);
    help.stdout_has("#:schema ./digits.schema.json");
}
