//! An issuer whose tokens count, and whom they name.

use std::sync::Arc;

use firstline_domain::account::{Identity, User};
use firstline_domain::error::StoreError;
use firstline_domain::ids::{AccountId, UserId};
use firstline_domain::ports::Directory;
use firstline_domain::text::{Issuer, Subject};
use jsonwebtoken::Algorithm;

use super::algorithm::ProviderAlgorithm;
use super::defect::TokenDefect;
use super::keys::{KeySource, OwnKeys};
use super::members::Members;
use super::secret::Hs256Secret;
use super::settings::TokenSettings;

/// An issuer whose tokens count. Everything about it is settled here: a token chooses among issuers, and nothing else.
#[derive(Clone)]
pub struct TrustedIssuer {
    pub(super) names: TokenSettings,
    pub(super) algorithm: Algorithm,
    pub(super) algorithm_name: &'static str,
    pub(super) keys: Arc<dyn KeySource>,
    pub(super) subject: SubjectRule,
}

/// Which user of the directory a token names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectRule {
    /// A claim holds the user's id.
    UserId {
        /// The claim.
        claim: String,
        /// The only account whose users the issuer may name, if it is not trusted with all.
        account: Option<AccountId>,
    },
    /// A claim holds what the provider calls the user: the `subject` of their identity.
    Identity {
        /// The claim.
        claim: String,
        /// In which account the identity is looked for.
        account: AccountRule,
    },
}

/// Which account an issuer speaks for. Identities are unique within an account only, so it must be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountRule {
    /// Always this one: a provider of one customer.
    Fixed(AccountId),
    /// The one that this claim names: a provider that many accounts share.
    Claim(String),
}

/// Whom a token names. Whether there is such a user, the directory knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Named {
    /// A user by id.
    User {
        /// The id.
        user: UserId,
        /// The account that the user must be of, if the issuer is held to one.
        account: Option<AccountId>,
    },
    /// A user by what the provider calls them.
    Identity {
        /// The account to look in.
        account: AccountId,
        /// The provider, and what it calls the user.
        identity: Identity,
    },
}

impl TrustedIssuer {
    /// The service itself, by HMAC-SHA-256: `sub` is a user's id. Tokens signed with `previous` count as well, so that
    /// the secret can be changed without signing everybody out.
    #[must_use]
    pub fn own(secret: &Hs256Secret, previous: Option<&Hs256Secret>, names: &TokenSettings) -> Self {
        Self {
            names: names.clone(),
            algorithm: Algorithm::HS256,
            algorithm_name: "HS256",
            keys: Arc::new(OwnKeys::new(secret, previous)),
            subject: SubjectRule::UserId { claim: "sub".to_owned(), account: None },
        }
    }

    /// A provider with public keys.
    #[must_use]
    pub fn provider(
        names: &TokenSettings,
        algorithm: ProviderAlgorithm,
        keys: Arc<dyn KeySource>,
        subject: SubjectRule,
    ) -> Self {
        let names = names.clone();
        Self { names, algorithm: algorithm.of_library(), algorithm_name: algorithm.as_str(), keys, subject }
    }
}

impl SubjectRule {
    pub(super) fn named(&self, claims: &Members, issuer: &str) -> Result<Named, TokenDefect> {
        match self {
            Self::UserId { claim, account } => {
                let user = claims.text(claim).and_then(|id| id.parse().ok()).ok_or(TokenDefect::Subject)?;
                Ok(Named::User { user, account: *account })
            }
            Self::Identity { claim, account } => {
                let subject =
                    claims.text(claim).and_then(|text| Subject::stored(text).ok()).ok_or(TokenDefect::Subject)?;
                let issuer = Issuer::stored(issuer).map_err(|_| TokenDefect::Issuer)?;
                let account = match account {
                    AccountRule::Fixed(account) => *account,
                    AccountRule::Claim(claim) => {
                        claims.text(claim).and_then(|id| id.parse().ok()).ok_or(TokenDefect::Account)?
                    }
                };
                Ok(Named::Identity { account, identity: Identity { issuer, subject } })
            }
        }
    }
}

impl Named {
    /// The user, as the directory has them now: nothing about them is ever kept from an earlier request.
    ///
    /// # Errors
    /// When the directory cannot be asked.
    pub async fn look_up(&self, directory: &dyn Directory) -> Result<Option<User>, StoreError> {
        match self {
            Self::User { user, account } => {
                let user = directory.user(*user).await?;
                Ok(user.filter(|user| account.is_none_or(|account| account == user.account_id)))
            }
            Self::Identity { account, identity } => directory.user_by_identity(*account, identity).await,
        }
    }
}
