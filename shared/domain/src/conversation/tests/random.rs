//! Conversations of anybody, in any order, under any clock.

use proptest::prelude::*;

use super::super::*;
use super::chat::{Chat, Heard, RIGHT, WRONG, account, balance_of};
use super::steps::{MARK, Step, step};
use crate::policy::{CODE_ISSUE_GAP, CODE_ISSUES_PER_HOUR, FAILURES_TO_LOCK};

/// Twilio takes 1,600 UTF-16 units; the rest is for what it may add itself.
const LONGEST: usize = 1_500;
/// Beside buttons WhatsApp takes fewer characters.
const LONGEST_WITH_BUTTONS: usize = 1_024;
/// Sends one message and checks all that holds for every message.
fn send(chat: &mut Chat, message: &Message) {
    chat.forget();
    let before = chat.state.clone();
    swallows_no_command(&before, message, chat.now);
    let heard = chat.receives(message);
    let outcome = &heard.outcome;
    assert_eq!(outcome.session.last_inbound, chat.now);
    let (pace, room) = before.session.pace.next(chat.now);
    if says_stop(message) {
        is_stopped(chat, &before, &heard);
        return;
    }
    says_how_to_start(&before, outcome);
    assert_eq!(outcome.session.pace, pace);
    assert_eq!(outcome.flooded, room != Room::Answer);
    if outcome.flooded {
        assert_eq!(heard.asked, []);
        nothing_is_done(&before, outcome);
        return;
    }
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
    the_link_changes_for_a_reason(chat, &before, message, &heard.asked, outcome);
}

fn says_stop(message: &Message) -> bool {
    let tapped = message.payload.as_deref().and_then(command::parse_payload);
    tapped == Some(Verb::Stop) || command::parse(&message.body) == Parsed::Do(Verb::Stop)
}

/// Whatever was going on, STOP asks nobody, opts out, ends what was open and touches nothing else.
fn is_stopped(chat: &Chat, before: &State, heard: &Heard) {
    let outcome = &heard.outcome;
    assert_eq!(heard.asked, []);
    assert!(outcome.standing.opted_out_at.is_some() && !outcome.flooded);
    assert_eq!(outcome.person.link, before.person.link);
    assert_eq!((&outcome.guard, outcome.pointers.len()), (&before.guard, 0));
    assert_eq!(outcome.session.dialogue, Dialogue::Idle);
    assert_eq!(outcome.session.page, None);
    assert_eq!(outcome.destroy_code.is_some(), before.code.is_some());
    if outcome.says.is_empty() {
        assert_eq!(outcome.standing, before.standing, "confirmed before");
        assert_eq!(outcome.session.pace, before.session.pace);
        assert_eq!(outcome.audit, []);
    } else {
        assert_eq!(outcome.standing.opted_out_at, Some(chat.now));
        assert_eq!(heard.events(), [Event::OptedOut]);
        assert!(heard.text().contains("*START*"));
    }
}

/// Once, at the end, to whoever has opted out and to nobody else; only START changes what they have said.
fn says_how_to_start(before: &State, outcome: &Outcome) {
    let opted_out = outcome.standing.opted_out_at.is_some();
    assert!(!opted_out || outcome.standing == before.standing);
    for (recipient, reply) in &outcome.says {
        let reminders = reply.text.matches(&texts::how_to_start()).count();
        let reminded = opted_out && *recipient == Recipient::Sender;
        assert_eq!(reminders, usize::from(reminded), "{}", reply.text);
        assert!(!reminded || reply.text.ends_with(&texts::how_to_start()));
    }
    let opted_in = outcome
        .audit
        .iter()
        .any(|line| line.event == Event::OptedIn);
    assert_eq!(
        opted_in,
        before.standing.opted_out_at.is_some() && !opted_out
    );
}

fn nothing_is_done(before: &State, outcome: &Outcome) {
    assert_eq!(outcome.standing, before.standing);
    assert_eq!(outcome.person.link, before.person.link);
    assert_eq!(outcome.guard, before.guard);
    assert_eq!(outcome.session.dialogue, before.session.dialogue);
    assert_eq!(outcome.session.page, before.session.page);
    assert_eq!(
        (
            &outcome.destroy_code,
            outcome.pointers.len(),
            outcome.audit.len()
        ),
        (&None, 0, 0)
    );
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
            let begun = Session {
                pace: outcome.session.pace.clone(),
                ..Session::begin(chat.now)
            };
            assert_eq!(outcome.session, begun, "the session goes with it");
            assert_eq!(
                outcome.destroy_code.is_some(),
                before.code.is_some(),
                "and so does what waits"
            );
        }
        (None, None) => unreachable!("they are equal"),
    }
}

/// A question that is open changes the answer to YES, to NO, to its own buttons, to what ends it and to what is no command
/// at all.
fn swallows_no_command(before: &State, message: &Message, now: Moment) {
    let answers_it = match &message.payload {
        Some(payload) => matches!(command::parse_payload(payload), None | Some(Verb::End)),
        None => matches!(
            command::parse(&message.body),
            Parsed::Yes | Parsed::No | Parsed::Unknown | Parsed::Do(Verb::End)
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
        Decision::Later => panic!("nothing is found later here"),
    };
    assert_eq!(first(before), first(&unasked));
}

fn say(chat: &mut Chat, text: &str) {
    let message = chat.message(text, None);
    send(chat, &message);
}

fn tap(chat: &mut Chat, payload: &str) {
    let message = chat.message("Button", Some(payload));
    send(chat, &message);
}

fn walk(chat: &mut Chat, step: Step) {
    match step {
        Step::Say(text) => say(chat, &text),
        Step::SayAll(text, times) => {
            say(chat, &format!("{MARK}{}", text.repeat(times)));
        }
        Step::SayTwice(text) => {
            let message = chat.message(&text, None);
            chat.concludes(&message, &mut Answers::default(), &mut Vec::new());
            send(chat, &message);
        }
        Step::SayAt(unix, text) => {
            let now = std::mem::replace(&mut chat.now, Moment::from_unix(unix));
            say(chat, &text);
            chat.now = now;
        }
        Step::LinkWith(name, wrong, right) => {
            chat.wait(CODE_ISSUE_GAP);
            say(chat, "link");
            let _ = chat.page_shows(name, RIGHT);
            for _ in 0..wrong {
                say(chat, WRONG);
            }
            if right {
                say(chat, RIGHT);
            }
        }
        Step::Unlink(answer) => {
            say(chat, "unlink");
            say(chat, answer);
        }
        Step::Tap(payload) => tap(chat, &payload),
        Step::TapOpen(word) => {
            if let Dialogue::ConfirmUnlink { nonce, .. } = chat.state.session.dialogue.clone() {
                tap(chat, &format!("{word}:{nonce}"));
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
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_said_the_conversation_ends_well(steps in prop::collection::vec(step(), 100..400)) {
        let mut chat = Chat::of_a_stranger();
        for step in steps {
            walk(&mut chat, step);
        }
    }
}
