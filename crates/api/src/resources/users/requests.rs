//! What requests about users say.

use firstline_domain::account::{self, Role};
use firstline_domain::ids::UserId;
use firstline_domain::paging::PageLimit;
use firstline_domain::ports::UserFilter;
use firstline_domain::text::{Email, Issuer, Subject};
use firstline_domain::user::{self, IdentityChange, UserDetails};
use utoipa::openapi::ObjectBuilder;

use crate::input::described::Components;
use crate::input::{Member, Reader, params, request, texts};
use crate::paging::List;

params! {
    /// The user that a path names.
    pub(crate) struct UserPath in Path {
        /// The user's id, in any spelling of a UUID.
        user_id: UserId,
    }

    /// What the list of users is narrowed to.
    pub(crate) struct UsersFilter in Query {
        /// Only users with this role.
        account_role: Option<Role>,
        /// Only users who may sign in, or only those who may not.
        active: Option<bool>,
    }
}

request! {
    /// How an identity provider names a user: the `iss` of its tokens and their `sub`, or the claim that the operator
    /// has named for it, to the character.
    pub(crate) struct Identity {
        /// The issuer that vouches for them. Not blank.
        issuer: Issuer,
        /// The name that the issuer gives them. Not blank.
        subject: Subject,
    }

    /// A user to create.
    pub(crate) struct NewUser {
        /// Their e-mail address, unique within the account. Not blank.
        email: Email,
        /// Their role. Only an owner may create an owner.
        account_role: Role,
        /// Whether they may stand in for the first line; false where it is missing.
        can_cover_l1: Option<bool>,
        /// Whether they may sign in; true where it is missing.
        active: Option<bool>,
        /// How their identity provider names them, unique within the account.
        identity: Option<Identity>,
    }

    /// The fields of a user to change. A missing field stays as it is.
    pub(crate) struct UserChange {
        /// Their new e-mail address, unique within the account. Not blank.
        email: Option<Email>,
        /// Their new role. Only an owner may make, change or unmake an owner.
        account_role: Option<Role>,
        /// Whether they may stand in for the first line.
        can_cover_l1: Option<bool>,
        /// Whether they may sign in.
        active: Option<bool>,
        /// How their identity provider names them, unique within the account. Null removes the identity.
        identity: IdentityChange,
    }
}

texts! {
    Email;
    Issuer;
    Subject;
}

impl Member for IdentityChange {
    fn read(reader: &mut Reader<'_, '_>, name: &'static str) -> Option<Self> {
        if reader.is_null(name) {
            return Some(Self::Remove);
        }
        let identity = <Option<Identity> as Member>::read(reader, name)?;
        Some(identity.map_or(Self::Keep, |identity| Self::Set(identity.into())))
    }

    fn describe(object: ObjectBuilder, name: &'static str, lines: &[&str]) -> ObjectBuilder {
        <Option<Identity> as Member>::describe(object, name, lines)
    }

    fn components(components: &mut Components) {
        <Option<Identity> as Member>::components(components);
    }
}

impl From<Identity> for account::Identity {
    fn from(Identity { issuer, subject }: Identity) -> Self {
        Self { issuer, subject }
    }
}

impl From<NewUser> for UserDetails {
    fn from(user: NewUser) -> Self {
        let NewUser { email, account_role, can_cover_l1, active, identity } = user;
        Self {
            email,
            role: account_role,
            can_cover_l1: can_cover_l1.unwrap_or(false),
            active: active.unwrap_or(true),
            identity: identity.map(Into::into),
        }
    }
}

impl From<UserChange> for user::UserChange {
    fn from(change: UserChange) -> Self {
        let UserChange { email, account_role, can_cover_l1, active, identity } = change;
        Self { email, role: account_role, can_cover_l1, active, identity }
    }
}

impl From<UsersFilter> for UserFilter {
    fn from(UsersFilter { account_role, active }: UsersFilter) -> Self {
        Self { role: account_role, active }
    }
}

/// The users, as their cursors know them.
pub(crate) struct Users;

impl List for Users {
    const NAME: &'static str = "users";
    const ROWS: &'static str = "users";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this list, with the same filters";
    const SAME: &'static str = ", with the same filters";
    type Query = UsersFilter;
    type Filter = UserFilter;
    type Limit = PageLimit;
    type Key = UserId;
}

/// The events of a user, as their cursors know them.
pub(crate) struct UserEvents;

impl List for UserEvents {
    const NAME: &'static str = "user events";
    const ROWS: &'static str = "events";
    const REFUSAL: &'static str = "must be the cursor of a Link header of this user's events";
    const SAME: &'static str = "";
    type Query = ();
    type Filter = UserId;
    type Limit = PageLimit;
    type Key = i64;

    fn is_place(seq: &i64) -> bool {
        *seq >= 1
    }
}
