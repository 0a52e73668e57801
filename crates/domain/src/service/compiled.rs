//! Published versions ready to be walked, kept between walks: they never change, so what is kept is never stale.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::cache::bounded;
use crate::error::StoreError;
use crate::flow::authored::VersionNumber;
use crate::flow::check::MAX_NODES;
use crate::flow::walk::CompiledFlow;
use crate::ids::{AccountId, FlowId};
use crate::ports::FlowStore;

/// How much memory the versions of all accounts that are kept may take together, in bytes. Not nodes: a text may have a few letters
/// or 16 KB, and a flow that is run a hundred times is written out a hundred times.
const KEPT_BYTES: u64 = 64 << 20;

/// How many versions room is made for at the start.
const VERSIONS: usize = 1_024;

type Key = (AccountId, FlowId, VersionNumber);

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Arc<CompiledFlow>> for ByBytes {
    fn weight(&self, _: &Key, flow: &Arc<CompiledFlow>) -> u64 {
        flow.bytes() as u64 + 1
    }
}

/// What is kept, bounded over all accounts. A clone is another handle to the same.
#[derive(Clone)]
pub struct CompiledCache(Arc<Cache<Key, Arc<CompiledFlow>, ByBytes>>);

impl Default for CompiledCache {
    fn default() -> Self {
        Self::holding(KEPT_BYTES)
    }
}

impl CompiledCache {
    /// A cache of versions that take so many bytes in all, about.
    #[must_use]
    pub fn holding(bytes: u64) -> Self {
        Self(Arc::new(bounded(VERSIONS, bytes, ByBytes)))
    }

    /// How many bytes the kept versions take, about.
    #[must_use]
    pub fn weight(&self) -> u64 {
        self.0.weight()
    }
}

/// Gives published versions ready to be walked, from the cache or else from the store.
#[derive(Clone)]
pub struct CompiledFlows {
    flows: Arc<dyn FlowStore>,
    cache: CompiledCache,
}

impl CompiledFlows {
    /// Over that store and cache. Workers with a store of their own share one cache.
    #[must_use]
    pub fn new(flows: Arc<dyn FlowStore>, cache: CompiledCache) -> Self {
        Self { flows, cache }
    }

    /// The published version, with its sub-flows written out; nothing when the account has no such version.
    ///
    /// # Errors
    /// [`StoreError`], also for a stored version that cannot be walked.
    pub async fn compiled(
        &self,
        account_id: AccountId,
        flow_id: FlowId,
        version: VersionNumber,
    ) -> Result<Option<Arc<CompiledFlow>>, StoreError> {
        self.load((account_id, flow_id, version), 0).await
    }

    /// Boxed, as a version is loaded with those that it pins.
    fn load(&self, key: Key, depth: usize) -> Loading<'_> {
        Box::pin(async move {
            if let Some(kept) = self.cache.0.get(&key) {
                return Ok(Some(kept));
            }
            let (account_id, flow_id, number) = key;
            let corrupt =
                |detail: String| StoreError::corrupt("flow_versions", format_args!("{flow_id}/{number}"), detail);
            // Each level of sub-flows has a node at least, and no flow with more nodes is published.
            if depth > MAX_NODES {
                return Err(corrupt("its sub-flows go in a ring".to_owned()));
            }
            let Some(version) = self.flows.flow_version(account_id, flow_id, number).await? else { return Ok(None) };
            let mut pinned = Vec::with_capacity(version.pins.len());
            for (&pin, &pinned_number) in &version.pins {
                let compiled = self.load((account_id, pin, pinned_number), depth + 1).await?;
                let missing = || corrupt(format!("the version {pinned_number} of {pin} that it pins is missing"));
                pinned.push(compiled.ok_or_else(missing)?);
            }
            // The text of a defect may name nodes, which the account's people have named.
            let compiled = CompiledFlow::compile(&version, &pinned);
            let compiled = Arc::new(compiled.map_err(|_| corrupt("it cannot be written out".to_owned()))?);
            self.cache.0.insert(key, Arc::clone(&compiled));
            Ok(Some(compiled))
        })
    }
}

type Loading<'a> = Pin<Box<dyn Future<Output = Result<Option<Arc<CompiledFlow>>, StoreError>> + Send + 'a>>;
