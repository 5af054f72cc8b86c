//! What the tabs of a source's page share: what is stored, what is typed, and how it is saved.

use super::form::Fields;
use super::samples::Samples;
use super::server_fns::{get_source, save_source};
use super::targets::{Fill, Recordable, fills};
use crate::components::filter_builder::FilterDraft;
use crate::components::form::FormErrors;
use crate::components::mapping_editor::{MappingRow, Target, rows_of, to_mapping};
use crate::components::{Over, Saving, Toasts};
use crate::error::AppError;
use crate::here::Here;
use domain::account::Permission;
use domain::error::FieldErrors;
use domain::filter::{Criterion, Filter};
use domain::mapping::Mapping;
use domain::source::{Source, SourceConfig, SourceState};
use domain::warning::Warning;
use leptos::prelude::*;

/// A source being looked at and edited.
#[derive(Clone, Copy)]
pub struct Editor {
    /// What is stored, as far as this page knows.
    pub stored: RwSignal<Source>,
    /// What is typed.
    pub fields: RwSignal<Fields>,
    /// The filter that is built.
    pub filter: RwSignal<FilterDraft>,
    /// The mapping that is typed.
    pub mapping: RwSignal<Vec<MappingRow>>,
    /// What there is to record on.
    pub recordable: RwSignal<Recordable>,
    /// What the chosen action wants the mapping to fill.
    pub targets: Memo<Vec<Target>>,
    /// What is to be said of what is typed.
    pub warnings: Memo<Vec<Warning>>,
    /// How it is saved.
    pub saving: Saving,
    /// Whether it can be changed: by the caller's role, and because it is not archived.
    pub may_edit: bool,
}

type Saved = (Over, SourceConfig, Option<String>);

impl Editor {
    /// Begins with what is stored.
    pub fn new(source: Source, recordable: Recordable) -> Self {
        let slug = StoredValue::new(Here::slug());
        let id = source.id;
        let may_edit = Here::may(Permission::EditSources) && source.state != SourceState::Archived;
        let fields = RwSignal::new(Fields::of(&source.config));
        let filter = RwSignal::new(FilterDraft::of(source.config.filter.as_ref()));
        let mapping = RwSignal::new(rows_of(&source.config.mapping));
        let stored = RwSignal::new(source);
        let recordable = RwSignal::new(recordable);
        let targets = Memo::new(move |_| {
            fields.with(|fields| recordable.with(|recordable| recordable.targets(fields)))
        });
        let read = Memo::new(move |_| {
            fields.with(|fields| filter.with(|filter| mapping.with(|rows| fields.read(filter, rows))))
        });
        let save = Action::new(move |(over, config, secret): &Saved| {
            let version = (*over == Over::Opened).then(|| stored.with_untracked(|stored| stored.version));
            save_source(slug.get_value(), id, version, config.clone(), secret.clone())
        });
        let reload = Action::new(move |(): &()| get_source(slug.get_value(), id));
        let error = RwSignal::new(None::<AppError>);
        let show = move |source: Source| {
            fields.set(Fields::of(&source.config));
            filter.set(FilterDraft::of(source.config.filter.as_ref()));
            mapping.set(rows_of(&source.config.mapping));
            stored.set(source);
            error.set(None);
        };
        let toasts = Toasts::get();
        Effect::new(move || match save.value().get() {
            Some(Ok(source)) => {
                show(source);
                toasts.say("Saved.");
            }
            Some(Err(failure)) => error.set(Some(failure)),
            None => {}
        });
        Effect::new(move || {
            if let Some(Ok(found)) = reload.value().get() {
                recordable.set(found.recordable);
                show(found.source);
            }
        });
        let is_dirty = Signal::derive(move || {
            let typed = (fields.get(), plain(&filter.get(), &mapping.get()));
            stored.with(|stored| {
                typed
                    != (
                        Fields::of(&stored.config),
                        (normal(stored.config.filter.as_ref()), stored.config.mapping.clone()),
                    )
            })
        });
        forget_on_typing(error, move || {
            fields.track();
            filter.track();
            mapping.track();
        });
        let of_server = Signal::derive(move || error.get().map(|error| error.fields()).unwrap_or_default());
        FormErrors::provide(Signal::derive(move || shown(is_dirty.get(), read.get().1, of_server.get())));
        let warnings = Memo::new(move |_| read.with(|(config, _)| config.warnings()));
        let saving = Saving {
            is_new: false,
            is_dirty,
            has_errors: Signal::derive(move || read.with(|(_, errors)| !errors.0.is_empty())),
            is_pending: Signal::derive(move || save.pending().get()),
            error: error.into(),
            save: Callback::new(move |over| {
                let (config, errors) = read.get_untracked();
                if errors.0.is_empty() {
                    save.dispatch((over, config, fields.with_untracked(Fields::typed_secret)));
                } else {
                    error.set(Some(AppError::Invalid(errors)));
                }
            }),
            discard: Callback::new(move |()| show(stored.get_untracked())),
            reload: Callback::new(move |()| {
                reload.dispatch(());
            }),
        };
        Self { stored, fields, filter, mapping, recordable, targets, warnings, saving, may_edit }
    }

    /// Adds criteria to the filter that is built, where it may be built; nothing is saved.
    pub fn narrow(self, criteria: Vec<Criterion>) {
        if self.may_edit && !criteria.is_empty() {
            let narrowed = self
                .stored
                .with_untracked(|stored| Filter::narrowed(stored.config.filter.as_ref(), criteria));
            self.filter.set(FilterDraft::of(narrowed.as_ref()));
        }
    }

    /// Each of what is to be filled, with what the mapping fills it from.
    pub fn fills(self, samples: Samples) -> Memo<Vec<(Target, Fill)>> {
        Memo::new(move |_| {
            let rows = self.mapping.with(|rows| to_mapping(rows));
            fills(self.targets.get(), &rows, samples.object().as_ref())
        })
    }
}

/// What the fields say: what the rules say of what is typed, then what the server said of what was sent.
fn shown(is_dirty: bool, of_rules: FieldErrors, of_server: FieldErrors) -> FieldErrors {
    let mut all = if is_dirty { of_rules } else { FieldErrors::default() };
    all.0.extend(of_server.0);
    all
}

fn plain(filter: &FilterDraft, rows: &[MappingRow]) -> (Option<Filter>, Vec<Mapping>) {
    (filter.to_filter(), to_mapping(rows))
}

/// A stored filter as the builder would store it: a bare criterion stands in a group there.
fn normal(filter: Option<&Filter>) -> Option<Filter> {
    FilterDraft::of(filter).to_filter()
}

/// What was wrong with the last try is no longer said of what is typed now, which `track` tells of.
fn forget_on_typing(error: RwSignal<Option<AppError>>, track: impl Fn() + 'static) {
    Effect::new(move || {
        track();
        if error.with_untracked(|error| matches!(error, Some(AppError::Invalid(_)))) {
            error.set(None);
        }
    });
}
