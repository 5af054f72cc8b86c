use crate::{Result, Services};
use domain::account::Permission;
use domain::ids::ModuleId;
use domain::module::ModuleMetrics;
use storage::AccountScope;

/// Most days of a chart.
const MAX_DAYS: u16 = 366;

impl Services {
    /// What the key metrics of a module come to over the items that are there now (K8), and how many came; both also for
    /// each of the last `days` days, 1 to 366, today included.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`], [`crate::Error::NotFound`].
    pub async fn metrics(&self, scope: &AccountScope, module: ModuleId, days: u16) -> Result<ModuleMetrics> {
        self.require(scope, Permission::ReadRecords)?;
        let account = self.db().account(scope);
        let (days, now) = (days.clamp(1, MAX_DAYS), self.now());
        let metrics = account.metrics(&account.module(module).await?, days, now).await?;
        let items_over_time = account.items_over_time(module, days, now).await?;
        Ok(ModuleMetrics { metrics, items_over_time })
    }
}
