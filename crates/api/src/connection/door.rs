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
    of_address: Mutex<HashMap<AddressKey, usize>>,
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
        if let Some(address) = address {
            let mut counts = self.counts();
            let count = counts.entry(address).or_default();
            if *count >= self.per_address {
                drop(counts);
                self.shared.metrics().count_turned_away();
                return None;
            }
            *count += 1;
        }
        self.open.fetch_add(1, Ordering::Relaxed);
        self.shared.metrics().connection_opened();
        Some(Place { door: Arc::clone(self), address })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<AddressKey, usize>> {
        // A count is changed in one step, so a panic elsewhere spoils nothing.
        self.of_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one connection.
pub(super) struct Place {
    door: Arc<Door>,
    address: Option<AddressKey>,
}

impl Place {
    /// Whether three quarters of all places are taken.
    pub(super) fn is_crowded(&self) -> bool {
        self.door.open.load(Ordering::Relaxed) >= self.door.places.saturating_mul(3).div_ceil(4)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.door.open.fetch_sub(1, Ordering::Relaxed);
        self.door.shared.metrics().connection_closed();
        let Some(address) = self.address else { return };
        let mut counts = self.door.counts();
        // An address without connections is not remembered: the map is never larger than there are connections.
        if let Some(count) = counts.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&address);
            }
        }
    }
}
