//! Starts the server and ends it: bind first, then the database, then requests; at the end readiness first, connections
//! next, the database last.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use firstline_api::{Services, Shared, TokenVerifier, serve_metrics};
use firstline_domain::ports::Store;
use firstline_domain::service::{CompiledCache, SuggestCache, Suggestions};
use firstline_storage::{Database, Purpose};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::database::{for_database, open, prepare, warn_of_nobody};
use crate::failure::{Failure, chain};
use crate::identity::SignIn;
use crate::jobs::{Health, InStep, start_jobs};
use crate::listener::{Listening, begin, ended, listen};
use crate::settings::Settings;
use crate::signals::StopSignals;
use crate::system::{SystemClock, UuidV7};
use crate::wiring::{flow_management, flow_statistics, user_management, workspace};
use crate::{output, provision, telemetry};

/// Serves until a signal ends it, and prints where as soon as it accepts connections.
///
/// # Errors
/// Why it could not start, or that it was stopped before everything was finished.
pub(crate) async fn serve(settings: &Settings, provision: Option<&Path>) -> Result<(), Failure> {
    let sign_in = SignIn::start(&settings.auth).await?;
    let entries = provision.map(provision::read).transpose()?;
    let Some(mut running) = Running::start(settings, sign_in.verifier(), entries.as_ref()).await? else {
        return Ok(());
    };
    let addresses = json!({
        "listening": running.listening.to_string(),
        "metrics": running.metrics.map(|address| address.to_string()),
        "store": running.database.kind().as_str(),
    });
    // A thread of its own: a reader that does not read holds up neither requests nor signals.
    std::thread::spawn(move || {
        if let Err(failure) = output::object(&addresses) {
            tracing::warn!(error = %failure, "the address could not be printed");
        }
    });
    running.until_stopped().await
}

/// A server that accepts connections.
pub(crate) struct Running {
    /// Where the API is.
    pub(crate) listening: SocketAddr,
    /// Where the metrics are, if anywhere.
    pub(crate) metrics: Option<SocketAddr>,
    database: Database,
    shared: Shared,
    signals: StopSignals,
    drain_delay: Duration,
    servers: Vec<Listening>,
    stop_jobs: watch::Sender<bool>,
    jobs: Vec<JoinHandle<()>>,
}

impl Running {
    /// Binds and begins to answer, to all but `/livez` that it starts; waits for the database, migrates it, provisions,
    /// and begins to serve. `None` when a signal came before that.
    ///
    /// # Errors
    /// The first of these that does not work, and what to do.
    pub(crate) async fn start(
        settings: &Settings,
        tokens: TokenVerifier,
        entries: Option<&provision::Entries>,
    ) -> Result<Option<Self>, Failure> {
        let signals = StopSignals::install()
            .map_err(|error| Failure::caused("the signals that end the server cannot be handled", &error))?;
        let (listener, listening) = listen("server.bind", settings.server.bind, settings.server.backlog)?;
        let metrics = settings.metrics.bind.map(|address| listen("metrics.bind", address, 16)).transpose()?;
        let database = open(&settings.database, Purpose::Serve).await?;
        let health = Arc::new(Health::default());
        let probe = Arc::new(InStep::new(Arc::clone(&health) as _, database.shared(), Arc::new(SystemClock)));
        let shared = Shared::new(tokens, settings.http(), Arc::new(UuidV7), Arc::new(SystemClock), probe);
        shared.metrics().watch_dropped_log_lines(telemetry::dropped_lines);
        shared.readiness().hold_back();

        let mut servers = vec![begin(api_server(settings, &shared, &database, listener)?)];
        let metrics = match metrics {
            Some((listener, address)) => {
                let server = serve_metrics(listener, &shared, |_| {});
                servers.push(begin(server.map_err(|error| Failure::caused("the metrics cannot listen", &error))?));
                Some(address)
            }
            None => None,
        };
        let (stop_jobs, drain_delay) = (watch::Sender::new(false), settings.server.drain_delay);
        let jobs = Vec::new();
        let mut running = Self { listening, metrics, database, shared, signals, drain_delay, servers, stop_jobs, jobs };
        let begun = tokio::select! {
            begun = prepare_store(settings, entries, &running.database) => begun.map(|()| true),
            signal = running.signals.next() => {
                tracing::info!(signal, "stopping before the start was complete");
                Ok(false)
            }
        };
        if let Ok(true) = begun {
            running.let_in(settings, &health).await;
            return Ok(Some(running));
        }
        let Self { servers, jobs, database, .. } = &mut running;
        end(servers, jobs, database, Duration::ZERO).await;
        begun.map(|_| None)
    }

    /// Begins to serve requests, and what is done beside them.
    async fn let_in(&mut self, settings: &Settings, health: &Arc<Health>) {
        health.probe(&self.database).await;
        let stop = self.stop_jobs.subscribe();
        self.jobs = start_jobs(settings, &self.database.shared(), &self.shared, &stop);
        let (health, database) = (Arc::clone(health), self.database.clone());
        self.jobs.push(tokio::spawn(async move { health.watch(database, stop).await }));
        self.shared.readiness().let_in();
        let (listening, metrics) = (self.listening, self.metrics.map(tracing::field::display));
        tracing::info!(%listening, metrics, store = self.database.kind().as_str(), "serving");
    }

    /// The store that it serves from.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        self.database.shared()
    }

    /// Serves until a signal, then ends as [`stop`](Self::stop) does.
    ///
    /// # Errors
    /// As [`stop`](Self::stop); also when the server ends without a signal.
    pub(crate) async fn until_stopped(&mut self) -> Result<(), Failure> {
        tokio::select! {
            signal = self.signals.next() => {
                tracing::info!(signal, "stopping");
                self.stop().await
            }
            () = ended(&mut self.servers) => {
                self.stop().await?;
                Err(Failure::new("a listener ended by itself").remedy("the log says why; start the service again"))
            }
        }
    }

    /// Ends in order: readiness says no, requests still come in for a while, those in flight finish, the database is
    /// closed. A second signal ends it at once.
    ///
    /// # Errors
    /// When a second signal came.
    pub(crate) async fn stop(&mut self) -> Result<(), Failure> {
        self.shared.readiness().start_draining();
        let _ = self.stop_jobs.send(true);
        let Self { signals, servers, jobs, database, drain_delay, .. } = self;
        tokio::select! {
            () = end(servers, jobs, database, *drain_delay) => {
                tracing::info!("stopped");
                Ok(())
            }
            signal = signals.next() => {
                let how = format!("stopped at once by a second signal ({signal}): requests in flight were cut off");
                Err(Failure::new(how))
            }
        }
    }
}

/// Ends listeners, jobs and the database, in this order, after `drain_delay`.
async fn end(servers: &mut Vec<Listening>, jobs: &mut Vec<JoinHandle<()>>, database: &Database, drain_delay: Duration) {
    tokio::time::sleep(drain_delay).await;
    for (handle, task) in servers.drain(..) {
        handle.stop(true).await;
        match task.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(error = chain(&error), "listener failed"),
            Err(error) => tracing::error!(error = chain(&error), "listener panicked"),
        }
    }
    for task in jobs.drain(..) {
        // A job that panicked has said so.
        let _ = task.await;
    }
    database.close().await;
}

/// Waits for the database, migrates it if it may, looks at its walls, and provisions.
async fn prepare_store(
    settings: &Settings,
    entries: Option<&provision::Entries>,
    database: &Database,
) -> Result<(), Failure> {
    for_database(database, settings.database.start_timeout).await?;
    prepare(&settings.database, database).await?;
    let store = database.shared();
    if let Some(entries) = entries {
        provision::apply(entries, store.as_ref(), &user_management(&store, settings)).await?;
    }
    warn_of_nobody(database).await;
    Ok(())
}

fn api_server(
    settings: &Settings,
    shared: &Shared,
    database: &Database,
    listener: TcpListener,
) -> Result<Server, Failure> {
    let (database, of_worker) = (database.clone(), settings.clone());
    // What is kept of flows is one for all workers.
    let (compiled, suggested) = (CompiledCache::default(), SuggestCache::default());
    let services = move || {
        // Called once in each worker: its connections are its own.
        let store = database.for_worker();
        Services {
            workspace: workspace(&store, &of_worker, &compiled),
            users: user_management(&store, &of_worker),
            flows: flow_management(&store, &of_worker, compiled.clone()),
            suggestions: Suggestions::new(Arc::clone(&store) as _, suggested.clone()),
            statistics: flow_statistics(&store),
            directory: store as _,
        }
    };
    firstline_api::serve(listener, &settings.serve(), shared, services)
        .map_err(|error| Failure::caused("the server cannot listen", &error))
}
