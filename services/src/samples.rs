//! Samples of a source: what its filter and its mapping are tried on while they are edited. Whatever comes is one; an
//! older request becomes one again when somebody chooses it.

use crate::{Error, Result, Services};
use domain::account::Permission;
use domain::activity::{PageRequest, RequestDetail, RequestFilter};
use domain::ids::{RequestId, SourceId};
use domain::limits::MAX_SAMPLES;
use domain::time::Timestamp;
use storage::{AccountScope, StorageError};

impl Services {
    /// The last samples of a source, at most [`MAX_SAMPLES`], the last one first: a request counts from when it came, or
    /// was chosen.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn samples(&self, scope: &AccountScope, source: SourceId) -> Result<Vec<RequestDetail>> {
        let filter = RequestFilter { source_id: Some(source), ..RequestFilter::default() };
        let newest = PageRequest { limit: Some(MAX_SAMPLES), ..PageRequest::default() };
        let came = self.requests(scope, filter, newest).await?.data.into_iter();
        let came = came.map(|row| (row.id, row.received_at)).collect();
        let account = self.db().account(scope);
        let mut samples = Vec::new();
        for id in last_of(account.chosen_samples(source).await?, came) {
            match account.request(id).await {
                Ok(sample) => samples.push(sample),
                // It was too old for the log meanwhile.
                Err(StorageError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(samples)
    }

    /// Puts a logged request among its source's samples, as the last one; answers the source.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`]; [`Error::Invalid`] by `request_id` where it was for no source, or
    /// bodies of its age are gone.
    pub async fn use_as_sample(&self, scope: &AccountScope, id: RequestId) -> Result<SourceId> {
        self.require(scope, Permission::EditSources)?;
        let account = self.db().account(scope);
        let RequestDetail { request, body, .. } = account.request(id).await?;
        let no_sample = |why| Error::invalid("request_id", why);
        let source =
            request.source_id.ok_or_else(|| no_sample("no source has the endpoint it was sent to"))?;
        if body.is_none() {
            return Err(no_sample("what it carried has been deleted"));
        }
        account.choose_sample(source, id, self.now()).await?;
        Ok(source)
    }
}

/// The last of both, each once.
fn last_of(
    chosen: Vec<(RequestId, Timestamp)>,
    came: Vec<(RequestId, Timestamp)>,
) -> impl Iterator<Item = RequestId> {
    let is_chosen = |id: RequestId| chosen.iter().any(|(other, _)| *other == id);
    let others: Vec<_> = came.into_iter().filter(|(id, _)| !is_chosen(*id)).collect();
    let mut all = [chosen, others].concat();
    all.sort_by_key(|(id, at)| std::cmp::Reverse((*at, *id)));
    all.into_iter().map(|(id, _)| id).take(usize::from(MAX_SAMPLES))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> (RequestId, Timestamp) {
        (RequestId::new(Timestamp(ms), &[0; 10]), Timestamp(ms))
    }

    #[test]
    fn d17_a_request_that_was_chosen_counts_from_then_and_gives_way_to_what_came_after_it() {
        let old = at(1).0;
        let found = |chosen_at: i64, came: Vec<i64>| -> Vec<_> {
            last_of(vec![(old, Timestamp(chosen_at))], came.into_iter().map(at).collect()).collect()
        };
        assert_eq!(found(25, vec![20, 10]), [old, at(20).0, at(10).0]);
        assert_eq!(found(15, vec![20, 10]), [at(20).0, old, at(10).0]);
        assert_eq!(found(25, vec![20, 1]), [old, at(20).0], "each once");
        let many = found(25, (26..=45).rev().collect());
        assert_eq!((many.len(), many.contains(&old)), (20, false));
    }
}
