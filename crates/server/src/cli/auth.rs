//! Whose tokens count, and why one does not.

use std::path::Path;
use std::sync::Arc;

use firstline_api::auth::unverified;
use firstline_api::{Named, TokenRefused};
use firstline_domain::account::User;
use firstline_domain::clock::Clock;
use firstline_domain::ports::Store;
use serde_json::{Value, json};

use crate::database::{administer, store_failure};
use crate::failure::Failure;
use crate::files::{read_piped, read_text};
use crate::identity::{Inspected, inspect};
use crate::output;
use crate::settings::Settings;
use crate::system::SystemClock;

pub(super) async fn check(settings: &Settings, token_file: Option<&Path>) -> Result<(), Failure> {
    let token = token_file.map(read).transpose()?;
    let Inspected { issuers, verifier } = inspect(&settings.auth).await?;
    let Some(token) = token else {
        return output::object_pretty(&json!({ "issuers": issuers }));
    };
    let named = verifier.verify(&token, SystemClock.now()).await.map_err(|refused| refusal(&refused, &token))?;
    let user = if settings.database.url.is_memory() {
        output::words("memory: cannot be looked into from here, so whether there is such a user is not checked");
        Value::Null
    } else {
        let look_up = async |store: Arc<dyn Store>| named.look_up(store.as_ref()).await.map_err(store_failure);
        let user = administer(&settings.database, look_up).await?.ok_or_else(|| nobody(&named))?;
        shown(&user)?
    };
    output::object_pretty(&json!({ "issuers": issuers, "token": unverified(&token), "user": user }))
}

fn read(path: &Path) -> Result<String, Failure> {
    let text = if path == Path::new("-") { read_piped(std::io::stdin()) } else { read_text(path) };
    let text = text.map_err(|error| Failure::caused(format_args!("no token in {}", path.display()), &error))?;
    Ok(text.trim().to_owned())
}

fn refusal(refused: &TokenRefused, token: &str) -> Failure {
    let failure = Failure::new(format!("the token does not count: {refused}"));
    match unverified(token) {
        Some(says) => failure.remedy(format!("it says of itself {says}; `firstline config` shows what is asked for")),
        None => failure.remedy("give the token alone, as it stands after `Authorization: Bearer `"),
    }
}

fn nobody(named: &Named) -> Failure {
    match named {
        Named::User { user, account } => {
            let of = account.map(|account| format!(" of account {account}")).unwrap_or_default();
            Failure::new(format!("the token is good, and there is no user {user}{of}"))
                .remedy("check user_claim and account_id of its issuer")
        }
        Named::Identity { account, identity } => {
            let (issuer, subject) = (identity.issuer.as_str(), identity.subject.as_str());
            Failure::new(format!("the token is good, and no user of account {account} is {subject:?} of {issuer}"))
                .remedy("give a user of that account this identity; check user_claim and account_id or account_claim")
        }
    }
}

fn shown(user: &User) -> Result<Value, Failure> {
    if !user.active {
        return Err(Failure::new(format!("the token is good, and user {} is not active", user.id))
            .remedy(format!("`firstline user update {} --active true` lets them in again", user.id)));
    }
    Ok(json!({
        "user_id": user.id,
        "account_id": user.account_id,
        "role": user.role,
        "can_cover_l1": user.can_cover_l1,
        "works_on_l1": user.l1_access().is_ok(),
    }))
}
