//! The access rules once more, in few words and without the service's help.

use crate::route_cases::Who;
use crate::world::Standing;

/// The status that somebody is refused with, or nothing if they may call.
pub(super) fn refused(who: Who, standing: Standing) -> Option<u16> {
    match (who, standing) {
        (Who::Anybody, _) | (Who::SignedIn, Standing::User { .. }) => None,
        (_, Standing::Nobody) => Some(401),
        (Who::Managers, Standing::User { role, .. }) => (!["admin", "owner"].contains(&role)).then_some(403),
        (Who::FlowAuthors, Standing::User { role, .. }) => {
            (!["engineer", "admin", "owner"].contains(&role)).then_some(403)
        }
        (Who::FlowReaders, Standing::User { role, .. }) => (role == "viewer").then_some(403),
        (Who::FirstLine, Standing::User { role, can_cover_l1 }) => {
            let may = role == "l1_tech" || (can_cover_l1 && role != "viewer");
            (!may).then_some(403)
        }
    }
}
