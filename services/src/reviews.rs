//! Why a logged request ended as it did, and what would become of it today.

use crate::{Result, Services};
use domain::account::Permission;
use domain::activity::RequestDetail;
use domain::ids::RequestId;
use domain::inbound::{Review, review};
use storage::AccountScope;

impl Services {
    /// What the source of a request, as it is set up now, makes of what the request carried; `None` where it was for no
    /// source, or bodies of its age are gone.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound), [`Error::Forbidden`](crate::Error::Forbidden),
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn review_request(&self, scope: &AccountScope, id: RequestId) -> Result<Option<Review>> {
        let request = self.request(scope, id).await?;
        self.review(scope, &request).await
    }

    /// As [`Services::review_request`], of a request that was read already.
    ///
    /// # Errors
    /// As [`Services::review_request`].
    pub async fn review(&self, scope: &AccountScope, request: &RequestDetail) -> Result<Option<Review>> {
        self.require(scope, Permission::ReadActivity)?;
        let Some(id) = request.request.source_id else { return Ok(None) };
        let routing = self.routing(scope).await?;
        let Some(source) = routing.sources.values().find(|source| source.id == id) else { return Ok(None) };
        let Some(mut review) = review(source, &routing.rules, request) else { return Ok(None) };
        if let Some(module) = review.module_id {
            let keys: Vec<_> = review.elements.iter().filter_map(|element| element.key.clone()).collect();
            let items = self.db().account(scope).item_ids(module, &keys).await?;
            for element in &mut review.elements {
                element.item_id = element.key.as_ref().and_then(|key| items.get(key).copied());
            }
        }
        Ok(Some(review))
    }
}
