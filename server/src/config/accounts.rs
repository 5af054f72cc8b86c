use clap::{Args, ValueEnum};

/// Who may sign up.
#[derive(Debug, Clone, Copy, Args)]
pub struct AccountSettings {
    /// Who may sign up in the console.
    #[arg(
        long = "signup",
        env = "HOOKLOFT_SIGNUP",
        global = true,
        value_name = "WHO",
        default_value = "first"
    )]
    pub sign_up: SignUp,
}

/// Who may sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SignUp {
    /// Whoever comes first; nobody once an account exists.
    First,
    /// Everybody, each with an account of their own.
    Open,
}
