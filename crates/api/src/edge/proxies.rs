//! Peers that say they forward requests and are not listed: logged once for each, not for each request.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often the log hears of one peer.
const INTERVAL: Duration = Duration::from_hours(1);

/// Of how many peers the log hears within that time. Anybody can send such a header, so the log must not be theirs to
/// fill.
const PEERS: usize = 16;

/// What was seen of them.
#[derive(Debug, Default)]
pub(super) struct UnlistedProxies(Mutex<HashMap<IpAddr, Peer>>);

#[derive(Debug)]
struct Peer {
    told: Instant,
    requests: u64,
}

impl UnlistedProxies {
    /// A request came by such a peer: how many it has been since the log last heard of it, if it is to hear of it now.
    pub(super) fn seen(&self, peer: IpAddr, now: Instant) -> Option<u64> {
        // Each entry is whole at any time, so a panic elsewhere spoils nothing.
        let mut peers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = |told: Instant| now.saturating_duration_since(told) >= INTERVAL;
        if let Some(known) = peers.get_mut(&peer) {
            known.requests += 1;
            return is_due(known.told).then(|| {
                known.told = now;
                std::mem::take(&mut known.requests)
            });
        }
        if peers.len() >= PEERS {
            peers.retain(|_, known| !is_due(known.told));
        }
        (peers.len() < PEERS).then(|| {
            peers.insert(peer, Peer { told: now, requests: 0 });
            1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(number: u8) -> IpAddr {
        [192, 0, 2, number].into()
    }

    #[test]
    fn each_peer_is_told_of_at_once_and_then_each_hour_with_the_count_since() {
        let (seen, start) = (UnlistedProxies::default(), Instant::now());
        assert_eq!((seen.seen(peer(1), start), seen.seen(peer(2), start)), (Some(1), Some(1)));
        for _ in 0..41 {
            assert_eq!(seen.seen(peer(1), start + INTERVAL / 2), None);
        }
        assert_eq!(seen.seen(peer(1), start + INTERVAL), Some(42));
        assert_eq!(seen.seen(peer(1), start + INTERVAL), None);
        assert_eq!(seen.seen(peer(2), start + INTERVAL * 3), Some(1));
    }

    #[test]
    fn a_flood_of_peers_fills_neither_the_log_nor_the_memory() {
        let (seen, start) = (UnlistedProxies::default(), Instant::now());
        let told = |now| (0..=255).filter(|number| seen.seen(peer(*number), now).is_some()).count();
        assert_eq!(told(start), PEERS);
        assert_eq!(told(start + INTERVAL / 2), 0);
        assert_eq!(told(start + INTERVAL), PEERS);
        assert_eq!(seen.0.lock().unwrap().len(), PEERS);
    }
}
