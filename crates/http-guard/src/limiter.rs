//! How many connections there are, in all and from each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::address::AddressKey;
use crate::hooks::Hooks;

/// Admits connections. The bound over all addresses is only known here; the server enforces it by not accepting.
pub(crate) struct ConnectionLimiter {
    max: usize,
    max_per_address: usize,
    open: AtomicUsize,
    by_address: Mutex<HashMap<AddressKey, Arc<AtomicUsize>>>,
    hooks: Arc<dyn Hooks>,
}

impl ConnectionLimiter {
    pub(crate) fn new(max: usize, max_per_address: usize, hooks: Arc<dyn Hooks>) -> Self {
        Self { max, max_per_address, open: AtomicUsize::new(0), by_address: Mutex::default(), hooks }
    }

    /// A permit, unless the peer's address has as many connections as it may. A trusted proxy may have any number.
    pub(crate) fn admit(self: &Arc<Self>, peer: Option<IpAddr>) -> Option<ConnectionPermit> {
        let limited = peer.filter(|peer| !self.hooks.is_trusted_proxy(*peer));
        let address = match limited {
            None => None,
            Some(peer) => {
                let counted = self.count(AddressKey::of(peer));
                if counted.is_none() {
                    self.hooks.connection_refused(peer);
                }
                Some(counted?)
            }
        };
        self.open.fetch_add(1, Ordering::Relaxed);
        self.hooks.connection_opened();
        Some(ConnectionPermit { limiter: Arc::clone(self), address })
    }

    /// Counts a connection of an address, unless it has as many as it may.
    fn count(&self, address: AddressKey) -> Option<AddressCount> {
        let mut counts = self.counts();
        let count = counts.entry(address).or_default();
        if count.load(Ordering::Relaxed) >= self.max_per_address {
            return None;
        }
        count.fetch_add(1, Ordering::Relaxed);
        Some(AddressCount { address, count: Arc::clone(count) })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<AddressKey, Arc<AtomicUsize>>> {
        // Counts change in one step and only under this lock, so a panic elsewhere leaves them right.
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An address, and how many connections it has.
struct AddressCount {
    address: AddressKey,
    count: Arc<AtomicUsize>,
}

/// One connection in the limiter's counts, until it is dropped.
pub(crate) struct ConnectionPermit {
    limiter: Arc<ConnectionLimiter>,
    address: Option<AddressCount>,
}

impl ConnectionPermit {
    /// Whether three quarters of all connections are open, or of those of this address. Idle connections are then
    /// closed soon, so that neither many addresses together nor one client alone can keep others out with them.
    pub(crate) fn is_crowded(&self) -> bool {
        let crowded =
            |open: &AtomicUsize, max: usize| open.load(Ordering::Relaxed) >= max.saturating_mul(3).div_ceil(4);
        let of_address = |counted: &AddressCount| crowded(&counted.count, self.limiter.max_per_address);
        crowded(&self.limiter.open, self.limiter.max) || self.address.as_ref().is_some_and(of_address)
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.limiter.open.fetch_sub(1, Ordering::Relaxed);
        self.limiter.hooks.connection_closed();
        let Some(AddressCount { address, count }) = &self.address else { return };
        let mut counts = self.limiter.counts();
        // An address without connections has no entry, so the map is never larger than the number of connections.
        if count.fetch_sub(1, Ordering::Relaxed) == 1 {
            counts.remove(address);
        }
    }
}
