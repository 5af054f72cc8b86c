use serde::{Deserialize, Serialize};

/// Where a blueprint stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// For any sender.
    General,
    /// Points, checkouts and opt-ins of a loyalty programme.
    Loyalty,
    /// Audiences and customer data.
    Marketing,
    /// Shops and payments.
    Commerce,
    /// Chats and text messages.
    Messaging,
    /// Tools of developers.
    Development,
}

impl Category {
    /// All of them, in the order they are shown in.
    pub const ALL: [Self; 6] =
        [Self::General, Self::Loyalty, Self::Marketing, Self::Commerce, Self::Messaging, Self::Development];

    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Loyalty => "Loyalty",
            Self::Marketing => "Marketing",
            Self::Commerce => "Commerce",
            Self::Messaging => "Messaging",
            Self::Development => "Development",
        }
    }
}
