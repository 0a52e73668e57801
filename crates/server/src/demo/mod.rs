//! `firstline demo`: everything in a temporary folder, two calls to watch, people to sign in as, lines to paste.

mod cast;
mod guide;
mod history;
mod library;
mod print;
mod story;
mod walk;

use std::net::SocketAddr;

use firstline_api::{Hs256Secret, TokenIssuer, TokenVerifier};
use firstline_domain::service::CompiledCache;
use uuid::Uuid;

use crate::failure::Failure;
use crate::output;
use crate::settings::{DatabaseUrl, Overrides, Settings};
use crate::startup::Running;
use crate::values::address;
use crate::wiring::flow_management;
use cast::Cast;

#[derive(Debug, clap::Args)]
pub(crate) struct DemoCall {
    /// Walk two calls over HTTP and show each request and its whole answer
    #[arg(long)]
    walk: bool,
    /// End when everything is shown, instead of serving on
    #[arg(long)]
    exit: bool,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address)]
    bind: Option<SocketAddr>,
}

impl DemoCall {
    /// The demo's own settings: nothing of it is to touch, or to depend on, a real installation.
    pub(crate) fn prepare(&self, overrides: &mut Overrides) {
        if overrides.settings.iter().any(|(key, _)| *key == "database.url") {
            output::words("the demo has a database of its own: --database-url is not used");
        }
        overrides.set("database.url", Some("sqlite://demo.db"));
        overrides.set("database.migrate_url", Some(""));
        overrides.set("database.lookup_url", Some(""));
        overrides.set("database.wall", Some("required"));
        overrides.set("database.must_exist", Some(false));
        overrides.set("database.migrate_on_start", Some(true));
        overrides.set("metrics.bind", Some("127.0.0.1:0"));
        overrides.set("server.drain_delay", Some("0s"));
        overrides.set("server.bind", self.bind);
    }
}

/// Runs the demo until Ctrl-C, or with `--exit` until everything is shown.
///
/// # Errors
/// When it cannot start, or when a call of the walk did not go as told.
pub(crate) async fn run(mut settings: Settings, call: &DemoCall) -> Result<(), Failure> {
    let folder = tempfile::Builder::new().prefix("firstline-demo-").tempdir();
    let folder = folder.map_err(|error| Failure::caused("no temporary folder can be made", &error))?;
    // The two characters that mean something in such a URL.
    let file = folder.path().join("demo.db").display().to_string().replace('%', "%25").replace('?', "%3F");
    let url = DatabaseUrl::new(format!("sqlite://{file}"));
    settings.database.is_temporary = true;
    settings.database.url = url.map_err(|error| Failure::new(format!("the temporary folder's name: {error}")))?;
    let random = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let secret = Hs256Secret::new(random).map_err(|error| Failure::caused("no secret can be made", &error))?;

    let tokens = TokenVerifier::hs256(&secret, &settings.auth.tokens());
    let cast = Cast::new(&TokenIssuer::hs256(&secret, &settings.auth.tokens()))?;
    let Some(mut running) = Running::start(&settings, tokens, Some(&cast.entries)).await? else { return Ok(()) };
    let flows = flow_management(&running.store(), &settings, CompiledCache::default());
    let shown = match library::publish(&flows, cast.author()?, |name| cast.flow(name)).await {
        Ok(()) => show(&running, cast, call.walk).await,
        failed => failed,
    };
    match shown {
        Ok(()) if !call.exit => {
            print::line("Serving. Ctrl-C ends the demo, and its database with it.")?;
            running.until_stopped().await
        }
        shown => running.stop().await.and(shown),
    }
}

async fn show(running: &Running, cast: Cast, walk: bool) -> Result<(), Failure> {
    let base = format!("http://{}", running.listening);
    cast::announce(&base, running.metrics)?;
    if !walk {
        return cast.introduce(&base);
    }
    let walked = tokio::task::spawn_blocking(move || story::tell(&base, &cast).and_then(|()| cast.introduce(&base)));
    walked.await.map_err(|error| Failure::caused("the walk broke off", &error))?
}
