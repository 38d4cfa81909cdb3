use super::*;
use crate::address::WhatsAppAddress;
use crate::command::parse;
use crate::policy::TICKETS_SHOWN;
use crate::time::Moment;

const NOW: Moment = Moment::from_unix(1_795_356_300);
const LANGUAGES: [Language; 2] = [Language::English, Language::Spanish];

fn jamaica() -> TimeZone {
    place::zone(&WhatsAppAddress::parse("whatsapp:+18765550100").unwrap())
}

fn code() -> Code {
    Code::parse("T-3F2K").unwrap()
}

fn shared(name: Option<&str>, words: &[&str]) -> Shared {
    Shared {
        chat: "+1 876 ••• ••00".into(),
        name: name.map(str::to_owned),
        words: words.iter().map(|words| (*words).to_owned()).collect(),
    }
}

fn ticket(code: &str, shared: Option<Shared>, waits: bool) -> Ticket {
    Ticket {
        code: Code::parse(code).unwrap(),
        opened_at: NOW,
        language: Language::Spanish,
        shared,
        open: true,
        waits_since: waits.then_some(NOW),
        user: None,
        version: 1,
    }
}

fn whole() -> Shared {
    shared(
        Some("@marcia"),
        &["my payment has not arrived", "it was on Friday"],
    )
}

fn open() -> Open {
    Open {
        tickets: vec![
            ticket("T-3F2K", Some(whole()), true),
            ticket("T-7H2J", Some(shared(None, &[])), false),
            ticket("T-9XQ2", None, true),
        ],
        count: TICKETS_SHOWN,
    }
}

fn all(l: Language) -> Vec<(&'static str, String)> {
    let (code, zone) = (code(), jamaica());
    let there = [
        None,
        Some(There::Until(NOW.plus(3_600))),
        Some(There::From(NOW.plus(86_400))),
    ];
    let opened = there.map(|there| ("opened", ticket_opened(l, &code, there, &zone)));
    let standing = ticket("T-3F2K", Some(whole()), true);
    let mut all = vec![
        ("draft", ticket_draft(l, &whole(), None)),
        ("draft: no words", ticket_draft(l, &shared(None, &[]), None)),
        ("draft: more", ticket_draft(l, &whole(), Some(&code))),
        ("not_opened", ticket_not_opened(l)),
        ("too_long", ticket_too_long(l)),
        ("lost", ticket_lost(l)),
        ("stands", ticket_stands(l, &standing, there[1], &zone)),
        ("added", ticket_added(l, &code)),
        ("full", ticket_full(l, &code)),
        ("too_many", tickets_too_many(l)),
        ("ended", ticket_ended(l, &code)),
        ("support_answers", support_answers(l, &code, "We found it.")),
        ("closed", ticket_closed(l, &code)),
        ("tickets", tickets(l, &open(), &zone)),
        ("tickets: none", tickets(l, &Open::default(), &zone)),
        ("reply_how", reply_how(l)),
        ("close_how", close_how(l)),
        ("reply_too_long", reply_too_long(l)),
        ("replied", replied(l, &code, true)),
        ("replied: template", replied(l, &code, false)),
        ("closed_for_staff", ticket_closed_for_staff(l, &code)),
        ("no_such_ticket", no_such_ticket(l, &code)),
        ("not_your_own_ticket", not_your_own_ticket(l)),
        ("opted_out", ticket_opted_out(l, &code)),
        ("of_another", ticket_of_another(l, &code)),
        ("unreachable", ticket_unreachable(l, &code)),
    ];
    all.extend(opened);
    all
}

#[test]
fn tickets_as_they_are_read() {
    for (l, name) in [
        (Language::English, "tickets_en"),
        (Language::Spanish, "tickets_es"),
    ] {
        let parts = all(l).into_iter();
        let text: Vec<_> = parts
            .map(|(name, text)| format!("── {name}\n{text}\n"))
            .collect();
        insta::with_settings!({
            snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
        }, {
            insta::assert_snapshot!(name, text.join("\n"));
        });
    }
}

#[test]
fn whoever_is_told_to_type_an_example_is_understood() {
    for l in LANGUAGES {
        for text in [reply_how(l), close_how(l)] {
            let typed = text.split('*').nth(1).unwrap();
            let parsed = format!("{:?}", parse(typed));
            assert!(parsed.starts_with("Run("), "{typed}: {parsed}");
        }
    }
}

#[test]
fn whatever_somebody_writes_the_question_fits_beside_its_buttons() {
    let longest = shared(
        Some(&format!("@{}", "w".repeat(50))),
        &[&"w".repeat(TICKET_CHARACTERS)],
    );
    for l in LANGUAGES {
        for of in [None, Some(&code())] {
            let units = ticket_draft(l, &longest, of).chars().count();
            assert!(units <= 1_024, "{units}");
        }
        let answer = support_answers(l, &code(), &"w".repeat(SUPPORT_ANSWER_CHARACTERS));
        assert!(answer.chars().count() <= 1_024);
    }
}

#[test]
fn the_customer_sees_the_lines_that_support_sees() {
    for l in LANGUAGES {
        let lines = seen(l, &whole());
        assert!(ticket_draft(l, &whole(), None).contains(&lines));
        assert!(tickets(l, &open(), &jamaica()).contains(&lines));
    }
}
