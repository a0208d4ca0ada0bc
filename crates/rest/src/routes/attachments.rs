//! Attachments: bytes under their digest, streamed in and out.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use serde_json::json;
use sluicegate_app::view::AttachmentView;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::{AttachmentAt, Known};
use crate::{
    answer::{Answer, empty, set},
    api::Api,
    extract::{Path, Read, etag, has_it},
    parse::{Line, parameters},
    problem::{Changing, Reading},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(upload_attachment)).routes(routes!(download_attachment))
}

parameters! {
    Query Naming {
        /// The file's name.
        name: Option<Line>,
    }
}

/// Upload an attachment
///
/// The body is the file, whatever it is; its `Content-Type` is kept. Name the answer's `digest` in
/// a submission. The same bytes are stored once, so a repeat does no harm.
#[utoipa::path(post, path = "/v1/attachments", tag = "attachments", params(Naming),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "Stored", body = schema::Attachment), Changing))]
async fn upload_attachment(read: Read<Naming>, request: Request) -> Answer {
    let name = read.query.name.as_ref().map_or("attachment", |name| name.0.as_str());
    let media_type = media_type(&read.headers);
    let stream = request.into_body().into_data_stream();
    let stored = read.app.put_attachment(&read.caller, name.to_owned(), media_type, stream).await?;
    let mut response = Response::new(Body::from(json!(stored).to_string()));
    *response.status_mut() = StatusCode::CREATED;
    set(&mut response, header::CONTENT_TYPE, "application/json");
    set(&mut response, header::LOCATION, &format!("/v1/attachments/{}", stored.digest));
    Ok(response)
}

/// Download an attachment
///
/// Byte for byte as it was uploaded.
#[utoipa::path(get, path = "/v1/attachments/{digest}", tag = "attachments",
    params(AttachmentAt, Known),
    responses((status = 200, description = "The bytes", content_type = "*/*", body = Vec<u8>),
        Reading))]
async fn download_attachment(read: Read, Path(at): Path<AttachmentAt>) -> Answer {
    let (about, bytes) = read.app.attachment(&read.caller, &at.digest).await?;
    let tag = etag(about.digest);
    let mut response = if has_it(&read.headers, &tag) {
        empty(StatusCode::NOT_MODIFIED)
    } else {
        Response::new(Body::from_stream(bytes))
    };
    set(&mut response, header::ETAG, &tag);
    describe(&mut response, &about);
    Ok(response)
}

/// Somebody else's file must never run in this server's name, so it is always saved, never shown.
fn describe(response: &mut Response, about: &AttachmentView) {
    set(response, header::CONTENT_TYPE, &about.media_type);
    set(response, header::CONTENT_DISPOSITION, &saved_as(&about.name));
    set(response, header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
}

/// RFC 6266 with RFC 8187.
fn saved_as(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let encode = |byte: u8| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    format!("attachment; filename*=UTF-8''{}", name.bytes().map(encode).collect::<String>())
}

/// What is no media type is kept as bytes of no known kind.
fn media_type(headers: &HeaderMap) -> String {
    let found = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let token = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        (1..=100).contains(&text.len()) && text.bytes().all(fits)
    };
    let bare = found.and_then(|text| text.split(';').next()).map(str::trim);
    let known = bare.filter(|text| {
        text.split_once('/').is_some_and(|(kind, subkind)| token(kind) && token(subkind))
    });
    known.unwrap_or("application/octet-stream").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_encoded_whatever_it_is() {
        assert_eq!(saved_as("a b\"\r\n.pdf"), "attachment; filename*=UTF-8''a%20b%22%0D%0A.pdf");
        assert_eq!(saved_as("펌프"), "attachment; filename*=UTF-8''%ED%8E%8C%ED%94%84");
    }

    #[test]
    fn only_a_media_type_is_kept() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, text.parse().unwrap());
            media_type(&headers)
        };
        assert_eq!(read("Application/PDF; x=y"), "application/pdf");
        assert_eq!(read("nonsense"), "application/octet-stream");
        assert_eq!(read("a/b/c"), "application/octet-stream");
    }
}
