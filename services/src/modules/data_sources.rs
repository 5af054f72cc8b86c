//! Setting up data sources: sources that feed a module of their own (K2 to K7).

use crate::records::Origin;
use crate::{Clock, Error, Result, Services};
use domain::account::Permission;
use domain::activity::{PageRequest, RequestDetail, RequestFilter};
use domain::blueprint::blueprint;
use domain::change::ChangedBy;
use domain::error::FieldErrors;
use domain::ids::{ModuleId, RequestId, SourceId};
use domain::inbound::{Outcome, parse_body};
use domain::module::{Module, ModuleConfig, data_source};
use domain::source::{ContentType, Source, SourceAction};
use domain::time::Timestamp;
use serde_json::Value;
use std::collections::HashMap;
use storage::AccountScope;

/// How many objects that came while a data source was set up are taken in: those of the last messages, until there are as
/// many. What is left can be replayed from the source's log.
const TAKEN_IN: usize = 1_000;
/// How many of the last requests are looked at for a message.
const LOOKED_AT: usize = 200;

impl Services {
    /// Makes a module and a source that feeds it, as the sender of `key`, a blueprint's, needs it. The source keeps
    /// what is sent in its log alone until [`Services::finish_data_source`]; it is active at once, unless a secret has to
    /// be set first.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::Invalid`] for a name that is none and a blueprint that does not fit.
    pub async fn begin_data_source(&self, scope: &AccountScope, name: &str, key: &str) -> Result<Source> {
        let found = blueprint(key).filter(|found| data_source::fits_module(found));
        let Some(blueprint) = found else {
            return Err(Error::invalid("blueprint", "there is no such sender"));
        };
        let name = name.trim();
        let config = ModuleConfig { name: name.to_owned(), ..ModuleConfig::default() };
        let module = self.create_module(scope, config).await?;
        let config = data_source::begun(blueprint, name, &endpoint_of(name), module.id);
        let made = match self.create_source(scope, config).await {
            Ok(source) => source,
            Err(error) => {
                // Nothing feeds it and nothing is in it; who makes another finds it in the list.
                if let Err(error) = self.delete_module(scope, module.id).await {
                    tracing::warn!(%error, module.id = %module.id, "A module without its source is left");
                }
                return Err(error);
            }
        };
        let needs_secret = made.config.verification.secret_field().is_some();
        if needs_secret { Ok(made) } else { self.activate_source(scope, made.id).await }
    }

    /// Says what tells the items of a data source apart and what people call them: paths in each object that is sent.
    /// The last messages that came while it was set up, with 1,000 objects or a few more, are taken in, oldest first;
    /// answers the module. A message is of a sender who was believed, and has an object: no handshake, no pasted sample.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], also for a source that feeds no module, [`Error::Invalid`] by `id` and
    /// `title`, [`Error::InUse`] as long as no message has come (K5).
    pub async fn finish_data_source(
        &self,
        scope: &AccountScope,
        id: SourceId,
        id_path: &str,
        title_path: &str,
    ) -> Result<ModuleId> {
        self.require(scope, Permission::EditModules)?;
        let source = self.source(scope, id).await?;
        let SourceAction::UpsertItem { module_id } = source.config.action else {
            return Err(Error::NotFound);
        };
        let mut errors = FieldErrors::default();
        for (field, path) in [("id", id_path), ("title", title_path)] {
            if path.trim().is_empty() {
                errors.add(field, "choose a value of the sample");
            }
        }
        errors.into_result()?;
        let was_set_up = data_source::is_set_up(&source.config);
        if !was_set_up && self.last_messages(scope, id, 1).await?.is_empty() {
            return Err(Error::InUse("No message has come yet: have the sender send one first.".into()));
        }
        let config = data_source::finished(source.config, id_path, title_path);
        let source = self.update_source(scope, id, Some(source.version), config).await?;
        if !was_set_up {
            let module = self.module(scope, module_id).await?;
            self.take_in(scope, &source, &module).await?;
        }
        Ok(module_id)
    }

    /// Makes items of what came while the source was set up. What does not fit stays in the log, and so does what says
    /// less than is known by now: the source takes messages meanwhile, and the last one is to count.
    pub(crate) async fn take_in(&self, scope: &AccountScope, source: &Source, module: &Module) -> Result<()> {
        let account = self.db().account(scope);
        let mut own_versions = HashMap::new();
        for message in self.last_messages(scope, source.id, TAKEN_IN).await?.into_iter().rev() {
            // They come from the source, as if it had been set up already, not from whoever set it up.
            let origin = Origin { by: ChangedBy::Source(source.id), request_id: Some(message.id) };
            let drafts = data_source::items_of(&source.config, &message.headers, &message.body);
            for draft in drafts.into_iter().flatten() {
                let key = draft.key.clone();
                let known = account.item_ids(module.id, std::slice::from_ref(&key)).await?.remove(&key);
                let known = match known {
                    Some(id) => Some(account.item(module.id, id).await?.item),
                    None => None,
                };
                let version = known.as_ref().map_or(0, |item| item.version);
                let is_own = own_versions.get(&key) == Some(&version);
                if !is_own && known.is_some_and(|item| item.updated_at > message.received_at) {
                    continue;
                }
                match self.upsert_item(scope, origin, module.clone(), (draft, Some(version))).await {
                    Ok(stored) => drop(own_versions.insert(key, stored.item.version)),
                    Err(Error::Invalid(_) | Error::Stale) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// The messages that came to a source while it only kept its log, the last one first, until they have `most` objects.
    async fn last_messages(
        &self,
        scope: &AccountScope,
        source: SourceId,
        most: usize,
    ) -> Result<Vec<Message>> {
        // What only the log keeps ends as filtered out, and nothing does before its sender is believed.
        let outcome = Some(Outcome::Filtered);
        let filter = RequestFilter { source_id: Some(source), outcome, ..RequestFilter::default() };
        let mut page = PageRequest { limit: Some(100), ..PageRequest::default() };
        let (mut messages, mut objects, mut looked_at) = (Vec::new(), 0, 0);
        loop {
            let rows = self.requests(scope, filter.clone(), page).await?.data;
            for row in &rows {
                if let Some(message) = Message::of(self.request(scope, row.id).await?) {
                    objects += data_source::objects(&message.body).len();
                    messages.push(message);
                }
                if objects >= most {
                    return Ok(messages);
                }
            }
            looked_at += rows.len();
            let is_through = looked_at >= LOOKED_AT.max(most);
            match rows.last() {
                Some(last) if !is_through => page.after = Some(last.id.0),
                _ => return Ok(messages),
            }
        }
    }
}

/// A message that may become items.
struct Message {
    id: RequestId,
    received_at: Timestamp,
    headers: Vec<(String, String)>,
    body: Value,
}

impl Message {
    /// `None` where it has no object, or is not kept any more.
    fn of(detail: RequestDetail) -> Option<Self> {
        let RequestDetail { request, headers, body, .. } = detail;
        let content_type = ContentType::declared(&headers).unwrap_or_default();
        let body = parse_body(content_type, body?.as_bytes()).ok()?;
        let has_object = !data_source::objects(&body).is_empty();
        has_object.then_some(Self { id: request.id, received_at: request.received_at, headers, body })
    }
}

/// An endpoint that nobody has had: what the name sounds like, and letters by chance.
fn endpoint_of(name: &str) -> String {
    let letters = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let stem: String = letters.take(40).collect();
    let words: Vec<_> = stem.split('-').filter(|word| !word.is_empty()).collect();
    let random = Clock::random();
    let chance: String = random.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    if words.is_empty() { format!("data-{chance}") } else { format!("{}-{chance}", words.join("-")) }
}

#[cfg(test)]
mod tests {
    use super::endpoint_of;

    #[test]
    fn k4_endpoints_sound_like_the_name() {
        let made = endpoint_of("My Subscribers (EU)!");
        assert!(made.starts_with("my-subscribers-eu-") && made.len() == 26, "{made}");
        assert!(endpoint_of("Лист").starts_with("data-"));
        assert_ne!(endpoint_of("a"), endpoint_of("a"));
    }
}
