//! Suggesting flows for what a customer says: one index an account, kept as long as the same versions are published.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use quick_cache::Weighter;
use quick_cache::sync::{Cache, EntryAction, EntryResult};

use super::cache::bounded;
use crate::account::L1Actor;
use crate::error::StoreError;
use crate::flow::authored::VersionNumber;
use crate::ids::{AccountId, FlowId};
use crate::ports::FlowStore;
use crate::search::{FlowWords, Joining, SuggestIndex, Suggestable, Suggestion};
use crate::text::ProblemStatement;

/// How many places of words the indexes of all accounts may hold together: some 24 bytes each. An account's two thousand
/// flows take 150,000.
const INDEX_PLACES: u64 = 1_000_000;
/// How many words of versions are kept, so that a newly published version costs no more than reading that one: some 60
/// bytes each.
const KEPT_WORDS: u64 = 500_000;

/// How many flows are put into an index before others run: about a millisecond's work.
const FLOWS_AT_ONCE: usize = 150;

/// What is published, and the index of it.
#[derive(Clone)]
struct Kept {
    /// The mark of the account's flows before what is published was read.
    mark: i64,
    published: Arc<[(FlowId, VersionNumber)]>,
    index: Arc<SuggestIndex>,
}

type VersionKey = (AccountId, FlowId, VersionNumber);

#[derive(Clone)]
struct ByWords;

impl Weighter<AccountId, Kept> for ByWords {
    fn weight(&self, _: &AccountId, kept: &Kept) -> u64 {
        (kept.index.places() + kept.published.len() + 1) as u64
    }
}

impl Weighter<VersionKey, Arc<FlowWords>> for ByWords {
    fn weight(&self, _: &VersionKey, words: &Arc<FlowWords>) -> u64 {
        words.len() as u64 + 1
    }
}

/// What suggestions keep between two questions, bounded over all accounts. A clone is another handle to the same.
#[derive(Clone)]
pub struct SuggestCache(Arc<Caches>);

struct Caches {
    indexes: Cache<AccountId, Kept, ByWords>,
    words: Cache<VersionKey, Arc<FlowWords>, ByWords>,
}

impl Default for SuggestCache {
    fn default() -> Self {
        Self::holding(INDEX_PLACES, KEPT_WORDS)
    }
}

impl SuggestCache {
    /// A cache of indexes with so many places of words in all, and of so many words of versions.
    #[must_use]
    pub fn holding(index_places: u64, words: u64) -> Self {
        Self(Arc::new(Caches { indexes: bounded(64, index_places, ByWords), words: bounded(1_024, words, ByWords) }))
    }
}

/// Suggests flows, over the store and the cache that it is given.
#[derive(Clone)]
pub struct Suggestions {
    flows: Arc<dyn FlowStore>,
    cache: SuggestCache,
}

impl Suggestions {
    /// Puts the use case together. Workers with a store of their own share one cache.
    #[must_use]
    pub fn new(flows: Arc<dyn FlowStore>, cache: SuggestCache) -> Self {
        Self { flows, cache }
    }

    /// The account's published flows that fit what was said, best first, at most `limit`.
    ///
    /// Whether anything has changed is asked each time, so a flow is suggested from the moment it is published, on every instance.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn suggest(
        &self,
        actor: L1Actor,
        said: &ProblemStatement,
        limit: usize,
    ) -> Result<Vec<Suggestion>, StoreError> {
        let index = self.index(actor.account_id()).await?;
        Ok(index.suggest(said.as_str(), limit))
    }

    /// The index of what is published: the kept one, or a new one, which only one of any number of askers builds.
    async fn index(&self, account_id: AccountId) -> Result<Arc<SuggestIndex>, StoreError> {
        let indexes = &self.cache.0.indexes;
        // Read before the list, so that what changes in between makes the list be read again, and not be missed.
        let mark = self.flows.flows_mark(account_id).await?;
        if let Some(kept) = indexes.get(&account_id).filter(|kept| kept.mark == mark) {
            return Ok(kept.index);
        }
        let published: Arc<[_]> = self.flows.published(account_id).await?.into();
        let look = |_: &AccountId, kept: &mut Kept| {
            if kept.published == published {
                kept.mark = mark;
                EntryAction::Retain(Arc::clone(&kept.index))
            } else {
                EntryAction::ReplaceWithGuard
            }
        };
        let guard = match indexes.entry_async(&account_id, look).await {
            EntryResult::Retained(index) => return Ok(index),
            EntryResult::Vacant(guard) | EntryResult::Replaced(guard, _) => Some(guard),
            EntryResult::Removed(..) | EntryResult::Timeout => None,
        };
        let index = Arc::new(self.build(account_id, &published).await?);
        if let Some(guard) = guard {
            // Not kept when it was taken out meanwhile: the next question builds it again.
            let _ = guard.insert(Kept { mark, published, index: Arc::clone(&index) });
        }
        Ok(index)
    }

    async fn build(
        &self,
        account_id: AccountId,
        published: &[(FlowId, VersionNumber)],
    ) -> Result<SuggestIndex, StoreError> {
        let mut words = Vec::with_capacity(published.len());
        for &(flow_id, number) in published {
            words.push(self.words(account_id, flow_id, number).await?);
        }
        let mut joining = Joining::of(words);
        while joining.go_on(FLOWS_AT_ONCE) {
            let_others_run().await;
        }
        Ok(joining.finish())
    }

    /// The words of a version. They are kept one by one, so that whoever begins anew after an asker who went away goes on
    /// where that one stopped.
    async fn words(
        &self,
        account_id: AccountId,
        flow_id: FlowId,
        number: VersionNumber,
    ) -> Result<Arc<FlowWords>, StoreError> {
        let key = (account_id, flow_id, number);
        if let Some(words) = self.cache.0.words.get(&key) {
            return Ok(words);
        }
        let version = self.flows.flow_version(account_id, flow_id, number).await?;
        let version =
            version.ok_or_else(|| StoreError::corrupt("flow_versions", flow_id, "a published version is missing"))?;
        let words = Arc::new(FlowWords::read(Suggestable { flow_id, version: number, tree: &version.tree }));
        self.cache.0.words.insert(key, Arc::clone(&words));
        let_others_run().await;
        Ok(words)
    }
}

/// Gives the thread to others once: with thousands of flows to read, no other request waits for all of them.
async fn let_others_run() {
    let mut given = false;
    poll_fn(|context| {
        if given {
            return Poll::Ready(());
        }
        given = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
