//! Who holds how many bytes, and who may hold more.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use firstline_domain::fault;
use firstline_domain::ids::UserId;
use firstline_http_guard::AddressKey;
use prometheus_client::metrics::gauge::Gauge;

/// Size, in bytes, up to which a user without held answers is served, however much others at the address hold.
const FIRST_ANSWER: u64 = 65_536;

/// Share of an address, as a multiple of the free bytes. The share of a user is the free bytes themselves. So one user
/// takes at most half of the budget, one address four fifths, and the largest holder is refused first.
const ADDRESS_SHARE: u64 = 4;

/// Whom an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holder {
    user: Option<UserId>,
    address: Option<AddressKey>,
}

impl Holder {
    pub(crate) fn new(user: Option<UserId>, address: Option<IpAddr>) -> Self {
        Self { user, address: address.map(AddressKey::of) }
    }
}

/// The bound, in bytes, and what is held of it. A clone is another handle to the same.
#[derive(Clone)]
pub(crate) struct AnswerBudget(Arc<Inner>);

struct Inner {
    limit: u64,
    held: Mutex<Held>,
    gauge: Gauge,
}

/// What is held, in bytes. A holder of nothing has no entry.
#[derive(Default)]
struct Held {
    total: u64,
    users: HashMap<UserId, u64>,
    addresses: HashMap<AddressKey, u64>,
}

impl AnswerBudget {
    /// A budget of `limit` bytes; `gauge` shows what is held.
    pub(crate) fn new(limit: u64, gauge: Gauge) -> Self {
        Self(Arc::new(Inner { limit, held: Mutex::default(), gauge }))
    }

    /// A permit for `bytes`, if the holder may hold them too.
    pub(super) fn take(&self, holder: Holder, bytes: u64) -> Option<AnswerPermit> {
        let mut held = self.0.held();
        let of_user = holder.user.map_or(0, |user| held.users.get(&user).copied().unwrap_or(0));
        let of_address = holder.address.map_or(0, |address| held.addresses.get(&address).copied().unwrap_or(0));
        let may = fault!("answers-unbounded", true, may_hold(self.0.limit, held.total, of_user, of_address, bytes));
        may.then(|| {
            self.0.change(&mut held, holder, bytes, true);
            AnswerPermit { budget: self.clone(), holder, bytes }
        })
    }

    /// A permit for `bytes` that cannot be refused any more.
    pub(super) fn take_anyway(&self, holder: Holder, bytes: u64) -> AnswerPermit {
        self.0.change(&mut self.0.held(), holder, bytes, true);
        AnswerPermit { budget: self.clone(), holder, bytes }
    }
}

/// Whether a holder may hold `bytes` more, where of `limit` bytes `total` are held, `of_user` of them by the user and
/// `of_address` by the address. With nothing held at all any answer may be sent.
const fn may_hold(limit: u64, total: u64, of_user: u64, of_address: u64, bytes: u64) -> bool {
    let free = limit.saturating_sub(total);
    if total == 0 {
        return true;
    }
    if bytes > free {
        return false;
    }
    let is_first = of_user == 0 && bytes <= FIRST_ANSWER;
    is_first || (of_user + bytes <= free && of_address + bytes <= free.saturating_mul(ADDRESS_SHARE))
}

impl Inner {
    fn held(&self) -> MutexGuard<'_, Held> {
        // The sums change together and nothing in between can panic.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, held: &mut Held, holder: Holder, bytes: u64, more: bool) {
        held.total = changed(held.total, bytes, more);
        if let Some(user) = holder.user {
            change_entry(&mut held.users, user, bytes, more);
        }
        if let Some(address) = holder.address {
            change_entry(&mut held.addresses, address, bytes, more);
        }
        self.gauge.set(i64::try_from(held.total).unwrap_or(i64::MAX));
    }
}

const fn changed(sum: u64, bytes: u64, more: bool) -> u64 {
    if more { sum.saturating_add(bytes) } else { sum.saturating_sub(bytes) }
}

fn change_entry<K: Eq + Hash>(sums: &mut HashMap<K, u64>, key: K, bytes: u64, more: bool) {
    match sums.entry(key) {
        Entry::Occupied(mut entry) => {
            *entry.get_mut() = changed(*entry.get(), bytes, more);
            if *entry.get() == 0 {
                entry.remove();
            }
        }
        Entry::Vacant(entry) if more && bytes > 0 => drop(entry.insert(bytes)),
        Entry::Vacant(_) => {}
    }
}

/// Bytes that count as held until this is dropped.
pub(crate) struct AnswerPermit {
    budget: AnswerBudget,
    holder: Holder,
    bytes: u64,
}

impl AnswerPermit {
    /// Counts at least `bytes` from now on, whether or not they fit.
    pub(crate) fn grow_to(&mut self, bytes: u64) {
        let more = bytes.saturating_sub(self.bytes);
        if more > 0 {
            let inner = &self.budget.0;
            inner.change(&mut inner.held(), self.holder, more, true);
            self.bytes = bytes;
        }
    }
}

impl Drop for AnswerPermit {
    fn drop(&mut self) {
        let inner = &self.budget.0;
        inner.change(&mut inner.held(), self.holder, self.bytes, false);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const MIB: u64 = 1 << 20;

    fn holder(user: u128, address: u8) -> Holder {
        Holder::new(Some(Uuid::from_u128(user).into()), Some(IpAddr::from([203, 0, 113, address])))
    }

    fn fill(budget: &AnswerBudget, holder: Holder) -> Vec<AnswerPermit> {
        std::iter::from_fn(|| budget.take(holder, MIB)).collect()
    }

    #[test]
    fn one_user_holds_at_most_half_and_one_address_at_most_four_fifths() {
        let budget = AnswerBudget::new(64 * MIB, Gauge::default());
        let one = fill(&budget, holder(1, 1));
        assert_eq!(one.len(), 32);
        let address: usize = one.len() + (2..20).map(|user| fill_kept(&budget, holder(user, 1))).sum::<usize>();
        assert!((50..=52).contains(&address), "{address} MiB");
        assert!(budget.take(holder(30, 1), MIB).is_none(), "a large answer behind that address");
        assert!(budget.take(holder(30, 1), FIRST_ANSWER).is_some(), "a colleague who holds nothing");
        assert!(budget.take(holder(30, 2), MIB).is_some(), "another address");
    }

    /// As [`fill`], for good.
    fn fill_kept(budget: &AnswerBudget, holder: Holder) -> usize {
        let permits = fill(budget, holder);
        let count = permits.len();
        permits.into_iter().for_each(std::mem::forget);
        count
    }

    #[test]
    fn what_is_dropped_is_free_again_and_leaves_no_entry() {
        let budget = AnswerBudget::new(64 * MIB, Gauge::default());
        let mut permits = fill(&budget, holder(1, 1));
        permits[0].grow_to(3 * MIB);
        assert_eq!(budget.0.held().total, 34 * MIB);
        drop(permits);
        let held = budget.0.held();
        assert_eq!((held.total, held.users.len(), held.addresses.len(), budget.0.gauge.get()), (0, 0, 0, 0));
    }

    #[test]
    fn any_answer_fits_while_nothing_is_held() {
        let budget = AnswerBudget::new(MIB, Gauge::default());
        let large = budget.take(holder(1, 1), 5 * MIB).unwrap();
        assert!(budget.take(holder(2, 2), 1).is_none());
        drop(large);
        assert!(budget.take(holder(2, 2), 1).is_some());
    }

    #[test]
    fn what_can_not_be_refused_is_counted_and_refuses_the_holder_that_has_most() {
        let budget = AnswerBudget::new(64 * MIB, Gauge::default());
        let kept = budget.take_anyway(holder(1, 1), 40 * MIB);
        assert!(budget.take(holder(1, 1), 0).is_none());
        assert!(budget.take(holder(2, 1), 0).is_some());
        drop(kept);
        assert!(budget.take(holder(1, 1), 0).is_some());
    }
}
