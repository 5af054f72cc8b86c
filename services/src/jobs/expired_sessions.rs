use crate::{Result, Services};

/// Deletes the sessions that ended by themselves.
pub(super) async fn turn(services: &Services) -> Result<()> {
    let ended = storage::unscoped::delete_expired_sessions(services.db(), services.now()).await?;
    if ended > 0 {
        tracing::info!(sessions = ended, "Forgot {ended} expired sessions");
    }
    Ok(())
}
