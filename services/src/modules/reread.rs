//! Items know the fields that their module had when they were kept. When these change, a job sends each item through the
//! journal once more, as itself: that reads its fields anew, finds it by them, and tells nobody.
//!
//! A job, as jobs are taken up again after a restart and run beside no other of their key. It may run twice: an item
//! whose fields are as they should be is left alone.

use crate::{Error, Result, Services};
use domain::activity::PageRequest;
use domain::ids::{AccountId, ModuleId};
use domain::module::{ItemDraft, Module};
use domain::record::{Intent, ItemRow, RecordSearch};
use futures::{StreamExt, TryStreamExt};
use serde_json::Map;
use std::sync::Arc;
use storage::AccountScope;
use storage::unscoped::scope_of_engine;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Items that are read at a time.
const PAGE: u16 = 200;
/// Items that are on their way into the journal at once, which commits them together. So few that others get in between.
const AT_ONCE: usize = 16;

impl Services {
    /// Queues reading the items of `module` anew. Should that fail, each keeps its fields until it is next written.
    pub(super) async fn queue_reread(&self, account: AccountId, module: &Module) {
        let job = crate::jobs::Job::RereadItems { account, module: module.id };
        let key = format!("RereadItems-{}-{}", module.id, module.version);
        if let Err(error) = self.db().push_job(&job, &key).await {
            tracing::warn!(%error, module.id = %module.id, "Items keep their old fields until they are next written");
        }
    }
}

/// Reads every item of a module anew, from the oldest on; those that come meanwhile have the new fields.
pub(crate) async fn reread_items(
    services: &Services,
    (account, module): (AccountId, ModuleId),
    stop: &CancellationToken,
) -> Result<()> {
    let scope = scope_of_engine(account);
    let module = match services.db().account(&scope).module(module).await {
        Ok(module) => Arc::new(module),
        Err(storage::StorageError::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut last = Uuid::nil();
    loop {
        if stop.is_cancelled() {
            return Err(Error::Unavailable);
        }
        let page = PageRequest { before: Some(last), limit: Some(PAGE), ..PageRequest::default() };
        let page = services.db().account(&scope).items(module.id, &RecordSearch::default(), page).await?;
        let Some(newest) = page.data.first() else { return Ok(()) };
        last = newest.id.0;
        let rereads = page.data.into_iter().map(|item| reread(services, &scope, &module, item));
        futures::stream::iter(rereads).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    }
}

async fn reread(
    services: &Services,
    scope: &AccountScope,
    module: &Arc<Module>,
    item: ItemRow,
) -> Result<()> {
    let draft = ItemDraft { key: item.key, title: item.title, data: Map::new() };
    let module = Arc::clone(module);
    let intent = Intent::ItemUpsert { module, draft, expected: Some(item.version) };
    match services.change_record(scope, intent).await {
        // Whoever wrote it meanwhile knew the new fields, or took it away.
        Err(Error::Stale | Error::NotFound) => Ok(()),
        // With its new fields it would be too large: it keeps the old ones until it is next written.
        Err(Error::Invalid(errors)) => {
            tracing::warn!(?errors, item.id = %item.id, "An item does not fit the new fields of its module");
            Ok(())
        }
        outcome => outcome.map(|_| ()),
    }
}
