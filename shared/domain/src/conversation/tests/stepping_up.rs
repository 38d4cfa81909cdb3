//! The second factor: when it is asked for, both its ways, and that what was asked for is answered after it.

use super::super::*;
use super::chat::{Chat, Heard, RIGHT, WRONG, account, balance_of, person};
use crate::command::Command;
use crate::outbox::Class;
use crate::policy::{
    CODE_ISSUE_GAP, CODE_LIFE, FAILURES_TO_LOCK, LINK_PAGE_LIFE, PROOF_FOR_LARGE,
    PROOF_FOR_READING, PROOF_PAGE_LEFT,
};
use crate::risk::Sign;
use crate::step_up::Refusal;

impl Chat {
    /// Linked so long ago that a proof is due.
    fn stale() -> Self {
        let mut chat = Self::linked();
        chat.wait(PROOF_FOR_READING);
        chat
    }

    fn with_the_app() -> Self {
        let mut chat = Self::stale();
        chat.outside.app = true;
        chat
    }

    fn page(&self) -> String {
        let waits = self
            .state
            .session
            .step_up
            .as_ref()
            .expect("something waits");
        waits.page.clone().expect("a page was given")
    }

    /// The page called `id` brings a proof of the account called `name`.
    pub(super) fn brings(&mut self, id: &str, name: &str) -> Result<Heard, Refusal> {
        let waits = self.state.session.step_up.clone();
        let mut message = self.message("", None);
        message.user = waits.and_then(|waits| waits.user);
        self.forget();
        let (read, owner) = (self.state.clone(), account(name));
        let (mut answers, mut asked) = (Answers::default(), Vec::new());
        for _ in 0..8 {
            match proven(&read, (id, &owner), &message, &answers, self.now)? {
                Decision::Done(outcome) => {
                    self.apply(&outcome);
                    let outcome = *outcome;
                    return Ok(Heard { asked, outcome });
                }
                Decision::Ask(question) => {
                    asked.push(question.clone());
                    self.answer(question, &message, &mut answers);
                }
                Decision::Later => panic!("nothing is found later here"),
            }
        }
        panic!("never ends: {asked:?}");
    }
}

/// Nothing of what was asked for was told, or even asked.
fn asks_for_a_proof(heard: &Heard) {
    assert!(
        heard.text().contains("show me once more"),
        "{}",
        heard.text()
    );
    let reply = &heard.outcome.says[0].1;
    assert_eq!(reply.class, Class::Code);
    assert!(reply.of_link.is_some());
    assert_eq!(heard.events(), []);
}

#[test]
fn a_balance_is_shown_without_while_the_proof_is_young() {
    let mut chat = Chat::linked();
    chat.wait(PROOF_FOR_READING - 1);
    assert!(chat.hears("balance").text().contains("US$1.09"));
    chat.wait(1);
    let heard = chat.hears("balance");
    asks_for_a_proof(&heard);
    assert!(
        !heard
            .asked
            .iter()
            .any(|asked| matches!(asked, Question::Balance { .. })),
        "Flash is not asked for what may not be shown"
    );
}

#[test]
fn commands_that_show_nothing_never_need_it() {
    let mut chat = Chat::stale();
    assert!(chat.hears("help").text().contains("Flash on WhatsApp"));
    assert!(chat.hears("unlink").text().contains("Disconnect"));
    assert!(chat.hears("yes").text().contains("disconnected"));
}

#[test]
fn a_large_balance_needs_it_sooner_and_is_not_told_before() {
    let mut chat = Chat::linked();
    chat.outside.balance = Ok(balance_of(Some("99999.99"), chat.now));
    chat.wait(PROOF_FOR_LARGE);
    assert!(chat.hears("balance").text().contains("US$999.99"));
    chat.outside.balance = Ok(balance_of(Some("100000"), chat.now));
    chat.wait(crate::policy::BALANCE_CACHE);
    let heard = chat.hears("balance");
    asks_for_a_proof(&heard);
    assert!(!heard.text().contains("1,000") && !heard.text().contains("much"));
    let page = chat.page();
    let heard = chat.brings(&page, "mine").unwrap();
    assert!(heard.text().contains("US$1,000.00"), "{}", heard.text());
    assert!(chat.hears("balance").text().contains("US$1,000.00"));
}

#[test]
fn odd_behaviour_makes_it_due_until_the_next_proof() {
    let mut chat = Chat::linked();
    chat.wait(1);
    let guard = (0..10).fold(chat.state.guard.clone(), |guard, _| {
        guard.noted(Sign::Sought, chat.now)
    });
    chat.state.guard = guard;
    asks_for_a_proof(&chat.hears("balance"));
    let page = chat.page();
    chat.wait(1);
    assert!(
        chat.brings(&page, "mine")
            .unwrap()
            .text()
            .contains("US$1.09")
    );
    assert!(chat.hears("balance").text().contains("US$1.09"));
}

#[test]
fn the_page_answers_what_waited_and_is_a_proof_for_the_next_time() {
    let mut chat = Chat::stale();
    asks_for_a_proof(&chat.hears("balance"));
    let page = chat.page();
    chat.wait(60);
    let heard_last = chat.state.session.last_inbound;
    let heard = chat.brings(&page, "mine").unwrap();
    assert!(heard.text().contains("US$1.09"), "{}", heard.text());
    assert_eq!(heard.events(), [Event::SteppedUp]);
    assert_eq!(
        chat.state.session.last_inbound, heard_last,
        "a page is no word of theirs to WhatsApp"
    );
    assert_eq!(chat.state.session.step_up, None);
    assert_eq!(
        chat.state.person.link.as_ref().unwrap().proven_at(),
        chat.now
    );
    assert_eq!(chat.brings(&page, "mine").unwrap_err(), Refusal::PageEnded);
    chat.wait(PROOF_FOR_READING - 1);
    assert!(chat.hears("balance").text().contains("US$1.09"));
    chat.wait(1);
    asks_for_a_proof(&chat.hears("balance"));
}

#[test]
fn a_page_is_good_for_its_time_its_chat_and_its_account() {
    let mut chat = Chat::stale();
    assert_eq!(
        chat.brings("proof-1", "mine").unwrap_err(),
        Refusal::PageEnded
    );
    chat.hears("balance");
    let page = chat.page();
    assert_eq!(
        chat.brings("another", "mine").unwrap_err(),
        Refusal::PageEnded
    );
    assert_eq!(
        chat.brings(&page, "new").unwrap_err(),
        Refusal::OtherAccount
    );
    chat.wait(LINK_PAGE_LIFE - 1);
    assert!(chat.brings(&page, "mine").is_ok());
    chat.wait(PROOF_FOR_READING);
    chat.hears("balance");
    let page = chat.page();
    chat.wait(LINK_PAGE_LIFE);
    assert_eq!(chat.brings(&page, "mine").unwrap_err(), Refusal::PageEnded);
}

#[test]
fn who_asks_again_gets_the_same_page_while_there_is_time_to_use_it() {
    let mut chat = Chat::stale();
    chat.hears("balance");
    let first = chat.page();
    chat.wait(LINK_PAGE_LIFE - PROOF_PAGE_LEFT);
    assert!(chat.hears("balance").text().contains(&first));
    chat.wait(1);
    let heard = chat.hears("balance");
    assert!(!heard.text().contains(&first), "{}", heard.text());
    assert_eq!(chat.brings(&first, "mine").unwrap_err(), Refusal::PageEnded);
    let page = chat.page();
    assert!(chat.brings(&page, "mine").is_ok());
}

#[test]
fn other_commands_work_meanwhile_and_cancel_stop_and_unlink_end_it() {
    for ends in ["cancel", "end", "stop", "unlink"] {
        let mut chat = Chat::stale();
        chat.hears("balance");
        let page = chat.page();
        chat.hears("help");
        assert!(chat.state.session.step_up.is_some());
        let heard = chat.hears(ends);
        match ends {
            "unlink" => drop(chat.hears("yes")),
            "stop" => assert_eq!(heard.events(), [Event::OptedOut]),
            _ => assert!(heard.text().contains("no longer wait"), "{}", heard.text()),
        }
        assert_eq!(
            chat.brings(&page, "mine").unwrap_err(),
            Refusal::PageEnded,
            "{ends}"
        );
    }
}

#[test]
fn whoever_writes_from_the_number_now_is_not_answered_what_another_asked() {
    let mut chat = Chat::stale();
    chat.state.person.user = Some(person("known"));
    let mut message = chat.message("balance", None);
    message.user = Some(person("known"));
    chat.receives(&message);
    let page = chat.page();
    // The number has changed hands since.
    chat.state.person.user = Some(person("someone-else"));
    assert_eq!(chat.brings(&page, "mine").unwrap_err(), Refusal::PageEnded);
}

#[test]
fn what_became_of_the_link_meanwhile_counts() {
    let mut chat = Chat::stale();
    chat.hears("balance");
    let page = chat.page();
    chat.outside.balance = Err(FlashTrouble::CredentialGone);
    let heard = chat.brings(&page, "mine").unwrap();
    assert!(heard.text().contains("*link*"), "{}", heard.text());
    assert_eq!(
        heard.events(),
        [Event::SteppedUp, Event::UnlinkedCredentialGone]
    );
    assert_eq!(chat.state.person.link, None);
}

#[test]
fn a_code_in_the_app_is_typed_and_what_waited_is_answered_with_it() {
    let mut chat = Chat::with_the_app();
    let heard = chat.hears("balance");
    asks_for_a_proof(&heard);
    assert!(heard.text().contains("Flash app") && !heard.text().contains("/confirm/"));
    assert!(!heard.text().contains(RIGHT));
    let heard = chat.hears(&format!("verify {RIGHT}"));
    assert!(heard.text().contains("US$1.09"), "{}", heard.text());
    assert_eq!(heard.events(), [Event::SteppedUp]);
    assert_eq!(
        (&chat.state.app_code, &chat.state.session.step_up),
        (&None, &None)
    );
    assert!(chat.hears("balance").text().contains("US$1.09"));
}

#[test]
fn where_no_code_reaches_the_app_there_is_a_page() {
    let mut chat = Chat::with_the_app();
    chat.outside.app = false;
    let heard = chat.hears("balance");
    assert!(heard.text().contains("/confirm/"), "{}", heard.text());
    let asked = |heard: &Heard| {
        let pushes = heard.asked.iter();
        pushes
            .filter(|asked| matches!(asked, Question::PushCode { .. }))
            .count()
    };
    assert_eq!(asked(&heard), 1);
    assert_eq!(asked(&chat.hears("balance")), 0, "the page stands");
}

#[test]
fn who_asks_again_while_a_code_waits_gets_a_page_beside_it() {
    let mut chat = Chat::with_the_app();
    chat.hears("balance");
    let heard = chat.hears("balance");
    assert!(heard.text().contains("/confirm/"), "{}", heard.text());
    let mut other = Chat::with_the_app();
    other.hears("balance");
    other.hears("balance");
    let page = chat.page();
    assert!(
        chat.brings(&page, "mine")
            .unwrap()
            .text()
            .contains("US$1.09")
    );
    assert_eq!(chat.state.app_code, None, "one of the two is enough");
    assert!(other.hears(RIGHT).text().contains("US$1.09"));
    let page = other.state.session.step_up.clone();
    assert_eq!(page, None);
}

#[test]
fn wrong_codes_are_counted_and_the_fifth_ends_the_code() {
    let mut chat = Chat::with_the_app();
    chat.hears("balance");
    for left in ["4 tries", "3 tries", "2 tries", "1 try"] {
        let text = chat.hears(WRONG).text().to_owned();
        assert!(text.contains(left), "{text}");
    }
    let heard = chat.hears(WRONG);
    assert!(heard.text().contains("no longer works"), "{}", heard.text());
    assert_eq!(heard.events()[0], Event::CodeDestroyed);
    assert_eq!(chat.state.app_code, None);
    assert!(!chat.hears(RIGHT).text().contains("US$"));
}

#[test]
fn a_chat_that_guesses_is_locked_and_a_locked_one_gets_no_code() {
    let mut chat = Chat::with_the_app();
    let mut wrong = 0;
    while chat.state.guard.locked(chat.now).is_none() {
        chat.wait(CODE_ISSUE_GAP);
        chat.hears("balance");
        for _ in 0..4 {
            if chat.state.guard.locked(chat.now).is_none() && chat.state.app_code.is_some() {
                chat.hears(WRONG);
                wrong += 1;
            }
        }
        chat.hears("cancel");
        assert!(wrong <= FAILURES_TO_LOCK);
    }
    assert_eq!(wrong, FAILURES_TO_LOCK);
    chat.wait(CODE_LIFE);
    let heard = chat.hears("balance");
    assert!(heard.text().contains("/confirm/"), "{}", heard.text());
    assert_eq!(chat.state.app_code, None);
    assert!(chat.hears(RIGHT).text().contains("Too many wrong codes"));
}

#[test]
fn a_code_belongs_to_the_link_it_was_sent_for() {
    let mut chat = Chat::with_the_app();
    chat.hears("balance");
    chat.hears("unlink");
    chat.hears("yes");
    assert_eq!(chat.state.app_code, None);
    let mut chat = Chat::with_the_app();
    chat.hears("balance");
    if let Some(link) = &mut chat.state.person.link {
        link.key_id = "the next key".into();
    }
    assert!(!chat.hears(RIGHT).text().contains("US$"));
}

#[test]
fn a_redelivered_message_pushes_no_second_code() {
    let mut chat = Chat::with_the_app();
    let message = chat.message("balance", None);
    chat.receives(&message);
    let mut asked = Vec::new();
    chat.concludes(&message, &mut Answers::default(), &mut asked);
    assert!(
        !asked
            .iter()
            .any(|asked| matches!(asked, Question::PushCode { .. })),
        "{asked:?}"
    );
}

#[test]
fn a_key_that_proves_nothing_counts_as_a_wrong_code() {
    let mut chat = Chat::stale();
    chat.hears("balance");
    for n in 1..=FAILURES_TO_LOCK {
        let refused = refused(&chat.state, chat.now);
        let events: Vec<_> = refused.audit.iter().map(|line| line.event).collect();
        let locked = n == FAILURES_TO_LOCK;
        assert_eq!(events[0], Event::StepUpRefused);
        assert_eq!(events.get(1), locked.then_some(&Event::ChatLocked));
        assert_eq!(
            refused.session.step_up.is_none(),
            locked,
            "the lock ends the page"
        );
        chat.state.guard = refused.guard;
        chat.state.session = refused.session;
    }
}

#[test]
fn every_name_that_may_wait_is_a_commands() {
    for command in command::COMMANDS {
        assert!(command::parse(command.name).is(command.name) || command.name == "verify");
    }
    assert!(Command::named("bal").is_none());
}
