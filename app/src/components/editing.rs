//! What most editors do alike: they know what is stored and what is typed, check it while it is typed, and save it.

use super::dirty_bar::{Over, Saving};
use super::form::FormErrors;
use super::toast::Toasts;
use crate::error::AppError;
use domain::error::FieldErrors;
use leptos::prelude::*;

/// Something that is edited: what is stored, as far as the page knows, and what is typed.
pub struct Editing<S: Send + Sync + 'static, T: Send + Sync + 'static> {
    /// What is stored.
    pub stored: RwSignal<S>,
    /// What is typed.
    pub typed: RwSignal<T>,
    /// How it is saved.
    pub saving: Saving,
}

impl<S: Send + Sync, T: Send + Sync> Clone for Editing<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Send + Sync, T: Send + Sync> Copy for Editing<S, T> {}

/// How something is edited.
pub struct Rules<A, R> {
    /// What is stored, as if typed.
    pub as_typed: A,
    /// What is meant by what is typed, or what is wrong with it.
    pub read: R,
}

/// What asks the server.
pub struct Calls<S: 'static, D: 'static> {
    /// Saves a draft.
    pub save: Action<(Over, D), Result<S, AppError>>,
    /// Loads what is stored.
    pub reload: Action<(), Result<S, AppError>>,
    /// What is done once it is saved.
    pub on_saved: Callback<S>,
}

/// Whether something is stored already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// It is.
    Stored,
    /// Not yet: saving makes it. Nobody is told what is wrong before they try.
    New,
    /// It is not, and whoever looks may not make it.
    Denied,
}

impl<S, T> Editing<S, T>
where
    S: Clone + Send + Sync + 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
{
    /// Begins with what is stored, and tells the fields around what is wrong with them.
    pub fn begin<D, A, R>(stored: RwSignal<S>, begin: Begin, rules: Rules<A, R>, calls: Calls<S, D>) -> Self
    where
        D: Clone + Send + Sync + 'static,
        A: Fn(&S) -> T + Copy + Send + Sync + 'static,
        R: Fn(&S, &T) -> Result<D, FieldErrors> + Copy + Send + Sync + 'static,
    {
        let Rules { as_typed, read } = rules;
        let typed = RwSignal::new(stored.with_untracked(as_typed));
        let error = RwSignal::new(None::<AppError>);
        let wrong = Memo::new(move |_| stored.with(|stored| typed.with(|typed| read(stored, typed).err())));
        let is_dirty =
            Signal::derive(move || stored.with(|stored| typed.with(|typed| as_typed(stored) != *typed)));
        let show = move |now: S| {
            typed.set(as_typed(&now));
            stored.set(now);
            error.set(None);
        };
        let toasts = Toasts::get();
        Effect::new(move || match calls.save.value().get() {
            Some(Ok(saved)) => {
                show(saved.clone());
                toasts.say("Saved.");
                calls.on_saved.run(saved);
            }
            Some(Err(failure)) => error.set(Some(failure)),
            None => {}
        });
        Effect::new(move || match calls.reload.value().get() {
            Some(Ok(found)) => show(found),
            Some(Err(failure)) => error.set(Some(failure)),
            None => {}
        });
        // What was wrong is looked at anew as soon as something is typed.
        Effect::new(move || {
            typed.track();
            if error.with_untracked(|error| matches!(error, Some(AppError::Invalid(_)))) {
                error.set(wrong.get_untracked().map(AppError::Invalid));
            }
        });
        FormErrors::provide(Signal::derive(move || {
            let of_last_try = error.get().map(|error| error.fields()).unwrap_or_default();
            let is_watched = begin == Begin::Stored && is_dirty.get();
            let mut all = if is_watched { wrong.get().unwrap_or_default() } else { FieldErrors::default() };
            all.0.extend(of_last_try.0);
            all
        }));
        let saving = Saving {
            is_new: begin == Begin::New,
            is_dirty,
            has_errors: Signal::derive(move || wrong.with(Option::is_some)),
            is_pending: Signal::derive(move || calls.save.pending().get()),
            error: error.into(),
            save: Callback::new(move |over| {
                let draft = stored.with_untracked(|stored| typed.with_untracked(|typed| read(stored, typed)));
                match draft {
                    Ok(draft) => {
                        calls.save.dispatch((over, draft));
                    }
                    Err(errors) => error.set(Some(AppError::Invalid(errors))),
                }
            }),
            discard: Callback::new(move |()| show(stored.get_untracked())),
            reload: Callback::new(move |()| {
                calls.reload.dispatch(());
            }),
        };
        Self { stored, typed, saving }
    }
}
