use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::*;
use crate::address::WhatsAppAddress;
use crate::command::{Category, Command, Parsed, parse};
use crate::conversation::Subject;
use crate::flash::FlashTrouble;
use crate::guard::Guard;
use crate::ids::PersonKey;
use crate::language::Language;
use crate::linking::Refusal;
use crate::place;
use crate::state::{Person, Sealed, Session, Standing, State};
use crate::time::Moment;

mod files;

const NOW: Moment = Moment::from_unix(1_795_356_300);
const OTHER_CHAT: &str = "+1 876 ••• ••01";

fn jamaica() -> TimeZone {
    place::zone(&WhatsAppAddress::parse("whatsapp:+18765550100").unwrap())
}

fn nobody() -> Subject {
    Subject {
        state: State {
            key: PersonKey::from_digest("A".repeat(43)).unwrap(),
            person: Person::default(),
            standing: Standing::default(),
            guard: Guard::default(),
            session: Session::begin(NOW),
            code: None,
            app_code: None,
            cached_balance: crate::cached::CachedBalance::default(),
            timed_out: None,
            flash_is_down: false,
            receiving: true,
            assistant: true,
            hosts: crate::receiving::PayHosts::default(),
            support: None,
        },
        address: None,
        language: Language::English,
        heard: None,
    }
}

/// Linked, opted out, and locked after eight wrong codes.
fn locked() -> Subject {
    let guard = (0..8).fold(Guard::default(), |guard, _| guard.failed(NOW).0);
    let link = serde_json::json!({
        "account": "a", "key_id": "0123abcd", "credential": "sealed",
        "linked_at": NOW.unix(), "ends_at": NOW.plus(7_776_000).unix(),
    });
    let stranger = nobody();
    Subject {
        state: State {
            guard,
            person: Person {
                link: serde_json::from_value(link).unwrap(),
                ..Person::default()
            },
            standing: Standing {
                opted_out_at: Some(NOW),
                ..Standing::default()
            },
            ..stranger.state
        },
        address: Some(Sealed("sealed".into())),
        language: Language::English,
        heard: Some(NOW),
    }
}

/// Every text of this module, by the function that makes it and the case it is for.
#[expect(clippy::too_many_lines, reason = "a few for each text")]
fn all(l: Language) -> Vec<(&'static str, String)> {
    vec![
        (
            "codes_paused",
            codes_paused(l, NOW.plus(10_800), &jamaica()),
        ),
        ("link_paused", link_paused(l)),
        ("missed_command", missed_command(l, "balance")),
        ("linking_cancelled", linking_cancelled(l)),
        ("yes_or_no", yes_or_no(l)),
        (
            "proof_page",
            proof_page(l, "https://bot.example/confirm/TOKEN"),
        ),
        ("code_in_app", code_in_app(l, "balance")),
        ("push_title", push_title(l)),
        ("push_body", push_body(l, "012345")),
        ("wrong_app_code", wrong_app_code(l, 2)),
        ("app_code_destroyed", app_code_destroyed(l)),
        ("no_app_code_waiting", no_app_code_waiting(l)),
        ("app_code_ran_out", app_code_ran_out(l)),
        ("codes_locked", codes_locked(l, NOW.plus(3_600), &jamaica())),
        ("proof_cancelled", proof_cancelled(l)),
        ("proven", proven(l)),
        ("for_staff_only", for_staff_only(l)),
        ("for_admins_only", for_admins_only(l)),
        ("staff_example", staff_example(l, "unlock")),
        (
            "chat_for_staff: a stranger",
            chat_for_staff(l, &nobody(), NOW, &jamaica()),
        ),
        (
            "chat_for_staff",
            chat_for_staff(l, &locked(), NOW, &jamaica()),
        ),
        ("not_your_own_lock", not_your_own_lock(l)),
        ("is_not_locked", is_not_locked(l)),
        ("unlocked_for_staff", unlocked_for_staff(l)),
        ("unlocked_by_support", unlocked_by_support(l)),
        (
            "locked_for_misuse",
            locked_for_misuse(l, NOW.plus(3_600), &jamaica()),
        ),
        ("opted_out", opted_out(l, false, false)),
        ("opted_out: linked", opted_out(l, true, false)),
        ("opted_out: while linking", opted_out(l, false, true)),
        ("opted_in", opted_in(l)),
        ("missed_start", missed_start(l)),
        ("moved_away_before", moved_away_before(l, NOW, &jamaica())),
        ("how_to_stop", how_to_stop(l)),
        ("how_to_start", how_to_start(l, false)),
        ("how_to_start: but alerts", how_to_start(l, true)),
        ("nothing_open", nothing_open(l, false)),
        ("nothing_open: opted out", nothing_open(l, true)),
        ("flooded", flooded(l)),
        ("rest_left_out", rest_left_out(l)),
        ("old_button", old_button(l)),
        ("nothing_to_confirm", nothing_to_confirm(l)),
        ("link_page", link_page(l, "https://bot.example/link/TOKEN")),
        ("no_flash_account", no_flash_account(l)),
        (
            "already_linked",
            already_linked(l, NOW.plus(7_776_000), &jamaica()),
        ),
        (
            "renewal_page",
            renewal_page(
                l,
                "https://bot.example/link/TOKEN",
                NOW.plus(604_800),
                &jamaica(),
            ),
        ),
        ("renewed", renewed(l, NOW.plus(7_776_000), &jamaica())),
        ("moved_here", moved_here(l)),
        ("moved_away", moved_away(l, OTHER_CHAT)),
        (
            "link_ending: a week before",
            link_ending(l, 7, NOW.plus(604_800), &jamaica()),
        ),
        (
            "link_ending: the day before",
            link_ending(l, 1, NOW.plus(86_400), &jamaica()),
        ),
        ("link_has_ended", link_has_ended(l)),
        ("link_first", link_first(l)),
        ("linked", linked(l)),
        ("linked_elsewhere", linked_elsewhere(l)),
        (
            "owner_linked_elsewhere",
            owner_linked_elsewhere(l, OTHER_CHAT),
        ),
        ("wrong_code: some left", wrong_code(l, 4)),
        ("wrong_code: one left", wrong_code(l, 1)),
        ("code_destroyed", code_destroyed(l)),
        ("malformed_code", malformed_code(l)),
        ("no_code_waiting", no_code_waiting(l)),
        ("code_ran_out", code_ran_out(l)),
        ("chat_locked", chat_locked(l, NOW.plus(3_600), &jamaica())),
        ("owner_chat_locked", owner_chat_locked(l, OTHER_CHAT)),
        ("confirm_unlink", confirm_unlink(l)),
        ("kept", kept(l)),
        ("unlinked", unlinked(l, NOW.plus(7_776_000), &jamaica())),
        ("not_linked", not_linked(l)),
        ("link_ended", link_ended(l)),
        (
            "flash_trouble: gone",
            flash_trouble(l, FlashTrouble::CredentialGone, "balance"),
        ),
        (
            "flash_trouble: unavailable",
            flash_trouble(l, FlashTrouble::Unavailable, "balance"),
        ),
        (
            "flash_trouble: busy",
            flash_trouble(l, FlashTrouble::Busy { retry_after_s: 42 }, "balance"),
        ),
        (
            "flash_trouble: very busy",
            flash_trouble(l, FlashTrouble::Busy { retry_after_s: 61 }, "balance"),
        ),
        (
            "flash_trouble: too busy",
            flash_trouble(
                l,
                FlashTrouble::Busy {
                    retry_after_s: u32::MAX,
                },
                "balance",
            ),
        ),
        (
            "flash_trouble: moving",
            flash_trouble(l, FlashTrouble::Moving, "balance"),
        ),
        (
            "flash_trouble: support",
            flash_trouble(l, FlashTrouble::NeedsSupport, "balance"),
        ),
        (
            "flash_trouble: declined",
            flash_trouble(l, FlashTrouble::Declined, "balance"),
        ),
        ("language_now", language_now(l)),
        ("language_chosen", language_chosen(l)),
        ("language_which", language_which(l)),
        (
            "flash_trouble: damaged",
            flash_trouble(l, FlashTrouble::CredentialDamaged, "balance"),
        ),
    ]
}

fn maker(name: &str) -> &str {
    name.split(':').next().unwrap()
}

/// What stands between asterisks, which a phone shows bold.
fn bold(text: &str) -> Vec<&str> {
    assert_eq!(text.matches('*').count() % 2, 0, "{text}");
    text.split('*').skip(1).step_by(2).collect()
}

/// What carriers and WhatsApp name so everywhere.
const EVERYWHERE: [&str; 2] = ["stop", "start"];

/// How many commands a text shows in bold, each called by its language's own word for it; else the first that is not.
pub(crate) fn every_word_is_taught_in(l: Language, text: &str) -> Result<usize, String> {
    let mut taught = 0;
    for bold in text.split('*').skip(1).step_by(2) {
        let typed = crate::command::tidy(bold).to_lowercase();
        let word = match parse(&typed) {
            Parsed::Run(command, _) => word(l, command),
            Parsed::Code(_) | Parsed::MalformedCode => taught_alone(l, "verify"),
            Parsed::Yes if l == Language::Spanish => "sí".to_owned(),
            Parsed::Yes => "yes".to_owned(),
            Parsed::No | Parsed::Unknown => continue,
        };
        let subject = Category::named(&typed).is_some();
        let renewal = typed == "renovar" && word == "vincular";
        let starts = typed
            .strip_prefix(word.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        if !(starts || subject || renewal || EVERYWHERE.contains(&typed.as_str())) {
            return Err(bold.to_owned());
        }
        taught += 1;
    }
    Ok(taught)
}

fn taught_alone(l: Language, name: &str) -> String {
    word(l, Command::named(name).unwrap())
}

fn read_aloud<'a>(texts: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let parts = texts
        .into_iter()
        .map(|(name, text)| format!("── {name}\n{text}\n"));
    parts.collect::<Vec<_>>().join("\n")
}

#[test]
fn everything_the_bot_says_as_it_is_read() {
    insta::with_settings!({
        snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!("texts_en", read_aloud(all(Language::English)));
        insta::assert_snapshot!("texts_es", read_aloud(all(Language::Spanish)));
    });
}

#[test]
fn everything_the_link_page_is_told_as_it_is_read() {
    let refusals = [
        Refusal::PageEnded,
        Refusal::OtherKey,
        Refusal::TooManyCodes,
        Refusal::TooSoon {
            until: crate::time::Moment::from_unix(0),
        },
        Refusal::KeyReadsTooLittle,
        Refusal::ChatLocked,
        Refusal::KeyRefused,
        Refusal::KeyMayMoveMoney,
        Refusal::OtherPhone,
        Refusal::ConfirmOtherPhone,
        Refusal::ConfirmMove,
        Refusal::AuthenticatorApp,
    ];
    let told = refusals.map(|refusal| (refusal.reason(), refusal.to_string()));
    insta::with_settings!({
        snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!("refusals", read_aloud(told));
    });
}

#[test]
fn everything_the_page_is_told_of_a_proof_as_it_is_read() {
    use crate::step_up::Refusal;
    let refusals = [
        Refusal::PageEnded,
        Refusal::KeyRefused,
        Refusal::OtherAccount,
        Refusal::KeyReachesTooFar,
        Refusal::KeyUsed,
        Refusal::OtherPhone,
        Refusal::AuthenticatorApp,
    ];
    let told = refusals.map(|refusal| (refusal.reason(), refusal.to_string()));
    insta::with_settings!({
        snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!("proof_refusals", read_aloud(told));
    });
}

/// So that a text nobody looked at can't be said.
#[test]
fn no_text_is_left_out_of_these_tests() {
    let sources = [
        include_str!("general.rs"),
        include_str!("language.rs"),
        include_str!("linking.rs"),
        include_str!("proof.rs"),
        include_str!("staff.rs"),
    ];
    let written: BTreeSet<_> = sources
        .into_iter()
        .flat_map(str::lines)
        .filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next())
        .collect();
    let read: BTreeSet<_> = all(Language::English)
        .iter()
        .map(|(name, _)| maker(name))
        .collect();
    assert!(written.len() > 20);
    assert_eq!(read, written);
}

#[test]
fn every_command_in_bold_works_as_it_is_printed() {
    for l in Language::ALL {
        let mut commands = 0;
        for (name, text) in all(l) {
            for words in bold(&text) {
                commands += 1;
                assert_ne!(parse(words), Parsed::Unknown, "{name}: {words}");
            }
        }
        assert!(commands > 30, "{commands} were found");
    }
}

#[test]
fn whatever_says_send_says_in_bold_what_to_send() {
    for (l, verbs, nexts) in [
        (
            Language::English,
            ["Send ", "send "],
            ["*", "it like this: *", "me."],
        ),
        (
            Language::Spanish,
            ["Envía ", "envía "],
            ["*", "otra vez *", "después *"],
        ),
    ] {
        for (name, text) in all(l) {
            for verb in verbs {
                for rest in text.split(verb).skip(1) {
                    let told = nexts.iter().any(|next| rest.starts_with(next));
                    assert!(told, "{name}: {verb}{rest}");
                }
            }
        }
    }
}

/// Beside buttons, which most of them may have.
#[test]
fn every_text_is_short_enough_for_a_template_with_buttons() {
    for l in Language::ALL {
        for (name, text) in all(l) {
            let length = text.chars().count();
            assert!(length <= 1_024, "{name} in {l:?}: {length}");
        }
    }
}

#[test]
fn a_wait_is_never_said_shorter_than_it_is() {
    for (seconds, english, spanish) in [
        (0, "a minute", "un minuto"),
        (60, "a minute", "un minuto"),
        (61, "2 minutes", "2 minutos"),
        (3_540, "59 minutes", "59 minutos"),
        (3_541, "a few hours", "unas horas"),
    ] {
        assert_eq!(general::wait(Language::English, seconds), english);
        assert_eq!(general::wait(Language::Spanish, seconds), spanish);
    }
}
