//! Caches that are bounded by what their entries weigh.

use std::hash::Hash;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

/// A cache with room for `items` entries at the start, which holds at most `weight`. One shard, as entries differ in size a
/// thousandfold and each shard holds only its part of the whole.
pub(super) fn bounded<K, V, W>(items: usize, weight: u64, weighter: W) -> Cache<K, V, W>
where
    K: Eq + Hash,
    V: Clone,
    W: Weighter<K, V> + Clone,
{
    let options = OptionsBuilder::new().shards(1).estimated_items_capacity(items).weight_capacity(weight).build();
    // Every option that is asked for is given; the other way of making one differs in the number of shards alone.
    match options {
        Err(_) => Cache::with_weighter(items, weight, weighter),
        Ok(options) => {
            Cache::with_options(options, weighter, DefaultHashBuilder::default(), DefaultLifecycle::default())
        }
    }
}
