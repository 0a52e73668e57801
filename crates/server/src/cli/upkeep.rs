//! What keeps a database in order.

use std::sync::Arc;

use firstline_domain::ports::Store;
use firstline_domain::service::{CompiledCache, TouchedAhead};
use firstline_storage::Purpose;
use serde_json::json;

use crate::database::{administer, migrate_failure, open, warn_of_new};
use crate::failure::Failure;
use crate::jobs::{fold_once, sweep_once};
use crate::output;
use crate::settings::Settings;
use crate::wiring::{flow_statistics, workspace};

pub(super) async fn migrate(settings: &Settings) -> Result<(), Failure> {
    let database = open(&settings.database, Purpose::Administer).await?;
    let migrated = database.migrate().await;
    database.close().await;
    let migrated = migrated.map_err(|error| migrate_failure(&error))?;
    warn_of_new(&settings.database, &database, &migrated);
    let same = migrated.same_emails.iter();
    let same_emails: Vec<_> =
        same.map(|same| json!({ "account_id": same.account_id, "users": same.user_ids })).collect();
    let applied = migrated.applied;
    output::object(&json!({ "store": database.kind().as_str(), "applied": applied, "same_emails": same_emails }))
}

pub(super) async fn sweep(settings: &Settings) -> Result<(), Failure> {
    let sweep = async |store: Arc<dyn Store>| {
        // It has seen no walk before, so that those that were touched ahead of the clock stay.
        let (workspace, mut ahead) = (workspace(&store, settings, &CompiledCache::default()), TouchedAhead::default());
        let swept = sweep_once(&workspace, &mut ahead).await;
        swept.map_err(|error| Failure::caused("the sweep stopped; what it abandoned until then stays so", &error))
    };
    let swept = administer(&settings.database, sweep).await?;
    output::object(&json!({ "abandoned": swept.abandoned, "left": swept.left, "corrupt": swept.corrupt }))
}

pub(super) async fn fold(settings: &Settings) -> Result<(), Failure> {
    let fold = async |store: Arc<dyn Store>| {
        let folded = fold_once(&flow_statistics(&store)).await;
        folded.map_err(|error| Failure::caused("counting stopped; what was counted until then stays so", &error))
    };
    let folded = administer(&settings.database, fold).await?;
    output::object(&json!({ "walks": folded.walks, "conflicts": folded.conflicts, "corrupt": folded.corrupt }))
}
