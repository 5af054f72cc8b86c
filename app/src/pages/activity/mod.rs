//! What happened: requests, events, deliveries; lists with filters in the query string and a live tail, and details.

mod chart_tab;
mod curl;
mod filter_bar;
mod live_switch;
mod log_list;
mod names;
mod rows;
mod unlogged;

pub mod deliveries;
pub mod events;
pub mod requests;

pub use chart_tab::{ChartTab, Charts};
pub use filter_bar::{FilterBar, FilterInput, FilterSelect, NoRows};
pub use live_switch::{LiveSwitch, ReadingArea, WaitingPill};
pub use log_list::{LogList, tail_of};
pub use names::{Names, PaletteNames, integration_names, names_for_palette};
pub use rows::{DeliveryRows, EventRows};
pub use unlogged::Unlogged;

use crate::components::Crumb;

/// The step above every page of activity.
pub const CRUMBS: &[Crumb] = &[];
