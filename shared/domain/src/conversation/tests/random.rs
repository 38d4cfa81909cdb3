//! Conversations of anybody, in any order, under any clock.

use proptest::prelude::*;

use super::super::*;
use super::chat::{Chat, RIGHT, START, WRONG, account, balance_of};
use crate::command::COMMANDS;
use crate::policy::{
    BREAKER_PAUSE, CODE_ISSUE_PAUSE, CODE_ISSUES_PER_HOUR, CODE_LIFE, CONFIRM_LIFE,
    CREDENTIAL_LIFE, FAILURES_TO_LOCK, LOCK_FIRST, SESSION_ABSOLUTE, SESSION_IDLE,
};

/// Twilio takes 1,600 UTF-16 units; the rest is for what it may add itself.
const LONGEST: usize = 1_500;
/// Beside buttons WhatsApp takes fewer characters.
const LONGEST_WITH_BUTTONS: usize = 1_024;
/// Stands in every hostile text, and in no reply.
const MARK: &str = "ZQXJ";

#[derive(Clone, Debug)]
enum Step {
    Say(String),
    /// So often over that it fills what WhatsApp and Twilio let through.
    SayAll(&'static str, usize),
    Tap(String),
    /// A button of the question that is open, if one is.
    TapOpen(&'static str),
    /// The message is decided on, but the instance dies before it commits, and Twilio delivers it again.
    SayTwice(String),
    Wait(i64),
    PageShows(&'static str),
    OtherLinks(&'static str),
    Flash(Option<FlashTrouble>, Option<String>),
    FlashIsDown(bool),
    FlashAccount(Option<bool>),
    /// The same person writes from a chat that shows no number, or from one that does.
    WritesFrom(&'static str),
}

fn command() -> impl Strategy<Value = String> {
    let names: Vec<_> = COMMANDS
        .iter()
        .flat_map(|command| std::iter::once(&command.name).chain(command.aliases))
        .map(|name| (*name).to_owned())
        .collect();
    prop::sample::select(names)
}

fn code() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(RIGHT.to_owned()),
        5 => Just(WRONG.to_owned()),
        1 => "[0-9]{6}",
        1 => "[0-9]{3}[ -][0-9]{3}",
    ]
    .prop_flat_map(|code| {
        prop::sample::select(vec![
            code.clone(),
            format!("verify {code}"),
            format!("V {code}"),
            format!("verify {code}0"),
        ])
    })
}

fn misspelt() -> impl Strategy<Value = String> {
    (command(), 0_usize..12, any::<char>()).prop_map(|(name, at, wrong)| {
        let mut letters: Vec<char> = name.chars().collect();
        let at = at % letters.len();
        letters[at] = wrong;
        letters.into_iter().collect()
    })
}

fn hostile() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        any::<String>(),
        ".{0,40}",
        "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2069}\u{feff}]{1,20}",
        "[0-9٠-٩０-９ .,+-]{0,12}",
        Just("*_~`{{1}}\0\r\n\t".to_owned()),
    ];
    parts.prop_map(|part| format!("{part}{MARK}{part}"))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => command(),
        6 => code(),
        3 => prop::sample::select(vec!["yes", "no", "Y", "N", "YES!", "1", "ok", ""]).prop_map(str::to_owned),
        2 => misspelt(),
        2 => hostile(),
    ]
}

fn pause() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => 0_i64..90,
        4 => prop::sample::select(vec![
            BREAKER_PAUSE, CONFIRM_LIFE, CODE_LIFE, LOCK_FIRST, CODE_ISSUE_PAUSE, SESSION_IDLE, SESSION_ABSOLUTE,
        ]),
        1 => Just(CREDENTIAL_LIFE),
        // Clocks of two instances differ, and some are simply wrong.
        1 => -100_i64..0,
        1 => prop::sample::select(vec![i64::MIN, i64::MAX, -SESSION_ABSOLUTE]),
    ]
}

fn flash() -> impl Strategy<Value = (Option<FlashTrouble>, Option<String>)> {
    let cents = prop::sample::select(vec![
        "0",
        "-0.5",
        "109.9346",
        "-250",
        "10000000000000",
        "10000000000001",
        "79228162514264337593543950335",
    ]);
    prop_oneof![
        4 => prop::option::of(cents).prop_map(|cents| (None, cents.map(str::to_owned))),
        1 => prop::sample::select(vec![
            FlashTrouble::CredentialGone,
            FlashTrouble::Unavailable,
            FlashTrouble::Busy { retry_after_s: 60 },
            FlashTrouble::Busy { retry_after_s: u32::MAX },
            FlashTrouble::Moving,
            FlashTrouble::NeedsSupport,
        ]).prop_map(|trouble| (Some(trouble), None)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let account = || prop::sample::select(vec!["mine", "mine", "new"]);
    prop_oneof![
        30 => text().prop_map(Step::Say),
        1 => prop::sample::select(vec!["balance ", "*_~`{{1}}", "👩‍👩‍👧‍👦é", "9", "\u{202e}"])
            .prop_map(|text| Step::SayAll(text, 10_000 / text.len())),
        3 => text().prop_map(Step::SayTwice),
        2 => prop_oneof!["cmd:[a-z]{0,8}", "(unlink|keep):SM[0-9a-f]{32}", any::<String>()].prop_map(Step::Tap),
        1 => command().prop_map(|name| Step::Tap(format!("cmd:{name}"))),
        2 => prop::sample::select(vec!["unlink", "keep", "yes"]).prop_map(Step::TapOpen),
        6 => pause().prop_map(Step::Wait),
        10 => account().prop_map(Step::PageShows),
        1 => account().prop_map(Step::OtherLinks),
        2 => flash().prop_map(|(trouble, cents)| Step::Flash(trouble, cents)),
        1 => any::<bool>().prop_map(Step::FlashIsDown),
        1 => prop::sample::select(vec![None, Some(true), Some(true), Some(false)]).prop_map(Step::FlashAccount),
        1 => prop::sample::select(vec!["whatsapp:+18765550100", "whatsapp:+442075550100", "whatsapp:JM.1A2B"])
            .prop_map(Step::WritesFrom),
    ]
}

/// Sends one message and checks all that holds for every message.
fn send(chat: &mut Chat, message: &Message) {
    chat.forget();
    let before = chat.state.clone();
    swallows_no_command(&before, message, chat.now);
    let heard = chat.receives(message);
    let outcome = &heard.outcome;
    assert!(!outcome.says.is_empty() && outcome.says.len() <= 2);
    for (_, reply) in &outcome.says {
        let units = reply.text.encode_utf16().count();
        assert!(
            units <= LONGEST && !reply.text.trim().is_empty(),
            "{units}: {}",
            reply.text
        );
        assert!(reply.buttons.is_none() || reply.text.chars().count() <= LONGEST_WITH_BUTTONS);
        assert!(!reply.text.contains(MARK), "repeated: {}", reply.text);
    }
    let recipients = |wanted: fn(&Recipient) -> bool| {
        outcome
            .says
            .iter()
            .filter(|(recipient, _)| wanted(recipient))
            .count()
    };
    assert_eq!(recipients(|to| matches!(to, Recipient::Sender)), 1);
    assert!(outcome.guard.failures.len() < FAILURES_TO_LOCK);
    assert!(outcome.guard.issues.len() < CODE_ISSUES_PER_HOUR);
    assert_eq!(outcome.session.last_inbound, chat.now);
    the_link_changes_for_a_reason(chat, &before, message, &heard.asked, outcome);
}

fn the_link_changes_for_a_reason(
    chat: &Chat,
    before: &State,
    message: &Message,
    asked: &[Question],
    outcome: &Outcome,
) {
    let (old, new) = (&before.person.link, &outcome.person.link);
    if old == new {
        let quiet = |event: &Event| {
            !matches!(
                event,
                Event::Linked | Event::UnlinkedByPerson | Event::UnlinkedCredentialGone
            )
        };
        assert!(outcome.audit.iter().all(|line| quiet(&line.event)));
        return;
    }
    match (old, new) {
        (_, Some(new)) => {
            let waiting = before.code.as_ref().expect("a code waited");
            let typed = Parsed::Code(TypedCode::parse(&waiting.digest).unwrap());
            assert_eq!(command::parse(&message.body), typed, "the right code");
            assert_eq!(message.payload, None);
            assert_eq!(before.guard.locked(chat.now), None);
            assert_eq!(new.key_id, waiting.link.key_id);
            assert_eq!(
                outcome.destroy_code.as_ref(),
                Some(&waiting.challenge),
                "it works once"
            );
            assert!(
                chat.outside.pointers[&new.account].0 == before.key,
                "one link for an account"
            );
        }
        (Some(old), None) => {
            let said_yes = match (&before.session.dialogue, &message.payload) {
                (Dialogue::Idle, _) => false,
                (Dialogue::ConfirmUnlink { .. }, None) => {
                    command::parse(&message.body) == Parsed::Yes
                }
                (Dialogue::ConfirmUnlink { nonce, .. }, Some(payload)) => {
                    *payload == format!("unlink:{nonce}")
                }
            };
            let ended = chat.now >= old.ends_at;
            let revoked = asked
                .iter()
                .any(|question| matches!(question, Question::Balance { link } if link == old))
                && chat.outside.balance == Err(FlashTrouble::CredentialGone);
            assert!(
                said_yes || ended || revoked,
                "unlinked for nothing by {message:?}"
            );
            assert_eq!(
                outcome.session,
                Session::begin(chat.now),
                "the session goes with it"
            );
            assert_eq!(
                outcome.destroy_code.is_some(),
                before.code.is_some(),
                "and so does what waits"
            );
        }
        (None, None) => unreachable!("they are equal"),
    }
}

/// A question that is open changes the answer to YES, to NO and to its own buttons, and to nothing else.
fn swallows_no_command(before: &State, message: &Message, now: Moment) {
    let answers_it = match &message.payload {
        Some(payload) => command::parse_payload(payload).is_none(),
        None => matches!(
            command::parse(&message.body),
            Parsed::Yes | Parsed::No
        ),
    };
    if answers_it {
        return;
    }
    let mut unasked = before.clone();
    unasked.session.dialogue = Dialogue::Idle;
    let first = |state| match decide(state, message, &Answers::default(), now) {
        Decision::Ask(question) => (Some(question), Vec::new()),
        Decision::Done(outcome) => (None, outcome.says),
    };
    assert_eq!(first(before), first(&unasked));
}

fn walk(chat: &mut Chat, step: Step) {
    match step {
        Step::Say(text) => {
            let message = chat.message(&text, None);
            send(chat, &message);
        }
        Step::SayAll(text, times) => {
            let message = chat.message(&format!("{MARK}{}", text.repeat(times)), None);
            send(chat, &message);
        }
        Step::SayTwice(text) => {
            let message = chat.message(&text, None);
            chat.concludes(&message, &mut Answers::default(), &mut Vec::new());
            send(chat, &message);
        }
        Step::Tap(payload) => {
            let message = chat.message("Button", Some(&payload));
            send(chat, &message);
        }
        Step::TapOpen(word) => {
            if let Dialogue::ConfirmUnlink { nonce, .. } = chat.state.session.dialogue.clone() {
                let message = chat.message("Button", Some(&format!("{word}:{nonce}")));
                send(chat, &message);
            }
        }
        Step::Wait(seconds) => chat.wait(seconds),
        Step::PageShows(name) => {
            // Refused where a page would be: that is the page's half, tested there.
            let _ = chat.page_shows(name, RIGHT);
        }
        Step::OtherLinks(name) => {
            let taken = chat.outside.pointers.get(&account(name));
            if taken.is_none_or(|(_, until)| *until <= chat.now) {
                chat.other_links(name);
            }
        }
        Step::Flash(Some(trouble), _) => chat.outside.balance = Err(trouble),
        Step::Flash(None, cents) => {
            chat.outside.balance = Ok(balance_of(cents.as_deref(), chat.now));
        }
        Step::FlashIsDown(down) => chat.state.flash_is_down = down,
        Step::FlashAccount(known) => chat.outside.flash_account = known,
        Step::WritesFrom(address) => chat.from = WhatsAppAddress::parse(address).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_said_the_conversation_ends_well(steps in prop::collection::vec(step(), 100..400)) {
        let mut chat = Chat::of_a_stranger();
        for step in steps {
            walk(&mut chat, step);
        }
    }
}

#[test]
fn a_clock_at_either_end_of_time_is_survived() {
    for unix in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX] {
        let mut chat = Chat::linked();
        chat.now = Moment::from_unix(unix);
        for text in ["help", "link", "balance", "unlink", "yes", RIGHT] {
            let message = chat.message(text, None);
            send(&mut chat, &message);
        }
    }
    assert!(START < Moment::from_unix(i64::MAX));
}
