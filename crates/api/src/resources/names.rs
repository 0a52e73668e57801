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
    /// The state of a session.
    SessionStatus(DomainSessionStatus);
    /// Where a ticket is kept. `psa` is reserved.
    TicketKind(DomainTicketKind);
    /// The state of a ticket.
    TicketStatus(DomainTicketStatus);
    /// The capacity in which a user works who is no L1 technician.
    ActingAs(DomainActingAs);
    /// The role of a user in the account.
    AccountRole(Role);
    /// The state of a flow: a `draft` is not published yet, a `published` flow can be walked, an `archived` flow takes
    /// no new walks.
    FlowStatus(DomainFlowStatus);
    /// Where a flow's tree is kept: an `authored` tree in this service, an `external` tree elsewhere.
    FlowTree(TreeLocation);
    /// A language whose word forms suggestions know.
    FlowLanguage(Language);
}
