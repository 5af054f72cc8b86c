#[cfg(feature = "ssr")]
use crate::error::AppError;
use crate::here::Here;
use crate::pages::activity::Names;
use domain::change::ChangedBy;
use domain::ids::{SourceId, UserId};
use leptos::prelude::*;
use leptos_router::components::A;
use serde::{Deserialize, Serialize};

/// What those are called who change records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Makers {
    /// What the sources are called.
    pub sources: Names<SourceId>,
    /// What the members are called.
    pub members: Names<UserId>,
}

#[cfg(feature = "ssr")]
impl crate::enter::Entered {
    /// What those are called who change records.
    pub async fn makers(&self) -> Result<Makers, AppError> {
        let members = self.services.list_members(&self.scope).await?;
        let members = members.into_iter().map(|member| (member.id, member.name)).collect();
        Ok(Makers { sources: self.source_names().await?, members: Names(members) })
    }
}

/// Who or what made a change.
#[component]
pub fn MadeBy(
    /// By kind and id.
    by: ChangedBy,
    /// What they are called.
    makers: StoredValue<Makers>,
) -> impl IntoView {
    match by {
        ChangedBy::Source(id) => {
            let name = makers.with_value(|makers| makers.sources.of(id));
            view! { <A href=Here::path(&format!("sources/{id}")) attr:class="link link-hover">{name}</A> }
                .into_any()
        }
        ChangedBy::User(id) => makers.with_value(|makers| {
            let found = makers.members.0.iter().find(|(other, _)| *other == id);
            found.map_or_else(|| "a former member".to_owned(), |(_, name)| name.clone()).into_any()
        }),
        ChangedBy::ApiKey(_) => "an API key".into_any(),
        ChangedBy::CommandLine => "the command line".into_any(),
        ChangedBy::Engine => "Hookloft".into_any(),
    }
}
