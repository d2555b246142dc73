//! What a body of a prediction may be, as JSON Schema: more exact than its type, which is three in one.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::wire::bounds::{LARGEST_COORDINATE, LEAST_PIXEL, MOST_PIXEL, SMALLEST_WIDTH};
use crate::wire::request::{Picture, PredictBody};

impl ToSchema for PredictBody {
    fn name() -> Cow<'static, str> {
        "PredictBody".into()
    }
}

impl PartialSchema for PredictBody {
    fn schema() -> RefOr<Schema> {
        let schema = json!({
            "description": "An image, several, or a drawing.",
            "oneOf": [
                object("An image", "pixels", &json!({
                    "pixels": {
                        "description": "20 x 20 or 28 x 28 numbers. Ink is 1 and ground 0, or, if a number of the \
                                        request is above 1.3, 255 and 0; numbers may pass either by 30 % of ink.",
                        "oneOf": [image(400), image(784)],
                    },
                    "pixel_order": pixel_order(),
                })),
                object("Several images", "images", &json!({
                    "images": {
                        "description": "Images as in `pixels`, all of one size; at most 10,000, with `detail=true` at \
                                        most 100, if the server was not told otherwise.",
                        "oneOf": [
                            {"type": "array", "minItems": 1, "items": image(400)},
                            {"type": "array", "minItems": 1, "items": image(784)},
                        ],
                    },
                    "pixel_order": pixel_order(),
                })),
                object("A drawing", "strokes", &json!({
                    "strokes": {
                        "type": "array",
                        "description": "Strokes, each of points `[x, y]` in any unit, with y growing downwards; at most \
                                        100,000 points, if the server was not told otherwise. Without strokes it is blank.",
                        "items": {"type": "array", "minItems": 1, "items": point()},
                    },
                    "pen_width": {
                        "type": "number",
                        "description": "The width of the pen, in the unit of the strokes; by default a twelfth of the \
                                        longer side of the drawing.",
                        "minimum": SMALLEST_WIDTH,
                        "maximum": LARGEST_COORDINATE,
                    },
                })),
            ],
        });
        serde_json::from_value(schema)
            .expect("the lines above are a schema, as a test of the description sees")
    }
}

/// An object with one field that it must have.
fn object(title: &str, required: &str, properties: &Value) -> Value {
    json!({
        "type": "object",
        "title": title,
        "required": [required],
        "properties": properties,
        "additionalProperties": false,
    })
}

fn image(numbers: usize) -> Value {
    let pixel = json!({"type": "number", "minimum": LEAST_PIXEL, "maximum": MOST_PIXEL});
    json!({"type": "array", "minItems": numbers, "maxItems": numbers, "items": pixel})
}

fn pixel_order() -> Value {
    json!({
        "type": "string",
        "description": "The order of the pixels of an image; by default row by row.",
        "enum": ["row", "column"],
    })
}

fn point() -> Value {
    let coordinate =
        json!({"type": "number", "minimum": -LARGEST_COORDINATE, "maximum": LARGEST_COORDINATE});
    json!({"type": "array", "minItems": 2, "maxItems": 2, "items": coordinate})
}

impl ToSchema for Picture {
    fn name() -> Cow<'static, str> {
        "Picture".into()
    }
}

impl PartialSchema for Picture {
    fn schema() -> RefOr<Schema> {
        let schema =
            json!({"type": "string", "format": "binary", "description": "A PNG or JPEG file."});
        serde_json::from_value(schema).expect("the line above is a schema")
    }
}
