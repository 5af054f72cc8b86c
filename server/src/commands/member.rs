//! `hookloft member add`.

use super::CommandError;
use super::account::{password_from_stdin, random_password};
use super::open::open;
use crate::config::Settings;
use clap::{Args, Subcommand};
use domain::account::Role;
use services::{OwnerWas, Workers};

/// What can be done with members.
#[derive(Debug, Subcommand)]
pub enum MemberCommand {
    /// Let somebody into an account. Works beside a running server.
    Add(AddMember),
}

/// A new member.
#[derive(Debug, Args)]
pub struct AddMember {
    /// The account's address: what follows `/a/` in the console.
    #[arg(long, value_name = "SLUG")]
    pub account: String,
    /// Their e-mail. Somebody who has a password here already keeps it.
    #[arg(long)]
    pub email: String,
    /// What they are in the account: owner, admin, operator or viewer.
    #[arg(long, value_parser = role)]
    pub role: Role,
    /// Read their password from standard input; one is made up and printed otherwise.
    #[arg(long)]
    pub password_stdin: bool,
}

pub(super) async fn add(settings: &Settings, add: AddMember) -> Result<(), CommandError> {
    let given = if add.password_stdin { Some(password_from_stdin()?) } else { None };
    let password = given.clone().unwrap_or_else(random_password);
    let (db, services) = open(settings, settings.web.public_url(), Workers::Elsewhere).await?;
    let was = services.add_member(&add.account, &add.email, password.clone(), add.role).await?;
    db.close().await;
    println!("{} is {} of {}", add.email, add.role.as_str(), add.account);
    if given.is_none() && was == OwnerWas::New {
        println!("Password  {}   (shown only now)", password.reveal());
    }
    Ok(())
}

fn role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|()| "one of owner, admin, operator, viewer".to_owned())
}
