//! An inbound body: at most 1 MiB as sent, and at most 1 MiB once decompressed.

use crate::routes::body;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use domain::limits::MAX_BODY_BYTES;
use flate2::bufread::MultiGzDecoder;
use services::{BodyRoom, InboundBody, Unread};
use std::io::Read;
use std::time::Duration;

/// Reads `body` to its end, whatever its length, or gives it up after `deadline`.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    room: &mut BodyRoom,
    deadline: Duration,
) -> InboundBody {
    match tokio::time::timeout(deadline, body::read(headers, body, room)).await {
        Ok(Ok(raw)) => decode(headers, raw, room),
        Ok(Err(why)) => InboundBody::Unread(why),
        Err(_) => InboundBody::Unread(Unread::TooSlow),
    }
}

fn decode(headers: &HeaderMap, raw: Bytes, room: &mut BodyRoom) -> InboundBody {
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    let Some(encoding) = encodings.next() else { return InboundBody::Complete { decoded: raw.clone(), raw } };
    if encodings.next().is_some() {
        return InboundBody::BadEncoding;
    }
    match encoding.as_bytes().trim_ascii() {
        name if name.eq_ignore_ascii_case(b"identity") => InboundBody::Complete { decoded: raw.clone(), raw },
        name if name.eq_ignore_ascii_case(b"gzip") || name.eq_ignore_ascii_case(b"x-gzip") => {
            gunzip(raw, room)
        }
        _ => InboundBody::BadEncoding,
    }
}

fn gunzip(raw: Bytes, room: &mut BodyRoom) -> InboundBody {
    // How much comes out is known only afterwards.
    if !room.grow_to(raw.len() + MAX_BODY_BYTES) {
        return InboundBody::Unread(Unread::NoRoom);
    }
    let mut decoded = Vec::with_capacity((4 * raw.len()).min(MAX_BODY_BYTES));
    let cap = MAX_BODY_BYTES as u64 + 1;
    let outcome = MultiGzDecoder::new(raw.as_ref()).take(cap).read_to_end(&mut decoded);
    room.shrink_to(raw.len() + decoded.len());
    match outcome {
        Ok(_) if decoded.len() > MAX_BODY_BYTES => InboundBody::Unread(Unread::TooLarge),
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

    const PATIENCE: Duration = Duration::from_secs(30);

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
        read(&headers, Body::from_stream(stream), &mut BodyRoom::unshared(), PATIENCE).await
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
        assert!(matches!(oversize, InboundBody::Unread(Unread::TooLarge)));
    }

    #[tokio::test]
    async fn declared_length_over_the_cap_is_too_large_without_reading() {
        let headers =
            HeaderMap::from_iter([(header::CONTENT_LENGTH, HeaderValue::from_static("99999999999"))]);
        assert!(matches!(chunks(headers, vec![b"ab".to_vec()]).await, InboundBody::Unread(Unread::TooLarge)));
    }

    #[tokio::test]
    async fn a_body_that_does_not_end_is_given_up() {
        let endless = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
        let body = read(&HeaderMap::new(), endless, &mut BodyRoom::unshared(), Duration::ZERO).await;
        assert!(matches!(body, InboundBody::Unread(Unread::TooSlow)));
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_not_taken() {
        let broken = futures::stream::iter([Ok(b"{".to_vec()), Err(std::io::Error::other("reset"))]);
        let body = Body::from_stream(broken);
        let body = read(&HeaderMap::new(), body, &mut BodyRoom::unshared(), PATIENCE).await;
        assert!(matches!(body, InboundBody::Unread(Unread::BrokenOff)));
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
        assert!(matches!(chunks(encoded("gzip"), vec![bomb]).await, InboundBody::Unread(Unread::TooLarge)));
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
