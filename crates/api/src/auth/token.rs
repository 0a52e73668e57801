//! A token as it stands: three parts, two of them read, none believed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use firstline_domain::fault;
use serde_json::{Map, Value};

use super::defect::TokenDefect;
use super::members::Members;

/// The longest token that is looked at, in bytes.
const MAX_TOKEN_BYTES: usize = 8_192;

/// Members of a header that bring keys along, name places to get some from, or change how the token is to be read. None
/// of them is ever honoured, and a token with one was not made for this service (RFC 8725, section 3.10).
const REFUSED: [&str; 9] = ["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc", "epk"];

/// A token that has the form of one.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) header: Members,
    pub(super) claims: Members,
    pub(super) message: &'a str,
    pub(super) signature: &'a str,
}

impl<'a> Token<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, TokenDefect> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(TokenDefect::TooLong);
        }
        let (message, signature) = text.rsplit_once('.').ok_or(TokenDefect::Form)?;
        let (header, claims) = message.split_once('.').ok_or(TokenDefect::Form)?;
        let part = |text: &str| URL_SAFE_NO_PAD.decode(text).ok().as_deref().and_then(Members::read);
        Ok(Self {
            header: part(header).ok_or(TokenDefect::Header)?,
            claims: part(claims).ok_or(TokenDefect::Claims)?,
            message,
            signature,
        })
    }

    /// Checks what the header says beside the key: the one algorithm, an access token, nothing that would be honoured
    /// elsewhere.
    pub(super) fn check_header(&self, algorithm: &str) -> Result<(), TokenDefect> {
        let header = &self.header;
        if fault!("jwt-any-algorithm", false, header.text("alg") != Some(algorithm)) {
            return Err(TokenDefect::Algorithm);
        }
        if REFUSED.iter().any(|name| header.has(name)) {
            return Err(TokenDefect::RefusedHeader);
        }
        match header.optional_text("typ") {
            Ok(typ) if is_access_token(typ) => Ok(()),
            _ => Err(TokenDefect::Type),
        }
    }

    /// Which key the token says it was signed with.
    pub(super) fn key_id(&self) -> Result<Option<&str>, TokenDefect> {
        self.header.optional_text("kid").map_err(|_| TokenDefect::KeyId)
    }
}

/// A token made for another purpose names that purpose in `typ` (RFC 8725, section 3.11; RFC 9068, section 4).
fn is_access_token(typ: Option<&str>) -> bool {
    let types = ["JWT", "at+jwt", "application/at+jwt"];
    typ.is_none_or(|typ| types.iter().any(|known| typ.eq_ignore_ascii_case(known)))
}

/// What a token says of itself, for an operator who wants to know why it does not count: nothing of it is verified, and
/// whom it names is left out. Nothing when it has not the form of a token.
#[must_use]
pub fn unverified(token: &str) -> Option<Value> {
    let token = Token::read(token).ok()?;
    let mut says = Map::new();
    for (members, names) in [
        (&token.header, ["alg", "typ", "kid"].as_slice()),
        (&token.claims, ["iss", "aud", "iat", "nbf", "exp"].as_slice()),
    ] {
        for name in names {
            says.extend(members.get(name).map(|value| ((*name).to_owned(), value.clone())));
        }
    }
    Some(Value::Object(says))
}
