//! The numbers that bound what one account can make the installation do. Each is named where it is enforced.

/// Largest inbound body, after decompression (413 above).
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// Most elements of an inbound array (D12, 422 above).
pub const MAX_ELEMENTS: usize = 1_000;
/// Deepest nesting of inbound JSON (400 above).
pub const MAX_JSON_DEPTH: usize = 64;
/// Most mapping rows in a source.
pub const MAX_MAPPINGS: usize = 100;
/// Most criteria in a filter, all groups together.
pub const MAX_CRITERIA: usize = 50;
/// Largest configured response body of a source.
pub const MAX_RESPONSE_BYTES: usize = 8 * 1024;
/// What is kept of a receiver's answer.
pub const MAX_STORED_RESPONSE_BYTES: usize = 16 * 1024;
/// Longest string that goes into an index.
pub const MAX_INDEXED_BYTES: usize = 512;
/// Time to connect to a receiver.
pub const CONNECT_TIMEOUT_MS: u32 = 5_000;
/// Whole exchange with a receiver, unless the integration says otherwise.
pub const DEFAULT_TIMEOUT_MS: u32 = 15_000;
/// Longest exchange an integration may ask for.
pub const MAX_TIMEOUT_MS: u32 = 30_000;
/// Deliveries of one integration in flight at once, unless the integration says otherwise.
pub const DEFAULT_IN_FLIGHT: u32 = 32;
/// Most deliveries of one integration in flight at once.
pub const MAX_IN_FLIGHT: u32 = 512;
/// Most events in one call of the batch form.
pub const MAX_EVENTS_PER_CALL: usize = 1_000;
/// How long an idempotency key is remembered.
pub const IDEMPOTENCY_MS: i64 = 7 * 24 * 3_600 * 1000;
/// A delivery ends this long after its creation at the latest.
pub const DELIVERY_LIFETIME_MS: i64 = 7 * 24 * 3_600 * 1000;
/// Rows that a process writes a minute and account for requests refused before authentication; the rest is counted.
pub const REFUSALS_LOGGED_PER_MINUTE: u32 = 60;
/// Shortest password, in characters.
pub const MIN_PASSWORD_CHARS: usize = 8;
/// Most deliveries to ourselves between an event and the one that came from outside.
pub const MAX_HOPS: u8 = 8;
/// Longest text in a field of a record.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
/// Largest record: all its fields, or all its data, as JSON.
pub const MAX_RECORD_BYTES: usize = 256 * 1024;
/// Most fields of a form or a module.
pub const MAX_FIELDS: usize = 200;
/// Most values of a field that is an array.
pub const MAX_ARRAY_VALUES: usize = 1_000;
/// Most values that a criterion looks at where its path stands for each element of a list.
pub const MAX_EACH_VALUES: usize = 1_000;
/// Most terms by which one record is found.
pub const MAX_SEARCH_TERMS: usize = 64;
/// How many of its last requests a source's filter and mapping are tried on (D17).
pub const MAX_SAMPLES: u16 = 20;
/// How long an inactive source keeps what it is sent, from when it is made or asked to.
pub const CAPTURE_MS: i64 = 10 * 60 * 1000;
/// How many revisions of a source are kept; older ones go.
pub const REVISIONS_KEPT: i64 = 100;
