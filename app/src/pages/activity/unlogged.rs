use crate::components::{Glyph, Note, Tone, counted};
use leptos::prelude::*;

/// How many refused requests of the account are in no list; nothing where all are.
#[component]
pub fn Unlogged(
    /// Those of the last hour.
    refusals: i64,
) -> impl IntoView {
    let count = usize::try_from(refusals).unwrap_or_default();
    (count > 0).then(|| {
        view! {
            <div class="mb-4">
                <Note tone=Tone::Neutral glyph=Glyph::Ban>
                    {counted(count, "refused request")} " of the last hour " {if count == 1 { "is" } else { "are" }}
                    " not logged: of what all sources of this account refuse before they know who sent it, each server process logs about 60 a minute, and the rest is only counted."
                </Note>
            </div>
        }
    })
}

#[cfg(feature = "ssr")]
impl crate::enter::Entered {
    /// Refused requests of the account in the last hour that were counted, not logged.
    pub async fn unlogged_refusals(&self) -> Result<i64, crate::AppError> {
        use domain::activity::{Span, Subject};
        let points = self.services.chart(&self.scope, Subject::UnloggedRefusals, Span::Hour).await?;
        Ok(points.iter().map(|point| point.tally.total()).sum())
    }
}
