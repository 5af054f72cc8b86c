use super::body_section::BodySection;
use super::editor::Editor;
use super::sections::{Authentication, Delivery, General, Headers};
use super::signing::SigningSection;
use crate::components::{Glyph, Note, Tone};
use leptos::prelude::*;

/// The form, in sections. Who may not edit sees it, disabled.
#[component]
pub fn Configuration(
    /// What is edited.
    editor: Editor,
) -> impl IntoView {
    view! {
        {(!editor.may_edit).then(|| view! {
            <div class="mb-4">
                <Note tone=Tone::Neutral glyph=Glyph::Eye>"Your role may look at this, not change it. Admins and owners can."</Note>
            </div>
        })}
        <fieldset class="editor" disabled=!editor.may_edit>
            <General editor/>
            <Authentication editor/>
            <Headers editor/>
            <BodySection editor/>
            <Delivery editor/>
            <SigningSection editor/>
        </fieldset>
    }
    .into_any()
}
