//! The store in memory passes the suite that every store must pass.

use std::sync::Arc;

use firstline_domain::memory::MemoryStore;
use firstline_domain::repository::Store;

async fn empty_store() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

firstline_domain::store_conformance!(empty_store());
