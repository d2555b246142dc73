//! The JSON of two digits, which programs read.

use model::EvaluationJson;

use crate::sklearn::cases;

/// What the program wrote for the cases of `fixtures.json` when it could tell only two digits apart.
const RECORDED: &str = include_str!("two_digits.jsonl");

#[test]
fn the_json_of_two_digits_has_the_keys_the_order_and_the_values_that_it_always_had() {
    let cases = cases();
    assert_eq!(RECORDED.lines().count(), cases.len());
    for (case, expected) in cases.iter().zip(RECORDED.lines()) {
        let evaluation = case.evaluate();
        let found = serde_json::to_string(&EvaluationJson::new(&evaluation, &[3, 8])).unwrap();
        assert_eq!(found, expected, "{}", case.name);
    }
}
