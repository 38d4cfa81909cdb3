use proptest::prelude::*;

use super::*;
use crate::consent::Consent;

/// 9:05 on a Sunday morning in Jamaica, where clocks are never set; 14:05 in UTC.
const THEN: Moment = Moment::from_unix(1_795_356_300);

fn jamaica() -> TimeZone {
    TimeZone::get("America/Jamaica").unwrap()
}

fn new_york() -> TimeZone {
    TimeZone::get("America/New_York").unwrap()
}

fn at(text: &str) -> Moment {
    Moment::from_unix(text.parse::<Timestamp>().unwrap().as_second())
}

fn agreed() -> Standing {
    let mut standing = Standing::default();
    standing.consents.notifications = Some(Consent::now(true, THEN));
    standing
}

fn quiet(from: u16, until: u16) -> Standing {
    let mut standing = agreed();
    standing.preferences.quiet = Some(Quiet { from, until });
    standing
}

fn often(frequency: Frequency) -> Standing {
    let mut standing = agreed();
    standing.preferences.frequency = frequency;
    standing
}

fn told(times: usize, first: Moment) -> Seen {
    let ats = (0_i64..).take(times).map(|nth| first.plus(nth));
    Seen {
        told: ats.collect(),
        ..Seen::default()
    }
}

fn received(standing: &Standing, now: Moment) -> When {
    let seen = Seen::default();
    when(
        Topic::Received,
        Some(Cents(500)),
        standing,
        &seen,
        &jamaica(),
        now,
    )
}

#[test]
fn who_agrees_is_told_at_once_and_nobody_else_is() {
    assert_eq!(received(&agreed(), THEN), When::Now);
    let never = |standing: &Standing, why| assert_eq!(received(standing, THEN), When::Never(why));
    never(&Standing::default(), Why::NotAgreed);
    let mut refused = agreed();
    refused.consents.notifications = Some(Consent::now(false, THEN));
    never(&refused, Why::NotAgreed);
    let mut outdated = agreed();
    if let Some(consent) = &mut outdated.consents.notifications {
        consent.policy = "2020-01-01".into();
    }
    never(&outdated, Why::NotAgreed);
    let mut out = agreed();
    out.opted_out_at = Some(THEN);
    never(&out, Why::OptedOut);
    let mut off = agreed();
    off.preferences.topics.insert(Topic::Received, false);
    never(&off, Why::TopicOff);
    let mut paused = agreed();
    paused.preferences.paused_until = Some(THEN.plus(1));
    never(&paused, Why::Paused);
    assert_eq!(received(&paused, THEN.plus(1)), When::Now);
}

#[test]
fn a_minimum_is_for_payments_of_a_known_amount() {
    let mut standing = agreed();
    standing.preferences.minimum = Some(Cents(500));
    let of = |topic, cents| {
        let cents: Option<i64> = cents;
        let cents = cents.map(Cents);
        when(topic, cents, &standing, &Seen::default(), &jamaica(), THEN)
    };
    for topic in [Topic::Received, Topic::Sent] {
        assert_eq!(of(topic, Some(499)), When::Never(Why::UnderMinimum));
        assert_eq!(of(topic, Some(500)), When::Now);
        assert_eq!(of(topic, None), When::Now);
    }
    assert_eq!(of(Topic::Requests, Some(1)), When::Now);
}

#[test]
fn security_passes_everything() {
    let mut standing = quiet(0, 1_439);
    standing.preferences.frequency = Frequency::Daily;
    standing.preferences.paused_until = Some(THEN.plus(9));
    standing.preferences.topics.insert(Topic::Security, false);
    standing.opted_out_at = Some(THEN);
    let seen = told(99, THEN);
    let found = when(
        Topic::Security,
        Some(Cents(0)),
        &standing,
        &seen,
        &jamaica(),
        THEN,
    );
    assert_eq!(found, When::Now);
}

#[test]
fn quiet_hours_end_when_the_persons_own_clock_says_so() {
    // 22:00 to 7:00, over midnight.
    let night = quiet(1_320, 420);
    assert_eq!(received(&night, THEN), When::Now);
    let ends = At(at("2026-11-23T12:00:00Z"));
    for inside in [
        "2026-11-23T03:00:00Z",
        "2026-11-23T05:00:00Z",
        "2026-11-23T11:59:59Z",
    ] {
        assert_eq!(received(&night, at(inside)), ends, "{inside}");
    }
    for outside in ["2026-11-23T02:59:59Z", "2026-11-23T12:00:00Z"] {
        assert_eq!(received(&night, at(outside)), When::Now, "{outside}");
    }
    // Within a day.
    let noon = quiet(540, 600);
    assert_eq!(received(&noon, THEN), At(at("2026-11-22T15:00:00Z")));
    assert_eq!(received(&noon, at("2026-11-22T15:00:00Z")), When::Now);
    assert_eq!(
        received(&quiet(540, 540), THEN),
        When::Now,
        "no time at all"
    );
}

use When::At;

#[test]
fn where_clocks_are_set_forward_quiet_hours_end_with_the_gap() {
    // On 14 March 2027 the clock there goes from 2:00 to 3:00.
    let found = awake(
        Some(Quiet {
            from: 0,
            until: 150,
        }),
        &new_york(),
        at("2027-03-14T06:30:00Z"),
    );
    assert_eq!(found, at("2027-03-14T07:00:00Z"), "not half past three");
    let found = awake(
        Some(Quiet {
            from: 0,
            until: 120,
        }),
        &new_york(),
        at("2027-03-14T06:30:00Z"),
    );
    assert_eq!(found, at("2027-03-14T07:00:00Z"));
    let found = awake(
        Some(Quiet {
            from: 1_320,
            until: 420,
        }),
        &new_york(),
        at("2027-03-14T04:00:00Z"),
    );
    assert_eq!(found, at("2027-03-14T11:00:00Z"), "an hour shorter");
}

#[test]
fn where_clocks_are_set_back_quiet_hours_end_each_time_the_clock_says_so() {
    // On 7 November 2027 the clock there shows 1:00 to 2:00 twice.
    let quiet = Some(Quiet { from: 0, until: 90 });
    let found = awake(quiet, &new_york(), at("2027-11-07T04:30:00Z"));
    assert_eq!(found, at("2027-11-07T05:30:00Z"));
    assert_eq!(awake(quiet, &new_york(), found), found);
    let again = awake(quiet, &new_york(), at("2027-11-07T06:10:00Z"));
    assert_eq!(again, at("2027-11-07T06:30:00Z"));
}

#[test]
fn hourly_news_come_at_the_full_hour_and_daily_ones_in_the_evening() {
    let hourly = often(Frequency::Hourly);
    assert_eq!(received(&hourly, THEN), At(at("2026-11-22T15:00:00Z")));
    let full = at("2026-11-22T15:00:00Z");
    assert_eq!(received(&hourly, full), At(full.plus(3_600)));
    let daily = often(Frequency::Daily);
    let evening = at("2026-11-22T23:00:00Z");
    assert_eq!(received(&daily, THEN), At(evening));
    assert_eq!(received(&daily, evening.plus(-1)), At(evening));
    assert_eq!(received(&daily, evening), At(evening.plus(86_400)));
}

#[test]
fn news_that_come_together_wait_for_the_end_of_quiet_hours_too() {
    let mut hourly = quiet(590, 660);
    hourly.preferences.frequency = Frequency::Hourly;
    assert_eq!(received(&hourly, THEN), At(at("2026-11-22T16:00:00Z")));
    let mut daily = quiet(1_020, 420);
    daily.preferences.frequency = Frequency::Daily;
    assert_eq!(received(&daily, THEN), At(at("2026-11-23T12:00:00Z")));
}

#[test]
fn who_was_told_enough_within_the_hour_waits_until_it_is_over() {
    let of = |topic, times| {
        let seen = told(times, THEN.plus(-600));
        when(topic, None, &agreed(), &seen, &jamaica(), THEN)
    };
    let over = At(THEN.plus(3_000));
    assert_eq!(of(Topic::Received, NEWS_PER_HOUR - 1), When::Now);
    assert_eq!(of(Topic::Received, NEWS_PER_HOUR), over);
    assert_eq!(of(Topic::Requests, NEWS_PER_HOUR), over);
    assert_eq!(of(Topic::Sent, NEWS_PER_HOUR_SENT - 1), When::Now);
    assert_eq!(of(Topic::Sent, NEWS_PER_HOUR_SENT), over);
    assert_eq!(
        of(Topic::Received, NEWS_PER_HOUR_SENT),
        When::Now,
        "these go first"
    );
    assert_eq!(of(Topic::Service, NEWS_PER_HOUR_OTHER), over);
    let seen = told(NEWS_PER_HOUR, THEN.plus(-3_600 - 20));
    let found = when(Topic::Received, None, &agreed(), &seen, &jamaica(), THEN);
    assert_eq!(found, When::Now, "an hour ago is over");
    let mut soon = quiet(590, 660);
    soon.preferences.minimum = None;
    let seen = told(NEWS_PER_HOUR, THEN.plus(-600));
    let found = when(Topic::Received, None, &soon, &seen, &jamaica(), THEN);
    assert_eq!(found, At(at("2026-11-22T16:00:00Z")), "into quiet hours");
}

#[test]
fn topics_that_come_first_have_no_smaller_share() {
    let shares: Vec<_> = Topic::ALL.iter().map(|topic| share(*topic)).collect();
    assert!(
        shares.is_sorted_by(|before, after| before >= after),
        "{shares:?}"
    );
    assert!(shares.iter().all(|share| *share > 0));
}

fn any_quiet() -> impl Strategy<Value = Option<Quiet>> {
    prop::option::of((0_u16..1_440, 0_u16..1_440).prop_map(|(from, until)| Quiet { from, until }))
}

fn any_zone() -> impl Strategy<Value = TimeZone> {
    prop::sample::select(vec![
        "America/Jamaica",
        "America/New_York",
        "America/Havana",
        "Europe/London",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "UTC",
    ])
    .prop_map(|name| TimeZone::get(name).unwrap())
}

fn any_frequency() -> impl Strategy<Value = Frequency> {
    prop::sample::select(vec![
        Frequency::Instant,
        Frequency::Hourly,
        Frequency::Daily,
    ])
}

proptest! {
    #[test]
    fn nobody_is_told_within_quiet_hours_nor_much_later_than_wanted(
        quiet in any_quiet(), zone in any_zone(), frequency in any_frequency(),
        topic in prop::sample::select(Topic::ALL.to_vec()),
        now in 1_293_000_000_i64..1_995_356_300, ago in prop::collection::vec(0_i64..4_000, 0..14),
    ) {
        let now = Moment::from_unix(now);
        let mut standing = agreed();
        standing.preferences.topics.insert(Topic::Balance, true);
        standing.preferences.quiet = quiet;
        standing.preferences.frequency = frequency;
        let seen = Seen { told: ago.iter().map(|ago| now.plus(-ago)).collect(), ..Seen::default() };
        let due = match when(topic, None, &standing, &seen, &zone, now) {
            When::Now => now,
            When::At(due) => { prop_assert!(due > now); due }
            When::Never(why) => { prop_assert!(false, "{why:?}"); now }
        };
        if let Some(quiet) = quiet {
            prop_assert!(!is_quiet(quiet, &there(&zone, due)), "{quiet:?} {}", there(&zone, due));
        }
        // A day's digest and a night's quiet, with a clock set back.
        prop_assert!(due.since(now) <= 2 * 86_400 + 7_200);
    }
}
