//! What is decided about each command, as far as it is without asking anybody, and about what is none.

use domain::address::WhatsAppAddress;
use domain::cached::CachedBalance;
use domain::conversation::{Answers, Brings, COMMANDS, Message, decide};
use domain::guard::Guard;
use domain::ids::{AccountId, MessageSid, PersonKey};
use domain::receiving::PayHosts;
use domain::state::{Link, Person, Sealed, Session, Standing, State};
use domain::time::Moment;

use crate::{NOW, Part, part};

pub(crate) fn parts() -> Vec<Part> {
    let free_text = ["balence", "my money has not come", "¿cuánto tengo?"];
    let named = COMMANDS.iter().map(|command| command.name);
    named.chain(free_text).map(decides).collect()
}

fn decides(text: &str) -> Part {
    let (state, message) = (state(), message(text));
    let answers = Answers::default();
    part(&format!("decide {text}"), move || {
        decide(&state, &message, &answers, NOW)
    })
}

#[expect(clippy::expect_used, reason = "the samples are right")]
fn message(text: &str) -> Message {
    Message {
        sid: MessageSid::parse("SM00000000000000000000000000000001").expect("a SID"),
        from: WhatsAppAddress::parse("whatsapp:+18765550100").expect("an address"),
        user: None,
        body: text.to_owned(),
        brings: Brings::Text,
        payload: None,
        found_later: false,
    }
}

/// Somebody who has linked an account and wrote before.
#[expect(clippy::expect_used, reason = "the samples are right")]
fn state() -> State {
    let link = Link {
        account: AccountId("account".to_owned()),
        key_id: "0123abcd".to_owned(),
        credential: Sealed("k1.sealed".to_owned()),
        linked_at: NOW,
        ends_at: Moment::from_unix(1_800_000_000),
        language: None,
        proven_at: None,
        wallet: None,
        user: None,
    };
    State {
        key: PersonKey::from_digest(format!("{:0>43}", "me")).expect("a key"),
        person: Person {
            link: Some(link),
            ..Person::default()
        },
        standing: Standing::default(),
        guard: Guard::default(),
        session: Session::begin(NOW),
        code: None,
        app_code: None,
        cached_balance: CachedBalance::default(),
        timed_out: None,
        flash_is_down: false,
        receiving: true,
        assistant: true,
        hosts: PayHosts::default(),
        support: None,
    }
}
