//! The cursors of flows. Layout: version (1), status (1), account (16), flow (16) for the flows; version (1), account (16),
//! flow (16), number (4) for a flow's versions.

use firstline_domain::flow::FlowStatus;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::ids::{AccountId, FlowId};
use uuid::Uuid;

use super::{open, seal};

const FLOWS: &str = "flows";
const VERSIONS: &str = "flow versions";
const VERSION: u8 = 1;

/// Where the next page of an account's flows begins, as text.
pub(crate) fn encode(account_id: AccountId, status: Option<FlowStatus>, after: FlowId) -> String {
    let mut bytes = vec![VERSION, status_number(status)];
    bytes.extend_from_slice(account_id.as_uuid().as_bytes());
    bytes.extend_from_slice(after.as_uuid().as_bytes());
    seal(FLOWS, bytes)
}

/// The place in a list of flows that a cursor names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FlowCursor {
    account_id: AccountId,
    status: Option<FlowStatus>,
    pub(crate) after: FlowId,
}

impl FlowCursor {
    /// The place to go on from in the list of `account_id` filtered by `status`; `None` when the cursor is not from it.
    pub(crate) fn place_in(&self, account_id: AccountId, status: Option<FlowStatus>) -> Option<FlowId> {
        (self.account_id == account_id && self.status == status).then_some(self.after)
    }
}

/// The cursor of that text; `None` when it is damaged in any way.
pub(crate) fn decode(text: &str) -> Option<FlowCursor> {
    let payload: [u8; 34] = open(FLOWS, text)?;
    let (&[VERSION, status], rest) = payload.split_first_chunk()? else { return None };
    let (account, rest) = rest.split_first_chunk()?;
    let (flow, _) = rest.split_first_chunk()?;
    let mut statuses = std::iter::once(None).chain(FlowStatus::ALL.map(Some));
    let status = statuses.find(|one| status_number(*one) == status)?;
    Some(FlowCursor { account_id: Uuid::from_bytes(*account).into(), status, after: Uuid::from_bytes(*flow).into() })
}

/// Where the next page of a flow's versions begins, as text.
pub(crate) fn encode_versions(account_id: AccountId, flow_id: FlowId, after: VersionNumber) -> String {
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(account_id.as_uuid().as_bytes());
    bytes.extend_from_slice(flow_id.as_uuid().as_bytes());
    bytes.extend_from_slice(&after.get().to_be_bytes());
    seal(VERSIONS, bytes)
}

/// The number of that text; `None` when it is damaged in any way, or of the versions of another flow.
pub(crate) fn decode_versions(text: &str, account_id: AccountId, flow_id: FlowId) -> Option<VersionNumber> {
    let payload: [u8; 37] = open(VERSIONS, text)?;
    let (&[VERSION], rest) = payload.split_first_chunk()? else { return None };
    let (account, rest) = rest.split_first_chunk()?;
    let (flow, rest) = rest.split_first_chunk()?;
    let (number, _) = rest.split_first_chunk()?;
    let same = (Uuid::from_bytes(*account), Uuid::from_bytes(*flow)) == (account_id.as_uuid(), flow_id.as_uuid());
    VersionNumber::new(u32::from_be_bytes(*number)).filter(|_| same)
}

const fn status_number(status: Option<FlowStatus>) -> u8 {
    match status {
        None => 0,
        Some(FlowStatus::Draft) => 1,
        Some(FlowStatus::Published) => 2,
        Some(FlowStatus::Archived) => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_went_and_one_list_takes_none_of_another() {
        let (account_id, flow) = (Uuid::from_u128(7).into(), Uuid::from_u128(9).into());
        let other = Uuid::from_u128(8);
        for status in std::iter::once(None).chain(FlowStatus::ALL.map(Some)) {
            let cursor = decode(&encode(account_id, status, flow)).unwrap();
            assert_eq!(cursor.place_in(account_id, status), Some(flow));
            assert_eq!(cursor.place_in(other.into(), status), None);
            let next = if status.is_none() { Some(FlowStatus::Draft) } else { None };
            assert_eq!(cursor.place_in(account_id, next), None);
            assert_eq!(decode_versions(&encode(account_id, status, flow), account_id, flow), None);
        }
        let number = VersionNumber::new(41).unwrap();
        let versions = encode_versions(account_id, flow, number);
        assert_eq!(decode_versions(&versions, account_id, flow), Some(number));
        assert_eq!(decode_versions(&versions, account_id, other.into()), None);
        assert_eq!(decode_versions(&versions, other.into(), flow), None);
        assert_eq!(decode(&versions), None);
    }

    #[test]
    fn any_changed_character_and_any_other_length_is_damage() {
        let text = encode(Uuid::from_u128(7).into(), None, Uuid::max().into());
        let whole = decode(&text);
        for at in 0..text.len() {
            for replacement in ["A", "B", "_", "=", "é"] {
                let mut damaged = text.clone();
                damaged.replace_range(at..=at, replacement);
                assert_eq!(decode(&damaged), whole.filter(|_| damaged == text), "position {at}");
            }
        }
        assert_eq!((decode(&text[1..]), decode(&format!("{text}A")), decode("")), (None, None, None));
    }
}
