//! A whole session: header, notes and path of one snapshot.

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use firstline_domain::error::StoreError;
use firstline_domain::notes::Notes;
use firstline_domain::session::{Header, Session, Step};

use super::{HeaderRow, Table};

#[derive(QueryableByName)]
pub(crate) struct SessionRow {
    #[diesel(embed)]
    header: HeaderRow,
    #[diesel(sql_type = Nullable<Text>)]
    notes: Option<String>,
    /// The inside of a JSON array.
    #[diesel(sql_type = Nullable<Text>)]
    steps: Option<String>,
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        let header = Header::try_from(row.header)?;
        let id = header.id.as_uuid();
        let path: Vec<Step> = match row.steps {
            None => Vec::new(),
            // Its own error would repeat the text.
            Some(steps) => serde_json::from_str(&format!("[{steps}]"))
                .map_err(|_| Table("session_events", id).corrupt("the data of a step_recorded cannot be read"))?,
        };
        if u32::try_from(path.len()) != Ok(header.step_count) {
            let detail = format!("{} steps are stored and {} counted", path.len(), header.step_count);
            return Err(Table("walk_sessions", id).corrupt(detail));
        }
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
