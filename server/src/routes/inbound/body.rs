//! Reading an inbound body: at most 1 MiB as sent, and at most 1 MiB once decompressed.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use domain::limits::MAX_BODY_BYTES;
use flate2::bufread::MultiGzDecoder;
use http_body_util::BodyExt;
use services::InboundBody;
use std::io::Read;

/// How much more than the cap is read and thrown away, so that a sender that writes before it reads gets its answer.
const MAX_DISCARDED_BYTES: usize = 8 * MAX_BODY_BYTES;

/// Why there is no body to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// The connection ended inside it.
    BrokenOff,
}

/// Reads `body` to its end, whatever its length.
///
/// # Errors
/// [`ReadError::BrokenOff`] when the sender did not send all of it.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<InboundBody, ReadError> {
    let Some(raw) = collect(headers, body).await? else { return Ok(InboundBody::TooLarge) };
    Ok(decode(headers, raw))
}

/// The bytes as sent; `None` when there are more than the cap.
async fn collect(headers: &HeaderMap, mut body: Body) -> Result<Option<Bytes>, ReadError> {
    let declared =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > MAX_BODY_BYTES as u64) {
        discard(body, declared).await;
        return Ok(None);
    }
    let Some(first) = next_chunk(&mut body).await? else { return Ok(Some(Bytes::new())) };
    if first.len() as u64 == declared.unwrap_or(u64::MAX) {
        return Ok(Some(first));
    }
    let expected = declared.and_then(|length| usize::try_from(length).ok()).unwrap_or(2 * first.len());
    let mut whole = BytesMut::with_capacity(expected.min(MAX_BODY_BYTES));
    let mut chunk = first;
    loop {
        if whole.len() + chunk.len() > MAX_BODY_BYTES {
            discard(body, None).await;
            return Ok(None);
        }
        whole.extend_from_slice(&chunk);
        match next_chunk(&mut body).await? {
            Some(next) => chunk = next,
            None => return Ok(Some(whole.freeze())),
        }
    }
}

async fn next_chunk(body: &mut Body) -> Result<Option<Bytes>, ReadError> {
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|_| ReadError::BrokenOff)?.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// Reads on for a while without keeping anything: a sender that still writes would otherwise see a reset connection
/// instead of the 413. Not at all when the sender has announced more than is worth reading.
async fn discard(mut body: Body, declared: Option<u64>) {
    if declared.is_some_and(|length| length > MAX_DISCARDED_BYTES as u64) {
        return;
    }
    let mut discarded = 0;
    while let Ok(Some(chunk)) = next_chunk(&mut body).await {
        discarded += chunk.len();
        if discarded > MAX_DISCARDED_BYTES {
            return;
        }
    }
}

fn decode(headers: &HeaderMap, raw: Bytes) -> InboundBody {
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    let Some(encoding) = encodings.next() else { return InboundBody::Complete { decoded: raw.clone(), raw } };
    if encodings.next().is_some() {
        return InboundBody::BadEncoding;
    }
    match encoding.as_bytes().trim_ascii() {
        name if name.eq_ignore_ascii_case(b"identity") => InboundBody::Complete { decoded: raw.clone(), raw },
        name if name.eq_ignore_ascii_case(b"gzip") || name.eq_ignore_ascii_case(b"x-gzip") => gunzip(raw),
        _ => InboundBody::BadEncoding,
    }
}

fn gunzip(raw: Bytes) -> InboundBody {
    let mut decoded = Vec::with_capacity((4 * raw.len()).min(MAX_BODY_BYTES));
    let cap = MAX_BODY_BYTES as u64 + 1;
    match MultiGzDecoder::new(raw.as_ref()).take(cap).read_to_end(&mut decoded) {
        Ok(_) if decoded.len() > MAX_BODY_BYTES => InboundBody::TooLarge,
        Ok(_) => InboundBody::Complete { raw, decoded: decoded.into() },
        Err(_) => InboundBody::BadEncoding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).expect("writing to memory");
        encoder.finish().expect("writing to memory")
    }

    fn encoded(encoding: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_ENCODING, HeaderValue::from_static(encoding))])
    }

    async fn chunks(headers: HeaderMap, chunks: Vec<Vec<u8>>) -> InboundBody {
        let stream = futures::stream::iter(chunks.into_iter().map(Ok::<_, std::io::Error>));
        read(&headers, Body::from_stream(stream)).await.expect("a complete body")
    }

    #[tokio::test]
    async fn chunks_are_joined_up_to_the_cap() {
        let InboundBody::Complete { raw, decoded } =
            chunks(HeaderMap::new(), vec![b"ab".to_vec(), b"c".to_vec()]).await
        else {
            panic!("it is small enough")
        };
        assert_eq!((raw.as_ref(), decoded.as_ref()), (&b"abc"[..], &b"abc"[..]));
        let whole = chunks(HeaderMap::new(), vec![vec![b' '; MAX_BODY_BYTES]]).await;
        assert!(matches!(whole, InboundBody::Complete { .. }));
        let oversize = chunks(HeaderMap::new(), vec![vec![b' '; MAX_BODY_BYTES], vec![b' ']]).await;
        assert!(matches!(oversize, InboundBody::TooLarge));
    }

    #[tokio::test]
    async fn declared_length_over_the_cap_is_too_large_without_reading() {
        let headers =
            HeaderMap::from_iter([(header::CONTENT_LENGTH, HeaderValue::from_static("99999999999"))]);
        assert!(matches!(chunks(headers, vec![b"ab".to_vec()]).await, InboundBody::TooLarge));
    }

    #[tokio::test]
    async fn gzip_is_decoded_and_the_bytes_as_sent_are_kept() {
        let sent = gzip(b"{\"a\":1}");
        let InboundBody::Complete { raw, decoded } = chunks(encoded("GZIP"), vec![sent.clone()]).await else {
            panic!("it is gzip")
        };
        assert_eq!((raw.as_ref(), decoded.as_ref()), (sent.as_slice(), &b"{\"a\":1}"[..]));
    }

    #[tokio::test]
    async fn a_gzip_bomb_is_too_large() {
        let bomb = gzip(&vec![0; 64 * MAX_BODY_BYTES]);
        assert!(bomb.len() < MAX_BODY_BYTES);
        assert!(matches!(chunks(encoded("gzip"), vec![bomb]).await, InboundBody::TooLarge));
    }

    #[tokio::test]
    async fn other_and_broken_encodings_are_bad() {
        for (encoding, body) in
            [("br", b"x".to_vec()), ("gzip", b"no gzip".to_vec()), ("gzip, gzip", gzip(b"1"))]
        {
            assert!(
                matches!(chunks(encoded(encoding), vec![body]).await, InboundBody::BadEncoding),
                "{encoding}"
            );
        }
    }
}
