//! Values that are one of a few names: sent as the domain names them, described by all names that the domain has.

use std::borrow::Cow;

use firstline_domain::account::{ActingAs as DomainActingAs, Role};
use firstline_domain::flow::tree::Language;
use firstline_domain::flow::{FlowStatus as DomainFlowStatus, TreeLocation};
use firstline_domain::session::{SessionKind as DomainSessionKind, SessionStatus as DomainSessionStatus};
use firstline_domain::ticket::{TicketKind as DomainTicketKind, TicketStatus as DomainTicketStatus};
use serde::{Serialize, Serializer};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! names {
    ($($(#[doc = $doc:literal])+ $name:ident($domain:ty);)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $name($domain);

        impl From<$domain> for $name {
            fn from(domain: $domain) -> Self {
                Self(domain)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.as_str())
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let names = <$domain>::ALL.into_iter().map(<$domain>::as_str);
                let description = concat!($($doc),+).trim_start();
                let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names));
                schema.description(Some(description)).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

names! {
    /// What is walked: a flow, a flow proposal, or nothing.
    SessionKind(DomainSessionKind);
    /// Where a session stands.
    SessionStatus(DomainSessionStatus);
    /// Where a ticket lives. `psa` is reserved.
    TicketKind(DomainTicketKind);
    /// Where a ticket stands.
    TicketStatus(DomainTicketStatus);
    /// In what capacity a user worked who is no L1 technician.
    ActingAs(DomainActingAs);
    /// What a user is in the account.
    AccountRole(Role);
    /// Where a flow stands in its life: `draft` is still being written, `published` can be walked, `archived` can no
    /// more.
    FlowStatus(DomainFlowStatus);
    /// Where a flow's tree lives: `authored` is written here, `external` is registered and its tree lives elsewhere.
    FlowTree(TreeLocation);
    /// A language that suggestions know.
    FlowLanguage(Language);
}
