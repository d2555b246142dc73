//! The part of JSON Schema, draft 7, that the schema of the configuration uses, apart from patterns. In November 2026 the
//! same files were validated by Python's jsonschema 4, with the same results.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The keywords that are checked here, and those that check nothing.
const KNOWN: [&str; 22] = [
    "$ref",
    "$schema",
    "additionalProperties",
    "anyOf",
    "const",
    "default",
    "description",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "items",
    "maxItems",
    "maximum",
    "minItems",
    "minimum",
    "oneOf",
    "pattern",
    "properties",
    "title",
    "type",
    "uniqueItems",
    "enum",
    "required",
];

/// Says whether a value is valid.
pub(crate) fn is_valid(schema: &Value, value: &Value) -> bool {
    holds(schema, schema, value)
}

fn holds(root: &Value, schema: &Value, value: &Value) -> bool {
    let keywords = schema.as_object().unwrap();
    let holds = |schema: &Value, value: &Value| holds(root, schema, value);
    keywords.iter().all(|(keyword, expected)| {
        assert!(
            KNOWN.contains(&keyword.as_str()),
            "{keyword} is not checked"
        );
        let bound = || expected.as_f64().unwrap();
        let number = value.as_f64();
        let list = value.as_array();
        let count = |list: &Vec<Value>| list.len() as u64;
        match keyword.as_str() {
            "$ref" => holds(
                root.pointer(expected.as_str().unwrap().trim_start_matches('#'))
                    .unwrap(),
                value,
            ),
            "type" => has_type(expected.as_str().unwrap(), value),
            "const" => value == expected || number.is_some() && number == expected.as_f64(),
            "enum" => expected.as_array().unwrap().contains(value),
            "minimum" => number.is_none_or(|number| number >= bound()),
            "maximum" => number.is_none_or(|number| number <= bound()),
            "exclusiveMinimum" => number.is_none_or(|number| number > bound()),
            "exclusiveMaximum" => number.is_none_or(|number| number < bound()),
            "minItems" => list.is_none_or(|list| count(list) >= expected.as_u64().unwrap()),
            "maxItems" => list.is_none_or(|list| count(list) <= expected.as_u64().unwrap()),
            "uniqueItems" => list.is_none_or(|list| {
                let different: BTreeSet<String> = list.iter().map(Value::to_string).collect();
                different.len() == list.len()
            }),
            "items" => list.is_none_or(|list| list.iter().all(|item| holds(expected, item))),
            "anyOf" => expected
                .as_array()
                .unwrap()
                .iter()
                .any(|kind| holds(kind, value)),
            "oneOf" => {
                let kinds = expected.as_array().unwrap().iter();
                kinds.filter(|kind| holds(kind, value)).count() == 1
            }
            "properties" => value.as_object().is_none_or(|members| {
                members.iter().all(|(key, member)| {
                    expected.get(key).is_none_or(|schema| holds(schema, member))
                })
            }),
            "required" => value.as_object().is_none_or(|members| {
                let mut keys = expected.as_array().unwrap().iter();
                keys.all(|key| members.contains_key(key.as_str().unwrap()))
            }),
            "additionalProperties" => value.as_object().is_none_or(|members| {
                assert_eq!(*expected, false);
                let known = keywords.get("properties").and_then(Value::as_object);
                let is_known =
                    |key: &String| known.is_some_and(|known: &Map<_, _>| known.contains_key(key));
                members.keys().all(is_known)
            }),
            _ => true,
        }
    })
}

fn has_type(name: &str, value: &Value) -> bool {
    match name {
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    }
}
