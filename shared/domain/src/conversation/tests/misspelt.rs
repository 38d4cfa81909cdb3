//! What is taken for a misspelt command, and what is not: the measure of the thresholds in `policy`.

use super::super::guess::guess;
use super::super::*;
use super::chat::Chat;
use crate::command::{Reader, parse};
use crate::outbox::QuickSet;
use crate::role::Role;

/// Somebody who may do everything.
const ANYBODY: Reader = Reader {
    linked: true,
    opted_out: false,
    role: Role::Admin,
    receiving: true,
};

/// As fingers slip on a phone: a letter too many, too few, beside the right one, or two exchanged.
const MISSPELT: &[(&str, &str)] = &[
    ("balnce", "balance"),
    ("ballance", "balance"),
    ("blance", "balance"),
    ("balence", "balance"),
    ("balanse", "balance"),
    ("balace", "balance"),
    ("balanc", "balance"),
    ("balancee", "balance"),
    ("balannce", "balance"),
    ("bakance", "balance"),
    ("balamce", "balance"),
    ("Balanxe!", "balance"),
    ("my balnce", "balance"),
    ("my ballance", "balance"),
    ("saldoo", "balance"),
    ("mi sldo", "balance"),
    ("hsitory", "history"),
    ("histroy", "history"),
    ("histry", "history"),
    ("hisotry", "history"),
    ("historry", "history"),
    ("histori", "history"),
    ("hystory", "history"),
    ("history1", "history"),
    ("hsitory 10", "history 10"),
    ("histroy 5", "history 5"),
    ("transactons", "history"),
    ("trasactions", "history"),
    ("transacions", "history"),
    ("paymets", "history"),
    ("paymnets", "history"),
    ("my paymens", "history"),
    ("movimentos", "history"),
    ("hstorial", "history"),
    ("transction", "transaction"),
    ("tranasction 2", "transaction 2"),
    ("acount", "account"),
    ("accuont", "account"),
    ("accont", "account"),
    ("my acount", "account"),
    ("cuneta", "account"),
    ("usename", "username"),
    ("usernmae", "username"),
    ("usernam", "username"),
    ("user name", "username"),
    ("limts", "limits"),
    ("limtis", "limits"),
    ("lmits", "limits"),
    ("unlnik", "unlink"),
    ("unlik", "unlink"),
    ("unlinkk", "unlink"),
    ("un link", "unlink"),
    ("disconect", "unlink"),
    ("discconnect", "unlink"),
    ("desvincualr", "unlink"),
    ("privcy", "privacy"),
    ("privacey", "privacy"),
    ("pirvacy", "privacy"),
    ("privacidd", "privacy"),
    ("notificatons", "notifications"),
    ("notifcations", "notifications"),
    ("asistant", "assistant"),
    ("assisstant", "assistant"),
    ("assitant", "assistant"),
    ("export my dta", "export my data"),
    ("exprot my data", "export my data"),
    ("delete my dat", "delete my data"),
    ("delte my data", "delete my data"),
    ("hepl", "help"),
    ("hlep", "help"),
    ("helpp", "help"),
    ("ayudaa", "help"),
    ("comands", "help"),
    ("help balnce", "help balance"),
    ("help acount", "help account"),
    ("hepl money", "help money"),
];

/// What people write to a bot that it has no command for.
const ORDINARY: &[&str] = &[
    "like",
    "line",
    "drink",
    "think",
    "blank",
    "bank",
    "shop",
    "step",
    "smart",
    "stars",
    "stat",
    "hell",
    "held",
    "hold",
    "heap",
    "shelf",
    "move",
    "mode",
    "mere",
    "some",
    "store",
    "score",
    "look",
    "luck",
    "block",
    "used",
    "use",
    "uses",
    "prince",
    "pride",
    "rice",
    "nice",
    "twice",
    "story",
    "factory",
    "victory",
    "mystery",
    "finance",
    "dance",
    "chance",
    "advance",
    "lance",
    "valance",
    "discount",
    "amount",
    "count",
    "country",
    "private",
    "pirate",
    "primary",
    "distance",
    "instance",
    "resistance",
    "limit me not",
    "lemons",
    "lists",
    "visits",
    "unlike",
    "uncle",
    "alarm",
    "alter",
    "event",
    "events",
    "learn",
    "lunch",
    "money please",
    "mother",
    "brother",
    "backpack",
    "bacon",
    "banana",
    "salad",
    "salt",
    "sold",
    "said",
    "cuenca",
    "hora",
    "cola",
    "bolas",
    "gratis",
    "good",
    "morning",
    "tomorrow",
    "water",
    "today",
    "yesterday",
    "gobbledygook",
    "how are you",
    "what is my balance then",
    "balance please",
    "I lost my phone",
    "who is this",
    "can I send money",
    "my card was stolen",
    "is flash a bank",
    "why is it so slow",
    "call me",
    "where is my money",
    "you are great",
    "thanks for the help",
    "send 20 to marcia",
    "5",
    "20 dollars",
    "1234567",
    "buen provecho",
    "quiero ver mi dinero",
    "no funciona",
    "¿quién eres?",
    "mañana",
    "😀",
];

/// Linked for a while.
fn settled() -> Chat {
    let mut chat = Chat::linked();
    chat.wait(crate::policy::JUST_LINKED);
    chat
}

fn meant(text: &str) -> Option<String> {
    let guess = guess(text, ANYBODY)?;
    let rest = guess.rest.map(|rest| format!(" {rest}"));
    Some(format!(
        "{}{}",
        guess.command.name,
        rest.unwrap_or_default()
    ))
}

#[test]
fn a_misspelt_command_is_understood() {
    let wrong: Vec<_> = MISSPELT
        .iter()
        .filter(|(text, expected)| {
            assert_eq!(parse(text), Parsed::Unknown, "{text} needs no guess");
            meant(text).as_deref() != Some(*expected)
        })
        .map(|(text, expected)| (text, expected, meant(text)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn an_ordinary_word_is_no_misspelt_command() {
    let taken: Vec<_> = ORDINARY
        .iter()
        .filter_map(|text| Some((text, meant(text)?)))
        .collect();
    assert!(taken.is_empty(), "{taken:?}");
}

/// As `policy` says.
#[test]
fn the_figures_of_the_measure_are_those_that_are_written_down() {
    assert_eq!((MISSPELT.len(), ORDINARY.len()), (76, 110));
}

#[test]
fn what_changes_something_at_once_is_never_offered() {
    for text in [
        "stpo",
        "stopp",
        "unsubscribee",
        "strat",
        "cancle",
        "bakc",
        "quitt",
    ] {
        assert_eq!(meant(text), None, "{text}");
    }
}

#[test]
fn a_guess_is_asked_about_and_runs_only_on_yes() {
    let mut chat = settled();
    let heard = chat.hears("balnce");
    let l = Language::English;
    assert_eq!(heard.text(), texts::did_you_mean(l, "balance", true));
    assert_eq!(heard.quick(), Some((QuickSet::Suggest, vec!["balance"])));
    let asked = chat.hears("yes");
    assert_eq!(asked.text(), settled().hears("balance").text());
    assert_eq!(chat.hears("yes").text(), texts::nothing_to_confirm(l));

    let mut chat = settled();
    chat.hears("unlnik");
    assert!(chat.state.person.link.is_some());
    assert_eq!(chat.hears("yes").text(), texts::confirm_unlink(l));
    assert!(chat.state.person.link.is_some(), "it asks first");
}

#[test]
fn a_guess_is_no_question_that_keeps_anything_from_being_heard() {
    let l = Language::English;
    for text in ["1", "gobbledygook"] {
        let mut chat = settled();
        chat.hears("balnce");
        let heard = chat.hears(text);
        assert_eq!(
            heard.text(),
            texts::unknown(l, texts::Nearby::Linked),
            "{text}"
        );
        assert_eq!(chat.hears("yes").text(), texts::nothing_to_confirm(l));
    }
    let mut chat = settled();
    chat.hears("balnce");
    assert_eq!(chat.hears("no").text(), settled().hears("help").text());
    let mut chat = settled();
    chat.hears("balnce");
    assert_eq!(
        chat.hears("cancel").text(),
        texts::privacy::question_closed(l)
    );
    let mut chat = settled();
    chat.hears("balnce");
    chat.wait(crate::policy::CONFIRM_LIFE);
    assert_eq!(chat.hears("yes").text(), texts::nothing_to_confirm(l));
}

#[test]
fn who_may_not_use_a_command_is_not_asked_whether_they_meant_it() {
    let l = Language::English;
    let heard = Chat::of_a_stranger().hears("balnce");
    assert_eq!(heard.text(), texts::unknown(l, texts::Nearby::Unlinked));
    let heard = settled().hears("announcce");
    assert_eq!(heard.text(), texts::unknown(l, texts::Nearby::Linked));
}

#[test]
fn what_was_said_is_counted_by_the_name_of_its_command_alone() {
    let mut chat = settled();
    let mut heard = |text: &str| {
        let heard = chat.hears(text).outcome.heard_as;
        heard.map(|heard| (heard.command, heard.by))
    };
    assert_eq!(heard("Balance!"), Some(("balance", By::Name)));
    assert_eq!(heard("bal"), Some(("balance", By::Alias)));
    assert_eq!(heard("balnce"), Some(("balance", By::Miss)));
    assert_eq!(heard("yes"), Some(("balance", By::Suggestion)));
    assert_eq!(heard("yes"), None);
    assert_eq!(heard("gobbledygook"), Some((UNKNOWN, By::Miss)));
    assert_eq!(heard("where is my money"), Some(("question", By::Words)));
    assert_eq!(heard(""), None);
}
