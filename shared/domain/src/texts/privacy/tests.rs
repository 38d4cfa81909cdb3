use std::collections::BTreeSet;

use super::*;
use crate::address::WhatsAppAddress;
use crate::command::{Parsed, parse};
use crate::split;

const NOW: Moment = Moment::from_unix(1_795_356_300);

/// Every notice that was in force, the newest last, with the digests of all that belongs to it, in English and in Spanish. A
/// line is added, never changed: what people agreed to under a version must stay what it was.
const VERSIONS: &[(&str, [u64; 2])] = &[
    ("2026-11-22", [0xeada_6bb8_ce44_d6b3, 0xc71c_760e_8a5a_2b03]),
    ("2026-11-23", [0xd733_481f_8aa7_936d, 0x9f4a_2663_e0e9_1178]),
    ("2026-11-24", [0x4e33_1985_6bb4_698f, 0xb5a0_ae5b_a111_4091]),
    ("2026-11-25", [0xeef2_5ce0_d58d_f71b, 0xa2cb_83cc_09d3_bc78]),
];

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
fn all(l: Language) -> Vec<(String, String)> {
    let named = |(name, text): (&str, String)| (name.to_owned(), text);
    let stands = |consent: Consent| standing(l, &consent, &jamaica());
    let mut all: Vec<_> = [
        ("notice", notice(l)),
        ("standing: yes", stands(answer(true, POLICY))),
        ("standing: no", stands(answer(false, POLICY))),
        ("standing: old", stands(answer(true, "2026-01-01"))),
        ("alerts_come_anyway", alerts_come_anyway(l)),
        ("notice_changed: one", notice_changed(l, &[Kind::Assistant])),
        (
            "notice_changed: both",
            notice_changed(l, &[Kind::Notifications, Kind::Assistant]),
        ),
        ("question_closed", question_closed(l)),
        ("yes_or_no", yes_or_no(l)),
        (
            "export_page: linked",
            export_page(l, "https://bot.example/export/TOKEN", Some(NOW), &jamaica()),
        ),
        (
            "export_page: stranger",
            export_page(l, "https://bot.example/export/TOKEN", None, &jamaica()),
        ),
        ("export_of_another", export_of_another(l)),
        ("missed_export", missed_export(l)),
        ("confirm_erasure: linked", confirm_erasure(l, true)),
        ("confirm_erasure: stranger", confirm_erasure(l, false)),
        (
            "erased: linked",
            erased(l, Some(NOW.plus(CREDENTIAL_LIFE)), &jamaica()),
        ),
        ("erased: stranger", erased(l, None, &jamaica())),
        ("nothing_erased", nothing_erased(l)),
    ]
    .map(named)
    .into();
    for kind in Kind::ALL {
        all.push((format!("question: {kind:?}"), question(l, kind)));
        for given in [true, false] {
            all.push((
                format!("answered: {kind:?} {given}"),
                answered(l, kind, given),
            ));
        }
    }
    for asks in [
        Asks::Unlink,
        Asks::Erasure,
        Asks::Notifications,
        Asks::SomethingElse,
    ] {
        all.push((format!("timed_out: {asks:?}"), timed_out(l, asks)));
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
    let (version, pinned) = VERSIONS.last().unwrap();
    assert_eq!(*version, POLICY, "the newest line is the one in force");
    let texts = Language::ALL.map(|l| {
        let questions = Kind::ALL.map(|kind| question(l, kind));
        let texts: Vec<_> = std::iter::once(notice(l)).chain(questions).collect();
        texts
    });
    let digests = texts.each_ref().map(|texts| digest(&texts.join("\0")));
    assert_eq!(
        digests, *pinned,
        "the words have changed: give POLICY a new day, and add a line with that day and these digests"
    );
    assert!(
        VERSIONS.windows(2).all(|two| two[0].0 < two[1].0),
        "days follow each other"
    );
    for text in texts.iter().flatten() {
        assert!(
            text.contains(POLICY),
            "whoever reads it can name it: {text}"
        );
    }
}

#[test]
fn everything_said_of_privacy_as_it_is_read() {
    let read = |l| {
        let parts = all(l).into_iter();
        let parts = parts.map(|(name, text)| format!("── {name}\n{text}\n"));
        parts.collect::<Vec<_>>().join("\n")
    };
    insta::with_settings!({
        snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
    }, {
        insta::assert_snapshot!("privacy_en", read(Language::English));
        insta::assert_snapshot!("privacy_es", read(Language::Spanish));
    });
}

#[test]
fn no_text_is_left_out_of_these_tests() {
    let written: BTreeSet<_> = include_str!("../privacy.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next())
        .collect();
    let all = all(Language::English);
    let read: BTreeSet<_> = all.iter().map(|(name, _)| maker(name)).collect();
    assert!(written.len() > 10);
    assert_eq!(read, written);
}

#[test]
fn every_command_in_bold_works_as_it_is_printed_and_is_told_after_send() {
    for (l, verbs) in [
        (Language::English, ["Send ", "send ", "send_ "]),
        (Language::Spanish, ["Envía ", "envía ", "envía_ "]),
    ] {
        let mut commands = 0;
        for (name, text) in all(l) {
            assert_eq!(text.matches('*').count() % 2, 0, "{name}");
            for words in text.split('*').skip(1).step_by(2) {
                commands += 1;
                assert_ne!(parse(words), Parsed::Unknown, "{name}: {words}");
            }
            for verb in verbs {
                for rest in text.split(verb).skip(1) {
                    assert!(rest.starts_with('*'), "{name}: {verb}{rest}");
                }
            }
        }
        assert!(commands > 30, "{commands} were found");
    }
}

#[test]
fn the_notice_fits_into_two_parts_and_everything_else_into_one() {
    for l in Language::ALL {
        for (name, text) in all(l) {
            let parts = split::parts(l, &text);
            let most = if name == "notice" { 2 } else { 1 };
            assert!(parts.len() <= most, "{name}: {} parts", parts.len());
            let left_out = crate::texts::rest_left_out(l);
            assert!(!parts.concat().contains(&left_out), "{name}");
        }
        // A question has buttons, which WhatsApp shows beside 1,024 characters.
        let before = standing(l, &answer(true, "2026-01-01"), &jamaica());
        let after = crate::texts::how_to_start(l, true);
        for kind in Kind::ALL {
            let (asked, first) = (question(l, kind), timed_out(l, Asks::Unlink));
            let shown = [&first, &before, &asked, &after].map(String::as_str);
            let length = shown.join("\n\n").chars().count();
            assert!(length <= 1_024, "{kind:?} in {l:?}: {length}");
        }
    }
}
