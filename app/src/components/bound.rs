//! A part of a form's state that a field shows and changes.

use leptos::prelude::*;

/// Reads and writes one value of a larger state. Made by [`bound!`](crate::bound).
pub struct Bound<T: Send + Sync + 'static> {
    value: Signal<T>,
    change: Callback<T>,
}

impl<T: Send + Sync> Clone for Bound<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Bound<T> {}

impl<T: Clone + Send + Sync + 'static> Bound<T> {
    /// Reads with `get` and writes with `set`.
    pub fn new(get: impl Fn() -> T + Send + Sync + 'static, set: impl Fn(T) + Send + Sync + 'static) -> Self {
        Self { value: Signal::derive(get), change: Callback::new(set) }
    }

    /// The value; the caller is called again when it changes.
    #[must_use]
    pub fn get(self) -> T {
        self.value.get()
    }

    /// The value that is drawn first; nobody is called again when it changes.
    #[must_use]
    pub fn first(self) -> T {
        self.value.get_untracked()
    }

    /// Changes the value.
    pub fn set(self, value: T) {
        self.change.run(value);
    }
}

/// Binds a place in a form that is kept in an `RwSignal`: `bound!(form.auth.username)`.
#[macro_export]
macro_rules! bound {
    ($form:ident . $($place:tt)+) => {
        $crate::components::Bound::new(
            move || leptos::prelude::With::with(&$form, |form| form.$($place)+.clone()),
            move |value| leptos::prelude::Update::update(&$form, |form| form.$($place)+ = value),
        )
    };
}
