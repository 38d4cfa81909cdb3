//! The name of a picture in its address: it holds what the picture shows, sealed, so that nothing is stored or read for it.

use domain::flash::PaymentRequest;
use domain::ids::PersonKey;
use domain::state::Sealed;
use domain::time::Moment;
use secrecy::ExposeSecret;

use crate::keys::{Keys, Place};
use crate::ring::KeyRing;

fn place(person: &PersonKey) -> Place<'_> {
    Place {
        table: "web",
        field: "picture",
        person,
    }
}

/// Names the picture of an invoice of this person's, which can be had until then.
pub fn name(keys: &Keys, person: &PersonKey, invoice: &PaymentRequest, until: Moment) -> String {
    let plain = format!("{}.{}", until.unix(), invoice.as_str());
    let sealed = keys.seal(place(person), &plain);
    format!("{}.{}", person.as_str(), sealed.0)
}

/// What the picture of this name shows; none if it is none of ours, or over.
pub async fn read(ring: &KeyRing, name: &str, now: Moment) -> Option<PaymentRequest> {
    let (person, sealed) = name.split_once('.')?;
    let person = PersonKey::from_digest(person.to_owned()).ok()?;
    let sealed = Sealed(sealed.to_owned());
    let plain = ring.open_from_outside(place(&person), &sealed, now).await;
    let plain = plain.ok()?;
    let (until, invoice) = plain.expose_secret().split_once('.')?;
    let until = Moment::from_unix(until.parse().ok()?);
    (now < until).then(|| PaymentRequest::parse(invoice).ok())?
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use futures::FutureExt;
    use serde_json::json;

    use super::*;

    const NOW: Moment = Moment::from_unix(1_000_000);

    fn keys(id: &str, byte: u8) -> String {
        let key = STANDARD.encode([byte; 32]);
        let ring = json!([{"id": id, "key": key, "state": "current"}]);
        json!({"pepper": STANDARD.encode([7; 32]), "ring": ring}).to_string()
    }

    async fn ring(secret: String) -> KeyRing {
        let ring = KeyRing::read(move || {
            let keys = Keys::from_secret(&secret);
            async move { Ok(keys?) }.boxed()
        });
        ring.await.unwrap()
    }

    #[tokio::test]
    async fn a_picture_shows_its_invoice_until_its_end_and_nothing_else_is_one() {
        let person = PersonKey::from_digest("A".repeat(43)).unwrap();
        let invoice = PaymentRequest::parse("lnbc50u1pvjluez").unwrap();
        let ours = ring(keys("k1", 1)).await;
        let made = name(&ours.current(), &person, &invoice, NOW.plus(600));
        assert!(!made.contains("lnbc"));
        let shown = |name: String, at| {
            let ours = &ours;
            async move { read(ours, &name, at).await }
        };
        assert_eq!(
            shown(made.clone(), NOW.plus(599)).await,
            Some(invoice.clone())
        );
        assert_eq!(shown(made.clone(), NOW.plus(600)).await, None);
        let others = ring(keys("k1", 2)).await;
        let forged = name(&others.current(), &person, &invoice, NOW.plus(600));
        let unknown = ring(keys("k2", 2)).await;
        let unknown = name(&unknown.current(), &person, &invoice, NOW.plus(600));
        for wrong in [
            String::new(),
            ".".to_owned(),
            "a.b.c".to_owned(),
            made.replacen('A', "B", 1),
            format!("{made}A"),
            made.get(..made.len() - 1).unwrap().to_owned(),
            forged,
            unknown,
        ] {
            assert_eq!(shown(wrong.clone(), NOW).await, None, "{wrong}");
        }
    }
}
