use super::*;
use crate::ids::PersonKey;

const NOW: Moment = Moment::from_unix(1_795_356_300);

fn counts(of: &[(&str, u64)]) -> Counts {
    let mut counts = Counts::default();
    for (name, times) in of {
        counts.add(name, *times);
    }
    counts
}

fn busy() -> Counts {
    counts(&[
        ("people", 3),
        ("heard", 1_240),
        ("sent", 1_302),
        ("notices", 61),
        ("command:balance", 801),
        ("command:help", 90),
        ("command:unknown", 44),
        ("failed:flash_unavailable", 7),
        ("failed:twilio_63016", 2),
        ("feedback_good", 5),
        ("feedback_bad", 1),
        ("event:linked", 4),
        ("event:unlinked_by_person", 1),
        ("event:risk_alert", 1),
        ("event:opted_out", 2),
    ])
}

fn quiet_day() -> DayCounts {
    DayCounts {
        day: "2026-11-21".into(),
        counts: Counts::default(),
    }
}

fn in_trouble() -> Status {
    Status {
        release: "9f3c2b1".into(),
        flash: Breaker {
            failures: 5,
            open_until: Some(NOW.plus(30)),
        },
        twilio: Breaker::default(),
        stopped: Some((63051, NOW.plus(-900))),
        queues: Some(vec![
            QueueDepth {
                name: "send",
                waiting: 12,
                dead: 0,
            },
            QueueDepth {
                name: "wake",
                waiting: 0,
                dead: 2,
            },
        ]),
        overdue_since: Some(NOW.plus(-3_600)),
        counts: busy(),
    }
}

fn announced(stage: Stage) -> Announcement {
    Announcement {
        id: "SM1".into(),
        stage,
        by: PersonKey::from_digest("A".repeat(43)).unwrap(),
        words: drafted(None),
        at: NOW,
        readers: readers(120),
        told: 60,
    }
}

fn drafted(spanish: Option<&str>) -> Words {
    Words {
        text: "Payments are slow today. We are working on it.".into(),
        spanish: spanish.map(str::to_owned),
    }
}

fn readers(count: u64) -> Readers {
    Readers {
        count,
        or_more: count > 1_000,
    }
}

fn all(l: Language) -> Vec<(&'static str, String)> {
    let zone = TimeZone::get("America/Jamaica").unwrap();
    let until = NOW.plus(STAFF_LOCK);
    let fine = Status {
        release: "0.1.0".into(),
        queues: Some(vec![QueueDepth {
            name: "send",
            waiting: 0,
            dead: 0,
        }]),
        ..Status::default()
    };
    let silent = Status::default();
    let today = DayCounts {
        day: "2026-11-22".into(),
        counts: busy(),
    };
    vec![
        ("no_such_name", no_such_name(l)),
        ("name_not_linked_here", name_not_linked_here(l)),
        ("name_not_asked", name_not_asked(l, "user")),
        ("not_your_own_chat", not_your_own_chat(l)),
        ("has_a_higher_role", has_a_higher_role(l)),
        ("nobody_there", nobody_there(l)),
        ("nothing_changed", nothing_changed(l)),
        ("locked_for_staff", locked_for_staff(l, until, &zone)),
        ("is_locked_by_staff", is_locked_by_staff(l, until, &zone)),
        ("locked_by_support", locked_by_support(l, until, &zone)),
        ("told_of_lock", told_of_lock(l)),
        ("confirm_unlink_user", confirm_unlink_user(l)),
        ("chat_has_no_link", chat_has_no_link(l)),
        ("unlinked_for_staff", unlinked_for_staff(l)),
        ("unlinked_by_support", unlinked_by_support(l)),
        ("status: fine", status(l, &fine, NOW, &zone)),
        ("status: in trouble", status(l, &in_trouble(), NOW, &zone)),
        ("status: silent queues", status(l, &silent, NOW, &zone)),
        ("report_days", report_days(l)),
        ("report: today", report(l, std::slice::from_ref(&today))),
        ("report: two days", report(l, &[today, quiet_day()])),
        ("announce_how", announce_how(l)),
        ("announcement: none", announcement(l, None)),
        (
            "announcement: draft",
            announcement(l, Some(&announced(Stage::Draft))),
        ),
        (
            "announcement: running",
            announcement(l, Some(&announced(Stage::Running))),
        ),
        (
            "announcement: stopped",
            announcement(l, Some(&announced(Stage::Stopped))),
        ),
        (
            "announcement: done",
            announcement(l, Some(&announced(Stage::Done))),
        ),
        ("announcement_stopped", announcement_stopped(l, 60)),
        ("nothing_to_stop", nothing_to_stop(l)),
        ("announcement_runs", announcement_runs(l)),
        ("announcement_too_long", announcement_too_long(l)),
        ("announce_english_first", announce_english_first(l)),
        ("nobody_to_tell", nobody_to_tell(l)),
        (
            "announcement_draft: one",
            announcement_draft(l, &drafted(None), readers(1)),
        ),
        (
            "announcement_draft: many, in both languages",
            announcement_draft(l, &drafted(Some("Los pagos tardan hoy.")), readers(800_000)),
        ),
        (
            "announcement_draft: some",
            announcement_draft(l, &drafted(None), readers(120)),
        ),
        ("announcement_starts", announcement_starts(l, readers(120))),
        ("another_draft", another_draft(l)),
        ("service_notice", service_notice(l, &drafted(None).text)),
    ]
}

#[test]
fn everything_staff_read_as_it_is_read() {
    for (l, name) in [
        (Language::English, "operations_en"),
        (Language::Spanish, "operations_es"),
    ] {
        let read = all(l);
        let read: Vec<_> = read
            .iter()
            .map(|(name, text)| format!("── {name}\n{text}\n"))
            .collect();
        insta::with_settings!({
            snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true,
        }, {
            insta::assert_snapshot!(name, read.join("\n"));
        });
    }
}

#[test]
fn no_text_is_left_out_of_the_snapshot() {
    let source = include_str!("../operations.rs");
    let written = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next());
    let shown: Vec<_> = all(Language::English)
        .into_iter()
        .map(|(name, _)| name.split(':').next().unwrap().to_owned())
        .collect();
    for name in written {
        assert!(shown.iter().any(|shown| shown == name), "{name}");
    }
}

#[test]
fn what_is_in_bold_works_as_it_is_printed_and_both_languages_differ() {
    for ((name, english), (_, spanish)) in all(Language::English)
        .into_iter()
        .zip(all(Language::Spanish))
    {
        assert_ne!(english, spanish, "{name}");
        for text in [english, spanish] {
            for bold in text.split('*').skip(1).step_by(2) {
                let parsed = crate::command::parse(bold);
                let title = name.starts_with("status") || name.starts_with("report:");
                assert!(
                    parsed != crate::command::Parsed::Unknown || title,
                    "{name}: {bold}"
                );
            }
        }
    }
}

#[test]
fn an_announcement_fits_beside_its_own_words() {
    let longest = "x".repeat(ANNOUNCEMENT_CHARACTERS);
    for l in [Language::English, Language::Spanish] {
        let text = service_notice(l, &longest);
        assert!(text.chars().count() < 1_024);
    }
}
