//! Why a token does not count.

/// Why a token does not count: for the operator and for the log at debug level, never for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says in its message what it is")]
pub enum TokenDefect {
    #[error("it is longer than 8192 bytes")]
    TooLong,
    #[error("it is not three parts with dots between")]
    Form,
    #[error("its header is no base64url of a JSON object with different names")]
    Header,
    #[error("its claims are no base64url of a JSON object with different names")]
    Claims,
    #[error("its issuer (iss) is none that is trusted")]
    Issuer,
    #[error("its algorithm (alg) is not the one of its issuer")]
    Algorithm,
    #[error("its header has a member that is never honoured (jwk, jku, x5u, x5c, crit, b64, zip, enc or epk)")]
    RefusedHeader,
    #[error("its type (typ) is of another purpose than access")]
    Type,
    #[error("its key id (kid) is no text")]
    KeyId,
    #[error("its audience (aud) does not have the one of its issuer")]
    Audience,
    #[error("a time in it (exp, nbf, iat) is no number")]
    Time,
    #[error("it has expired, or does not say when it will (exp)")]
    Expired,
    #[error("it does not count yet (nbf)")]
    NotYet,
    #[error("the claim that names the user is missing, or is not what it must be")]
    Subject,
    #[error("the claim that names the account is missing, or is no id")]
    Account,
    #[error("its issuer has no key of the id that it names (kid); without one, the issuer must have exactly one key")]
    UnknownKey,
    #[error("its signature is wrong")]
    Signature,
}
