use crate::here::Here;
use domain::ids::SourceId;
use leptos::prelude::*;

/// What each tab adds to the address of a source's page, and what it is called.
const TABS: &[(&str, &str)] =
    &[("", "Configuration"), ("/logs", "Logs"), ("/history", "History"), (CHARTS, "Charts")];

/// What the charts' tab adds to the address.
pub const CHARTS: &str = "?tab=chart";

/// The tabs of a source's page. Links, so that each has an address and works before the page is alive.
#[component]
pub fn SourceTabs(
    /// The source.
    id: SourceId,
    /// What the chosen one adds to the address.
    #[prop(into)]
    chosen: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <nav class="tab-strip" aria-label="Sections">
            {TABS.iter().map(|(place, words)| view! {
                <a
                    href=Here::path(&format!("sources/{id}{place}"))
                    data-noscroll=""
                    class="tab-link"
                    aria-current=move || (chosen.get() == *place).then_some("page")
                >
                    {*words}
                </a>
            }).collect_view()}
        </nav>
    }
    .into_any()
}
