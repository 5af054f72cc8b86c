//! What Hookloft decides. Pure and wasm-safe: no I/O, no clock, no randomness, no database, no markup.
//! Browser and server run the same rules, so a verdict shown while typing is the verdict of the server.

pub mod account;
pub mod activity;
pub mod amount;
pub mod blueprint;
pub mod catalogue;
pub mod change;
pub mod delivery;
pub mod error;
pub mod event;
pub mod fan_out;
pub mod filter;
pub mod form;
pub mod header;
pub mod hops;
pub mod ids;
pub mod inbound;
pub mod integration;
pub mod json;
pub mod limits;
pub mod link;
pub mod lookup;
pub mod mapping;
pub mod member;
pub mod own_networks;
pub mod record;
pub mod retry;
pub mod search;
pub mod secret;
pub mod signature;
pub mod source;
pub mod subscription;
pub mod template;
pub mod time;
pub mod urlencoded;
pub mod warning;
