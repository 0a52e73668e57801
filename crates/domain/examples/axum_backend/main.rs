//! The L1 workspace in a backend of one's own: axum instead of the service, a session store of one's own, and every
//! rule from the domain crate. A call walks the starter flow "No Wi-Fi", question by question.
//!
//! From the root of the repository:
//!
//! ```sh
//! cargo run -p firstline-domain --example axum_backend     # serves on port 8090 and prints curl lines to paste
//! cargo test -p firstline-domain --example axum_backend    # walks the flow; tests the session store by the suite
//! ```

mod backend;
mod routes;
mod store;

#[tokio::main]
async fn main() -> Result<(), backend::Failure> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
    eprintln!(
        "json='content-type: application/json'\n\
         curl -sw '\\n' localhost:8090/calls -H \"$json\" -d '{{\"problem_statement\": \"no Wi-Fi\"}}'\n\
         WALK='…'  # id of the answer; `next` is what to ask, and what can be answered\n\
         curl -sw '\\n' localhost:8090/walks/$WALK/step -H \"$json\" -d '{{\"node\": \"scope\", \"answer\": \"yes\"}}'"
    );
    axum::serve(listener, routes::router(backend::backend().await?)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use firstline_domain::conformance::World;

    use super::store::JournalStore;

    fn world() -> std::future::Ready<World> {
        std::future::ready(World::with_sessions(std::sync::Arc::new(JournalStore::default())))
    }

    firstline_domain::session_store_conformance!(world());
}
