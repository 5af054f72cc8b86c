use crate::form::FieldType;
use serde::{Deserialize, Serialize};

/// What an event does to its customer, besides standing in their history. Any event of a customer that is not there yet
/// makes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing more.
    #[default]
    None,
    /// Adds `points` to the balance.
    AddPoints,
    /// Takes `points` (a positive number) from the balance, unless there are too few: then the event is refused.
    SubtractPoints,
    /// Takes `points` from the balance, which may go below zero: for corrections.
    SubtractPointsBelowZero,
    /// Adds one to the purchases and `total` to what was spent.
    Purchase,
    /// Adds `quantity` (1 when left out) to the items bought. Adds nothing to what was spent: the purchase that the item
    /// belongs to does.
    PurchaseItem,
    /// Adds `total` to what was refunded. What was spent stays: it counts before refunds.
    Refund,
    /// Takes `quantity` (1 when left out) from the items bought. Below zero when the purchase was never told.
    RefundItem,
    /// Opts the customer in, and does what [`Self::Profile`] does.
    OptIn,
    /// Opts the customer out. Points, labels and fields stay.
    OptOut,
    /// Sets the customer's fields to the attributes of the same name, whether the definition lists them or not; adds
    /// `labels`; puts `external_account_numbers` in place of those there were. Attributes that say nothing (`null`, `""`)
    /// change nothing.
    Profile,
}

impl Effect {
    /// All of them, in the order a person is offered them.
    pub const ALL: [Self; 11] = [
        Self::None,
        Self::AddPoints,
        Self::SubtractPoints,
        Self::SubtractPointsBelowZero,
        Self::Purchase,
        Self::PurchaseItem,
        Self::Refund,
        Self::RefundItem,
        Self::OptIn,
        Self::OptOut,
        Self::Profile,
    ];

    /// Its name in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::AddPoints => "add_points",
            Self::SubtractPoints => "subtract_points",
            Self::SubtractPointsBelowZero => "subtract_points_below_zero",
            Self::Purchase => "purchase",
            Self::PurchaseItem => "purchase_item",
            Self::Refund => "refund",
            Self::RefundItem => "refund_item",
            Self::OptIn => "opt_in",
            Self::OptOut => "opt_out",
            Self::Profile => "profile",
        }
    }

    /// Its words for a person.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "Only stands in the history",
            Self::AddPoints => "Adds points",
            Self::SubtractPoints => "Subtracts points, if there are enough",
            Self::SubtractPointsBelowZero => "Subtracts points, also below zero",
            Self::Purchase => "Counts a purchase and its total",
            Self::PurchaseItem => "Counts items bought",
            Self::Refund => "Counts a refund's total",
            Self::RefundItem => "Takes back items bought",
            Self::OptIn => "Opts in and sets the profile",
            Self::OptOut => "Opts out",
            Self::Profile => "Sets the profile",
        }
    }

    /// The attribute whose number it reads.
    #[must_use]
    pub const fn reads(self) -> Option<&'static str> {
        match self {
            Self::AddPoints | Self::SubtractPoints | Self::SubtractPointsBelowZero => Some("points"),
            Self::Purchase | Self::Refund => Some("total"),
            Self::PurchaseItem | Self::RefundItem => Some("quantity"),
            Self::None | Self::OptIn | Self::OptOut | Self::Profile => None,
        }
    }

    /// Whether it can read that number from an attribute of `field_type`: amounts from any number, quantities from
    /// whole ones.
    #[must_use]
    pub(super) const fn can_read(self, field_type: FieldType) -> bool {
        match self {
            Self::PurchaseItem | Self::RefundItem => matches!(field_type, FieldType::Integer),
            _ => field_type.is_numeric(),
        }
    }

    /// Whether it sets fields of the customer.
    #[must_use]
    pub const fn sets_fields(self) -> bool {
        matches!(self, Self::OptIn | Self::Profile)
    }
}

impl std::str::FromStr for Effect {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|effect| effect.as_str() == text).ok_or(())
    }
}
