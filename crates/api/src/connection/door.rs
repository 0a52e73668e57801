//! How many connections there are, in all and from each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::edge::rates::AddressKey;
use crate::state::Shared;

/// Lets connections in. That there are not more in all than places, the server itself sees to: it stops accepting.
pub(super) struct Door {
    places: usize,
    per_address: usize,
    open: AtomicUsize,
    of_address: Mutex<HashMap<AddressKey, Arc<AtomicUsize>>>,
    shared: Shared,
}

impl Door {
    pub(super) fn new(places: usize, per_address: usize, shared: &Shared) -> Self {
        let (open, of_address) = (AtomicUsize::new(0), Mutex::default());
        Self { places, per_address, open, of_address, shared: shared.clone() }
    }

    /// A place, unless the address has as many as it may. A listed proxy brings everybody's connections and may have any
    /// number.
    pub(super) fn enter(self: &Arc<Self>, peer: Option<IpAddr>) -> Option<Place> {
        let address = peer.filter(|peer| !self.shared.edge().trusts(*peer)).map(AddressKey::of);
        let address = match address.map(|address| self.count(address)) {
            Some(None) => {
                self.shared.metrics().count_turned_away();
                return None;
            }
            counted => counted.flatten(),
        };
        self.open.fetch_add(1, Ordering::Relaxed);
        self.shared.metrics().connection_opened();
        Some(Place { door: Arc::clone(self), address })
    }

    /// Counts a connection of an address, unless it has as many as it may.
    fn count(&self, address: AddressKey) -> Option<Counted> {
        let mut counts = self.counts();
        let count = counts.entry(address).or_default();
        if count.load(Ordering::Relaxed) >= self.per_address {
            return None;
        }
        count.fetch_add(1, Ordering::Relaxed);
        Some(Counted { address, count: Arc::clone(count) })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<AddressKey, Arc<AtomicUsize>>> {
        // Counts are changed in one step and only while this is held, so a panic elsewhere spoils nothing.
        self.of_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An address, and how many connections it has.
struct Counted {
    address: AddressKey,
    count: Arc<AtomicUsize>,
}

/// The place of one connection.
pub(super) struct Place {
    door: Arc<Door>,
    address: Option<Counted>,
}

impl Place {
    /// Whether three quarters are taken of all places, or of those of its address. So neither the addresses together
    /// nor one client alone can keep the others out by holding connections that do nothing.
    pub(super) fn is_crowded(&self) -> bool {
        let crowded =
            |open: &AtomicUsize, places: usize| open.load(Ordering::Relaxed) >= places.saturating_mul(3).div_ceil(4);
        let of_address = |counted: &Counted| crowded(&counted.count, self.door.per_address);
        crowded(&self.door.open, self.door.places) || self.address.as_ref().is_some_and(of_address)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.door.open.fetch_sub(1, Ordering::Relaxed);
        self.door.shared.metrics().connection_closed();
        let Some(Counted { address, count }) = &self.address else { return };
        let mut counts = self.door.counts();
        // An address without connections is not remembered: the map is never larger than there are connections.
        if count.fetch_sub(1, Ordering::Relaxed) == 1 {
            counts.remove(address);
        }
    }
}
