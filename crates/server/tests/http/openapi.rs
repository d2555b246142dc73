//! The description of the API, compared with what is answered.

use serde_json::Value;

use crate::running::Running;

/// All routes and their methods.
const ROUTES: [(&str, &str); 12] = [
    ("/v1/predict", "post"),
    ("/v1/model", "get"),
    ("/v1/model/weights", "get"),
    ("/v1/runs", "get"),
    ("/v1/digits/random", "get"),
    ("/v1/training", "get"),
    ("/v1/training/weights", "get"),
    ("/v1/training/events", "get"),
    ("/healthz", "get"),
    ("/readyz", "get"),
    ("/metrics", "get"),
    ("/openapi.json", "get"),
];

fn description(server: &Running) -> Value {
    let response = server.get("/openapi.json");
    assert_eq!(response.header("content-type"), Some("application/json"));
    response.ok()
}

/// Follows a reference.
fn resolve<'a>(api: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            let target = api.pointer(reference.strip_prefix('#').unwrap());
            target.unwrap_or_else(|| panic!("{reference} leads nowhere"))
        }
        None => schema,
    }
}

/// Checks that a value is what a schema says: types, required and known fields, elements, enumerations, ranges.
fn check(api: &Value, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    let schema = resolve(api, schema);
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = |choice: &&Value| check(api, choice, value, place).is_ok();
        return match choices.iter().filter(fits).count() {
            1 => Ok(()),
            count => Err(format!(
                "{place}: {value} is {count} of those that it may be"
            )),
        };
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        Value::Null => return Ok(()),
        kind => vec![kind.clone()],
    };
    let fits = |known: &Value| known == kind || known == "number" && kind == "integer";
    if !kinds.iter().any(fits) {
        return Err(format!("{place}: expected {kinds:?}, found {kind}"));
    }
    if let Some(values) = schema["enum"].as_array()
        && !values.contains(value)
    {
        return Err(format!("{place}: {value} is none of {values:?}"));
    }
    for required in schema["required"].as_array().into_iter().flatten() {
        if value.is_object() && value.get(required.as_str().unwrap()).is_none() {
            return Err(format!("{place}: {required} is missing"));
        }
    }
    let (least, most) = (&schema["minimum"], &schema["maximum"]);
    if let Some(number) = value.as_f64()
        && (least.as_f64().is_some_and(|least| number < least)
            || most.as_f64().is_some_and(|most| number > most))
    {
        return Err(format!(
            "{place}: expected {least} to {most}, found {number}"
        ));
    }
    let (least, most) = (&schema["minItems"], &schema["maxItems"]);
    if let Some(count) = value.as_array().map(|elements| elements.len() as u64)
        && (least.as_u64().is_some_and(|least| count < least)
            || most.as_u64().is_some_and(|most| count > most))
    {
        return Err(format!(
            "{place}: expected {least} to {most} elements, found {count}"
        ));
    }
    for (name, field) in value.as_object().into_iter().flatten() {
        let known = schema["properties"]
            .get(name)
            .ok_or_else(|| format!("{place}: {name} is not described"))?;
        check(api, known, field, &format!("{place}.{name}"))?;
    }
    let elements = value.as_array().into_iter().flatten().enumerate();
    for (index, element) in elements {
        check(api, &schema["items"], element, &format!("{place}[{index}]"))?;
    }
    Ok(())
}

#[test]
fn describes_every_route_and_no_other() {
    let server = Running::start();
    let api = description(&server);
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut described: Vec<(String, String)> = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        described.extend(
            item.as_object()
                .unwrap()
                .keys()
                .map(|method| (path.clone(), method.clone())),
        );
    }
    let mut expected = ROUTES
        .map(|(path, method)| (path.to_owned(), method.to_owned()))
        .to_vec();
    described.sort();
    expected.sort();
    assert_eq!(described, expected);
    for (path, method) in ROUTES {
        let operation = &api["paths"][path][method];
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{path}");
        for status in ["400", "421", "503"] {
            let problem =
                &operation["responses"][status]["content"]["application/problem+json"]["schema"];
            assert!(
                resolve(&api, problem)["properties"]["detail"].is_object(),
                "{path}: {status}"
            );
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn visit(api: &Value, value: &Value) {
        resolve(api, value);
        match value {
            Value::Array(elements) => elements.iter().for_each(|element| visit(api, element)),
            Value::Object(fields) => fields.values().for_each(|field| visit(api, field)),
            _ => {}
        }
    }
    let server = Running::start();
    let api = description(&server);
    visit(&api, &api);
    // Nor do descriptions have the links of Rust's documentation.
    let text = api.to_string();
    assert!(!text.contains("](") && !text.contains("crate::") && !text.contains("[`"));
}

#[test]
fn responses_are_as_described() {
    let server = Running::start();
    let api = description(&server);
    let schema = |path: &str, method: &str| {
        let content = &api["paths"][path][method]["responses"]["200"]["content"];
        content["application/json"]["schema"].clone()
    };
    for path in [
        "/v1/model",
        "/v1/model/weights",
        "/v1/runs",
        "/v1/digits/random",
        "/v1/training",
        "/v1/training/weights",
    ] {
        let described = schema(path, "get");
        assert!(described.is_object(), "{path}");
        check(&api, &described, &server.get(path).ok(), path).unwrap();
    }
    let predictions = schema("/v1/predict", "post");
    for body in [r#"{"strokes": []}"#, r#"{"strokes": [[[0, 0]]]}"#] {
        check(&api, &predictions, &server.predict(body).ok(), body).unwrap();
    }
    let problem = &api["components"]["schemas"]["Problem"];
    check(&api, problem, &server.get("/nothing").json(), "problem").unwrap();
    // The check itself finds what is wrong.
    let mut wrong = server.predict(r#"{"strokes": []}"#).ok();
    wrong["images"][0]["status"] = "unheard of".into();
    assert!(check(&api, &predictions, &wrong, "").is_err());
    wrong["images"][0].as_object_mut().unwrap().remove("status");
    assert!(check(&api, &predictions, &wrong, "").is_err());
}

#[test]
fn describes_what_a_prediction_takes() {
    let server = Running::start();
    let api = description(&server);
    let operation = &api["paths"]["/v1/predict"]["post"];
    let content = operation["requestBody"]["content"].as_object().unwrap();
    for kind in [
        "application/json",
        "image/png",
        "image/jpeg",
        "application/octet-stream",
    ] {
        assert!(content.contains_key(kind), "{kind}");
    }
    assert_eq!(
        resolve(&api, &content["image/png"]["schema"])["format"],
        "binary"
    );
    let parameters: Vec<&str> = operation["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(parameters, ["run", "row", "detail"]);
    assert!(operation["responses"]["401"].is_object());
    assert!(api["components"]["securitySchemes"]["token"].is_object());
}

#[test]
fn bodies_are_taken_as_described() {
    let server = Running::start();
    let api = description(&server);
    let content = &api["paths"]["/v1/predict"]["post"]["requestBody"]["content"];
    let body = &content["application/json"]["schema"];
    let numbers = |number: &str, count: usize| format!("[{}]", vec![number; count].join(","));
    let [small, large] = [numbers("1", 400), numbers("0.5", 784)];
    for (json, status) in [
        (
            format!("{{\"pixels\": {small}, \"pixel_order\": \"column\"}}"),
            200,
        ),
        (format!("{{\"pixels\": {large}}}"), 200),
        (format!("{{\"images\": [{small}, {small}]}}"), 200),
        (
            format!("{{\"images\": [{large}], \"pixel_order\": \"row\"}}"),
            200,
        ),
        ("{\"strokes\": []}".to_owned(), 200),
        (
            "{\"strokes\": [[[0, -1e9], [2, 1e9]]], \"pen_width\": 1e-9}".to_owned(),
            200,
        ),
        (format!("{{\"images\": [{small}, {large}]}}"), 422),
        (format!("{{\"pixels\": {small}, \"strokes\": []}}"), 422),
        (format!("{{\"pixels\": {small}, \"pen_width\": 1}}"), 422),
        (format!("{{\"pixels\": {}}}", numbers("332", 400)), 422),
        (format!("{{\"pixels\": {}}}", numbers("-77", 400)), 422),
        (format!("{{\"pixels\": {}}}", numbers("1", 401)), 422),
        (
            format!("{{\"pixels\": {small}, \"pixel_order\": \"diagonal\"}}"),
            422,
        ),
        ("{\"images\": []}".to_owned(), 422),
        ("{\"strokes\": [[]]}".to_owned(), 422),
        ("{\"strokes\": [[[1]]]}".to_owned(), 422),
        ("{\"strokes\": [[[1, 1.1e9]]]}".to_owned(), 422),
        ("{\"strokes\": [], \"pen_width\": 0}".to_owned(), 422),
        ("{\"stroke\": []}".to_owned(), 422),
        ("{}".to_owned(), 422),
    ] {
        let described = check(&api, body, &serde_json::from_str(&json).unwrap(), "body");
        assert_eq!(described.is_ok(), status == 200, "{json}: {described:?}");
        assert_eq!(server.predict(&json).status, status, "{json}");
    }
}
