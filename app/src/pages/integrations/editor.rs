//! What the tabs of an integration's page share: what is stored, what is typed, and how it is saved.

use super::form::{Fields, with_secret};
use super::server_fns::{Stored, get_integration, save_integration};
use crate::components::form::{FormErrors, KeyValue};
use crate::components::{Over, Saving, Toasts};
use crate::error::AppError;
use crate::here::Here;
use domain::account::Permission;
use domain::error::FieldErrors;
use domain::integration::{Integration, IntegrationConfig};
use domain::warning::Warning;
use leptos::prelude::*;

/// An integration being looked at and edited.
#[derive(Clone, Copy)]
pub struct Editor {
    /// What is stored, as far as this page knows.
    pub stored: RwSignal<Integration>,
    /// What is typed.
    pub fields: RwSignal<Fields>,
    /// The headers that are typed.
    pub headers: RwSignal<Vec<KeyValue>>,
    /// What is to be said of what is typed.
    pub warnings: Memo<Vec<Warning>>,
    /// How it is saved.
    pub saving: Saving,
    /// Whether the caller's role may change it.
    pub may_edit: bool,
}

type Saved = (Over, IntegrationConfig, Option<String>);

impl Editor {
    /// Begins with what is stored.
    pub fn new(Stored { integration, own_hosts }: Stored) -> Self {
        let slug = StoredValue::new(Here::slug());
        let id = integration.id;
        let fields = RwSignal::new(Fields::of(&integration.config));
        let headers = RwSignal::new(headers_of(&integration.config));
        let stored = RwSignal::new(integration);
        let own_hosts = RwSignal::new(own_hosts);
        let secret = Memo::new(move |_| fields.read().secret_for(&stored.read()));
        let read = Memo::new(move |_| {
            let (config, mut errors) = fields.with(|fields| headers.with(|headers| fields.read(headers)));
            let sent = with_secret(config.clone(), secret.get());
            let strayed = stored.with(|stored| stored.check_secret_stays(&sent));
            errors.0.extend(strayed.err().unwrap_or_default().0);
            (config, errors)
        });
        let saving = Action::new(move |(over, config, secret): &Saved| {
            let version = (*over == Over::Opened).then(|| stored.with_untracked(|stored| stored.version));
            save_integration(slug.get_value(), id, version, config.clone(), secret.clone())
        });
        let reloading = Action::new(move |(): &()| get_integration(slug.get_value(), id));
        let error = RwSignal::new(None::<AppError>);
        let show = move |integration: Integration| {
            fields.set(Fields::of(&integration.config));
            headers.set(headers_of(&integration.config));
            stored.set(integration);
            error.set(None);
        };
        let toasts = Toasts::get();
        Effect::new(move || match saving.value().get() {
            Some(Ok(saved)) => {
                own_hosts.set(saved.own_hosts);
                show(saved.integration);
                toasts.say("Saved.");
            }
            Some(Err(failure)) => error.set(Some(failure)),
            None => {}
        });
        Effect::new(move || {
            if let Some(Ok(found)) = reloading.value().get() {
                own_hosts.set(found.stored.own_hosts);
                show(found.stored.integration);
            }
        });
        // What was wrong with the last try is no longer said of what is typed now.
        Effect::new(move || {
            fields.track();
            headers.track();
            if error.with_untracked(|error| matches!(error, Some(AppError::Invalid(_)))) {
                error.set(None);
            }
        });
        let of_server = Signal::derive(move || error.get().map(|error| error.fields()).unwrap_or_default());
        let is_dirty = Signal::derive(move || {
            let typed = (fields.get(), plain(&headers.get()));
            stored.with(|stored| typed != (Fields::of(&stored.config), plain(&headers_of(&stored.config))))
        });
        FormErrors::provide(Signal::derive(move || shown(is_dirty.get(), read.get().1, of_server.get())));
        let warnings = Memo::new(move |_| {
            read.with(|(config, _)| own_hosts.with(|own_hosts| config.warnings(own_hosts)))
        });
        let saving = Saving {
            is_new: false,
            is_dirty,
            has_errors: Signal::derive(move || read.with(|(_, errors)| !errors.0.is_empty())),
            is_pending: Signal::derive(move || saving.pending().get()),
            error: error.into(),
            save: Callback::new(move |over| {
                let (config, errors) = read.get_untracked();
                if errors.0.is_empty() {
                    saving.dispatch((over, config, secret.get_untracked()));
                } else {
                    error.set(Some(AppError::Invalid(errors)));
                }
            }),
            discard: Callback::new(move |()| show(stored.get_untracked())),
            reload: Callback::new(move |()| {
                reloading.dispatch(());
            }),
        };
        Self { stored, fields, headers, warnings, saving, may_edit: Here::may(Permission::EditIntegrations) }
    }
}

/// What the fields say: what the rules say of what is typed, then what the server said of what was sent.
fn shown(is_dirty: bool, of_rules: FieldErrors, of_server: FieldErrors) -> FieldErrors {
    let mut all = if is_dirty { of_rules } else { FieldErrors::default() };
    all.0.extend(of_server.0);
    all
}

fn headers_of(config: &IntegrationConfig) -> Vec<KeyValue> {
    let rows = (1..).zip(&config.headers);
    rows.map(|(row, header)| KeyValue { row, name: header.name.clone(), value: header.value.clone() })
        .collect()
}

fn plain(rows: &[KeyValue]) -> Vec<(String, String)> {
    rows.iter().map(|row| (row.name.clone(), row.value.clone())).collect()
}
