//! `hookloft account create`.

use super::CommandError;
use super::open::open;
use crate::config::Settings;
use clap::{Args, Subcommand};
use domain::secret::SecretText;
use services::{OwnerWas, Workers};
use std::io::Read;

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Make an account with an owner and an API key. Works beside a running server.
    Create(CreateAccount),
}

/// A new account.
#[derive(Debug, Args)]
pub struct CreateAccount {
    /// What people call it.
    #[arg(long)]
    pub name: String,
    /// E-mail of its owner. Somebody who has a password here already keeps it.
    #[arg(long)]
    pub email: String,
    /// Read the owner's password from standard input; one is made up and printed otherwise.
    #[arg(long)]
    pub password_stdin: bool,
    /// Print one JSON object: `account_id`, `slug`, `api_key`, and `password` when one was made up.
    #[arg(long)]
    pub json: bool,
}

pub(super) async fn create(settings: &Settings, create: CreateAccount) -> Result<(), CommandError> {
    let given = if create.password_stdin { Some(password_from_stdin()?) } else { None };
    let password = given.clone().unwrap_or_else(random_password);
    let (db, services) = open(settings, settings.web.public_url(), Workers::Elsewhere).await?;
    let created = services.create_account(&create.name, &create.email, password.clone()).await?;
    db.close().await;
    let is_used = given.is_none() && created.owner == OwnerWas::New;
    let shown = is_used.then(|| password.reveal());
    if create.json {
        let mut line = serde_json::json!({
            "account_id": created.account.id,
            "slug": created.account.slug,
            "api_key": created.api_key.reveal(),
        });
        if let Some(password) = shown {
            line["password"] = password.into();
        }
        println!("{line}");
    } else {
        println!("Account   {} ({})", created.account.name, created.account.id);
        println!("Console   {}a/{}", settings.web.public_url(), created.account.slug);
        match created.owner {
            OwnerWas::New => println!("Owner     {}", create.email),
            OwnerWas::Known => {
                println!("Owner     {}   (was here before, and signs in as always)", create.email)
            }
        }
        if let Some(password) = shown {
            println!("Password  {password}   (shown only now)");
        }
        println!("API key   {}   (shown only now)", created.api_key.reveal());
    }
    Ok(())
}

pub(super) fn password_from_stdin() -> Result<SecretText, CommandError> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|reason| CommandError::File {
        what: "reading the password from standard input".into(),
        reason,
    })?;
    Ok(SecretText::new(text.trim_end_matches(['\r', '\n'])))
}

/// 120 random bits in letters and digits that are not taken for each other.
pub(crate) fn random_password() -> SecretText {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letter = |_| char::from(LETTERS[usize::from(rand::random::<u8>() % 32)]);
    let text: String = (0..24).map(letter).collect();
    SecretText::new(format!("{}-{}-{}-{}", &text[..6], &text[6..12], &text[12..18], &text[18..]))
}
