//! Keyed names, digests and sealing. Two secrets: the pepper, generated once and never rotated, names people and
//! digests codes; the key ring, rotated, seals what must be read again.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::address::WhatsAppAddress;
use domain::flash::Username;
use domain::ids::{AccountId, PersonKey, WalletId};
use domain::request::{Code, Mark};
use domain::state::Sealed;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Why a sealed value could not be read. Nothing is ever deleted for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("sealed under a key that is not in the ring")]
    UnknownKey,
    #[error("not sealed for this place, or damaged")]
    Refused,
}

/// The `keys` secret does not hold what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keys secret is malformed: {0}")]
pub struct KeysError(&'static str);

/// Where a sealed value belongs. It opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub table: &'static str,
    pub field: &'static str,
    pub person: &'a PersonKey,
}

impl Place<'_> {
    fn aad(&self) -> Vec<u8> {
        [self.table, self.field, self.person.as_str()]
            .join("\0")
            .into_bytes()
    }
}

#[derive(Deserialize)]
struct Secret {
    pepper: String,
    ring: Vec<SecretKey>,
}

#[derive(Deserialize)]
struct SecretKey {
    id: String,
    key: String,
    state: String,
}

struct RingKey {
    id: String,
    sealing: RandomizedNonceKey,
    signing: [u8; 32],
}

/// All keys of the house, ready for use.
pub struct Keys {
    people: hmac::Key,
    codes: hmac::Key,
    credentials: hmac::Key,
    events: hmac::Key,
    marks: hmac::Key,
    /// The current key first.
    ring: Vec<RingKey>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field(
                "ring",
                &self.ring.iter().map(|key| &key.id).collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}

impl Keys {
    /// Reads the `keys` secret: `{"pepper": base64 of 32 bytes, "ring": [{"id", "key": base64 of 32 bytes, "state": "current" | "older"}]}`.
    pub fn from_secret(json: &str) -> Result<Self, KeysError> {
        let secret: Secret =
            serde_json::from_str(json).map_err(|_| KeysError("not the expected JSON"))?;
        let pepper = key_bytes(&secret.pepper)?;
        let mut ring = Vec::new();
        for key in &secret.ring {
            let bytes = key_bytes(&key.key)?;
            if !is_plain_id(&key.id)
                || ring
                    .iter()
                    .any(|(_, other): &(bool, RingKey)| other.id == key.id)
            {
                return Err(KeysError("a key id is empty, repeated or not plain"));
            }
            let current = match key.state.as_str() {
                "current" => true,
                "older" => false,
                _ => return Err(KeysError("a key's state is neither current nor older")),
            };
            let sealing = RandomizedNonceKey::new(&AES_256_GCM, &derive(&bytes, "seal"));
            let ring_key = RingKey {
                id: key.id.clone(),
                sealing: sealing.map_err(|_| KeysError("a key is unusable"))?,
                signing: derive(&bytes, "link page token"),
            };
            ring.push((current, ring_key));
        }
        if ring.iter().filter(|(current, _)| *current).count() != 1 {
            return Err(KeysError("the ring must have exactly one current key"));
        }
        ring.sort_by_key(|(current, _)| !*current);
        Ok(Self {
            people: hmac_key(&pepper, "person"),
            codes: hmac_key(&pepper, "code"),
            credentials: hmac_key(&pepper, "credential"),
            events: hmac_key(&pepper, "event"),
            marks: hmac_key(&pepper, "mark"),
            ring: ring.into_iter().map(|(_, key)| key).collect(),
        })
    }

    /// The only name an address has in tables, queues and logs.
    #[expect(
        clippy::missing_panics_doc,
        reason = "a digest always has the form of a person key"
    )]
    pub fn person(&self, address: &WhatsAppAddress) -> PersonKey {
        let digest = digest(&self.people, &[&address.to_twilio()]);
        PersonKey::from_digest(digest).expect("32 bytes are 43 characters of base64url")
    }

    /// Digest of a code, worth nothing for another purpose, person or challenge.
    pub fn code_digest(
        &self,
        purpose: &str,
        person: &PersonKey,
        challenge: &str,
        code: &str,
    ) -> String {
        digest(&self.codes, &[purpose, person.as_str(), challenge, code])
    }

    /// Is `code` the one whose digest was kept? Compared in constant time.
    pub fn code_matches(
        &self,
        purpose: &str,
        person: &PersonKey,
        challenge: &str,
        code: &str,
        kept: &str,
    ) -> bool {
        let expected = self.code_digest(purpose, person, challenge, code);
        aws_lc_rs::constant_time::verify_slices_are_equal(expected.as_bytes(), kept.as_bytes())
            .is_ok()
    }

    /// By which an API key is recognised without being kept.
    pub fn credential_digest(&self, api_key: &SecretString) -> String {
        digest(&self.credentials, &[api_key.expose_secret()])
    }

    /// By which a block or a limit knows the owner of a Flash wallet.
    #[expect(
        clippy::missing_panics_doc,
        reason = "a digest always has the form of a mark"
    )]
    pub fn wallet_mark(&self, wallet: &WalletId) -> Mark {
        let digest = digest(&self.marks, &["wallet", &wallet.0]);
        Mark::from_digest(digest).expect("32 bytes are 43 characters of base64url")
    }

    /// By which a block knows a Flash username.
    #[expect(
        clippy::missing_panics_doc,
        reason = "a digest always has the form of a mark"
    )]
    pub fn name_mark(&self, name: &Username) -> Mark {
        let digest = digest(&self.marks, &["name", name.as_str()]);
        Mark::from_digest(digest).expect("32 bytes are 43 characters of base64url")
    }

    /// A name like a person's, of nobody: in place of whoever has that wallet, where they are not to be reached.
    #[expect(
        clippy::missing_panics_doc,
        reason = "a digest always has the form of a person key"
    )]
    pub fn nobody(&self, wallet: &WalletId) -> PersonKey {
        let digest = digest(&self.marks, &["nobody", &wallet.0]);
        PersonKey::from_digest(digest).expect("32 bytes are 43 characters of base64url")
    }

    /// The only name that something which happened to an account has in tables: by its kind and one of its ids.
    pub fn event(&self, account: &AccountId, kind: &str, id: &str) -> String {
        digest(&self.events, &[&account.0, kind, id])
    }

    /// By which an event is followed through logs: 16 hexadecimal digits.
    pub(crate) fn trace(&self, parts: &[&str]) -> String {
        let parts = [&["trace"], parts].concat();
        let tag = tag(&self.events, &parts);
        let first = tag.as_ref().first_chunk().copied();
        format!("{:016x}", u64::from_be_bytes(first.unwrap_or_default()))
    }

    /// AES-256-GCM under the current key: `key id . base64url(nonce ‖ ciphertext ‖ tag)`.
    #[expect(
        clippy::missing_panics_doc,
        reason = "sealing fails only for inputs of gigabytes"
    )]
    pub fn seal(&self, place: Place<'_>, plain: &str) -> Sealed {
        let key = &self.ring[0];
        let mut buffer = plain.as_bytes().to_vec();
        let nonce = key
            .sealing
            .seal_in_place_append_tag(Aad::from(place.aad()), &mut buffer)
            .expect("no text is that long");
        let mut bytes = nonce.as_ref().to_vec();
        bytes.extend_from_slice(&buffer);
        Sealed(format!("{}.{}", key.id, URL_SAFE_NO_PAD.encode(bytes)))
    }

    pub fn open(&self, place: Place<'_>, sealed: &Sealed) -> Result<SecretString, SealError> {
        let (id, text) = sealed.0.split_once('.').ok_or(SealError::Refused)?;
        let key = self
            .ring
            .iter()
            .find(|key| key.id == id)
            .ok_or(SealError::UnknownKey)?;
        let mut bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| SealError::Refused)?;
        if bytes.len() < NONCE_LEN {
            return Err(SealError::Refused);
        }
        let mut rest = bytes.split_off(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(&bytes).map_err(|_| SealError::Refused)?;
        let plain = key
            .sealing
            .open_in_place(nonce, Aad::from(place.aad()), &mut rest)
            .map_err(|_| SealError::Refused)?;
        String::from_utf8(plain.to_vec())
            .map(SecretString::from)
            .map_err(|_| SealError::Refused)
    }

    /// Is it sealed under the current key?
    pub fn is_current(&self, sealed: &Sealed) -> bool {
        sealed_under(&sealed.0) == Some(&self.ring[0].id)
    }

    pub(crate) fn knows(&self, id: &str) -> bool {
        self.ring.iter().any(|key| key.id == id)
    }

    /// Tells one pepper from another, and nothing about it.
    pub(crate) fn pepper_mark(&self) -> String {
        digest(&self.people, &[])
    }

    /// The current key for signing tokens, with its id.
    pub(crate) fn signing(&self) -> (&str, &[u8]) {
        let key = &self.ring[0];
        (&key.id, &key.signing)
    }

    /// The key that `id` names, for tokens signed before a rotation.
    pub(crate) fn verifying(&self, id: &str) -> Option<&[u8]> {
        self.ring
            .iter()
            .find(|key| key.id == id)
            .map(|key| key.signing.as_slice())
    }
}

/// The id of the key under which `text` is sealed, if it has the form of something sealed.
pub fn sealed_under(text: &str) -> Option<&str> {
    let (id, rest) = text.split_once('.')?;
    let bytes = URL_SAFE_NO_PAD.decode(rest).ok()?;
    let whole = bytes.len() >= NONCE_LEN + AES_256_GCM.tag_len();
    (whole && is_plain_id(id)).then_some(id)
}

fn is_plain_id(id: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=32).contains(&id.len()) && id.bytes().all(plain)
}

/// Key material for the ring or the pepper: 32 random bytes of the system, as base64.
#[expect(
    clippy::missing_panics_doc,
    reason = "a machine without randomness must not go on"
)]
pub fn random_key() -> SecretString {
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's generator works");
    STANDARD.encode(bytes).into()
}

/// Random bytes of the system, as base64url: 16 of them name a page, a challenge.
#[expect(
    clippy::missing_panics_doc,
    reason = "a machine without randomness must not go on"
)]
pub fn random_id() -> String {
    let mut bytes = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's generator works");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Six digits, each code equally likely, leading zeros kept.
pub fn random_code() -> String {
    format!("{:06}", random_below(1_000_000))
}

/// What a request is to be called, each code equally likely.
pub fn random_request_code() -> Code {
    loop {
        let letter = |_| {
            let below = u32::try_from(Code::ALPHABET.len()).unwrap_or(1);
            let nth = usize::try_from(random_below(below)).unwrap_or(0);
            char::from(Code::ALPHABET[nth])
        };
        let text: String = (0..Code::LENGTH).map(letter).collect();
        if let Ok(code) = Code::parse(&text) {
            return code;
        }
    }
}

/// A number below `bound`, each equally likely, from the system's generator.
#[expect(
    clippy::missing_panics_doc,
    reason = "a machine without randomness must not go on"
)]
pub fn random_below(bound: u32) -> u32 {
    let fair = u32::MAX - u32::MAX % bound;
    loop {
        let mut bytes = [0_u8; 4];
        aws_lc_rs::rand::fill(&mut bytes).expect("the system's generator works");
        let number = u32::from_le_bytes(bytes);
        if number < fair {
            return number % bound;
        }
    }
}

fn key_bytes(text: &str) -> Result<[u8; 32], KeysError> {
    let bytes = STANDARD
        .decode(text)
        .map_err(|_| KeysError("a key is not base64"))?;
    bytes
        .try_into()
        .map_err(|_| KeysError("a key has not 32 bytes"))
}

fn derive(secret: &[u8; 32], label: &str) -> [u8; 32] {
    let mut key = [0_u8; 32];
    let info = [label.as_bytes()];
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"flash-whatsapp-bot").extract(secret);
    let okm = prk.expand(&info, hkdf::HKDF_SHA256.hmac_algorithm());
    // HKDF fails only for more than 255 blocks; this is one. Going on without would mean a key of zeros.
    okm.and_then(|okm| okm.fill(&mut key))
        .expect("one block is not too long");
    key
}

fn hmac_key(secret: &[u8; 32], label: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &derive(secret, label))
}

fn digest(key: &hmac::Key, parts: &[&str]) -> String {
    URL_SAFE_NO_PAD.encode(tag(key, parts).as_ref())
}

fn tag(key: &hmac::Key, parts: &[&str]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        // Length first, so that no two lists of parts run together.
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    context.sign()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(ring: &[(&str, u8, &str)]) -> Keys {
        let ring: Vec<_> = ring
            .iter()
            .map(|(id, byte, state)| serde_json::json!({"id": id, "key": STANDARD.encode([*byte; 32]), "state": state}))
            .collect();
        Keys::from_secret(
            &serde_json::json!({"pepper": STANDARD.encode([7; 32]), "ring": ring}).to_string(),
        )
        .unwrap()
    }

    fn address(text: &str) -> WhatsAppAddress {
        WhatsAppAddress::parse(text).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_place() {
        let keys = keys(&[("k1", 1, "current")]);
        let (one, two) = (
            keys.person(&address("whatsapp:+18765550100")),
            keys.person(&address("whatsapp:+18765550101")),
        );
        let place = Place {
            table: "people",
            field: "credential",
            person: &one,
        };
        let sealed = keys.seal(place, "fk_secret");
        assert_eq!(
            keys.open(place, &sealed).unwrap().expose_secret(),
            "fk_secret"
        );
        for elsewhere in [
            Place {
                person: &two,
                ..place
            },
            Place {
                table: "codes",
                ..place
            },
            Place {
                field: "address",
                ..place
            },
        ] {
            assert_eq!(
                keys.open(elsewhere, &sealed).unwrap_err(),
                SealError::Refused
            );
        }
    }

    #[test]
    fn an_older_key_still_opens_and_an_unknown_one_says_so() {
        let old = keys(&[("k1", 1, "current")]);
        let new = keys(&[("k1", 1, "older"), ("k2", 2, "current")]);
        let other = keys(&[("k3", 3, "current")]);
        let person = old.person(&address("whatsapp:+18765550100"));
        let place = Place {
            table: "people",
            field: "credential",
            person: &person,
        };
        let sealed = old.seal(place, "x");
        assert_eq!(new.open(place, &sealed).unwrap().expose_secret(), "x");
        assert!(new.seal(place, "x").0.starts_with("k2."));
        assert!(old.is_current(&sealed) && !new.is_current(&sealed));
        assert_eq!(
            other.open(place, &sealed).unwrap_err(),
            SealError::UnknownKey
        );
    }

    #[test]
    fn what_is_sealed_names_its_key_and_nothing_else_does() {
        let keys = keys(&[("k-1", 1, "current")]);
        let person = keys.person(&address("whatsapp:+18765550100"));
        let place = Place {
            table: "people",
            field: "address",
            person: &person,
        };
        assert_eq!(sealed_under(&keys.seal(place, "").0), Some("k-1"));
        let entry = format!("{}.SM1-0", person.as_str());
        let short = format!("k-1.{}", URL_SAFE_NO_PAD.encode([0; 27]));
        for other in ["", "k-1", "k-1.", "a.b", &entry, &short, person.as_str()] {
            assert_eq!(sealed_under(other), None, "{other}");
        }
    }

    #[test]
    fn key_material_is_new_each_time_and_fits_the_ring() {
        let (one, two) = (random_key(), random_key());
        assert_ne!(one.expose_secret(), two.expose_secret());
        let secret = serde_json::json!({"pepper": one.expose_secret(), "ring": [{"id": "k", "key": two.expose_secret(), "state": "current"}]});
        assert!(Keys::from_secret(&secret.to_string()).is_ok());
    }

    #[test]
    fn a_code_is_bound_to_purpose_person_and_challenge() {
        let keys = keys(&[("k1", 1, "current")]);
        let person = keys.person(&address("whatsapp:+18765550100"));
        let kept = keys.code_digest("link", &person, "c", "012345");
        assert!(keys.code_matches("link", &person, "c", "012345", &kept));
        assert!(!keys.code_matches("link", &person, "c", "012346", &kept));
        assert!(!keys.code_matches("step-up", &person, "c", "012345", &kept));
        assert!(!keys.code_matches("link", &person, "d", "012345", &kept));
    }

    #[test]
    fn the_pepper_alone_names_people() {
        let person =
            |ring: &[(&str, u8, &str)]| keys(ring).person(&address("whatsapp:+18765550100"));
        assert_eq!(
            person(&[("k1", 1, "current")]),
            person(&[("k2", 2, "current")])
        );
    }

    #[test]
    fn a_ring_without_one_current_key_is_refused() {
        for state in ["older", "new"] {
            let json = serde_json::json!({"pepper": STANDARD.encode([7; 32]), "ring": [{"id": "k", "key": STANDARD.encode([1; 32]), "state": state}]});
            assert!(Keys::from_secret(&json.to_string()).is_err());
        }
    }
}
