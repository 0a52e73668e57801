//! What both databases bind when they write a user and their event.

use firstline_domain::account::User;
use firstline_domain::error::StoreError;
use firstline_domain::ids::UserId;
use firstline_domain::user::UserSave;

use crate::statement::Statement;
use crate::statements::Text;

/// Binds the event, `$1` to `$7` of a text that begins by putting it in.
pub(crate) fn event(text: Text, save: &UserSave) -> Result<Statement, StoreError> {
    let event = &save.event;
    let data = event.data.to_json().map_err(|error| StoreError::Failed(Box::new(error)))?;
    Ok(Statement::new(text)
        .id(save.user.account_id.as_uuid())
        .int(event.seq)
        .id(event.user_id.as_uuid())
        .text(event.data.kind())
        .text(&data)
        .id(event.actor_user_id.map(UserId::as_uuid))
        .at(event.at))
}

/// Binds the columns of a user that can change, and the folded address behind them.
pub(crate) fn details(statement: Statement, user: &User) -> Statement {
    let identity = user.identity.as_ref();
    statement
        .text(user.email.as_str())
        .text(user.role.as_str())
        .bool(user.can_cover_l1)
        .bool(user.active)
        .maybe_text(identity.map(|identity| identity.issuer.as_str()))
        .maybe_text(identity.map(|identity| identity.subject.as_str()))
        .text(&user.email.folded())
}
