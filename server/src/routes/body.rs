//! Reading a body: at most 1 MiB, and only while there is room for it in memory.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use domain::limits::MAX_BODY_BYTES;
use http_body_util::BodyExt;
use services::{BodyRoom, Unread};

/// How much more than the cap is read and thrown away, so that a sender that writes before it reads gets its answer.
const MAX_DISCARDED_BYTES: usize = 8 * MAX_BODY_BYTES;

/// The bytes as sent, held of `room` as they come: what is only announced costs nobody else's.
///
/// # Errors
/// [`Unread`], whose sender gets its answer even if it still writes.
pub(crate) async fn read(headers: &HeaderMap, body: Body, room: &mut BodyRoom) -> Result<Bytes, Unread> {
    let declared =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let mut body = body;
    let outcome = collect(declared, &mut body, room).await;
    if matches!(outcome, Err(Unread::TooLarge | Unread::NoRoom)) {
        discard(body, declared).await;
    }
    outcome
}

async fn collect(declared: Option<u64>, body: &mut Body, room: &mut BodyRoom) -> Result<Bytes, Unread> {
    if declared.is_some_and(|length| length > MAX_BODY_BYTES as u64) {
        return Err(Unread::TooLarge);
    }
    let declared = declared.and_then(|length| usize::try_from(length).ok());
    let Some(first) = next_chunk(body).await? else { return Ok(Bytes::new()) };
    if Some(first.len()) == declared {
        hold(room, first.len())?;
        return Ok(first);
    }
    let mut whole = BytesMut::with_capacity(2 * first.len());
    let mut chunk = first;
    loop {
        let length = whole.len() + chunk.len();
        if length > MAX_BODY_BYTES {
            return Err(Unread::TooLarge);
        }
        hold(room, length)?;
        whole.extend_from_slice(&chunk);
        match next_chunk(body).await? {
            Some(next) => chunk = next,
            None => return Ok(whole.freeze()),
        }
    }
}

fn hold(room: &mut BodyRoom, bytes: usize) -> Result<(), Unread> {
    if room.grow_to(bytes) { Ok(()) } else { Err(Unread::NoRoom) }
}

async fn next_chunk(body: &mut Body) -> Result<Option<Bytes>, Unread> {
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|_| Unread::BrokenOff)?.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// Reads on for a while without keeping anything: a sender that still writes would otherwise see a reset connection
/// instead of its answer. Not at all when the sender has announced more than is worth reading.
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
