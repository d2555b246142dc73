//! The query of a request, read parameter by parameter, so that a refusal names the one that is wrong.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};

use crate::refusal::Refusal;
use crate::wire::request::{EpochQuery, PredictQuery, RunQuery};

/// Characters of a parameter that a refusal repeats.
const LONGEST_SHOWN: usize = 60;

/// The query of a request.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: Parameters, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        read(&parts.uri).map(Self)
    }
}

/// The parameters of a path.
pub(crate) trait Parameters: Default {
    /// Their names.
    const NAMES: &'static [&'static str];

    /// Takes the value of the parameter with one of these names. The error says what was expected.
    fn set(&mut self, name: &str, value: String) -> Result<(), &'static str>;
}

/// A path without parameters.
#[derive(Debug, Default)]
pub(crate) struct NoQuery;

impl Parameters for NoQuery {
    const NAMES: &'static [&'static str] = &[];

    fn set(&mut self, _name: &str, _value: String) -> Result<(), &'static str> {
        Ok(())
    }
}

impl Parameters for RunQuery {
    const NAMES: &'static [&'static str] = &["run"];

    fn set(&mut self, _name: &str, value: String) -> Result<(), &'static str> {
        self.run = Some(run(value)?);
        Ok(())
    }
}

impl Parameters for EpochQuery {
    const NAMES: &'static [&'static str] = &["run", "epoch"];

    fn set(&mut self, name: &str, value: String) -> Result<(), &'static str> {
        match name {
            "run" => self.run = Some(run(value)?),
            _ => self.epoch = Some(value.parse().map_err(|_no_number| EPOCH)?),
        }
        Ok(())
    }
}

impl Parameters for PredictQuery {
    const NAMES: &'static [&'static str] = &["run", "row", "detail"];

    fn set(&mut self, name: &str, value: String) -> Result<(), &'static str> {
        match name {
            "run" => self.run = Some(run(value)?),
            "row" => self.row = yes_or_no(&value).ok_or(ROW)?,
            _ => self.detail = yes_or_no(&value).ok_or(DETAIL)?,
        }
        Ok(())
    }
}

const RUN: &str = "the name of a run, one of those that /v1/runs lists";
const EPOCH: &str = "a number of an epoch, such as ?epoch=3";
const ROW: &str = "true or false, such as ?row=true";
const DETAIL: &str = "true or false, such as ?detail=true";

fn run(name: String) -> Result<String, &'static str> {
    if name.is_empty() { Err(RUN) } else { Ok(name) }
}

fn yes_or_no(value: &str) -> Option<bool> {
    value.parse().ok()
}

fn read<T: Parameters>(uri: &Uri) -> Result<T, Refusal> {
    let refusal = |detail: String| Refusal::new(StatusCode::BAD_REQUEST, "query", detail);
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
    let Query(pairs) = pairs
        .map_err(|_error| refusal("query: expected NAME=VALUE, several joined by &".into()))?;
    let mut read = T::default();
    let mut names = Vec::new();
    for (name, value) in pairs {
        let given = shown(&name, &value);
        if !T::NAMES.contains(&name.as_str()) {
            return Err(refusal(format!("{given}: {}", expected_names(T::NAMES))));
        }
        if names.contains(&name) {
            return Err(refusal(format!(
                "{given}: {name} is given more than once; give it once"
            )));
        }
        let set = read.set(&name, value);
        set.map_err(|expected| refusal(format!("{given}: expected {expected}")))?;
        names.push(name);
    }
    Ok(read)
}

/// A parameter as it was given, or its beginning.
fn shown(name: &str, value: &str) -> String {
    let given = format!("{name}={value}");
    match given.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}...", &given[..end]),
        None => given,
    }
}

fn expected_names(names: &[&str]) -> String {
    match names.split_last() {
        None => "this path has no parameters; remove it".to_owned(),
        Some((only, [])) => format!("there is no such parameter; expected {only}"),
        Some((last, others)) => {
            let others = others.join(", ");
            format!("there is no such parameter; expected {others} or {last}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail<T: Parameters + std::fmt::Debug>(query: &str) -> String {
        let uri: Uri = format!("/x?{query}").parse().unwrap();
        read::<T>(&uri).unwrap_err().problem().detail
    }

    #[test]
    fn what_is_given_is_taken_and_what_is_left_out_is_usual() {
        let read_all = |query: &str| read::<PredictQuery>(&query.parse().unwrap()).unwrap();
        for query in ["/x", "/x?", "/x?&", "/x?row=false&detail=false"] {
            assert_eq!(read_all(query), PredictQuery::default(), "{query}");
        }
        let all = PredictQuery {
            run: Some("a b&ä".to_owned()),
            row: true,
            detail: true,
        };
        assert_eq!(read_all("/x?detail=true&run=a+b%26%C3%A4&row=true"), all);
    }

    #[test]
    fn a_long_parameter_is_shown_in_part_and_one_without_a_name_as_it_is() {
        let long = "ä".repeat(1000);
        let long = detail::<PredictQuery>(&format!("row={}", long.replace('ä', "%C3%A4")));
        assert!(
            long.starts_with("row=ää")
                && long.ends_with("ä...: expected true or false, such as ?row=true"),
            "{long}"
        );
        assert!(long.chars().count() < 120, "{long}");
        assert!(detail::<RunQuery>("=x").starts_with("=x: there is no such parameter"));
        // What is no UTF-8 has a sign in its place.
        assert!(detail::<EpochQuery>("epoch=%FF").starts_with("epoch=\u{fffd}: expected a number"));
    }
}
