//! A whole session: header, notes and path of one snapshot.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text};
use firstline_domain::error::StoreError;
use firstline_domain::ports::ListedSession;
use firstline_domain::session::{Header, Notes, Session, Step};

use super::header::HeaderRow;
use super::table::Table;

#[derive(QueryableByName)]
pub(crate) struct SessionRow {
    #[diesel(embed)]
    header: HeaderRow,
    #[diesel(sql_type = Nullable<Text>)]
    notes: Option<String>,
    /// The inside of a JSON array, in which a null takes the step before it back.
    #[diesel(sql_type = Nullable<Text>)]
    steps: Option<String>,
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        let header = Header::try_from(row.header)?;
        let id = header.id.as_uuid();
        let recorded: Vec<Option<Step>> = match row.steps {
            None => Vec::new(),
            // Its own error would repeat the text.
            Some(steps) => serde_json::from_str(&format!("[{steps}]"))
                .map_err(|_| Table("session_events", id).corrupt("the data of a step_recorded cannot be read"))?,
        };
        let path = standing(&header, recorded)?;
        let walk_notes = match row.notes {
            // No need to hash nothing: its size tells it.
            None if header.notes.bytes == 2 => return Ok(Self { header, path, walk_notes: Notes::empty() }),
            None => return Err(Table("session_notes", id).corrupt("the notes are missing")),
            Some(notes) => Table("session_notes", id).checked("notes:", Notes::from_stored(notes))?,
        };
        if walk_notes.digest() != header.notes {
            return Err(Table("session_notes", id).corrupt("the notes are not those that the session counts"));
        }
        Ok(Self { header, path, walk_notes })
    }
}

/// A session in a list that is bounded in bytes.
#[derive(QueryableByName)]
pub(crate) struct ListedRow {
    #[diesel(embed)]
    session: SessionRow,
    #[diesel(sql_type = Bool)]
    whole: bool,
}

impl TryFrom<ListedRow> for ListedSession {
    type Error = StoreError;

    fn try_from(row: ListedRow) -> Result<Self, StoreError> {
        if row.whole {
            return Ok(Self::Whole(row.session.try_into()?));
        }
        Ok(Self::Header(row.session.header.try_into()?))
    }
}

/// The steps that are not undone, if there are as many of both as the header counts.
fn standing(header: &Header, recorded: Vec<Option<Step>>) -> Result<Vec<Step>, StoreError> {
    let table = Table("walk_sessions", header.id.as_uuid());
    let events = recorded.len();
    let mut path = Vec::with_capacity(events);
    for step in recorded {
        match step {
            Some(step) => path.push(step),
            None => drop(path.pop().ok_or_else(|| table.corrupt("a step is undone that is not there"))?),
        }
    }
    // Each undoing is an event and takes a step away: what is left says how many of each there were.
    let counted = (header.step_count + header.undone_count, header.answered());
    if (u32::try_from(events), u32::try_from(path.len())) != (Ok(counted.0), Ok(counted.1)) {
        let detail = format!("{} steps are stored and {} counted", path.len(), counted.1);
        return Err(table.corrupt(detail));
    }
    Ok(path)
}
