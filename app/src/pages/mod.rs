//! The pages, in folders that mirror their URLs.

pub mod activity;
pub mod catalogue;
pub mod customer_form;
pub mod customers;
pub mod data_sources;
pub mod home;
pub mod integrations;
pub mod modules;
pub mod not_found;
pub mod overview;
pub mod records;
pub mod settings;
pub mod sign_in;
pub mod sources;
pub mod subscriptions;
