use super::server_fns::UseAsSample;
use crate::components::{ErrorNote, Glyph, Icon, failure};
use crate::here::Here;
use domain::ids::RequestId;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// "Use as sample": puts the request among its source's samples, and goes to where it is tried on.
#[component]
pub fn SampleButton(
    /// The request.
    id: RequestId,
) -> impl IntoView {
    let action = ServerAction::<UseAsSample>::new();
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(Ok(source)) = action.value().get() {
            let page = Here::path(&format!("sources/{source}?sample={id}"));
            navigate(&page, NavigateOptions::default());
        }
    });
    view! {
        <ActionForm action>
            <input type="hidden" name="slug" value=Here::slug()/>
            <input type="hidden" name="id" value=id.to_string()/>
            <button type="submit" class="btn btn-sm" disabled=move || action.pending().get()>
                <Icon glyph=Glyph::Braces/> "Use as sample"
            </button>
        </ActionForm>
        <ErrorNote error=failure(*action)/>
    }
    .into_any()
}
