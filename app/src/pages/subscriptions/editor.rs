//! What is stored of a subscription, what is typed, and how it is saved.

use super::form::Fields;
use super::server_fns::{SubscriptionForm, get_subscription_form, save_subscription};
use crate::components::filter_builder::FilterDraft;
use crate::components::form::FormErrors;
use crate::components::{Over, Saving, Toasts};
use crate::error::AppError;
use crate::here::Here;
use domain::account::Permission;
use domain::subscription::{Subscription, SubscriptionDraft};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// A subscription being made or edited.
#[derive(Clone, Copy)]
pub struct Editor {
    /// What is typed.
    pub fields: RwSignal<Fields>,
    /// The filter that is built.
    pub filter: RwSignal<FilterDraft>,
    /// How it is saved.
    pub saving: Saving,
    /// Whether the caller's role may change it.
    pub may_edit: bool,
}

fn typed(stored: Option<&Subscription>, blank: &Fields) -> (Fields, FilterDraft) {
    stored.map_or_else(
        || (blank.clone(), FilterDraft::default()),
        |stored| (Fields::of(stored), FilterDraft::of(stored.filter.as_ref())),
    )
}

impl Editor {
    /// Begins with what is stored, or with `blank`.
    pub fn new(form: SubscriptionForm, blank: Fields) -> Self {
        let slug = StoredValue::new(Here::slug());
        let blank = StoredValue::new(blank);
        let (fields, filter) = blank.with_value(|blank| typed(form.subscription.as_ref(), blank));
        let (fields, filter) = (RwSignal::new(fields), RwSignal::new(filter));
        let id = form.subscription.as_ref().map(|stored| stored.id);
        let stored = RwSignal::new(form.subscription);
        let read = Memo::new(move |_| fields.with(|fields| filter.with(|filter| fields.read(filter))));
        let save = Action::new(move |(over, draft): &(Over, SubscriptionDraft)| {
            let version = stored.with_untracked(|stored| stored.as_ref().map(|stored| stored.version));
            let version = version.filter(|_| *over == Over::Opened);
            save_subscription(slug.get_value(), id, version, draft.clone())
        });
        let reload = Action::new(move |(): &()| get_subscription_form(slug.get_value(), id));
        let error = RwSignal::new(None::<AppError>);
        let show = move |subscription: Option<Subscription>| {
            let (now, built) = blank.with_value(|blank| typed(subscription.as_ref(), blank));
            fields.set(now);
            filter.set(built);
            stored.set(subscription);
            error.set(None);
        };
        let (toasts, navigate) = (Toasts::get(), use_navigate());
        Effect::new(move || match save.value().get() {
            Some(Ok(subscription)) => {
                let made = subscription.id;
                show(Some(subscription));
                toasts.say("Saved.");
                if id.is_none() {
                    navigate(
                        &Here::path(&format!("subscriptions/{made}")),
                        NavigateOptions { replace: true, ..NavigateOptions::default() },
                    );
                }
            }
            Some(Err(failure)) => error.set(Some(failure)),
            None => {}
        });
        Effect::new(move || {
            if let Some(Ok(found)) = reload.value().get() {
                show(found.subscription);
            }
        });
        let is_dirty = Signal::derive(move || {
            let (was, built) = stored.with(|stored| blank.with_value(|blank| typed(stored.as_ref(), blank)));
            fields.get() != was || filter.with(|filter| filter.to_filter() != built.to_filter())
        });
        FormErrors::provide(Signal::derive(move || {
            let of_rules =
                if stored.with(Option::is_some) && is_dirty.get() { read.get().err() } else { None };
            let mut all = of_rules.unwrap_or_default();
            all.0.extend(error.get().map(|error| error.fields()).unwrap_or_default().0);
            all
        }));
        let may_edit = Here::may(Permission::EditSubscriptions);
        let saving = Saving {
            is_new: id.is_none() && may_edit,
            is_dirty,
            has_errors: Signal::derive(move || read.with(Result::is_err)),
            is_pending: Signal::derive(move || save.pending().get()),
            error: error.into(),
            save: Callback::new(move |over| match read.get_untracked() {
                Ok(draft) => {
                    save.dispatch((over, draft));
                }
                Err(errors) => error.set(Some(AppError::Invalid(errors))),
            }),
            discard: Callback::new(move |()| show(stored.get_untracked())),
            reload: Callback::new(move |()| {
                reload.dispatch(());
            }),
        };
        // What was wrong is looked at anew as soon as something is typed.
        Effect::new(move |_: Option<()>| {
            fields.track();
            filter.track();
            if error.with_untracked(|error| matches!(error, Some(AppError::Invalid(_)))) {
                error.set(read.get_untracked().err().map(AppError::Invalid));
            }
        });
        Self { fields, filter, saving, may_edit }
    }
}
