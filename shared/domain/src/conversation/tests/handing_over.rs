//! Handing over to a person, and what people at support do.

use super::super::*;
use super::chat::{Chat, Heard, START, person};
use crate::outbox::{Class, News};
use crate::policy::{
    CONFIRM_LIFE, PROOF_AT_ONCE, SUPPORT_ANSWER_CHARACTERS, TICKET_CHARACTERS, TICKET_DAY,
    TICKET_WORDS, TICKETS_A_DAY,
};
use crate::role::{Grant, Role};
use crate::support::Hours;
use crate::ticket::{Change, Code, Open, Own, Shared, Ticket};

const EN: Language = Language::English;
const WORDS: &str = "my payment of Friday has not arrived";

/// The tickets that the tables hold, all of one customer, and what their session keeps sealed.
#[derive(Default)]
pub(super) struct Tickets {
    pub(super) all: Vec<Ticket>,
    draft: Option<Shared>,
    made: usize,
}

/// Any other for each.
fn code_number(number: usize) -> Code {
    let letters = crate::request::Code::ALPHABET;
    let last = char::from(letters[number % letters.len()]);
    Code::parse(&format!("T-2AB{last}")).unwrap()
}

impl Chat {
    pub(super) fn answer_of_tickets(&mut self, question: Question, answers: &mut Answers) {
        let held = &mut self.outside.tickets;
        match question {
            Question::Tickets => {
                held.made += 1;
                answers.tickets = Some(Own {
                    tickets: held.all.clone(),
                    code: code_number(held.made),
                });
            }
            Question::Draft(_) => answers.draft = Some(held.draft.clone()),
            Question::OpenTickets => {
                let open = held.all.iter().filter(|ticket| ticket.open).cloned();
                let tickets: Vec<_> = open.collect();
                answers.open_tickets = Some(Open {
                    count: tickets.len(),
                    tickets,
                });
            }
            Question::Ticket(code) => {
                let found = held.all.iter().find(|ticket| ticket.code == code).cloned();
                let found = found.zip(self.outside.subject.clone()).map(Box::new);
                answers.ticket = Some((code, found));
            }
            other => panic!("not of tickets: {other:?}"),
        }
    }

    pub(super) fn apply_tickets(&mut self, outcome: &Outcome) {
        let held = &mut self.outside.tickets;
        if let Some(draft) = &outcome.drafts {
            held.draft = Some(draft.clone());
            let open = self.state.session.open.as_mut().unwrap();
            open.question = Some(Sealed("draft".into()));
        }
        for change in &outcome.tickets {
            if let Change::End(code) = change {
                held.all.retain(|ticket| ticket.code != *code);
                continue;
            }
            let (Change::Open(changed)
            | Change::Add(changed)
            | Change::Answer {
                ticket: changed, ..
            }
            | Change::Close {
                ticket: changed, ..
            }) = change
            else {
                unreachable!("it has ended above")
            };
            let same = held
                .all
                .iter()
                .position(|ticket| ticket.code == changed.code);
            let next = Ticket {
                open: !matches!(change, Change::Close { .. }),
                version: changed.version + 1,
                ..(**changed).clone()
            };
            match same {
                Some(at) => {
                    assert_eq!(
                        held.all[at].version, changed.version,
                        "it has changed since"
                    );
                    held.all[at] = next;
                }
                None => held.all.push(next),
            }
        }
    }

    /// Linked, with a ticket that is open.
    fn with_a_ticket() -> Self {
        let mut chat = Self::linked();
        chat.hears(&format!("agent {WORDS}"));
        chat.hears("yes");
        assert_eq!(chat.outside.tickets.all.len(), 1);
        chat
    }

    /// Somebody of support, to whom another has passed something on.
    fn of_support() -> Self {
        let customer = Self::with_a_ticket();
        let mut chat = Self::linked();
        chat.state.standing.role = Some(Grant {
            role: Role::Support,
            account: super::chat::account("mine"),
            user: None,
            at: START.plus(-1),
        });
        chat.outside.tickets = customer.outside.tickets;
        let mut theirs = customer.state;
        theirs.key = person("other");
        chat.outside.subject = Some(Subject {
            state: theirs,
            address: Some(Sealed("sealed".into())),
            language: Language::Spanish,
            heard: Some(START),
        });
        chat
    }

    fn code(&self) -> String {
        let code = &self.outside.tickets.all[0].code;
        code.as_str().to_owned()
    }

    fn customer(&mut self) -> &mut Subject {
        self.outside.subject.as_mut().unwrap()
    }
}

fn opened(heard: &Heard) -> Option<&Ticket> {
    match heard.outcome.tickets.as_slice() {
        [] => None,
        [Change::Open(ticket)] => Some(ticket),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a06_the_customer_sees_all_that_a_person_would_and_nothing_is_passed_on_before_yes() {
    let mut chat = Chat::linked();
    let heard = chat.hears(&format!("agent {WORDS}, write to marcia@example.com"));
    let draft = heard.outcome.drafts.clone().unwrap();
    for shown in [draft.chat.as_str(), "@marcia", WORDS, "*YES*"] {
        assert!(heard.text().contains(shown), "{}", heard.text());
    }
    assert_eq!(draft.name.as_deref(), Some("@marcia"));
    assert!(!draft.chat.contains("5550100"), "{}", draft.chat);
    let words = draft.words.join("\n");
    assert!(
        words.starts_with(WORDS) && !words.contains("example"),
        "{words}"
    );
    assert!(heard.text().contains(&words), "as it is passed on");
    assert_eq!(opened(&heard), None);

    let heard = chat.hears("yes");
    let ticket = opened(&heard).unwrap();
    assert_eq!(ticket.shared.as_ref(), Some(&draft), "that and no more");
    assert!(heard.text().contains(ticket.code.as_str()));
    assert_eq!(heard.events(), [Event::TicketOpened]);

    for no in ["no", "cancel"] {
        let mut chat = Chat::linked();
        chat.hears("agent");
        let heard = chat.hears(no);
        assert_eq!(heard.text(), texts::ticket_not_opened(EN), "{no}");
        assert_eq!(opened(&heard), None);
    }
}

#[test]
fn a06_a_person_is_asked_for_in_many_words_with_a_link_or_without() {
    for words in [
        "agent",
        "Talk to a person",
        "human",
        "support",
        "I want to talk to a person",
        "can I talk to a human please",
        "give me a real person!",
        "I talked to a person and nothing came of it",
        "agente",
        "hablar con una persona",
    ] {
        for chat in [Chat::linked, Chat::of_a_stranger, Chat::with_an_ended_link] {
            let mut chat = chat();
            let heard = chat.hears(words);
            if words.contains("nothing") {
                assert_eq!(heard.outcome.drafts, None, "it says more than that");
                continue;
            }
            let draft = heard.outcome.drafts.as_ref().unwrap();
            let linked = chat.state.person.live_link(chat.now).is_some();
            assert_eq!(draft.name.is_some(), linked, "{words}");
            assert!(draft.words.is_empty());
        }
    }
    let mut chat = Chat::linked();
    assert!(chat.taps("cmd:agent").outcome.drafts.is_some());
}

#[test]
fn what_it_is_about_may_be_written_while_the_question_waits() {
    let mut chat = Chat::of_a_stranger();
    chat.hears("agent");
    let heard = chat.hears(WORDS);
    assert_eq!(heard.outcome.drafts.as_ref().unwrap().words, [WORDS]);
    let heard = chat.hears("help");
    assert_eq!(heard.outcome.drafts, None, "a command is a command");
    chat.hears("agent");
    chat.hears(WORDS);
    chat.wait(CONFIRM_LIFE);
    let heard = chat.hears("yes");
    assert_eq!(opened(&heard), None, "too late");
    assert!(heard.text().contains("nobody was told"), "{}", heard.text());
}

#[test]
fn a06_a_secret_is_warned_of_and_passed_on_to_nobody() {
    for first in [None, Some("agent")] {
        let mut chat = Chat::linked();
        if let Some(first) = first {
            chat.hears(first);
        }
        let secret = "agent my card is 4111 1111 1111 1111";
        let heard = chat.hears(
            secret
                .strip_prefix("agent ")
                .filter(|_| first.is_some())
                .unwrap_or(secret),
        );
        assert_eq!(heard.outcome.drafts, None);
        assert!(!heard.text().contains("4111"), "{}", heard.text());
    }
    let mut chat = Chat::linked();
    let heard = chat.hears(&format!("agent {}", "a ".repeat(TICKET_CHARACTERS)));
    assert_eq!(heard.text(), texts::ticket_too_long(EN));
}

#[test]
fn a_name_that_flash_does_not_say_keeps_nobody_from_a_person() {
    let mut chat = Chat::linked();
    chat.outside.account = Err(FlashTrouble::Unavailable);
    let heard = chat.hears("agent");
    assert_eq!(heard.outcome.drafts.as_ref().unwrap().name, None);
    let mut chat = Chat::linked();
    chat.state.flash_is_down = true;
    let heard = chat.hears("agent");
    assert_eq!(heard.outcome.drafts.as_ref().unwrap().name, None);
    assert_eq!(heard.asked, [Question::Tickets], "nor is it asked");
}

#[test]
fn one_is_open_at_a_time_and_more_words_are_added_to_it() {
    let mut chat = Chat::with_a_ticket();
    let heard = chat.hears("agent");
    assert!(heard.text().contains(&chat.code()), "{}", heard.text());
    assert_eq!(heard.outcome.drafts, None);
    let heard = chat.hears("agent it came from Devon");
    assert!(heard.text().contains(&chat.code()), "{}", heard.text());
    let heard = chat.hears("yes");
    assert!(matches!(heard.outcome.tickets[..], [Change::Add(_)]));
    let ticket = &chat.outside.tickets.all[0];
    assert_eq!(
        ticket.shared.as_ref().unwrap().words,
        [WORDS, "it came from Devon"]
    );
    for _ in 2..TICKET_WORDS {
        chat.wait(60);
        chat.hears("agent more");
        chat.hears("yes");
    }
    chat.wait(60);
    let heard = chat.hears("agent more");
    assert!(
        heard.text().contains("as many as I take"),
        "{}",
        heard.text()
    );
}

#[test]
fn so_many_are_opened_in_a_day() {
    let mut chat = Chat::of_a_stranger();
    for _ in 0..TICKETS_A_DAY {
        chat.hears("agent");
        chat.hears("yes");
        chat.outside.tickets.all.last_mut().unwrap().open = false;
        chat.wait(60);
    }
    let heard = chat.hears("agent");
    assert_eq!(heard.text(), texts::tickets_too_many(EN));
    chat.wait(TICKET_DAY);
    assert!(chat.hears("agent").outcome.drafts.is_some());
}

#[test]
fn hours_are_told_as_far_as_they_are_known() {
    let told = |hours: Option<&str>| {
        let mut chat = Chat::of_a_stranger();
        chat.state.support = hours.map(|hours| Hours::parse(hours).unwrap());
        chat.hears("agent");
        chat.hears("yes").text().to_owned()
    };
    // The conversation is on a Sunday at 9:05.
    let text = told(None);
    assert!(text.contains("don't know when somebody is there"), "{text}");
    let text = told(Some("Mon-Fri 09:00-17:00 America/Jamaica"));
    assert!(text.contains("back at 9:00 AM, Mon 23 Nov"), "{text}");
    let text = told(Some("Sun 09:00-17:00 America/Jamaica"));
    assert!(text.contains("there until 5:00 PM"), "{text}");
}

#[test]
fn stop_and_being_forgotten_end_what_was_passed_on_and_say_so() {
    for (words, sure) in [("stop", false), ("delete my data", true)] {
        let mut chat = Chat::with_a_ticket();
        let code = chat.code();
        let mut heard = chat.hears(words);
        if sure {
            assert_eq!(heard.outcome.tickets, []);
            heard = chat.hears("yes");
        }
        assert_eq!(
            heard.outcome.tickets,
            [Change::End(Code::parse(&code).unwrap())]
        );
        assert!(heard.text().contains(&code), "{}", heard.text());
        assert_eq!(heard.asked, [], "of nobody");
        assert_eq!(chat.state.person.ticket, None);
    }
    let mut chat = Chat::with_a_ticket();
    chat.hears("unlink");
    chat.hears("yes");
    assert!(
        chat.outside.tickets.all[0].open,
        "that is about the account"
    );
    assert!(chat.state.person.ticket.is_some());
}

#[test]
fn who_has_said_stop_may_still_ask_for_a_person_and_stop_that_as_well() {
    let mut chat = Chat::of_a_stranger();
    chat.hears("stop");
    chat.wait(60);
    chat.hears("agent");
    chat.hears("yes");
    let code = chat.code();
    let heard = chat.hears("stop");
    assert_eq!(heard.outcome.tickets.len(), 1);
    assert!(heard.text().contains(&code), "{}", heard.text());
}

#[test]
fn a_number_in_other_hands_has_no_ticket_of_before() {
    let user = |name: &str| Some(PersonKey::from_digest(name.repeat(43)).unwrap());
    let mut chat = Chat::of_a_stranger();
    let says = |chat: &mut Chat, body: &str, user| {
        let mut message = chat.message(body, None);
        message.user = user;
        chat.receives(&message)
    };
    says(&mut chat, "agent", user("A"));
    says(&mut chat, "yes", user("A"));
    let heard = says(&mut chat, "agent", user("B"));
    assert!(heard.outcome.drafts.is_some(), "{}", heard.text());
    let heard = says(&mut chat, "agent", user("A"));
    assert!(heard.text().contains(&chat.code()), "{}", heard.text());
}

#[test]
fn tickets_are_for_support_with_a_fresh_proof() {
    for body in ["tickets", "reply T-2AB2 Hello", "close T-2AB2"] {
        let mut nobody = Chat::with_a_ticket();
        let heard = nobody.hears(body);
        assert_eq!(heard.events(), [Event::RefusedRole], "{body}");
        assert_eq!(heard.text(), texts::for_staff_only(EN));
        let mut stale = Chat::of_support();
        stale.wait(PROOF_AT_ONCE + 1);
        let heard = stale.hears(body);
        assert!(heard.text().contains("/confirm/"), "{body}");
        assert_eq!(heard.outcome.tickets, []);
    }
}

/// What names nobody needs no typing again once it is proven who asks; what was said to a customer is kept nowhere.
#[test]
fn what_waited_for_supports_proof_is_answered_with_it() {
    for (body, answered) in [("tickets", true), ("close T-2AB2", false)] {
        let mut chat = Chat::of_support();
        chat.wait(PROOF_AT_ONCE + 1);
        chat.hears(body);
        let waits = chat.state.session.step_up.clone().unwrap();
        let heard = chat.brings(&waits.page.unwrap(), "mine").unwrap();
        assert_eq!(heard.text().contains(WORDS), answered, "{}", heard.text());
        assert_eq!(heard.text() == texts::proven(EN), !answered);
    }
}

#[test]
fn a_ticket_that_is_mistyped_makes_no_question_of_what_was_meant_for_a_customer() {
    for (body, text) in [
        ("reply T-2AB Your payment was found", texts::reply_how(EN)),
        ("reply t-2ab99 Your payment was found", texts::reply_how(EN)),
        ("reply T-PKV Your payment was found", texts::reply_how(EN)),
        ("close T-2AB", texts::close_how(EN)),
    ] {
        let mut chat = Chat::of_support();
        let heard = chat.hears(body);
        assert_eq!(heard.text(), text, "{body}");
        let mut nobody = Chat::linked();
        let heard = nobody.hears(body);
        assert_eq!(heard.text(), texts::for_staff_only(EN), "{body}");
    }
}

#[test]
fn support_reads_what_was_passed_on_answers_in_its_name_and_closes() {
    let mut chat = Chat::of_support();
    let code = chat.code();
    let heard = chat.hears("tickets");
    for shown in [
        &code,
        "+1 876 ••• ••00",
        "@marcia",
        WORDS,
        "waiting since",
        "English",
    ] {
        assert!(heard.text().contains(shown), "{}", heard.text());
    }
    assert_eq!(heard.events(), [Event::TicketsRead]);

    let heard = chat.hears(&format!(
        "reply {code} We found it: https://getflash.io (really)!"
    ));
    let (recipient, told) = &heard.outcome.says[1];
    assert!(matches!(recipient, Recipient::Other(other) if other.person == person("other")));
    assert_eq!(
        (told.language, told.class),
        (Language::Spanish, Class::Notice)
    );
    let words = "We found it: https://getflash.io (really)!";
    assert!(
        told.text.contains(words) && told.text.contains("Una persona"),
        "{}",
        told.text
    );
    let news = News::SupportAnswered {
        code: code.clone(),
        words: words.to_owned(),
        asked_at: START,
    };
    assert_eq!(told.news, Some(news));
    let act = heard.outcome.act.clone().unwrap();
    assert_eq!(
        (act.on, act.event),
        (person("other"), Event::TicketAnswered)
    );
    let heard = chat.hears("tickets");
    assert!(heard.text().contains("answered"), "{}", heard.text());

    let heard = chat.hears(&format!("close {code}"));
    let act = heard.outcome.act.clone().unwrap();
    assert_eq!((act.on, act.event), (person("other"), Event::TicketClosed));
    assert_eq!(
        heard.outcome.says[1].1.text,
        texts::ticket_closed(Language::Spanish, &Code::parse(&code).unwrap(),)
    );
    let heard = chat.hears(&format!("reply {code} Hello"));
    assert!(heard.text().contains("No open ticket"), "{}", heard.text());
    assert_eq!(
        chat.hears("tickets").text(),
        texts::tickets(EN, &Open::default(), &crate::place::zone(&chat.from),)
    );
}

#[test]
fn an_answer_that_can_not_or_must_not_reach_its_customer_is_not_said_to_be_sent() {
    let refused = |change: fn(&mut Chat)| {
        let mut chat = Chat::of_support();
        let code = Code::parse(&chat.code()).unwrap();
        change(&mut chat);
        let heard = chat.hears(&format!("reply {} Hello", code.as_str()));
        assert_eq!(heard.outcome.tickets, [], "{}", heard.text());
        assert_eq!(heard.outcome.says.len(), 1);
        (heard.text().to_owned(), code)
    };
    let (text, code) = refused(|chat| {
        let standing = &mut chat.customer().state.standing;
        standing.opted_out_at = Some(START.plus(1));
    });
    assert_eq!(text, texts::ticket_opted_out(EN, &code));
    let (text, code) = refused(|chat| {
        let user = |name: &str| PersonKey::from_digest(name.repeat(43)).unwrap();
        chat.outside.tickets.all[0].user = Some(user("A"));
        chat.customer().state.person.writes_as = Some(user("B"));
    });
    assert_eq!(text, texts::ticket_of_another(EN, &code));
    let (text, code) = refused(|chat| chat.customer().address = None);
    assert_eq!(text, texts::ticket_unreachable(EN, &code));
    let (text, _) = refused(|chat| chat.customer().state.key = chat_key());
    assert_eq!(text, texts::not_your_own_ticket(EN));

    let mut chat = Chat::of_support();
    let code = chat.code();
    let long = "a".repeat(SUPPORT_ANSWER_CHARACTERS + 1);
    let heard = chat.hears(&format!("reply {code} {long}"));
    assert_eq!(heard.text(), texts::reply_too_long(EN));
    assert_eq!(
        chat.hears(&format!("reply {code}")).text(),
        texts::reply_how(EN)
    );
    chat.customer().heard = None;
    let heard = chat.hears(&format!("reply {code} Hello"));
    assert!(heard.text().contains("template"), "{}", heard.text());
    let standing = &mut chat.customer().state.standing;
    standing.opted_out_at = Some(START.plus(-1));
    let heard = chat.hears(&format!("reply {code} Hello"));
    assert_eq!(heard.outcome.says.len(), 2, "asked for after STOP");
}

fn chat_key() -> PersonKey {
    person("me")
}
