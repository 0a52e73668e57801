//! A provider's set of public keys (RFC 7517), as far as it may be used.

use firstline_domain::fault;
use firstline_domain::text::byte_order_mark_len;
use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use serde_json::Value;

use super::algorithm::ProviderAlgorithm;
use super::keys::VerificationKey;
use super::members::Members;

/// The most bytes of a document.
pub const MAX_JWKS_BYTES: usize = 1 << 20;

/// The most keys of a document, usable or not.
const MAX_KEYS: usize = 100;

/// The lengths of an RSA modulus that are taken, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;

/// A public key of a provider.
#[derive(Debug, Clone)]
pub struct PublicKey {
    id: Option<String>,
    kind: String,
    material: Vec<u8>,
    key: Arc<VerificationKey>,
}

impl PublicKey {
    /// What tokens name it by (`kid`).
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// What it is, for people: `RSA, 2048 bits`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &Arc<VerificationKey> {
        &self.key
    }

    /// Whether the other one has the same name and is the same key.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.id == other.id && self.material == other.material
    }
}

/// The usable keys of a document.
#[derive(Debug, Clone, Default)]
pub struct KeySet {
    keys: Vec<PublicKey>,
    skipped: Vec<SkippedKey>,
}

/// A key that is not used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedKey {
    /// What tokens would name it by.
    pub id: Option<String>,
    /// Why it is not used.
    pub reason: &'static str,
}

/// Why a document is of no use at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// Too many bytes.
    #[error("the key set has more than {MAX_JWKS_BYTES} bytes")]
    TooLarge,
    /// It is no JSON object with an array `keys`.
    #[error("the key set is no JSON object with an array `keys` (RFC 7517)")]
    Form,
    /// Too many keys.
    #[error("the key set has {0} keys, and more than {MAX_KEYS} are not read")]
    TooMany(usize),
    /// Not one key that may be used.
    #[error("the key set has no key that can be used for the algorithm of this issuer")]
    Nothing,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a document. Keys that are of another algorithm, of another use or too weak are left out, and told.
    ///
    /// # Errors
    /// [`KeySetError`] when nothing of it can be used.
    pub fn read(json: &[u8], algorithm: ProviderAlgorithm) -> Result<Self, KeySetError> {
        if json.len() > MAX_JWKS_BYTES {
            return Err(KeySetError::TooLarge);
        }
        let json = json.get(byte_order_mark_len(json)..).unwrap_or_default();
        let document: Document = serde_json::from_slice(json).map_err(|_| KeySetError::Form)?;
        if document.keys.len() > MAX_KEYS {
            return Err(KeySetError::TooMany(document.keys.len()));
        }
        let mut set = Self::default();
        for key in &document.keys {
            let read = Members::of(key).ok_or("is no object");
            let id = read.as_ref().ok().and_then(|jwk| jwk.text("kid")).map(str::to_owned);
            match read.and_then(|jwk| usable(&jwk, id.clone(), algorithm)) {
                Ok(key) => set.keys.push(key),
                Err(reason) => set.skipped.push(SkippedKey { id, reason }),
            }
        }
        set.leave_out_ambiguous();
        if set.keys.is_empty() { Err(KeySetError::Nothing) } else { Ok(set) }
    }

    /// The same key twice is one key; two keys of one name are none, as a token could not say which it means.
    fn leave_out_ambiguous(&mut self) {
        let mut once: Vec<PublicKey> = Vec::with_capacity(self.keys.len());
        for key in self.keys.drain(..) {
            if !once.iter().any(|other| other.is_same(&key)) {
                once.push(key);
            }
        }
        let mut named: HashMap<String, usize> = HashMap::new();
        for id in once.iter().filter_map(PublicKey::id) {
            *named.entry(id.to_owned()).or_default() += 1;
        }
        let ambiguous = |key: &PublicKey| key.id().is_some_and(|id| named.get(id).is_some_and(|count| *count > 1));
        for key in once {
            if ambiguous(&key) {
                self.skipped.push(SkippedKey { id: key.id, reason: "shares its kid with a different key" });
            } else {
                self.keys.push(key);
            }
        }
    }

    /// The key of a token that names `key_id`. A token that names none has one only where there is only one.
    #[must_use]
    pub fn select(&self, key_id: Option<&str>) -> Option<&PublicKey> {
        match (key_id, self.keys.as_slice()) {
            (Some(key_id), keys) => keys.iter().find(|key| key.id() == Some(key_id)),
            (None, [only]) => Some(only),
            (None, _) => fault!("jwt-key-without-kid", self.keys.first(), None),
        }
    }

    /// The usable keys.
    #[must_use]
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// The keys that are not used.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }
}

fn usable(jwk: &Members, id: Option<String>, algorithm: ProviderAlgorithm) -> Result<PublicKey, &'static str> {
    let name = algorithm.as_str();
    if jwk.get("kid").is_some() && id.is_none() {
        return Err("has a kid that is no text");
    }
    if jwk.has("d") || jwk.has("k") {
        return Err("holds a secret: whoever published it must replace it");
    }
    if jwk.get("use").is_some_and(|usage| usage != "sig") {
        return Err("is not for signatures (use)");
    }
    if jwk.get("key_ops").is_some() && !jwk.is_or_has("key_ops", "verify") {
        return Err("is not for checking signatures (key_ops)");
    }
    if jwk.get("alg").is_some_and(|alg| alg != name) {
        return Err("is for another algorithm (alg)");
    }
    let bytes = |member: &str| {
        let text = jwk.text(member).ok_or("lacks a part of the key")?;
        URL_SAFE_NO_PAD.decode(text).map_err(|_| "has a part that is no base64url")
    };
    let (kind, material, key) = match (algorithm, jwk.text("kty"), jwk.text("crv")) {
        (ProviderAlgorithm::Rs256, Some("RSA"), _) => rsa(&bytes("n")?, &bytes("e")?)?,
        (ProviderAlgorithm::Es256, Some("EC"), Some("P-256")) => {
            let (x, y) = (bytes("x")?, bytes("y")?);
            if x.len() != 32 || y.len() != 32 {
                return Err("has coordinates of another length than P-256");
            }
            let point = [&[4], x.as_slice(), y.as_slice()].concat();
            ("EC, P-256".to_owned(), point.clone(), DecodingKey::from_ec_der(&point))
        }
        (ProviderAlgorithm::EdDsa, Some("OKP"), Some("Ed25519")) => {
            let x = bytes("x")?;
            if x.len() != 32 {
                return Err("has another length than Ed25519");
            }
            ("OKP, Ed25519".to_owned(), x.clone(), DecodingKey::from_ed_der(&x))
        }
        _ => return Err("is of another kind than the algorithm of this issuer needs (kty, crv)"),
    };
    let key = Arc::new(VerificationKey { algorithm: algorithm.of_library(), key });
    Ok(PublicKey { id, kind, material, key })
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<(String, Vec<u8>, DecodingKey), &'static str> {
    let without_zeros = |number: &[u8]| number.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
    let (modulus, exponent) = (without_zeros(modulus), without_zeros(exponent));
    let bits = modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
    if bits < *RSA_BITS.start() {
        return Err("is too weak: RSA needs at least 2048 bits");
    }
    if bits > *RSA_BITS.end() {
        return Err("is too long: RSA is taken up to 8192 bits");
    }
    let odd = exponent.last().is_some_and(|last| last % 2 == 1);
    if !odd || exponent == [1] || exponent.len() > 4 {
        return Err("has an exponent that no RSA key should have");
    }
    let length = u8::try_from(exponent.len()).unwrap_or(u8::MAX);
    let material = [&[length], exponent.as_slice(), modulus.as_slice()].concat();
    let key = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
    Ok((format!("RSA, {bits} bits"), material, key))
}

#[cfg(test)]
mod tests;
