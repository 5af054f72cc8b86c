//! The console's files: from the binary (feature `embed`) or from the folder that `frontend/build.mjs` fills.
//!
//! Built files under `/pkg` have hashes in their names, so browsers may keep them for ever; all others are asked for
//! again. Precompressed variants (`.br`, `.gz`) are sent to whoever takes them.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use std::borrow::Cow;

#[cfg(feature = "embed")]
#[derive(rust_embed::RustEmbed)]
#[folder = "$HOOKLOFT_SITE"]
struct Embedded;

/// The bytes of a file of the site.
#[cfg(feature = "embed")]
fn load(path: &str) -> Option<Bytes> {
    Embedded::get(path).map(|file| match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    })
}

/// The bytes of a file of the site.
#[cfg(not(feature = "embed"))]
fn load(path: &str) -> Option<Bytes> {
    if path.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return None;
    }
    std::fs::read(std::path::Path::new(site_folder()).join(path)).ok().map(Bytes::from)
}

/// The names of the site's files.
#[cfg(feature = "embed")]
fn names() -> Vec<Cow<'static, str>> {
    Embedded::iter().collect()
}

/// The names of the site's built files.
#[cfg(not(feature = "embed"))]
fn names() -> Vec<Cow<'static, str>> {
    let folder = std::path::Path::new(site_folder()).join("pkg");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| Cow::Owned(format!("pkg/{}", entry.file_name().to_string_lossy()))).collect()
}

#[cfg(not(feature = "embed"))]
const fn site_folder() -> &'static str {
    env!("HOOKLOFT_SITE")
}

/// The URL path of the built file with this extension: `/pkg/hookloft.<hash>.css`.
pub(crate) fn built(extension: &str) -> String {
    let wanted = |name: &str| {
        let Some(file) = name.strip_prefix("pkg/hookloft") else { return false };
        file.strip_suffix(extension).is_some_and(|middle| middle.ends_with('.') && !middle.contains('/'))
    };
    let name = names().into_iter().find(|name| wanted(name));
    name.map_or_else(|| format!("/pkg/hookloft.{extension}"), |name| format!("/{name}"))
}

/// Whether the site is there at all.
pub(crate) fn are_there() -> bool {
    names().iter().any(|name| name.ends_with(".wasm"))
}

/// The file at the URL path, if the site has it.
pub(crate) fn serve(path: &str, headers: &HeaderMap) -> Option<Response> {
    let path = path.strip_prefix('/')?;
    let (bytes, encoding) = variant(path, headers)?;
    let cache = if path.starts_with("pkg/") && is_hashed(path) {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300"
    };
    let content_type = mime_guess::from_path(path).first_or_octet_stream();
    let mut response = Response::new(Body::from(bytes));
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_str(content_type.as_ref()).ok()?);
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

/// `hookloft.<22 characters>.wasm`.
fn is_hashed(path: &str) -> bool {
    path.split('.').nth(1).is_some_and(|hash| hash.len() >= 16)
}

fn variant(path: &str, headers: &HeaderMap) -> Option<(Bytes, Option<&'static str>)> {
    for (encoding, suffix) in [("br", "br"), ("gzip", "gz")] {
        if accepts(headers, encoding)
            && let Some(bytes) = load(&format!("{path}.{suffix}"))
        {
            return Some((bytes, Some(encoding)));
        }
    }
    load(path).map(|bytes| (bytes, None))
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        is_it && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// A file under `/pkg`, or 404.
pub(crate) async fn pkg(uri: Uri, headers: HeaderMap) -> Response {
    serve(uri.path(), &headers).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}
