//! Tests of making and sending messages, against receivers made by hand.

mod messages;
mod secrets;
mod tokens;
