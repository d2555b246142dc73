//! The description of the API, beside what stands at its routes and types.

use std::collections::BTreeMap;

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::schema::Ref;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{OpenApi, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, OpenApi as _, ToSchema};

use crate::wire::problem::Problem;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Handwritten digits",
        description = "Predicts handwritten digits by networks that were trained here. Every refusal is a problem of \
                       RFC 9457, as application/problem+json.",
    ),
    tags(
        (name = "predictions", description = "What a network says of images, drawings and pictures"),
        (name = "networks", description = "The networks, their runs, and digits of the data set"),
        (name = "trainings", description = "How far a training is"),
        (name = "operation", description = "Whether the server works, and what it does"),
    ),
    components(schemas(Problem)),
)]
struct Api;

/// The description without its routes.
pub(crate) fn base() -> OpenApi {
    let mut api = Api::openapi();
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description =
        Some("The token that the server was started with, if it was started with one.".to_owned());
    let components = api.components.get_or_insert_default();
    components
        .security_schemes
        .insert("token".to_owned(), RefOr::T(SecurityScheme::Http(bearer)));
    // Either of them: a server without a token asks for none.
    let token = SecurityRequirement::new("token", [""; 0]);
    api.security = Some(vec![SecurityRequirement::default(), token]);
    api
}

/// Why any request may be refused.
pub(crate) struct AnyRefusal;

/// Why a request of the API may be refused, too.
pub(crate) struct ApiRefusal;

/// Why a request about a run may be refused, too.
pub(crate) struct RunRefusal;

impl IntoResponses for AnyRefusal {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals(&[
            ("400", "Not a request of HTTP, or one without a Host"),
            ("403", "Another site sent it"),
            (
                "421",
                "Sent to a name that the server does not answer under",
            ),
            (
                "408",
                "The head of the request, or its body, did not arrive in time",
            ),
            ("429", "More requests per second than the server allows"),
            (
                "431",
                "The path and headers of the request are too long, or too many",
            ),
            ("500", "The server failed"),
            (
                "503",
                "The server has too much to do, took too long, or is stopping",
            ),
        ])
    }
}

impl IntoResponses for ApiRefusal {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = AnyRefusal::responses();
        responses.extend(refusals(&[
            (
                "400",
                "Not a request of HTTP, without a Host, or with a query that is not understood",
            ),
            ("401", "Without the token"),
        ]));
        responses
    }
}

impl IntoResponses for RunRefusal {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = ApiRefusal::responses();
        responses.extend(refusals(&[("404", "No such run or epoch")]));
        responses
    }
}

/// Describes problems.
fn refusals(statuses: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let describe = |&(status, description): &(&str, &str)| {
        let schema = Ref::from_schema_name(Problem::name());
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/problem+json", content);
        (status.to_owned(), RefOr::T(response.build()))
    };
    statuses.iter().map(describe).collect()
}
