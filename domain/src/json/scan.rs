use super::{JsonError, position};
use crate::limits::MAX_JSON_DEPTH;

/// Keys by which `serde_json` passes numbers and raw text through its own data model begin with this.
const RESERVED: &str = "$serde_json::private::";

/// Refuses what the parser would let pass. Reads each byte once and never recurses; text that is no JSON may pass,
/// the parser refuses it.
pub(super) fn scan(bytes: &[u8]) -> Result<(), JsonError> {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = string_end(bytes, at)?;
                if is_reserved_key(bytes, at, end) {
                    return Err(invalid(bytes, at, "this key is reserved"));
                }
                at = end;
                continue;
            }
            b'[' | b'{' if depth == MAX_JSON_DEPTH => return Err(JsonError::TooDeep),
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

/// Where the string that opens at `start` is over.
fn string_end(bytes: &[u8], start: usize) -> Result<usize, JsonError> {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return Ok(at + 1),
            b'\\' if bytes[at + 1..].starts_with(b"u0000") => {
                return Err(invalid(bytes, at, "NUL (\\u0000) is not allowed in strings"));
            }
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    Ok(bytes.len())
}

fn is_reserved_key(bytes: &[u8], start: usize, end: usize) -> bool {
    // Only an escape can hide the `$`, so every other string is passed by its first byte.
    matches!(bytes.get(start + 1), Some(b'$' | b'\\'))
        && bytes[end..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
        && serde_json::from_slice::<String>(&bytes[start..end]).is_ok_and(|key| is_reserved(&key))
}

/// Whether no object may have this `key`, because `serde_json` gives it a meaning of its own.
pub(crate) fn is_reserved(key: &str) -> bool {
    key.starts_with(RESERVED)
}

fn invalid(bytes: &[u8], offset: usize, message: &str) -> JsonError {
    let (line, column) = position(bytes, offset);
    JsonError::Invalid { line, column, message: message.to_owned() }
}
