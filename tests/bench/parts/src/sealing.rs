//! What stands sealed in the tables.

use std::rc::Rc;

use aws::keys::{Keys, Place};
use domain::address::WhatsAppAddress;
use domain::ids::PersonKey;

use crate::{Part, part};

const SECRET: &str = r#"{"pepper":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=","ring":[{"id":"k1","key":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=","state":"current"}]}"#;
const ADDRESS: &str = "whatsapp:+18765550100";
/// As long as an answer with its buttons.
const TEXT: &str = "You have *J$157.00* (US$1.00) in your Flash wallet, as of 9:05 am. Reply *history* to see what came and went, or *receive 5* to ask for money.";

#[expect(clippy::expect_used, reason = "the samples are right")]
pub(crate) fn parts() -> Vec<Part> {
    let keys = Rc::new(Keys::from_secret(SECRET).expect("a ring"));
    let address = WhatsAppAddress::parse(ADDRESS).expect("an address");
    let person = Rc::new(keys.person(&address));
    let sealed = keys.seal(place(&person), TEXT);
    let (sealing, its) = (Rc::clone(&keys), Rc::clone(&person));
    let opening = Rc::clone(&keys);
    vec![
        part("person", move || keys.person(&address)),
        part("seal", move || sealing.seal(place(&its), TEXT)),
        part("open", move || {
            opening
                .open(place(&person), &sealed)
                .expect("what it sealed")
        }),
    ]
}

fn place(person: &PersonKey) -> Place<'_> {
    Place {
        table: "messages",
        field: "reply",
        person,
    }
}
