//! The JSON Schema of the configuration file, made from the types that read it: keys, types and descriptions are those
//! of [`RunConfig`], defaults those of `configs/default.toml`, and ranges those that are checked.

use std::ops::Bound;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::config::ranges::{NumberRange, range_of};
use crate::config::run_config::RunConfig;
use crate::config::setting_names::keys;
use crate::config::setting_table::{TABLE, name_in_table, settings_of};
use crate::sweep::combination::check_key;
use crate::sweep::range::Range;
use crate::sweep::table::SweepTable;

/// The schema, of draft 7, which the editors' validators know.
pub(super) fn schema() -> anyhow::Result<Value> {
    let defaults = serde_json::to_value(settings_of(&RunConfig::default())?)?;
    let mut file = of_type::<RunConfig>();
    members(&mut file).remove("required");
    let settings = properties(&mut file);
    for (key, setting) in settings.iter_mut() {
        if key == TABLE {
            members(setting).remove("default");
            for (key, setting) in properties(setting).iter_mut() {
                complete(setting, &name_in_table(key), &defaults);
            }
        } else {
            complete(setting, key, &defaults);
        }
    }
    let mut sweep = of_type::<SweepTable>();
    let vary = varied(settings);
    members(&mut sweep).remove("required");
    properties(&mut sweep).insert("vary".to_owned(), vary);
    // Serde's other name of it.
    let samples = properties(&mut sweep)["samples"].clone();
    properties(&mut sweep).insert("random".to_owned(), samples);
    sweep["description"] = json!("What `app sweep` trains; other commands refuse this table.");
    settings.insert("sweep".to_owned(), sweep);
    file["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    file["title"] = json!("Configuration of app");
    file["description"] = json!(
        "Settings for `app train --config FILE`; keys that are left out have the defaults of configs/default.toml."
    );
    Ok(file)
}

/// Adds the range and the default of the setting of this name.
fn complete(setting: &mut Value, name: &str, defaults: &Value) {
    if let Some(range) = range_of(name) {
        add_range(setting, range);
    }
    setting["default"] = defaults[name].clone();
    if defaults[name].is_null() {
        // It is not set by default.
        members(setting).remove("default");
    }
}

/// The settings by their names, each with its place in the schema.
fn by_name(settings: &Map<String, Value>) -> Vec<(String, String, &Value)> {
    let mut named = Vec::new();
    for (key, setting) in settings {
        let place = format!("#/properties/{key}");
        let Some(of_table) = setting["properties"].as_object().filter(|_| key == TABLE) else {
            named.push((key.clone(), place, setting));
            continue;
        };
        for (key, setting) in of_table {
            let place = format!("{place}/properties/{key}");
            named.push((name_in_table(key), place, setting));
        }
    }
    named
}

/// The schema of a type, without references, and as a TOML file has it: no value is null.
fn of_type<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value();
    tidy(&mut schema);
    schema
}

/// Removes nulls and names of Rust's types, and writes flags as the keys they are.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            for unused in ["format", "title"] {
                if members.get(unused).is_some_and(|found| !found.is_object()) {
                    members.remove(unused);
                }
            }
            for several in ["type", "enum", "anyOf", "oneOf"] {
                without_null(members, several);
            }
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = described(text);
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(values) => values.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// Removes the null of an optional value, and the list around the only type that is left.
fn without_null(members: &mut Map<String, Value>, several: &str) {
    let Some(Value::Array(values)) = members.get_mut(several) else {
        return;
    };
    values.retain(|value| !value.is_null() && value != "null" && value["type"] != "null");
    let [only] = values.as_mut_slice() else {
        return;
    };
    match only.take() {
        Value::Object(inner) => {
            members.remove(several);
            for (key, value) in inner {
                members.entry(key).or_insert(value);
            }
        }
        only if several == "type" => {
            members.insert(several.to_owned(), only);
        }
        only => *members.entry(several).or_insert(Value::Null) = json!([only]),
    }
}

/// The text of a flag's help for the key of a file.
fn described(help: &str) -> String {
    let mut text = help.replace('\n', " ").replace("  ", "\n\n");
    let mut keys = keys();
    // Those that contain another one come first.
    keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
    for key in keys {
        text = text.replace(&format!("--{}", key.replace('_', "-")), &key);
    }
    text
}

/// Adds the range of a number, or of each number of a list.
fn add_range(schema: &mut Value, range: NumberRange) {
    if let Some(kinds) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        for kind in kinds {
            add_range(kind, range);
        }
        return;
    }
    match schema["type"].as_str() {
        Some("array") => add_range(&mut schema["items"], range),
        Some(kind @ ("integer" | "number")) => {
            let is_whole = kind == "integer";
            let shown = |number: f64| {
                #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^33")]
                let whole = number as i64;
                if is_whole {
                    json!(whole)
                } else {
                    json!(number)
                }
            };
            let mut bounds = Map::new();
            for (bound, names) in [
                (range.from, ["minimum", "exclusiveMinimum"]),
                (range.to, ["maximum", "exclusiveMaximum"]),
            ] {
                match bound {
                    Bound::Included(number) => bounds.insert(names[0].to_owned(), shown(number)),
                    Bound::Excluded(number) => bounds.insert(names[1].to_owned(), shown(number)),
                    Bound::Unbounded => None,
                };
            }
            let members = members(schema);
            members.remove("minimum");
            match range.or {
                None => members.extend(bounds),
                Some(number) => {
                    let kinds = json!([bounds, { "const": number }]);
                    members.insert("anyOf".to_owned(), kinds);
                }
            }
        }
        _ => {}
    }
}

/// The schema of the table of values by setting: a list of what the setting takes, or a range, or a text as on the
/// command line.
fn varied(settings: &Map<String, Value>) -> Value {
    let range = of_type::<Range>();
    let named = by_name(settings).into_iter();
    let may_vary = named.filter(|(name, ..)| check_key(name).is_ok());
    let tables = may_vary.map(|(key, place, setting)| {
        let list = json!({
            "type": "array",
            "items": { "$ref": place },
            "minItems": 1,
            "uniqueItems": true
        });
        let mut kinds = vec![list, json!({ "type": "string" })];
        if setting["type"] == "integer" || setting["type"] == "number" {
            kinds.push(range.clone());
        }
        let description = format!("Values of {key}: a list, or a range.");
        (key, json!({ "description": description, "anyOf": kinds }))
    });
    let tables: Map<String, Value> = tables.collect();
    json!({
        "description": "The values of each setting that varies.",
        "type": "object",
        "properties": tables,
        "additionalProperties": false
    })
}

fn properties(schema: &mut Value) -> &mut Map<String, Value> {
    let properties = members(schema).entry("properties").or_insert(json!({}));
    members(properties)
}

/// The members of an object.
fn members(schema: &mut Value) -> &mut Map<String, Value> {
    // The schema of a type is an object, and so are its properties.
    schema.as_object_mut().expect("a schema is an object")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_in_the_schema_with_a_description_a_range_and_its_default() {
        let schema = schema().unwrap();
        let properties = schema["properties"].as_object().unwrap();
        let defaults = settings_of(&RunConfig::default()).unwrap();
        let mut expected = keys();
        expected.push("sweep".to_owned());
        expected.sort();
        let mut found = by_name(properties);
        found.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        let names: Vec<&String> = found.iter().map(|(name, ..)| name).collect();
        assert_eq!(names, expected.iter().collect::<Vec<_>>());
        for (key, _, setting) in &found {
            assert!(setting["description"].is_string(), "{key}: {setting}");
            assert_eq!(
                setting.get("default").is_some(),
                defaults.contains_key(key),
                "{key}: {setting}"
            );
            if setting["type"] == "integer" || setting["type"] == "number" {
                assert!(range_of(key).is_some(), "{key} has no range");
            }
        }
        let text = schema.to_string();
        for unwanted in ["null", "uint", "double"] {
            assert!(!text.contains(unwanted), "{unwanted}: {text}");
        }
        for key in keys() {
            let flag = format!("--{}", key.replace('_', "-"));
            assert!(!text.contains(&flag), "{flag}: {text}");
        }
    }

    #[test]
    fn a_range_is_that_of_each_number_of_a_list_too() {
        let schema = schema().unwrap();
        let of = |key: &str| schema["properties"][key].clone();
        let augment = of("augment");
        assert_eq!(augment["properties"]["rotate"]["maximum"], 180.0);
        assert_eq!(augment["properties"]["rotate"]["default"], 0.0);
        assert_eq!(augment["additionalProperties"], false);
        assert_eq!(of("epochs")["maximum"], 1_000_000);
        assert_eq!(of("hidden_units")["items"]["maximum"], 65536);
        assert_eq!(of("validation_split")["exclusiveMaximum"], 1.0);
        assert_eq!(of("plateau_min_delta")["anyOf"][1]["const"], 0.0);
        assert_eq!(of("digits")["anyOf"][0]["items"]["maximum"], 9);
        let described = of("early_stopping_patience")["description"].clone();
        assert_eq!(described, "Stop after N epochs without improvement");
        let restored = of("restore_best_weights")["description"].to_string();
        assert!(restored.contains("early_stopping_min_delta."), "{restored}");
    }
}
