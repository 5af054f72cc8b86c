use clap::Args;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use storage::{MasterKey, StorageError};
use url::Url;

/// Where things are kept, and the key that seals secrets there.
#[derive(Clone, Args)]
pub struct DatabaseSettings {
    /// `sqlite://path` (the file is made if absent) or `postgres://user:password@host/database`.
    #[arg(
        long,
        env = "HOOKLOFT_DATABASE_URL",
        hide_env_values = true,
        global = true,
        value_name = "URL",
        default_value = "sqlite://./data/hookloft.db"
    )]
    pub database_url: String,
    /// Seals secrets in the database: 32 random bytes as base64 (`openssl rand -base64 32`). With SQLite it may be left
    /// out: a file `master.key` is made in the data folder. PostgreSQL demands it.
    #[arg(long, env = "HOOKLOFT_MASTER_KEY", hide_env_values = true, global = true, value_name = "BASE64")]
    pub master_key: Option<String>,
    /// Folder for the key file; beside the SQLite file when left out.
    #[arg(long, env = "HOOKLOFT_DATA_DIR", global = true, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
}

impl std::fmt::Debug for DatabaseSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseSettings").field("data_dir", &self.data_dir).finish_non_exhaustive()
    }
}

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// PostgreSQL is shared by processes and machines, so a key file of one of them would not do.
    #[error(
        "PostgreSQL needs HOOKLOFT_MASTER_KEY, the same for every process: 32 random bytes as base64 \
         (`openssl rand -base64 32`)"
    )]
    Missing,
    /// The variable does not hold 32 bytes as base64, or the file cannot be used.
    #[error("the master key cannot be used: {0}")]
    Unusable(#[from] StorageError),
    /// The key file cannot be read or made.
    #[error("the key file {file}: {reason}")]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
}

/// A database URL whose parts cannot be told from each other.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the database URL cannot be read: where `/`, `?`, `#` or `@` belong to a name or a password, write them \
     percent-encoded, as `%2F`, `%3F`, `%23` and `%40`"
)]
pub struct MisreadUrl;

impl DatabaseSettings {
    /// The SQLite file; `None` for PostgreSQL.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let url = &self.database_url;
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
        Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
    }

    /// Whether several processes can share it; a SQLite file has one.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.sqlite_file().is_none()
    }

    /// The URL as it may be printed and logged: no password and no query, and of one that cannot be read only its scheme.
    #[must_use]
    pub fn shown_url(&self) -> String {
        let url = self.database_url.as_str();
        if !self.is_shared() {
            return url.split('?').next().unwrap_or(url).to_owned();
        }
        readable(url).unwrap_or_else(|| match url.split_once("://") {
            Some((scheme, _)) if scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
                format!("{scheme}://***")
            }
            _ => "***".to_owned(),
        })
    }

    /// Refuses a URL that would be misread, so that nobody has to quote it to say so.
    ///
    /// # Errors
    /// [`MisreadUrl`].
    pub fn check_url(&self) -> Result<(), MisreadUrl> {
        let url = self.database_url.as_str();
        let is_postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
        if is_postgres && (readable(url).is_none() || url.contains('#')) { Err(MisreadUrl) } else { Ok(()) }
    }

    /// The key given, or the one in the key file beside the SQLite file, which is made if absent.
    ///
    /// # Errors
    /// [`KeyError`], for the person who starts the server.
    pub fn master_key(&self) -> Result<MasterKey, KeyError> {
        if let Some(key) = &self.master_key {
            return Ok(MasterKey::from_base64(key)?);
        }
        let folder = self.key_folder().ok_or(KeyError::Missing)?;
        let file = folder.join("master.key");
        let unusable = |reason| KeyError::File { file: file.clone(), reason };
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(unusable)?;
        match std::fs::read_to_string(&file) {
            Ok(text) => Ok(MasterKey::from_base64(&text)?),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = MasterKey::generate();
                write_private(&file, key.to_base64().reveal()).map_err(unusable)?;
                tracing::info!(file = %file.display(), "Made a master key; back it up with the database");
                Ok(key)
            }
            Err(error) => Err(unusable(error)),
        }
    }

    fn key_folder(&self) -> Option<PathBuf> {
        let file = self.sqlite_file()?;
        let beside = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        Some(
            self.data_dir.clone().unwrap_or_else(|| beside.map_or_else(|| PathBuf::from("."), PathBuf::from)),
        )
    }
}

/// The URL without what is secret in it; `None` where parts of a password may be anywhere.
fn readable(url: &str) -> Option<String> {
    let mut parsed = Url::parse(url).ok()?;
    // A `/`, `?` or `#` that stands in a password as it is ends the host there, and the real host comes after it.
    let is_cut_short = [Some(parsed.path()), parsed.query(), parsed.fragment()]
        .into_iter()
        .flatten()
        .any(|part| part.contains('@'));
    if parsed.cannot_be_a_base() || is_cut_short {
        return None;
    }
    parsed.set_query(None);
    parsed.set_fragment(None);
    if parsed.password().is_some() {
        parsed.set_password(Some("***")).ok()?;
    }
    Some(parsed.to_string())
}

/// Writes a file only its owner can read; fails when it is there already. It appears whole or not at all.
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    let draft = file.with_extension("key.new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut written = options.open(&draft)?;
    writeln!(written, "{text}")?;
    written.sync_all()?;
    std::fs::hard_link(&draft, file)?;
    std::fs::remove_file(&draft)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn settings(database_url: String) -> DatabaseSettings {
        DatabaseSettings { database_url, master_key: None, data_dir: None }
    }

    #[test]
    fn a_key_file_is_made_once_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings = settings(format!("sqlite://{}", folder.path().join("deep/hookloft.db").display()));
        let made = settings.master_key().expect("it is made").to_base64();
        let read = settings.master_key().expect("it is read").to_base64();
        assert_eq!(made.reveal(), read.reveal());
        let mode = std::fs::metadata(folder.path().join("deep/master.key"))
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn no_secret_of_a_database_url_is_shown() {
        for (url, shown) in [
            ("postgres://u:secret@h/d", "postgres://u:***@h/d"),
            ("postgresql://u:secret@h:5432/d?sslmode=require", "postgresql://u:***@h:5432/d"),
            ("postgres://u@h/d?password=secret", "postgres://u@h/d"),
            ("postgres:///d?host=/run/pg&user=u&password=secret", "postgres:///d"),
            ("postgres://u@h/d#secret", "postgres://u@h/d"),
            ("postgres://u:sec/ret@h/d", "postgres://***"),
            ("postgres://u:sec#ret@h/d", "postgres://***"),
            ("postgres://u:12/secret@h/d", "postgres://***"),
            ("postgres://u:12#secret@h/d", "postgres://***"),
            ("postgres://u:12?secret@h/d", "postgres://***"),
            ("postgres:u:secret@h/d", "***"),
            ("mysql://u:secret@h/d", "mysql://u:***@h/d"),
            ("host=h password=secret", "***"),
            ("sqlite://./data/a@b.db", "sqlite://./data/a@b.db"),
            ("sqlite://./data/hookloft.db?mode=rwc", "sqlite://./data/hookloft.db"),
        ] {
            assert_eq!(settings(url.into()).shown_url(), shown, "{url}");
        }
    }

    #[test]
    fn a_password_that_is_not_encoded_is_refused() {
        for (url, expected) in [
            ("postgres://u:sec/ret@h/d", Err(MisreadUrl)),
            ("postgres://u:12#ret@h/d", Err(MisreadUrl)),
            ("postgres://u:12?ret@h/d", Err(MisreadUrl)),
            ("postgres://u:12/ret@h/d", Err(MisreadUrl)),
            ("postgres://u:sec%2Fret%23@h/d", Ok(())),
            ("postgres:///d?host=/run/pg", Ok(())),
            ("sqlite://./data/#1.db", Ok(())),
        ] {
            assert_eq!(settings(url.into()).check_url(), expected, "{url}");
        }
    }

    #[test]
    fn postgres_demands_a_key() {
        let refused = settings("postgres://u@h/d".into()).master_key();
        assert!(matches!(refused, Err(KeyError::Missing)));
    }
}
