use crate::{Result, Services};
use domain::account::Permission;
use domain::ids::ModuleId;
use domain::module::{DayCount, MetricValue};
use storage::AccountScope;

/// Most days of a chart.
const MAX_DAYS: u16 = 366;

impl Services {
    /// What the key metrics of a module come to, over the items that are there now (K8).
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`], [`crate::Error::NotFound`].
    pub async fn metrics(&self, scope: &AccountScope, module: ModuleId) -> Result<Vec<MetricValue>> {
        self.require(scope, Permission::ReadRecords)?;
        let account = self.db().account(scope);
        Ok(account.metrics(&account.module(module).await?).await?)
    }

    /// How many items of a module came on each of the last `days` days, 1 to 366, today included.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`], [`crate::Error::NotFound`].
    pub async fn items_over_time(
        &self,
        scope: &AccountScope,
        module: ModuleId,
        days: u16,
    ) -> Result<Vec<DayCount>> {
        self.require(scope, Permission::ReadRecords)?;
        let account = self.db().account(scope);
        account.module(module).await?;
        Ok(account.items_over_time(module, days.clamp(1, MAX_DAYS), self.now()).await?)
    }
}
