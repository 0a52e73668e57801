//! The queue's cursor. Layout: version (1), filter (1), account (16), microseconds (8), ticket (16).

use chrono::DateTime;
use firstline_domain::queue::{QueueCursor, QueuePosition};
use firstline_domain::ticket::TicketStatus;
use uuid::Uuid;

use super::{open, seal};

const LIST: &str = "queue";
const VERSION: u8 = 1;
const PAYLOAD: usize = 42;

/// Every filter that a queue can have.
const FILTERS: [Option<TicketStatus>; 5] = [
    None,
    Some(TicketStatus::Open),
    Some(TicketStatus::Walking),
    Some(TicketStatus::Resolved),
    Some(TicketStatus::Escalated),
];

/// Times outside these years were never written by the service, and not every store could compare with them.
const MICROS: std::ops::Range<i64> = 0..253_402_300_800_000_000;

/// The cursor as text.
pub(crate) fn encode(cursor: &QueueCursor) -> String {
    let mut bytes = Vec::with_capacity(64);
    bytes.push(VERSION);
    bytes.push(filter_number(cursor.status));
    bytes.extend_from_slice(cursor.account_id.as_uuid().as_bytes());
    bytes.extend_from_slice(&cursor.after.created_at.timestamp_micros().to_be_bytes());
    bytes.extend_from_slice(cursor.after.ticket_id.as_uuid().as_bytes());
    seal(LIST, bytes)
}

/// The cursor of that text; `None` when it is damaged in any way.
pub(crate) fn decode(text: &str) -> Option<QueueCursor> {
    let payload: [u8; PAYLOAD] = open(LIST, text)?;
    let (&[version, filter], rest) = payload.split_first_chunk()?;
    let (account, rest) = rest.split_first_chunk()?;
    let (micros, rest) = rest.split_first_chunk()?;
    let (ticket, _) = rest.split_first_chunk()?;
    let micros = Some(i64::from_be_bytes(*micros)).filter(|micros| version == VERSION && MICROS.contains(micros))?;
    Some(QueueCursor {
        account_id: Uuid::from_bytes(*account).into(),
        status: FILTERS.into_iter().find(|status| filter_number(*status) == filter)?,
        after: QueuePosition {
            created_at: DateTime::from_timestamp_micros(micros)?,
            ticket_id: Uuid::from_bytes(*ticket).into(),
        },
    })
}

const fn filter_number(status: Option<TicketStatus>) -> u8 {
    match status {
        None => 0,
        Some(TicketStatus::Open) => 1,
        Some(TicketStatus::Walking) => 2,
        Some(TicketStatus::Resolved) => 3,
        Some(TicketStatus::Escalated) => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor() -> QueueCursor {
        QueueCursor {
            account_id: Uuid::from_u128(7).into(),
            status: Some(TicketStatus::Walking),
            after: QueuePosition {
                created_at: DateTime::from_timestamp_micros(1_767_225_600_123_456).unwrap(),
                ticket_id: Uuid::from_u128(9).into(),
            },
        }
    }

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        assert_eq!(FILTERS.len(), TicketStatus::ALL.len() + 1);
        for status in FILTERS {
            let cursor = QueueCursor { status, ..cursor() };
            assert_eq!(decode(&encode(&cursor)), Some(cursor));
        }
    }

    #[test]
    fn any_changed_character_and_any_other_length_is_damage() {
        let text = encode(&cursor());
        for at in 0..text.len() {
            for replacement in ['A', 'B', '_', '=', '.', 'é'] {
                let mut damaged: Vec<char> = text.chars().collect();
                if damaged[at] != replacement {
                    damaged[at] = replacement;
                    assert_eq!(decode(&damaged.into_iter().collect::<String>()), None, "position {at}");
                }
            }
        }
        assert_eq!(decode(&text[1..]), None);
        assert_eq!(decode(&format!("{text}A")), None);
        assert_eq!(decode(""), None);
    }

    #[test]
    fn a_forged_time_outside_the_calendar_is_damage() {
        let mut forged = cursor();
        forged.after.created_at = DateTime::from_timestamp_micros(-1).unwrap();
        assert_eq!(decode(&encode(&forged)), None);
    }
}
