use std::collections::BTreeSet;

use super::*;
use crate::address::WhatsAppAddress;
use crate::command::{Parsed, parse};
use crate::split;

const NOW: Moment = Moment::from_unix(1_795_356_300);

/// Every notice that was in force, the newest last, with the digest of all that belongs to it. A line is added, never
/// changed: what people agreed to under a version must stay what it was.
const VERSIONS: &[(&str, u64)] = &[("2026-11-22", 0xeada_6bb8_ce44_d6b3)];

fn jamaica() -> TimeZone {
    place::zone(&WhatsAppAddress::parse("whatsapp:+18765550100").unwrap())
}

fn answer(given: bool, policy: &str) -> Consent {
    Consent {
        given,
        at: NOW,
        policy: policy.to_owned(),
    }
}

/// Every text of this module, by the function that makes it and the case it is for.
fn all() -> Vec<(String, String)> {
    let named = |(name, text): (&str, String)| (name.to_owned(), text);
    let stands = |consent: Consent| standing(Language::English, &consent, &jamaica());
    let mut all: Vec<_> = [
        ("notice", notice(Language::English)),
        ("standing: yes", stands(answer(true, POLICY))),
        ("standing: no", stands(answer(false, POLICY))),
        ("standing: old", stands(answer(true, "2026-01-01"))),
        ("alerts_come_anyway", alerts_come_anyway(Language::English)),
        (
            "notice_changed: one",
            notice_changed(Language::English, &[Kind::Assistant]),
        ),
        (
            "notice_changed: both",
            notice_changed(Language::English, &[Kind::Notifications, Kind::Assistant]),
        ),
        ("question_closed", question_closed(Language::English)),
        ("yes_or_no", yes_or_no(Language::English)),
        (
            "export_page: linked",
            export_page(
                Language::English,
                "https://bot.example/export/TOKEN",
                Some(NOW),
                &jamaica(),
            ),
        ),
        (
            "export_page: stranger",
            export_page(
                Language::English,
                "https://bot.example/export/TOKEN",
                None,
                &jamaica(),
            ),
        ),
        ("export_of_another", export_of_another(Language::English)),
        ("missed_export", missed_export(Language::English)),
        (
            "confirm_erasure: linked",
            confirm_erasure(Language::English, true),
        ),
        (
            "confirm_erasure: stranger",
            confirm_erasure(Language::English, false),
        ),
        (
            "erased: linked",
            erased(
                Language::English,
                Some(NOW.plus(CREDENTIAL_LIFE)),
                &jamaica(),
            ),
        ),
        (
            "erased: stranger",
            erased(Language::English, None, &jamaica()),
        ),
        ("nothing_erased", nothing_erased(Language::English)),
    ]
    .map(named)
    .into();
    for kind in Kind::ALL {
        all.push((
            format!("question: {kind:?}"),
            question(Language::English, kind),
        ));
        for given in [true, false] {
            all.push((
                format!("answered: {kind:?} {given}"),
                answered(Language::English, kind, given),
            ));
        }
    }
    for asks in [
        Asks::Unlink,
        Asks::Erasure,
        Asks::Notifications,
        Asks::SomethingElse,
    ] {
        all.push((
            format!("timed_out: {asks:?}"),
            timed_out(Language::English, asks),
        ));
    }
    all
}

fn maker(name: &str) -> &str {
    name.split(':').next().unwrap()
}

/// FNV-1a, 64 bits: the same on every machine and with every compiler.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn nobody_changes_a_word_of_what_people_agreed_to_without_a_new_version() {
    let texts: Vec<_> = std::iter::once(notice(Language::English))
        .chain(Kind::ALL.map(|kind| question(Language::English, kind)))
        .collect();
    let (version, pinned) = VERSIONS.last().unwrap();
    assert_eq!(*version, POLICY, "the newest line is the one in force");
    assert_eq!(
        digest(&texts.join("\0")),
        *pinned,
        "the words have changed: give POLICY a new day, and add a line with that day and this digest"
    );
    assert!(
        VERSIONS.windows(2).all(|two| two[0].0 < two[1].0),
        "days follow each other"
    );
    for text in texts {
        assert!(
            text.contains(POLICY),
            "whoever reads it can name it: {text}"
        );
    }
}

#[test]
fn everything_said_of_privacy_as_it_is_read() {
    let parts = all()
        .into_iter()
        .map(|(name, text)| format!("── {name}\n{text}\n"));
    let read = parts.collect::<Vec<_>>().join("\n");
    insta::with_settings!({
        snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!("privacy", read);
    });
}

#[test]
fn no_text_is_left_out_of_these_tests() {
    let written: BTreeSet<_> = include_str!("../privacy.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next())
        .collect();
    let all = all();
    let read: BTreeSet<_> = all.iter().map(|(name, _)| maker(name)).collect();
    assert!(written.len() > 10);
    assert_eq!(read, written);
}

#[test]
fn every_command_in_bold_works_as_it_is_printed_and_is_told_after_send() {
    let mut commands = 0;
    for (name, text) in all() {
        assert_eq!(text.matches('*').count() % 2, 0, "{name}");
        for words in text.split('*').skip(1).step_by(2) {
            commands += 1;
            assert_ne!(parse(words), Parsed::Unknown, "{name}: {words}");
        }
        for verb in ["Send ", "send ", "send_ "] {
            for rest in text.split(verb).skip(1) {
                assert!(rest.starts_with('*'), "{name}: {verb}{rest}");
            }
        }
    }
    assert!(commands > 30, "{commands} were found");
}

#[test]
fn the_notice_fits_into_two_parts_and_everything_else_into_one() {
    for (name, text) in all() {
        let parts = split::parts(Language::English, &text);
        let most = if name == "notice" { 2 } else { 1 };
        assert!(parts.len() <= most, "{name}: {} parts", parts.len());
        assert_eq!(parts.concat().matches("left out").count(), 0, "{name}");
    }
    // A question has buttons, which WhatsApp shows beside 1,024 characters.
    let before = standing(Language::English, &answer(true, "2026-01-01"), &jamaica());
    let after = crate::texts::how_to_start(Language::English, true);
    for kind in Kind::ALL {
        let (asked, first) = (
            question(Language::English, kind),
            timed_out(Language::English, Asks::Unlink),
        );
        let shown = [&first, &before, &asked, &after].map(String::as_str);
        assert!(shown.join("\n\n").chars().count() <= 1_024, "{kind:?}");
    }
}
