//! The store in memory passes the suite that every store must pass.

use std::sync::Arc;

use firstline_domain::memory::MemoryStore;
use firstline_domain::ports::Store;

fn empty_store() -> std::future::Ready<Arc<dyn Store>> {
    std::future::ready(Arc::new(MemoryStore::new()))
}

firstline_domain::store_conformance!(empty_store());
