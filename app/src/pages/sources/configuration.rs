use super::action_section::ActionSection;
use super::editor::Editor;
use super::filter_section::FilterSection;
use super::mapping_section::MappingSection;
use super::response_section::ResponseSection;
use super::sample_section::SampleSection;
use super::samples::Samples;
use super::sections::{Limits, Request};
use super::verification_section::VerificationSection;
use crate::components::{Glyph, Note, Tone};
use leptos::prelude::*;

/// The form, in sections. Who may not edit sees it, disabled.
#[component]
pub fn Configuration(
    /// What is edited.
    editor: Editor,
    /// The last requests.
    samples: Samples,
) -> impl IntoView {
    view! {
        {(!editor.may_edit).then(|| view! {
            <div class="mb-4">
                <Note tone=Tone::Neutral glyph=Glyph::Eye>
                    "You can look at this, not change it: that takes the role admin or owner, and a source that is not archived."
                </Note>
            </div>
        })}
        <fieldset class="editor" disabled=!editor.may_edit>
            <Request editor/>
            <VerificationSection editor/>
            <SampleSection editor samples/>
            <FilterSection editor samples/>
            <ActionSection editor samples/>
            <MappingSection editor samples/>
            <ResponseSection editor samples/>
            <Limits editor/>
        </fieldset>
    }
    .into_any()
}
