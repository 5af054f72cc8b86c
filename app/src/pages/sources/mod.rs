//! Sources: configured inbound URLs (A3-A18).

mod action_section;
mod address;
mod blueprints;
mod configuration;
mod create;
mod detail;
mod editor;
mod example;
mod filter_section;
mod form;
mod list;
mod mapping_section;
mod moves;
mod sample_section;
mod samples;
mod sections;
mod server_fns;
mod set_up;
mod targets;
mod untaken;
mod verification_section;

pub use blueprints::{Card, Cards, Steps};
pub use detail::Detail;
pub use list::List;
pub use samples::Samples;
pub use server_fns::{move_source, save_source};
