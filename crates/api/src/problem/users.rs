//! Maps errors of user management to problems. No wildcard arms, so that a new error must be mapped.

use firstline_domain::account::AccessDenied;
use firstline_domain::service::UserManagementError;
use firstline_domain::user::UserRefusal;

use super::code::Code;
use super::core::{BAD_TOKEN, Problem};
use super::incident::Incident;

/// A refusal by an access rule. An inactive user counts as not signed in.
impl From<AccessDenied> for Problem {
    fn from(denied: AccessDenied) -> Self {
        let code = match denied {
            AccessDenied::Inactive => return Self::unauthenticated(BAD_TOKEN),
            AccessDenied::L1AccessRequired => Code::L1AccessRequired,
            AccessDenied::UserManagementRequired => Code::UserManagementRequired,
            AccessDenied::FlowAuthoringRequired => Code::FlowAuthoringRequired,
            AccessDenied::FlowAccessRequired => Code::FlowAccessRequired,
        };
        Self::new(code, denied.to_string())
    }
}

impl From<UserManagementError> for Problem {
    fn from(error: UserManagementError) -> Self {
        match error {
            UserManagementError::UserNotFound(_) => Self::new(Code::UserNotFound, error.to_string()),
            UserManagementError::AccessDenied(denied) => denied.into(),
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
                Self::unavailable(Code::Contended, "The account's users are being changed by others; try again")
                    .because(Incident::UsersContended(account_id.as_uuid()))
            }
            // The id is our own, and the account is the caller's.
            UserManagementError::IdTaken(_) | UserManagementError::AccountNotFound(_) => Self::failed(&error),
            UserManagementError::Store(store) => store.into(),
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
        for (error, code) in table {
            let text = error.to_string();
            assert_eq!(Problem::from(error).code, code, "{text}");
        }
    }
}
