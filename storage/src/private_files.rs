//! Files that nobody but their owner may read: what a SQLite database consists of.

use crate::{StorageError, sqlite_path};
use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Makes the SQLite file of `url` and the lock beside it, readable for their owner alone; what is there already keeps
/// its mode, and PostgreSQL has no files. SQLite gives what it makes beside its database the mode of the database.
///
/// Call it before the process connects: closing a file takes from SQLite the locks that the process has on it.
///
/// # Errors
/// [`StorageError::Unavailable`] when they cannot be made.
pub fn make_private_files(url: &str) -> Result<(), StorageError> {
    let Some(database) = sqlite_path(url) else { return Ok(()) };
    for file in [database.with_extension("lock"), database] {
        make_private(&file)
            .map_err(|error| StorageError::Unavailable(format!("making {}: {error}", file.display())))?;
    }
    Ok(())
}

fn make_private(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    OpenOptions::new().append(true).create(true).mode(0o600).open(file)?;
    Ok(())
}
