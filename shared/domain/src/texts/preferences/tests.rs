use std::collections::BTreeSet;

use super::*;
use crate::amount::AmountError;
use crate::command::{Parsed, parse};
use crate::consent::{Consent, Kind, POLICY};
use crate::money::Cents;
use crate::preferences::{Pause, Quiet, Typed, read};
use crate::texts::tests::every_word_is_taught_in;
use crate::texts::{self, privacy};

const NOW: Moment = Moment::from_unix(1_795_356_300);

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// All that can be set, set.
fn busy() -> Preferences {
    Preferences {
        topics: [(Topic::Sent, false), (Topic::Balance, true)].into(),
        minimum: Some(Cents(500)),
        quiet: Some(Quiet {
            from: 1_320,
            until: 390,
        }),
        zone: Some("America/New_York".into()),
        frequency: Frequency::Daily,
        paused_until: Some(NOW.plus(82_500)),
    }
}

fn settings() -> Vec<Setting> {
    let night = Quiet {
        from: 1_320,
        until: 420,
    };
    vec![
        Setting::Topic(Topic::Sent, false),
        Setting::Minimum(Some(Cents(500))),
        Setting::Minimum(None),
        Setting::Quiet(Some(night)),
        Setting::Quiet(None),
        Setting::Zone(Some("America/New_York".into())),
        Setting::Zone(None),
        Setting::Often(Frequency::Hourly),
        Setting::Often(Frequency::Daily),
        Setting::Often(Frequency::Instant),
        Setting::Pause(Pause::For(86_400)),
        Setting::Resume,
    ]
}

const ABOUT: [About; 10] = [
    About::Topic(Topic::Received),
    About::Topic(Topic::Requests),
    About::Topic(Topic::Sent),
    About::Topic(Topic::Balance),
    About::Topic(Topic::Service),
    About::Minimum,
    About::Quiet,
    About::Zone,
    About::Often,
    About::Pause,
];

fn unclear() -> Vec<Unclear> {
    let zones = ["America/Santo_Domingo", "America/Santiago"];
    vec![
        Unclear::OnOrOff(Topic::Received),
        Unclear::Amount(AmountError::NotANumber),
        Unclear::OtherCurrency,
        Unclear::Hours,
        Unclear::NoHours,
        Unclear::Zone,
        Unclear::Zones(zones.map(str::to_owned).into()),
        Unclear::Often,
        Unclear::TooSeldom,
        Unclear::Security,
        Unclear::Pause,
        Unclear::PauseTooLong,
    ]
}

/// Every text of this module, by the function that makes it and the case it is for.
fn all(l: Language) -> Vec<(String, String)> {
    let (usual, busy) = (Preferences::default(), busy());
    let (jamaica, new_york) = (zone("America/Jamaica"), zone("America/New_York"));
    let usually = Holds {
        what: &usual,
        zone: &jamaica,
        now: NOW,
        agreed: true,
        opted_out: false,
    };
    let busily = Holds {
        what: &busy,
        zone: &new_york,
        ..usually
    };
    let stopped = Holds {
        opted_out: true,
        ..busily
    };
    let mut all: Vec<_> = [("usual", usually), ("busy", busily), ("stopped", stopped)]
        .map(|(name, holds)| (format!("preferences: {name}"), preferences(l, holds)))
        .into();
    for setting in settings() {
        let what = &usual.with(&setting, &jamaica, NOW);
        let zone = &what.zone.as_deref().map_or(jamaica.clone(), zone);
        for (name, agreed) in [("agreed", true), ("not agreed", false)] {
            let holds = Holds {
                what,
                zone,
                agreed,
                ..usually
            };
            let text = preference_set(l, &setting, holds);
            all.push((format!("preference_set: {setting:?}, {name}"), text));
        }
    }
    for about in ABOUT {
        for (name, holds) in [("usual", usually), ("busy", busily)] {
            let text = preference(l, about, holds);
            all.push((format!("preference: {about:?} {name}"), text));
        }
    }
    for why in unclear() {
        let text = preference_unclear(l, &why);
        all.push((format!("preference_unclear: {why:?}"), text));
    }
    all
}

#[test]
fn everything_said_of_preferences_as_it_is_read() {
    for l in Language::ALL {
        let parts = all(l).into_iter();
        let parts = parts.map(|(name, text)| format!("── {name}\n{text}\n"));
        let read = parts.collect::<Vec<_>>().join("\n");
        insta::with_settings!({
            snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
        }, {
            insta::assert_snapshot!(format!("preferences_{}", l.code()), read);
        });
    }
}

/// So that a text nobody looked at can't be said.
#[test]
fn no_text_is_left_out_of_these_tests() {
    let written = include_str!("../preferences.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next());
    let texts = all(Language::English);
    let read = texts
        .iter()
        .map(|(name, _)| name.split(':').next().unwrap());
    assert_eq!(read.collect::<BTreeSet<_>>(), written.collect());
}

#[test]
fn all_that_is_bold_sets_or_shows_what_it_says_in_its_language() {
    for l in Language::ALL {
        for (name, text) in all(l) {
            assert_eq!(text.matches('*').count() % 2, 0, "{name}: {text}");
            assert!(!text.contains(['{', '}']) && text.trim() == text, "{name}");
            every_word_is_taught_in(l, &text).unwrap_or_else(|bold| panic!("{name}: {bold}"));
            for bold in text.split('*').skip(1).step_by(2) {
                let Parsed::Run(command, rest) = parse(bold) else {
                    panic!("{name}: {bold}");
                };
                let meant = rest.as_deref().map(read);
                let takes = !matches!(meant, Some(None | Some(Typed::Unclear(_))));
                assert!(takes || command.name != "notifications", "{name}: {bold}");
            }
        }
    }
}

#[test]
fn what_a_switch_is_told_does_the_other_thing() {
    for l in Language::ALL {
        for topic in Topic::ALL {
            for on in [true, false] {
                let typed = switch(l, topic, on);
                let rest = typed.split_once(' ').unwrap().1;
                let set = Some(Typed::Change(Setting::Topic(topic, on)));
                assert_eq!(read(rest), set, "{typed}");
            }
        }
    }
}

/// WhatsApp shows buttons and a list beside 1,024 characters, whatever else an answer begins or ends with.
#[test]
fn every_text_leaves_room_for_what_may_be_tapped() {
    let agreed = Consent {
        policy: "2026-01-01".to_owned(),
        ..Consent::now(true, NOW)
    };
    assert_ne!(agreed.policy, POLICY);
    for l in Language::ALL {
        let after = texts::how_to_start(l, true);
        let stands = privacy::standing(l, &agreed, &zone("America/Jamaica"));
        let question = privacy::question(l, Kind::Notifications);
        for (name, text) in all(l) {
            let mut shown = vec![&text];
            if name.ends_with("not agreed") {
                shown.extend([&stands, &question]);
            } else if name.starts_with("preferences:") {
                shown.push(&stands);
            }
            shown.push(&after);
            let lengths = shown.iter().map(|part| part.chars().count() + 2);
            let length: usize = lengths.sum();
            assert!(length <= 1_024, "{name} in {l:?}: {length}");
        }
    }
}
