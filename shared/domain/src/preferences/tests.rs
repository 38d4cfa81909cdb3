use proptest::prelude::*;

use super::*;
use crate::amount::AmountError;
use crate::policy::PAUSE_LONGEST;

const NOW: Moment = Moment::from_unix(1_795_356_300);

fn jamaica() -> TimeZone {
    TimeZone::get("America/Jamaica").unwrap()
}

fn quiet(from: u16, until: u16) -> Setting {
    Setting::Quiet(Some(Quiet { from, until }))
}

fn changes(text: &str) -> Setting {
    match read(text) {
        Some(Typed::Change(setting)) => setting,
        other => panic!("{text}: {other:?}"),
    }
}

fn unclear(text: &str) -> Unclear {
    match read(text) {
        Some(Typed::Unclear(why)) => why,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn news_are_switched_on_and_off_as_a_whole() {
    for (text, on) in [
        ("on", true),
        ("yes", true),
        ("sí", true),
        ("Off", false),
        ("no", false),
    ] {
        assert_eq!(read(text), Some(Typed::News(on)), "{text}");
    }
}

#[test]
fn a_topic_is_switched_by_its_word_in_either_language() {
    for (text, topic, on) in [
        ("received off", Topic::Received, false),
        ("Payments received ON", Topic::Received, true),
        ("recibidos no", Topic::Received, false),
        ("sent on", Topic::Sent, true),
        ("enviados sí", Topic::Sent, true),
        ("requests off", Topic::Requests, false),
        ("solicitudes no", Topic::Requests, false),
        ("balance on", Topic::Balance, true),
        ("saldo si", Topic::Balance, true),
        ("news off", Topic::Service, false),
        ("noticias no", Topic::Service, false),
    ] {
        assert_eq!(changes(text), Setting::Topic(topic, on), "{text}");
    }
    assert_eq!(unclear("sent maybe"), Unclear::OnOrOff(Topic::Sent));
    assert_eq!(unclear("sent 5"), Unclear::OnOrOff(Topic::Sent));
}

/// What people have been seen to type, and were not understood.
#[test]
fn how_often_and_where_are_said_in_many_words() {
    use Frequency::{Daily, Hourly, Instant};
    for (texts, frequency) in [
        (
            &[
                "now",
                "right away",
                "immediate",
                "real time",
                "frequency now",
                "al momento",
                "en el momento",
                "ahora",
                "inmediatamente",
                "frecuencia al momento",
            ][..],
            Instant,
        ),
        (
            &[
                "once an hour",
                "each hour",
                "per hour",
                "por hora",
                "a cada hora",
                "una vez por hora",
                "frecuencia por hora",
            ],
            Hourly,
        ),
        (
            &[
                "each day",
                "per day",
                "por día",
                "por dia",
                "una vez al día",
                "todos los días",
                "diariamente",
                "frecuencia una vez al dia",
            ],
            Daily,
        ),
    ] {
        for text in texts {
            assert_eq!(changes(text), Setting::Often(frequency), "{text}");
        }
    }
    for (text, zone) in [
        ("zone London", "Europe/London"),
        ("zona Londres", "Europe/London"),
        ("zone UK", "Europe/London"),
        ("zona Reino Unido", "Europe/London"),
        ("zone Mexico", "America/Mexico_City"),
        ("zona México", "America/Mexico_City"),
        ("zone Mexico City", "America/Mexico_City"),
        ("zona Ciudad de México", "America/Mexico_City"),
        ("zona hora de Ciudad de México", "America/Mexico_City"),
        ("zone UTC", "UTC"),
        ("zone New York", "America/New_York"),
        ("zona horaria Nueva York", "America/New_York"),
        ("zone Florida", "America/New_York"),
        ("zone Miami, Florida", "America/New_York"),
        ("zone Toronto", "America/Toronto"),
        ("zona en Toronto", "America/Toronto"),
        ("zone Port of Spain", "America/Port_of_Spain"),
        ("zone Port-of-Spain", "America/Port_of_Spain"),
        ("zona Puerto España", "America/Port_of_Spain"),
        ("zone Trinidad and Tobago", "America/Port_of_Spain"),
        ("zona hora de Trinidad y Tobago", "America/Port_of_Spain"),
        ("zone Bridgetown", "America/Barbados"),
        ("zone Kingston, Jamaica", "America/Jamaica"),
        ("time zone Cayman Islands", "America/Cayman"),
    ] {
        let set = Setting::Zone(Some(zone.to_owned()));
        assert_eq!(changes(text), set, "{text}");
    }
    let zones = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned());
        Unclear::Zones(names.collect())
    };
    let est = zones(&["America/New_York", "America/Jamaica"]);
    assert_eq!(unclear("zone EST"), est);
    assert_eq!(unclear("zone GMT"), zones(&["Europe/London", "UTC"]));
    let canada = ["America/Toronto", "America/Edmonton", "America/Vancouver"];
    assert_eq!(unclear("zona Canadá"), zones(&canada));
    for choice in ["zone UTC", "zone America/Vancouver"] {
        assert!(matches!(changes(choice), Setting::Zone(Some(_))));
    }
}

#[test]
fn what_can_not_be_is_understood_and_is_no_setting() {
    for text in [
        "weekly",
        "once a week",
        "often weekly",
        "monthly",
        "semanal",
        "cada semana",
        "una vez a la semana",
        "frecuencia mensual",
    ] {
        assert_eq!(unclear(text), Unclear::TooSeldom, "{text}");
    }
    for text in [
        "security",
        "security off",
        "Security alerts OFF",
        "alerts off",
        "security on",
        "seguridad",
        "seguridad no",
        "alertas de seguridad desactivadas",
    ] {
        assert_eq!(unclear(text), Unclear::Security, "{text}");
    }
    for sentence in [
        "security of my account",
        "seguridad de mi cuenta",
        "nowadays",
    ] {
        assert_eq!(read(sentence), None, "{sentence}");
    }
}

#[test]
fn a_minimum_is_an_amount_of_us_dollars_or_none() {
    for (text, cents) in [
        ("minimum 5", 500),
        ("min $5.50", 550),
        ("mínimo US$1,000", 100_000),
        ("minimo 5 usd", 500),
    ] {
        assert_eq!(
            changes(text),
            Setting::Minimum(Some(Cents(cents))),
            "{text}"
        );
    }
    for text in ["minimum off", "minimum 0", "mínimo no", "minimum none"] {
        assert_eq!(changes(text), Setting::Minimum(None), "{text}");
    }
    assert_eq!(unclear("minimum J$500"), Unclear::OtherCurrency);
    assert_eq!(
        unclear("minimum five"),
        Unclear::Amount(AmountError::NotANumber)
    );
    assert_eq!(
        unclear("minimum -5"),
        Unclear::Amount(AmountError::Negative)
    );
    assert_eq!(
        unclear("minimum 1.000"),
        Unclear::Amount(AmountError::Ambiguous)
    );
    assert_eq!(unclear("minimum 0.00"), Unclear::Amount(AmountError::Zero));
}

#[test]
fn quiet_hours_are_read_by_either_clock_and_only_one_way() {
    let night = quiet(1_320, 420);
    for text in [
        "quiet 22:00-07:00",
        "quiet 22-7",
        "quiet 22:00 - 07:00",
        "quiet hours 22:00–07:00",
        "quiet 10pm-7am",
        "quiet 10 PM to 7 AM",
        "quiet from 10pm until 7am",
        "silencio 10 p.m. a 7 a.m.",
        "silencio de las 22:00 a las 07:00",
        "horas de silencio de 22 a 7",
        "silencio 10 p. m. hasta 7 a. m",
    ] {
        assert_eq!(changes(text), night, "{text}");
    }
    assert_eq!(changes("quiet 12am-12pm"), quiet(0, 720));
    assert_eq!(changes("quiet 00:00-06:30"), quiet(0, 390));
    assert_eq!(changes("quiet 9:15pm-6:45am"), quiet(1_275, 405));
    assert_eq!(changes("quiet off"), Setting::Quiet(None));
    assert_eq!(changes("silencio no"), Setting::Quiet(None));
    for text in [
        "quiet 10-7",
        "quiet 10:00-7:00",
        "quiet 10pm-7",
        "quiet 22-7am",
        "quiet 13pm-7am",
        "quiet 0am-7am",
        "quiet 24:00-7:00",
        "quiet 22:60-7:00",
        "quiet 22:0-7:00",
        "quiet 22:000-7:00",
        "quiet 22",
        "quiet 22-",
        "quiet -22-7",
        "quiet 22-7-9",
        "quiet at night",
        "quiet ٢٢-7",
    ] {
        assert_eq!(unclear(text), Unclear::Hours, "{text}");
    }
    assert_eq!(unclear("quiet 10pm-22:00"), Unclear::Hours);
    assert_eq!(unclear("quiet 22:00-22:00"), Unclear::NoHours);
    assert_eq!(unclear("quiet 10pm-10pm"), Unclear::NoHours);
}

#[test]
fn how_often_is_one_of_three() {
    for (text, frequency) in [
        ("instant", Frequency::Instant),
        ("at once", Frequency::Instant),
        ("al instante", Frequency::Instant),
        ("hourly", Frequency::Hourly),
        ("often hourly", Frequency::Hourly),
        ("cada hora", Frequency::Hourly),
        ("daily", Frequency::Daily),
        ("frecuencia cada día", Frequency::Daily),
    ] {
        assert_eq!(changes(text), Setting::Often(frequency), "{text}");
    }
    assert_eq!(unclear("often seldom"), Unclear::Often);
}

#[test]
fn a_pause_has_an_end_that_is_not_too_far() {
    let hour = 3_600;
    for (text, seconds) in [
        ("pause 1 day", 24 * hour),
        ("pause 3 hours", 3 * hour),
        ("pause 3h", 3 * hour),
        ("pause for a week", 168 * hour),
        ("pause 90 min", 5_400),
        ("pausa 2 días", 48 * hour),
        ("pausar una hora", hour),
        ("pause 30 days", PAUSE_LONGEST),
    ] {
        assert_eq!(changes(text), Setting::Pause(Pause::For(seconds)), "{text}");
    }
    for text in [
        "pause until tomorrow",
        "pause tomorrow",
        "pausa hasta mañana",
    ] {
        assert_eq!(
            changes(text),
            Setting::Pause(Pause::UntilTomorrow),
            "{text}"
        );
    }
    for text in ["pause off", "resume", "reanudar", "pausa no"] {
        assert_eq!(changes(text), Setting::Resume, "{text}");
    }
    for text in [
        "pause 31 days",
        "pause 99999999999999999999 days",
        "pause 5 weeks",
    ] {
        assert_eq!(unclear(text), Unclear::PauseTooLong, "{text}");
    }
    for text in [
        "pause 0 days",
        "pause 3",
        "pause -3 days",
        "pause 1.5 hours",
        "pause forever",
        "pause ٣ days",
    ] {
        assert_eq!(unclear(text), Unclear::Pause, "{text}");
    }
}

#[test]
fn the_name_of_a_setting_alone_asks_about_it() {
    for (text, about) in [
        ("received", About::Topic(Topic::Received)),
        ("pagos enviados", About::Topic(Topic::Sent)),
        ("minimum", About::Minimum),
        ("quiet hours", About::Quiet),
        ("time zone", About::Zone),
        ("how often", About::Often),
        ("pausa", About::Pause),
    ] {
        assert_eq!(read(text), Some(Typed::About(about)), "{text}");
    }
}

#[test]
fn a_sentence_sets_nothing() {
    for text in [
        "",
        "are annoying",
        "on my phone are broken",
        "off please and thank you",
        "received nothing today",
        "sent to the wrong person",
        "pause every single time that I pay somebody",
        "quietly",
        "minimums",
        "daily please",
        "weekly please",
        "security off please",
        "please",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn a_pause_until_tomorrow_ends_in_the_morning_of_their_own_day() {
    // 9:05 in the morning in Jamaica, and 23:05 in Tokyo.
    let pause = Setting::Pause(Pause::UntilTomorrow);
    let preferences = Preferences::default();
    let paused = preferences.with(&pause, &jamaica(), NOW);
    assert_eq!(paused.paused_until, Some(NOW.plus(22 * 3_600 + 55 * 60)));
    let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
    let paused = preferences.with(&pause, &tokyo, NOW);
    assert_eq!(paused.paused_until, Some(NOW.plus(8 * 3_600 + 55 * 60)));
    assert_eq!(paused.paused(NOW), paused.paused_until);
    assert_eq!(paused.paused(NOW.plus(9 * 3_600)), None);
    assert_eq!(paused.with(&Setting::Resume, &jamaica(), NOW), preferences);
}

#[test]
fn topics_of_a_later_release_survive_a_change() {
    let stored = serde_json::json!({"topics": {"received": false, "cards": false}});
    let preferences: Preferences = serde_json::from_value(stored).unwrap();
    assert!(!preferences.wants(Topic::Received) && preferences.wants(Topic::Sent));
    let after = preferences.with(&Setting::Topic(Topic::Received, true), &jamaica(), NOW);
    let written = serde_json::to_value(after).unwrap();
    assert_eq!(
        written,
        serde_json::json!({"topics": {"received": true, "cards": false}})
    );
    assert_eq!(
        serde_json::to_value(Preferences::default()).unwrap(),
        serde_json::json!({})
    );
}

#[test]
fn security_can_not_be_muted_and_a_topic_has_the_name_it_is_stored_under() {
    let mut preferences = Preferences::default();
    preferences.topics.insert(Topic::Security, false);
    assert!(preferences.wants(Topic::Security));
    for topic in Topic::ALL {
        assert_eq!(serde_json::to_value(topic).unwrap(), topic.as_str());
    }
}

/// Words of settings, and what may go wrong among them.
fn anything() -> impl Strategy<Value = String> {
    let words = [
        "on",
        "off",
        "received",
        "sent",
        "requests",
        "news",
        "minimum",
        "mínimo",
        "quiet",
        "zone",
        "pause",
        "resume",
        "often",
        "daily",
        "hourly",
        "5",
        "$5",
        "-5",
        "0",
        "22:00-07:00",
        "10pm",
        "-",
        "7am",
        "to",
        "until",
        "tomorrow",
        "3",
        "days",
        "99999999999999999999",
        "new york",
        "america/",
        "ä",
        "\u{202e}",
        "٣",
        "İ",
    ];
    let word = prop_oneof![
        8 => prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(word, 0..6).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn whatever_is_typed_what_is_set_makes_sense(text in anything(), now in 0_i64..4_000_000_000) {
        let now = Moment::from_unix(now);
        let Some(Typed::Change(setting)) = read(&text) else {
            return Ok(());
        };
        let before = Preferences::default();
        let after = before.with(&setting, &jamaica(), now);
        prop_assert!(after.wants(Topic::Security));
        prop_assert!(after.minimum.is_none_or(|minimum| minimum > Cents(0)));
        if let Some(Quiet { from, until }) = after.quiet {
            prop_assert!(from != until && from < 1_440 && until < 1_440);
        }
        if let Some(zone) = &after.zone {
            let known = TimeZone::get(zone).unwrap();
            prop_assert_eq!(known.iana_name(), Some(zone.as_str()));
        }
        if let Some(until) = after.paused_until {
            let length = until.since(now);
            prop_assert!(0 < length && length <= PAUSE_LONGEST);
        }
        let stored = serde_json::to_value(&after).unwrap();
        prop_assert_eq!(serde_json::from_value::<Preferences>(stored).unwrap(), after);
    }

    #[test]
    fn hours_are_read_as_they_are_written(from in 0_u16..1_440, until in 0_u16..1_440) {
        prop_assume!(from != until);
        let shown = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let half = |minute: u16| {
            let hour = (minute / 60 + 11) % 12 + 1;
            format!("{hour}:{:02}{}", minute % 60, if minute < 720 { "am" } else { "pm" })
        };
        let set = Some(Typed::Change(quiet(from, until)));
        prop_assert_eq!(&read(&format!("quiet {} to {}", half(from), half(until))), &set);
        let by_24 = [from, until].iter().any(|minute| *minute < 600 || *minute >= 780);
        let found = read(&format!("quiet {}-{}", shown(from), shown(until)));
        prop_assert_eq!(found == set, by_24);
    }
}

#[test]
fn some_changes_bring_forward_what_waits() {
    let now = Moment::from_unix(1_000_000);
    let night = Some(Quiet {
        from: 60,
        until: 90,
    });
    let with = |change: &dyn Fn(&mut Preferences)| {
        let mut preferences = Preferences {
            quiet: night,
            frequency: Frequency::Hourly,
            paused_until: Some(now.plus(60)),
            ..Preferences::default()
        };
        change(&mut preferences);
        preferences
    };
    let before = with(&|_| {});
    let hastens = |change: &dyn Fn(&mut Preferences)| before.hastens(&with(change), now);
    assert!(!hastens(&|_| {}));
    assert!(hastens(&|after| after.quiet = None));
    assert!(hastens(&|after| after.zone = Some("Europe/London".into())));
    assert!(hastens(&|after| after.frequency = Frequency::Instant));
    assert!(!hastens(&|after| after.frequency = Frequency::Daily));
    assert!(hastens(&|after| after.paused_until = None));
    assert!(hastens(&|after| after.paused_until = Some(now.plus(9))));
    assert!(!hastens(&|after| after.minimum = Some(Cents(5))));
    assert!(!hastens(&|after| after.topics.insert(Topic::Sent, false)));
    // Nothing was put off by a pause that is over, or begins now.
    let over = with(&|before| before.paused_until = Some(now));
    assert!(!over.hastens(&with(&|_| {}), now));
}
