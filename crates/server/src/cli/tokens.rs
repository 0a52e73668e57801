//! Access tokens.

use std::sync::Arc;
use std::time::Duration;

use firstline_api::TokenIssuer;
use firstline_domain::clock::Clock;
use firstline_domain::ids::UserId;
use firstline_domain::ports::Store;
use serde_json::json;

use super::failures::no_such_user;
use crate::database::{administer, store_failure};
use crate::failure::Failure;
use crate::output;
use crate::settings::Settings;
use crate::system::SystemClock;

pub(super) async fn issue(settings: &Settings, user: UserId, ttl: Duration) -> Result<(), Failure> {
    let issuer = TokenIssuer::hs256(&settings.auth.secret()?, &settings.auth.tokens());
    if settings.database.url.is_memory() {
        output::words("memory: cannot be looked into from here, so whether there is such a user is not checked");
    } else {
        let look_up = async |store: Arc<dyn Store>| store.user(user).await.map_err(store_failure);
        let found = administer(&settings.database, look_up).await?.ok_or_else(|| no_such_user(user))?;
        if !found.active {
            output::words(format_args!(
                "user {user} is not active: the token counts only after `firstline user update {user} --active true`"
            ));
        }
    }
    let issued = issuer.issue(user, SystemClock.now(), ttl).map_err(|error| {
        Failure::caused("the token cannot be issued", &error).remedy("give --ttl as 30m, 12h or 7d")
    })?;
    let expires_at = issued.expires_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    output::object(&json!({ "token": issued.token, "expires_at": expires_at }))
}
