//! The site map: one line a page, with who may see it. The sidebar, the palette and the router read it.

use crate::components::Glyph;
use crate::layout::Console;
use crate::pages::{
    activity, catalogue, customer_form, customers, data_sources, home, integrations, modules, not_found,
    overview, settings, sign_in, sources, subscriptions,
};
use domain::account::Permission;
use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Routes};
use leptos_router::{SsrMode, path};

/// A page of an account.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// The heading it stands below in the sidebar; the first group has none.
    pub group: &'static str,
    /// Its place below `/a/{slug}/`.
    pub path: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Its icon.
    pub glyph: Glyph,
    /// What seeing it needs.
    pub permission: Permission,
    /// What can be made there.
    pub creates: Option<Creation>,
}

/// Something that can be made.
#[derive(Debug, Clone, Copy)]
pub struct Creation {
    /// What it is: `New {what}`.
    pub what: &'static str,
    /// Where, below `/a/{slug}/`.
    pub path: &'static str,
    /// What making it needs.
    pub permission: Permission,
}

const fn page(
    group: &'static str,
    path: &'static str,
    label: &'static str,
    glyph: Glyph,
    permission: Permission,
    creates: Option<Creation>,
) -> Page {
    Page { group, path, label, glyph, permission, creates }
}

const fn new(what: &'static str, path: &'static str, permission: Permission) -> Option<Creation> {
    Some(Creation { what, path, permission })
}

use Permission::{
    EditCatalogue, EditIntegrations, EditModules, EditRecords, EditSources, EditSubscriptions, ManageApiKeys,
    ManageMembers, ReadActivity, ReadConfiguration, ReadMembers, ReadRecords,
};

/// The pages of an account, in the sidebar's order.
#[rustfmt::skip]
pub const SITE_MAP: &[Page] = &[
    page("", "", "Overview", Glyph::LayoutDashboard, ReadActivity, None),
    page("Activity", "activity/requests", "Requests", Glyph::Inbox, ReadActivity, None),
    page("Activity", "activity/events", "Events", Glyph::Zap, ReadActivity, None),
    page("Activity", "activity/deliveries", "Deliveries", Glyph::Send, ReadActivity, None),
    page("Records", "customers", "Customers", Glyph::ContactRound, ReadRecords, new("customer", "customers/new", EditRecords)),
    page("Records", "modules", "Modules", Glyph::Boxes, ReadConfiguration, new("module", "modules?create", EditModules)),
    page("Records", "data-sources", "Data Sources", Glyph::Database, ReadConfiguration, new("data source", "data-sources?create", EditModules)),
    page("Administration", "integrations", "Integrations", Glyph::Webhook, ReadConfiguration, new("integration", "integrations?create", EditIntegrations)),
    page("Administration", "sources", "Sources", Glyph::ArrowDownToLine, ReadConfiguration, new("source", "sources?create", EditSources)),
    page("Administration", "subscriptions", "Subscriptions", Glyph::Route, ReadConfiguration, new("subscription", "subscriptions/new", EditSubscriptions)),
    page("Administration", "catalogue", "Event catalogue", Glyph::ListChecks, ReadConfiguration, new("event", "catalogue/new", EditCatalogue)),
    page("Administration", "customer-form", "Customers’ form", Glyph::ClipboardList, ReadConfiguration, None),
    page("Settings", "settings/team", "Team", Glyph::Users, ReadMembers, new("member", "settings/team?create", ManageMembers)),
    page("Settings", "settings/api-keys", "API keys", Glyph::Key, ManageApiKeys, new("API key", "settings/api-keys?create", ManageApiKeys)),
    page("Settings", "settings/profile", "Your profile", Glyph::CircleUser, ReadActivity, None),
    page("Settings", "settings/sessions", "Sessions", Glyph::Laptop, ReadActivity, None),
    page("Settings", "settings/account", "Account", Glyph::Settings, ReadActivity, None),
];

/// Everything there is to see. Pages are rendered whole, so that their status is right and they work before wasm does.
#[component]
pub fn SiteRoutes() -> impl IntoView {
    view! {
        <Routes fallback=not_found::NotFound>
            <Route path=path!("/") view=home::Home ssr=SsrMode::Async/>
            <Route path=path!("/sign-in") view=sign_in::SignIn ssr=SsrMode::Async/>
            <Route path=path!("/sign-up") view=sign_in::SignUp ssr=SsrMode::Async/>
            <ParentRoute path=path!("/a/:slug") view=Console ssr=SsrMode::Async>
                <Route path=path!("") view=overview::Overview ssr=SsrMode::Async/>
                <ActivityRoutes/>
                <RecordRoutes/>
                <AdministrationRoutes/>
                <SettingsRoutes/>
                <Route path=path!("*any") view=not_found::NotFoundHere ssr=SsrMode::Async/>
            </ParentRoute>
        </Routes>
    }
}

#[component(transparent)]
fn ActivityRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    use activity::{deliveries, events, requests};
    view! {
        <ParentRoute path=path!("activity") view=leptos_router::components::Outlet ssr=SsrMode::Async>
            <Route path=path!("requests") view=requests::List ssr=SsrMode::Async/>
            <Route path=path!("requests/:id") view=requests::Detail ssr=SsrMode::Async/>
            <Route path=path!("events") view=events::List ssr=SsrMode::Async/>
            <Route path=path!("events/:id") view=events::Detail ssr=SsrMode::Async/>
            <Route path=path!("deliveries") view=deliveries::List ssr=SsrMode::Async/>
            <Route path=path!("deliveries/:id") view=deliveries::Detail ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn RecordRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=leptos_router::components::Outlet ssr=SsrMode::Async>
            <Route path=path!("customers") view=customers::List ssr=SsrMode::Async/>
            <Route path=path!("customers/new") view=customers::Create ssr=SsrMode::Async/>
            <Route path=path!("customers/:id") view=customers::Detail ssr=SsrMode::Async/>
            <Route path=path!("data-sources") view=data_sources::List ssr=SsrMode::Async/>
            <Route path=path!("data-sources/:id") view=data_sources::SetUp ssr=SsrMode::Async/>
            <Route path=path!("modules") view=modules::List ssr=SsrMode::Async/>
            <Route path=path!("modules/:id") view=modules::ModulePage ssr=SsrMode::Async/>
            <Route path=path!("modules/:id/settings") view=modules::Settings ssr=SsrMode::Async/>
            <Route path=path!("modules/:id/items/new") view=modules::NewItem ssr=SsrMode::Async/>
            <Route path=path!("modules/:id/items/:item") view=modules::ItemDetail ssr=SsrMode::Async/>
            <Route path=path!("modules/:id/items/:item/edit") view=modules::EditItem ssr=SsrMode::Async/>
            <Route path=path!("modules/:id/webhooks/new") view=modules::NewWebhook ssr=SsrMode::Async/>
            <Route path=path!("modules/:id/webhooks/:webhook") view=modules::EditWebhook ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn AdministrationRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=leptos_router::components::Outlet ssr=SsrMode::Async>
            <Route path=path!("integrations") view=integrations::List ssr=SsrMode::Async/>
            <Route path=path!("integrations/:id") view=integrations::Detail ssr=SsrMode::Async/>
            <Route path=path!("sources") view=sources::List ssr=SsrMode::Async/>
            <Route path=path!("sources/:id") view=sources::Detail ssr=SsrMode::Async/>
            <Route path=path!("sources/:id/history") view=sources::History ssr=SsrMode::Async/>
            <Route path=path!("sources/:id/logs") view=sources::Logs ssr=SsrMode::Async/>
            <Route path=path!("subscriptions") view=subscriptions::List ssr=SsrMode::Async/>
            <Route path=path!("subscriptions/new") view=subscriptions::Create ssr=SsrMode::Async/>
            <Route path=path!("subscriptions/:id") view=subscriptions::Edit ssr=SsrMode::Async/>
            <Route path=path!("catalogue") view=catalogue::List ssr=SsrMode::Async/>
            <Route path=path!("catalogue/new") view=catalogue::Create ssr=SsrMode::Async/>
            <Route path=path!("catalogue/events/:type") view=catalogue::Edit ssr=SsrMode::Async/>
            <Route path=path!("customer-form") view=customer_form::FormPage ssr=SsrMode::Async/>
            <Route path=path!("customer-form/lists/new") view=customer_form::NewList ssr=SsrMode::Async/>
            <Route path=path!("customer-form/lists/:id") view=customer_form::EditList ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn SettingsRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings") view=leptos_router::components::Outlet ssr=SsrMode::Async>
            <Route path=path!("team") view=settings::Team ssr=SsrMode::Async/>
            <Route path=path!("api-keys") view=settings::ApiKeys ssr=SsrMode::Async/>
            <Route path=path!("profile") view=settings::Profile ssr=SsrMode::Async/>
            <Route path=path!("sessions") view=settings::Sessions ssr=SsrMode::Async/>
            <Route path=path!("account") view=settings::AccountPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
}
