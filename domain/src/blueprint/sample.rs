use crate::hops::Hops;
use crate::ids::RequestId;
use crate::inbound::{InboundRequest, Proof};
use crate::time::Timestamp;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// A request as a sender makes it. Its signature is that of a made-up secret, at the time it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SampleRequest {
    /// When it came.
    pub received_at: Timestamp,
    /// `POST`, `PUT`, …
    pub method: String,
    /// The full URL that was called.
    pub url: String,
    /// Names and values, in the order sent.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<String>>))]
    pub headers: Vec<(String, String)>,
    /// The secret that it proves, for tests; `None` where it proves nothing.
    #[serde(default, skip_serializing)]
    pub secret: Option<String>,
    /// What was sent.
    #[serde(default, skip_deserializing)]
    pub body: String,
}

impl SampleRequest {
    /// Puts `request.json` and the sample's text together. The line break that ends a file is not part of the body.
    pub(super) fn read(request: &str, body: &str) -> Result<Self, serde_json::Error> {
        let sample: Self = serde_json::from_str(request)?;
        Ok(Self { body: body.strip_suffix('\n').unwrap_or(body).to_owned(), ..sample })
    }

    /// The request as the pipeline takes it, at the endpoint that its URL names.
    #[must_use]
    pub fn request(&self, id: RequestId) -> InboundRequest {
        let path = self.url.split(['?', '#']).next().unwrap_or_default();
        let body = Bytes::from(self.body.clone());
        InboundRequest {
            id,
            received_at: self.received_at,
            method: self.method.clone(),
            url: self.url.clone(),
            endpoint: path.rsplit('/').next().unwrap_or_default().to_owned(),
            headers: self.headers.clone(),
            hops: Hops::default(),
            raw_body: body.clone(),
            body,
            proof: Proof::Asked,
        }
    }
}
