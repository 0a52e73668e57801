//! What the errors of user management are in HTTP. No wildcard arms, for the reason given beside.

use firstline_domain::account::AccessDenied;
use firstline_domain::user_management::{UserManagementError, UserRefusal};

use super::domain::{failed, of_store};
use super::{BAD_TOKEN, Code, Problem};
use crate::context::RequestContext;

/// The problem when an access rule refuses the caller. Who is not active counts as not signed in.
pub(crate) fn access_denied(denied: AccessDenied) -> Problem {
    match denied {
        AccessDenied::Inactive => Problem::unauthenticated(BAD_TOKEN),
        AccessDenied::L1AccessRequired => Problem::new(Code::L1AccessRequired, denied.to_string()),
        AccessDenied::UserManagementRequired => Problem::new(Code::UserManagementRequired, denied.to_string()),
        AccessDenied::FlowAuthoringRequired => Problem::new(Code::FlowAuthoringRequired, denied.to_string()),
        AccessDenied::FlowAccessRequired => Problem::new(Code::FlowAccessRequired, denied.to_string()),
    }
}

impl Problem {
    /// The problem that `error` is to the client. What is our fault or the store's is logged here, once.
    pub(crate) fn of_user_management(error: &UserManagementError, context: &RequestContext) -> Self {
        match error {
            UserManagementError::UserNotFound(_) => Self::new(Code::UserNotFound, error.to_string()),
            UserManagementError::AccessDenied(denied) => access_denied(*denied),
            UserManagementError::Refused(refusal) => {
                let code = match refusal {
                    UserRefusal::OwnerRequired => Code::OwnerRequired,
                    UserRefusal::LastOwner => Code::LastOwner,
                };
                Self::new(code, refusal.to_string())
            }
            UserManagementError::EmailTaken => Self::new(Code::EmailTaken, error.to_string()),
            UserManagementError::IdentityTaken => Self::new(Code::IdentityTaken, error.to_string()),
            UserManagementError::Contended(account_id) => {
                tracing::warn!(request_id = context.request_id(), %account_id, "users contended beyond the deadline");
                Self::unavailable(Code::Contended, "The account's users are being changed by others; try again")
            }
            // The id is our own, and the account is the caller's.
            UserManagementError::IdTaken(_) | UserManagementError::AccountNotFound(_) => failed(error, context),
            UserManagementError::Store(store) => of_store(store, context),
        }
    }
}

#[cfg(test)]
mod tests {
    use firstline_domain::error::StoreError;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_error_of_user_management_has_its_code() {
        let id = Uuid::nil();
        let table: [(UserManagementError, Code); 14] = [
            (UserManagementError::UserNotFound(id.into()), Code::UserNotFound),
            (AccessDenied::Inactive.into(), Code::Unauthenticated),
            (AccessDenied::UserManagementRequired.into(), Code::UserManagementRequired),
            (AccessDenied::FlowAuthoringRequired.into(), Code::FlowAuthoringRequired),
            (AccessDenied::FlowAccessRequired.into(), Code::FlowAccessRequired),
            (UserRefusal::OwnerRequired.into(), Code::OwnerRequired),
            (UserRefusal::LastOwner.into(), Code::LastOwner),
            (UserManagementError::EmailTaken, Code::EmailTaken),
            (UserManagementError::IdentityTaken, Code::IdentityTaken),
            (UserManagementError::Contended(id.into()), Code::Contended),
            (UserManagementError::IdTaken(id.into()), Code::Internal),
            (UserManagementError::AccountNotFound(id.into()), Code::Internal),
            (StoreError::Unavailable("x".into()).into(), Code::StoreUnavailable),
            (StoreError::Failed("x".into()).into(), Code::Internal),
        ];
        let context = RequestContext::new("r".to_owned());
        for (error, code) in table {
            assert_eq!(Problem::of_user_management(&error, &context).code, code, "{error}");
        }
    }
}
