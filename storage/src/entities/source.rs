//! A configured inbound URL; `config` holds no secret, `verification_secret` and the one before it are sealed.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub version: i64,
    pub endpoint: String,
    pub name: String,
    pub state: String,
    pub config: String,
    pub verification_secret: Option<Vec<u8>>,
    pub previous_secret: Option<Vec<u8>>,
    pub previous_secret_expires_at: Option<i64>,
    pub capture_until: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl super::AccountOwned for Entity {
    const ACCOUNT_ID: Column = Column::AccountId;
}
