//! What people read, put into words.

use domain::address::WhatsAppAddress;
use domain::flash::{Direction, Rail, TransactionStatus};
use domain::flash_event::Other;
use domain::language::Language;
use domain::money::{Cents, Currency, Price, Quote};
use domain::notification::{Money, Told, ToldOf};
use domain::place::zone;
use domain::texts;
use domain::time::Moment;

use crate::{NOW, Part, part};

/// Of a digest.
const PAYMENTS: usize = 5;

#[expect(clippy::expect_used, reason = "the samples are right")]
pub(crate) fn parts() -> Vec<Part> {
    let zone = zone(&WhatsAppAddress::parse("whatsapp:+18765550100").expect("an address"));
    let languages = [
        (Language::English, "english"),
        (Language::Spanish, "spanish"),
    ];
    let of_language = languages.into_iter().flat_map(|(l, name)| {
        let (price, payment, payments) = (price(), payment(), vec![payment(); PAYMENTS]);
        let (here, there, anywhere) = (zone.clone(), zone.clone(), zone.clone());
        [
            part(&format!("word balance {name}"), move || {
                texts::balance(l, Cents(12_345), Some(&price), (NOW, NOW), &here)
            }),
            part(&format!("word notice {name}"), move || {
                texts::notice(l, &payment, &there)
            }),
            part(&format!("word digest {name}"), move || {
                texts::digest(l, &payments, 0, &anywhere)
            }),
            part(&format!("word privacy {name}"), move || {
                texts::privacy::notice(l)
            }),
        ]
    });
    of_language.collect()
}

fn jamaican() -> Currency {
    Currency {
        code: "JMD".to_owned(),
        symbol: "J$".to_owned(),
        fraction_digits: 2,
    }
}

/// A US dollar at 157 of Jamaica's, a bitcoin at US$100,000.
fn price() -> Price {
    let quote = |base, offset| Quote { base, offset };
    Price {
        currency: jamaican(),
        cent: quote(157, 0),
        sat: quote(15_700_000, 6),
        at: NOW,
    }
}

fn payment() -> Told {
    Told {
        what: ToldOf::Payment {
            direction: Direction::Received,
            status: TransactionStatus::Settled,
            rail: Some(Rail::Lightning),
            other: Some(Other::Username("devon".to_owned())),
            memo: Some("for the lunch of yesterday".to_owned()),
            request: None,
        },
        money: Some(Money {
            cents: Some(Cents(500)),
            sats: None,
            local: Some((78_500, jamaican())),
        }),
        at: Moment::from_unix(NOW.unix() - 60),
    }
}
