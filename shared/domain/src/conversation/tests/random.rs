//! Conversations of anybody, in any order, under any clock.

use proptest::prelude::*;

use super::super::*;
use super::chat::{Chat, Heard, RIGHT, WRONG, account, balance_of};
use super::steps::{MARK, Step, step};
use crate::outbox::QuickSet;
use crate::policy::{CODE_ISSUE_GAP, CODE_ISSUES_PER_HOUR, FAILURES_TO_LOCK, PROOF_FOR_READING};
use crate::risk;
use crate::state::Asks;
use crate::step_up::Proof;

/// Twilio takes 1,600 UTF-16 units; the rest is for what it may add itself.
const LONGEST: usize = 1_500;
const LANGUAGES: [Language; 2] = [Language::English, Language::Spanish];
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
    // What the assistant is asked, it answers.
    let answered_later = outcome.asks.is_some();
    assert!(answered_later || !outcome.says.is_empty());
    assert!(outcome.says.len() <= 2);
    for (_, reply) in &outcome.says {
        let units = reply.text.encode_utf16().count();
        // The privacy notice alone takes two parts.
        let notice = LANGUAGES
            .iter()
            .any(|l| reply.text.contains(&texts::privacy::notice(*l)));
        let longest = if notice { 2 * LONGEST } else { LONGEST };
        assert!(
            units <= longest && !reply.text.trim().is_empty(),
            "{units}: {}",
            reply.text
        );
        let menu = reply.quick.as_ref().map(|quick| quick.set);
        let menu = menu.is_some_and(|set| !matches!(set, QuickSet::More | QuickSet::AfterBalance));
        let buttons = reply.buttons.is_some() || reply.yes_or_no.is_some() || menu;
        assert!(!buttons || reply.text.chars().count() <= LONGEST_WITH_BUTTONS);
        // What is passed on to a person is shown first.
        let repeats = reply.text.contains(MARK);
        assert!(
            !repeats || outcome.drafts.is_some(),
            "repeated: {}",
            reply.text
        );
    }
    let recipients = |wanted: fn(&Recipient) -> bool| {
        outcome
            .says
            .iter()
            .filter(|(recipient, _)| wanted(recipient))
            .count()
    };
    // A payment code comes by itself after the words about it, so that it can be copied.
    let pictures = outcome
        .says
        .iter()
        .filter(|(_, reply)| reply.picture.is_some());
    let told = recipients(|to| matches!(to, Recipient::Sender));
    assert!(told == 1 + pictures.count() || answered_later && told == 0);
    assert!(outcome.guard.failures.len() < FAILURES_TO_LOCK);
    assert!(outcome.guard.issues.len() < CODE_ISSUES_PER_HOUR);
    a_guess_changes_nothing(&before, &heard);
    the_link_changes_for_a_reason(chat, &before, message, &heard.asked, outcome);
    money_is_shown_to_the_proven(outcome, chat.now);
}

/// What was not understood is answered with what can be typed, whatever it may have meant, and leaves everything as it was.
fn a_guess_changes_nothing(before: &State, heard: &Heard) {
    let outcome = &heard.outcome;
    if outcome.heard_as.is_none_or(|heard| heard.by != By::Miss) {
        return;
    }
    assert_eq!(heard.asked, [], "nobody is asked anything for a guess");
    assert_eq!(outcome.person, before.person);
    assert_eq!(outcome.standing, before.standing);
    assert_eq!((&outcome.guard, outcome.pointers.len()), (&before.guard, 0));
    assert_eq!(
        (&outcome.destroy_code, &outcome.destroy_app_code),
        (&None, &None)
    );
    assert_eq!(heard.events(), []);
    assert_eq!(outcome.session.step_up, before.session.step_up);
    let waits = outcome.session.question().map(|(asks, ..)| asks);
    assert!(matches!(waits, None | Some(Asks::Suggestion)));
    let quick = heard.quick();
    if let Some((QuickSet::Suggest, fills)) = &quick {
        let button = format!("cmd:{}", fills[0]);
        assert!(button.chars().count() <= 200);
        let (offered, _) = command::parse_payload(&button).expect("a button that does something");
        assert!(!offered.changes, "{offered:?} on a guess");
    }
    let typed = heard.text().split('*').skip(1).step_by(2);
    let mut works = typed
        .map(command::parse)
        .filter(|typed| *typed != Parsed::Unknown);
    assert!(works.next().is_some(), "a dead end: {}", heard.text());
}

/// Whoever is told what the account holds has proven that it is theirs, and lately.
fn money_is_shown_to_the_proven(outcome: &Outcome, now: Moment) {
    let shown = |(_, reply): &(Recipient, Reply)| reply.text.contains("US$");
    let heard = outcome
        .heard_as
        .and_then(|heard| Command::named(heard.command));
    // A price, or an amount that somebody has just typed, is nobody's secret.
    if heard.is_some_and(|command| command.proof == Proof::Never && command.name != "verify") {
        return;
    }
    if !outcome.says.iter().any(shown) {
        return;
    }
    let link = outcome.person.link.as_ref().expect("a link");
    let proven_at = link.proven_at();
    assert!(now.since(proven_at) < PROOF_FOR_READING);
    assert!(risk::raised_at(&outcome.guard, now).is_none_or(|at| at <= proven_at));
}

/// A page proves what it can, and touches nothing else.
fn proves(chat: &mut Chat, name: &str) {
    let waits = chat.state.session.step_up.clone();
    let Some(page) = waits.and_then(|waits| waits.page) else {
        return;
    };
    chat.forget();
    let before = chat.state.clone();
    let Ok(heard) = chat.brings(&page, name) else {
        return;
    };
    let outcome = &heard.outcome;
    let owner = before.person.link.as_ref().expect("a link");
    assert_eq!(owner.account, account(name));
    assert_eq!(heard.events()[0], Event::SteppedUp);
    assert_eq!(outcome.session.step_up, None);
    if let Some(link) = &outcome.person.link {
        assert_eq!(link.proven_at(), chat.now);
        assert_eq!(outcome.session.last_inbound, before.session.last_inbound);
    }
    money_is_shown_to_the_proven(outcome, chat.now);
}

fn says_stop(message: &Message) -> bool {
    let tapped = message.payload.as_deref().and_then(command::parse_payload);
    tapped.is_some_and(|(command, _)| command.name == "stop")
        || command::parse(&message.body).is("stop")
}

/// Whatever was going on, STOP asks nobody, opts out, ends what was open and touches nothing else.
fn is_stopped(chat: &Chat, before: &State, heard: &Heard) {
    let outcome = &heard.outcome;
    assert_eq!(heard.asked, []);
    assert!(outcome.standing.opted_out_at.is_some() && !outcome.flooded);
    assert_eq!(outcome.person.link, before.person.link);
    assert_eq!((&outcome.guard, outcome.pointers.len()), (&before.guard, 0));
    assert_eq!(outcome.session.question(), None);
    assert_eq!(outcome.session.page, None);
    let alerts = before.standing.consents.alerts_after_stop.as_ref();
    let withdrawn = alerts.is_some_and(|alerts| alerts.given);
    let out = outcome.standing.opted_out_at.unwrap();
    assert_eq!(outcome.standing.consents.alerts_since(out), None);
    assert_eq!(outcome.destroy_code.is_some(), before.code.is_some());
    let mut events = heard.events();
    assert_eq!(events.contains(&Event::AlertsWithdrawn), withdrawn);
    events.retain(|event| *event != Event::AlertsWithdrawn);
    if outcome.says.is_empty() {
        assert!(
            withdrawn || outcome.standing == before.standing,
            "confirmed before"
        );
        assert_eq!(outcome.session.pace, before.session.pace);
        assert_eq!(events, []);
    } else {
        assert_eq!(outcome.standing.opted_out_at, Some(chat.now));
        assert_eq!(events, [Event::OptedOut]);
        assert!(heard.text().contains("*START*"));
    }
}

/// Once, at the end, to whoever has opted out and to nobody else; only START changes what they have said.
fn says_how_to_start(before: &State, outcome: &Outcome) {
    let opted_out = outcome.standing.opted_out_at.is_some();
    let (said, was) = (outcome.standing.opted_out_at, before.standing.opted_out_at);
    assert!(!opted_out || said == was);
    let alerts = said.and_then(|out| outcome.standing.consents.alerts_since(out));
    let how = LANGUAGES.map(|l| texts::how_to_start(l, alerts.is_some()));
    for (recipient, reply) in &outcome.says {
        let reminders: usize = how.iter().map(|how| reply.text.matches(how).count()).sum();
        // Under a picture stands what is copied.
        let reminded = opted_out && *recipient == Recipient::Sender && reply.picture.is_none();
        assert_eq!(reminders, usize::from(reminded), "{}", reply.text);
        assert!(!reminded || how.iter().any(|how| reply.text.ends_with(how)));
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

/// But that it was a flood is noted, which may be once too often.
fn nothing_is_done(before: &State, outcome: &Outcome) {
    assert_eq!(outcome.standing, before.standing);
    let events: Vec<_> = outcome.audit.iter().map(|line| line.event).collect();
    if events.contains(&Event::ChatLocked) {
        assert!(crate::risk::reasons(&outcome.guard, outcome.session.started_at).len() > 1);
        return;
    }
    assert!(events.iter().all(|event| *event == Event::RiskAlert));
    assert_eq!(outcome.person.link, before.person.link);
    let but_signs = |guard: &Guard| Guard {
        signs: Vec::new(),
        ..guard.clone()
    };
    assert_eq!(but_signs(&outcome.guard), but_signs(&before.guard));
    assert_eq!(outcome.session.question(), before.session.question());
    assert_eq!(outcome.session.page, before.session.page);
    assert_eq!((&outcome.destroy_code, outcome.pointers.len()), (&None, 0));
}

fn the_link_changes_for_a_reason(
    chat: &Chat,
    before: &State,
    message: &Message,
    asked: &[Question],
    outcome: &Outcome,
) {
    let (old, new) = (&before.person.link, &outcome.person.link);
    let but_proof = |link: &Option<Link>| {
        let link = link.clone();
        link.map(|link| Link {
            proven_at: None,
            wallet: None,
            user: None,
            ..link
        })
    };
    if but_proof(old) == but_proof(new) {
        assert_eq!((&outcome.disconnects, &outcome.ending), (&None, &None));
        let quiet = |event: &Event| {
            !matches!(
                event,
                Event::Linked
                    | Event::MovedHere
                    | Event::UnlinkedByPerson
                    | Event::UnlinkedCredentialGone
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
                outcome.disconnects.is_some(),
                outcome
                    .audit
                    .iter()
                    .any(|line| line.event == Event::MovedHere)
            );
            assert!(outcome.disconnects.is_none() || outcome.disconnects == waiting.moves_from);
            let ending = outcome.ending.as_ref().expect("its end is told");
            assert_eq!(ending.key_id, new.key_id);
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
            let question = before.session.question();
            let question = question.filter(|(.., until)| chat.now < *until);
            let said_yes = match (question, &message.payload) {
                (Some((Asks::Unlink | Asks::Erasure, ..)), None) => {
                    command::parse(&message.body) == Parsed::Yes
                }
                (Some((Asks::Unlink, nonce, _)), Some(payload)) => {
                    *payload == format!("unlink:{nonce}")
                }
                (Some((Asks::Erasure, nonce, _)), Some(payload)) => {
                    *payload == format!("yes:{nonce}")
                }
                _ => false,
            };
            let ended = chat.now >= old.ends_at;
            let revoked = asked
                .iter()
                .any(|question| matches!(question, Question::Balance { link, .. } if link.key_id == old.key_id))
                && chat.outside.balance == Err(FlashTrouble::CredentialGone);
            assert!(
                said_yes || ended || revoked,
                "unlinked for nothing by {message:?}"
            );
            let begun = Session {
                assistant: before.session.assistant.ended(),
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

/// It is about what is open; "ok" is no YES, and is told so.
fn ends_it(command: &Command) -> bool {
    ["cancel", "back", "thanks"].contains(&command.name)
}

/// A question that is open changes the answer to YES, to NO, to its own buttons, to what ends it and to what is no command
/// at all.
fn swallows_no_command(before: &State, message: &Message, now: Moment) {
    let answers_it = match &message.payload {
        Some(payload) => {
            command::parse_payload(payload).is_none_or(|(command, _)| ends_it(command))
        }
        None => match command::parse(&message.body) {
            Parsed::Yes | Parsed::No | Parsed::Unknown => true,
            Parsed::Run(command, _) => ends_it(command),
            Parsed::Code(_) | Parsed::MalformedCode => false,
        },
    };
    if answers_it {
        return;
    }
    let question = before.session.question();
    if question.is_some_and(|(.., until)| until <= now) {
        return;
    }
    let mut unasked = before.clone();
    unasked.session.dialogue = Dialogue::Idle;
    unasked.session.open = None;
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
        Step::LinkWith {
            name,
            wrong,
            right,
            moves,
        } => {
            chat.wait(CODE_ISSUE_GAP);
            say(chat, "link");
            let _ = if moves {
                chat.page_moves(name, RIGHT)
            } else {
                chat.page_shows(name, RIGHT)
            };
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
        Step::SlipThen(text, then) => {
            say(chat, &text);
            say(chat, then);
        }
        Step::TapOld(word, before) => {
            let sid = chat.sent.saturating_sub(before);
            tap(chat, &format!("{word}:SM{sid:032x}"));
        }
        Step::TapOpen(word) => {
            let question = chat.state.session.question();
            if let Some(tapped) = question.map(|(_, nonce, _)| format!("{word}:{nonce}")) {
                tap(chat, &tapped);
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
        Step::App(app) => chat.outside.app = app,
        Step::Proves(name) => proves(chat, name),
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
