//! Proves that a webhook comes from Flash's Svix: HMAC-SHA-256 over `{id}.{time}.{body}`, under a secret that both know.
//!
//! The crate of the Standard Webhooks makes the signature. Its own check of the time goes by the machine's clock, which is
//! not ours, so time and signatures are compared here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::policy::{EVENT_ENVELOPE, SIGNATURE_TOLERANCE, SIGNING_SECRET_BYTES};
use domain::time::Moment;
use http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use standardwebhooks::Webhook;
use subtle::ConstantTimeEq;

/// The headers of one message, by the names that Svix gives them, and without its brand.
const FAMILIES: [[&str; 3]; 2] = [
    ["svix-id", "svix-timestamp", "svix-signature"],
    ["webhook-id", "webhook-timestamp", "webhook-signature"],
];

/// A message's name, the same each time it is sent. It is proven with the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SvixId(String);

impl SvixId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a request is not believed: the class only, fit for a log and a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("a header of the signature is missing")]
    Missing,
    /// Sent twice, no text, too long, or a time that is no number.
    #[error("a header of the signature is none")]
    Malformed,
    /// Signed too long ago, or by a clock too far ahead.
    #[error("the signature is not of now")]
    Stale,
    /// None of the secrets that are known to us made it.
    #[error("the signature is of another message or secret")]
    Mismatch,
    #[error("no signing secret is usable")]
    NoSecret,
}

/// A secret that can't be one: it is not base64, or holds too few bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signing secret is not one: whsec_ and base64 of {SIGNING_SECRET_BYTES} bytes or more")]
pub struct BadSecret;

/// The message's name, if one of `secrets` has signed these bytes at about `now`. Secrets that are none are passed over.
pub fn verify(
    secrets: &[SecretString],
    headers: &HeaderMap,
    body: &[u8],
    now: Moment,
) -> Result<SvixId, Refused> {
    let [id, time, signatures] = headers_of(headers)?;
    let at = moment(time).ok_or(Refused::Malformed)?;
    if id.is_empty() || id.len() > EVENT_ENVELOPE {
        return Err(Refused::Malformed);
    }
    if now.since(at).unsigned_abs() > SIGNATURE_TOLERANCE.unsigned_abs() {
        return Err(Refused::Stale);
    }
    let mut usable = secrets.iter().filter_map(|secret| key(secret).ok());
    let first = usable.next().ok_or(Refused::NoSecret)?;
    let proven = std::iter::once(first).chain(usable).any(|key| {
        // A body that is no text is nobody's: the crate signs text only.
        key.sign(id, at.unix(), body)
            .is_ok_and(|own| signatures.split(' ').any(|claimed| is_same(claimed, &own)))
    });
    if proven {
        Ok(SvixId(id.to_owned()))
    } else {
        Err(Refused::Mismatch)
    }
}

/// The headers with which Svix would send `body` as `id` at `at`.
pub fn sign(
    secret: &SecretString,
    id: &str,
    at: Moment,
    body: &str,
) -> Result<[(&'static str, String); 3], BadSecret> {
    let signature = key(secret)?.sign(id, at.unix(), body.as_bytes());
    let [named, timed, signed] = FAMILIES[0];
    Ok([
        (named, id.to_owned()),
        (timed, at.unix().to_string()),
        (signed, signature.map_err(|_| BadSecret)?),
    ])
}

/// Whether `secret` can be one.
pub fn check(secret: &SecretString) -> Result<(), BadSecret> {
    key(secret).map(drop)
}

fn key(secret: &SecretString) -> Result<Webhook, BadSecret> {
    let text = secret.expose_secret().trim();
    let bytes = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text));
    let bytes = bytes.map_err(|_| BadSecret)?;
    if bytes.len() < SIGNING_SECRET_BYTES {
        return Err(BadSecret);
    }
    Webhook::from_bytes(bytes).map_err(|_| BadSecret)
}

/// All three of the family that the request has; a mixture of both would let one name be proven and another be kept.
fn headers_of(headers: &HeaderMap) -> Result<[&str; 3], Refused> {
    let family = FAMILIES
        .iter()
        .find(|names| names.iter().any(|name| headers.contains_key(*name)))
        .ok_or(Refused::Missing)?;
    let [id, time, signatures] = family.map(|name| header(headers, name));
    Ok([id?, time?, signatures?])
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Refused> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().ok_or(Refused::Missing)?;
    if values.next().is_some() {
        return Err(Refused::Malformed);
    }
    value.to_str().map_err(|_| Refused::Malformed)
}

/// As Svix writes it: what else reads as the same number is not the text that was signed.
fn moment(text: &str) -> Option<Moment> {
    let seconds: u32 = text.parse().ok()?;
    (seconds.to_string() == text).then(|| Moment::from_unix(seconds.into()))
}

fn is_same(claimed: &str, own: &str) -> bool {
    claimed.as_bytes().ct_eq(own.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT: Moment = Moment::from_unix(1_614_265_330);
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn secrets(texts: &[&str]) -> Vec<SecretString> {
        texts.iter().map(|text| (*text).into()).collect()
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn signed(signature: &str) -> HeaderMap {
        headers(&[
            ("svix-id", ID),
            ("svix-timestamp", "1614265330"),
            ("svix-signature", signature),
        ])
    }

    fn refused(headers: &HeaderMap) -> Refused {
        verify(&secrets(&[SECRET]), headers, BODY, AT).unwrap_err()
    }

    #[test]
    fn svixs_own_example_is_believed_under_both_names_of_its_headers() {
        let id = verify(&secrets(&[SECRET]), &signed(SIGNATURE), BODY, AT);
        assert_eq!(id.unwrap().as_str(), ID);
        let plain = headers(&[
            ("webhook-id", ID),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", SIGNATURE),
        ]);
        assert!(verify(&secrets(&[SECRET]), &plain, BODY, AT).is_ok());
        let made = sign(&SECRET.into(), ID, AT, std::str::from_utf8(BODY).unwrap()).unwrap();
        assert_eq!(made[2].1, SIGNATURE);
    }

    #[test]
    fn any_of_several_secrets_and_any_of_several_signatures_will_do() {
        let bare = SECRET.trim_start_matches("whsec_");
        for known in [
            vec![OTHER, SECRET],
            vec![SECRET, OTHER],
            vec!["not base64!", bare],
        ] {
            assert!(verify(&secrets(&known), &signed(SIGNATURE), BODY, AT).is_ok());
        }
        let several = format!("v1,AAAA v2,abc v1a,x {SIGNATURE} v1,BBBB");
        assert!(verify(&secrets(&[SECRET]), &signed(&several), BODY, AT).is_ok());
    }

    #[test]
    fn what_was_not_signed_like_this_is_refused() {
        let known = secrets(&[SECRET]);
        let good = signed(SIGNATURE);
        for body in [
            &b"{\"test\": 2432232315}"[..],
            b"{\"test\":2432232314}",
            b"",
            b"\xff\xfe",
        ] {
            assert_eq!(verify(&known, &good, body, AT), Err(Refused::Mismatch));
        }
        let stranger = verify(&secrets(&[OTHER]), &good, BODY, AT);
        assert_eq!(stranger, Err(Refused::Mismatch));
        let digest = SIGNATURE.trim_start_matches("v1,");
        for signature in [
            "",
            "v1,",
            digest,
            &format!("v2,{digest}"),
            &format!("V1,{digest}"),
            &format!("v1 {digest}"),
            &format!("v1,{}", &digest[..digest.len() - 1]),
            &format!("v1,{}", &digest[..8]),
            &format!("v1,{digest}="),
            &format!("{SIGNATURE},{SIGNATURE}"),
            &SIGNATURE.to_lowercase(),
        ] {
            assert_eq!(
                refused(&signed(signature)),
                Refused::Mismatch,
                "{signature}"
            );
        }
    }

    #[test]
    fn another_name_or_time_than_was_signed_is_refused() {
        for (id, time) in [("msg_other", "1614265330"), (ID, "1614265331")] {
            let other = headers(&[
                ("svix-id", id),
                ("svix-timestamp", time),
                ("svix-signature", SIGNATURE),
            ]);
            assert_eq!(refused(&other), Refused::Mismatch);
        }
        for time in [
            "",
            "now",
            "-1",
            "+1614265330",
            "01614265330",
            "1614265330.0",
            "99999999999999999999",
        ] {
            let other = headers(&[
                ("svix-id", ID),
                ("svix-timestamp", time),
                ("svix-signature", SIGNATURE),
            ]);
            assert_eq!(refused(&other), Refused::Malformed, "{time}");
        }
    }

    #[test]
    fn all_three_headers_of_one_family_come_once() {
        let all = [
            ("svix-id", ID),
            ("svix-timestamp", "1614265330"),
            ("svix-signature", SIGNATURE),
        ];
        assert_eq!(refused(&HeaderMap::new()), Refused::Missing);
        for left_out in all {
            let mut some = headers(&all);
            some.remove(left_out.0);
            assert_eq!(refused(&some), Refused::Missing);
            let mut twice = headers(&all);
            twice.append(left_out.0, left_out.1.parse().unwrap());
            assert_eq!(refused(&twice), Refused::Malformed);
        }
        let mut mixed = headers(&all);
        mixed.remove("svix-id");
        mixed.append("webhook-id", ID.parse().unwrap());
        assert_eq!(refused(&mixed), Refused::Missing);
    }

    #[test]
    fn only_what_was_signed_about_now_by_our_clock_is_believed() {
        let known = secrets(&[SECRET]);
        let good = signed(SIGNATURE);
        for (away, believed) in [
            (0, true),
            (300, true),
            (-300, true),
            (301, false),
            (-301, false),
        ] {
            let outcome = verify(&known, &good, BODY, AT.plus(away));
            assert_eq!(outcome.is_ok(), believed, "{away}");
        }
        assert_eq!(
            verify(&known, &good, BODY, AT.plus(86_400)),
            Err(Refused::Stale)
        );
    }

    #[test]
    fn a_secret_that_anybody_could_guess_proves_nothing() {
        for known in [&[][..], &[""], &["whsec_"], &["whsec_AAAA"], &["whsec_!"]] {
            let outcome = verify(&secrets(known), &signed(SIGNATURE), BODY, AT);
            assert_eq!(outcome, Err(Refused::NoSecret));
        }
        assert_eq!(check(&"whsec_AAAA".into()), Err(BadSecret));
        assert_eq!(check(&SECRET.into()), Ok(()));
    }
}
