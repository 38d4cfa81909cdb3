//! What news somebody gets, and when.

use jiff::tz::TimeZone;

use super::{said, words};
use crate::format::usd;
use crate::language::Language;
use crate::place;
use crate::policy::{DIGEST_HOUR, PAUSE_LONGEST};
use crate::preferences::{About, Frequency, Preferences, Setting, Topic, Unclear};
use crate::time::Moment;

/// What holds for somebody.
#[derive(Clone, Copy, Debug)]
pub struct Holds<'a> {
    pub what: &'a Preferences,
    /// In which they read times.
    pub zone: &'a TimeZone,
    pub now: Moment,
    /// They have agreed to news.
    pub agreed: bool,
    /// They have said STOP.
    pub opted_out: bool,
}

/// All that holds, and how to change it.
pub fn preferences(l: Language, holds: Holds<'_>) -> String {
    let topics = Topic::ALL.into_iter().map(About::Topic);
    let others = [About::Minimum, About::Quiet, About::Often];
    let paused = holds.what.paused(holds.now).map(|_| About::Pause);
    let rows = topics.chain(others).chain(paused).map(|about| {
        let line = line(l, about, holds);
        words(l, "preferences-row", &[("line", line.into())])
    });
    let rows = std::iter::once(words(l, "preferences-title", &[])).chain(rows);
    let rows = rows.collect::<Vec<_>>().join("\n");
    let how = words(l, "preferences-how", &[]);
    // After STOP they come only to whoever wants them all the same, and every answer says so.
    let alerts = (!holds.opted_out).then(|| words(l, "preferences-alerts", &[]));
    let parts = [rows, how].into_iter().chain(alerts);
    parts.collect::<Vec<_>>().join("\n\n")
}

/// How one thing stands: no whole sentence.
fn line(l: Language, about: About, holds: Holds<'_>) -> String {
    let Holds {
        what, zone, now, ..
    } = holds;
    match about {
        About::Topic(topic) => words(l, of_topic(topic), &[("on", said(what.wants(topic)))]),
        About::Minimum => match what.minimum {
            Some(minimum) => {
                let money = usd(l, minimum);
                words(l, "preferences-minimum", &[("money", money.into())])
            }
            None => words(l, "preferences-minimum-none", &[]),
        },
        About::Quiet => match what.quiet {
            Some(quiet) => {
                let fills = [
                    ("from", of_day(l, quiet.from).into()),
                    ("until", of_day(l, quiet.until).into()),
                    ("zone", called(zone).into()),
                ];
                words(l, "preferences-quiet", &fills)
            }
            None => words(l, "preferences-quiet-none", &[]),
        },
        About::Zone => {
            let time = place::time_of_day(l, now, zone);
            let fills = [("zone", called(zone).into()), ("time", time.into())];
            words(l, "preferences-zone", &fills)
        }
        About::Often => {
            let often = match what.frequency {
                Frequency::Instant => "instant",
                Frequency::Hourly => "hourly",
                Frequency::Daily => "daily",
            };
            let evening = u16::try_from(DIGEST_HOUR).unwrap_or(0).saturating_mul(60);
            let evening = of_day(l, evening);
            let fills = [("often", often.into()), ("evening", evening.into())];
            words(l, "preferences-often", &fills)
        }
        About::Pause => match what.paused(now) {
            Some(until) => {
                let until = place::day_and_time(l, until, zone);
                words(l, "preferences-paused", &[("until", until.into())])
            }
            None => words(l, "preferences-not-paused", &[]),
        },
    }
}

const fn of_topic(topic: Topic) -> &'static str {
    match topic {
        Topic::Received => "preferences-received",
        Topic::Requests => "preferences-requests",
        Topic::Sent => "preferences-sent",
        Topic::Balance => "preferences-balance",
        Topic::Service | Topic::Security | Topic::SomethingElse => "preferences-news",
    }
}

/// A minute of any day, as a clock shows it.
fn of_day(l: Language, minute: u16) -> String {
    let at = Moment::from_unix(i64::from(minute).saturating_mul(60));
    place::time_of_day(l, at, &TimeZone::UTC)
}

/// `New York`, of IANA's `America/New_York`.
fn called(zone: &TimeZone) -> String {
    let name = zone.iana_name().unwrap_or("UTC");
    let city = name.rsplit('/').next().unwrap_or(name);
    city.replace('_', " ")
}

/// Something was set; `holds` is what holds now. Whoever has not agreed is asked next.
pub fn preference_set(l: Language, setting: &Setting, holds: Holds<'_>) -> String {
    let line = line(l, setting.about(), holds);
    let fills = [("line", line.into())];
    if !holds.agreed {
        return words(l, "preferences-none-come", &fills);
    }
    let done = words(l, "preferences-done", &fills);
    let after = match setting {
        Setting::Minimum(Some(_)) => words(l, "preferences-after-minimum", &[]),
        Setting::Quiet(Some(_)) => words(l, "preferences-after-quiet", &[]),
        Setting::Pause(_) => words(l, "preferences-after-pause", &[]),
        _ => return done,
    };
    format!("{done} {after}")
}

/// How one thing stands, and what can be typed to change it.
pub fn preference(l: Language, about: About, holds: Holds<'_>) -> String {
    let line = ("line", line(l, about, holds).into());
    match about {
        About::Topic(topic) => {
            let switch = ("switch", switch(l, topic, !holds.what.wants(topic)).into());
            words(l, "preferences-about-topic", &[line, switch])
        }
        About::Minimum => words(l, "preferences-about-minimum", &[line]),
        About::Quiet => {
            let zone = self::line(l, About::Zone, holds);
            words(l, "preferences-about-quiet", &[line, ("zone", zone.into())])
        }
        About::Zone => words(l, "preferences-about-zone", &[line]),
        About::Often => words(l, "preferences-about-often", &[line]),
        About::Pause => words(l, "preferences-about-pause", &[line]),
    }
}

/// What is typed to switch a topic.
fn switch(l: Language, topic: Topic, on: bool) -> String {
    let (id, fills) = (of_topic(topic), [("on", said(on))]);
    words(l, &format!("{id}.typed"), &fills)
}

/// Nothing was set, and why.
pub fn preference_unclear(l: Language, unclear: &Unclear) -> String {
    match unclear {
        Unclear::OnOrOff(topic) => {
            let [on, off] = [true, false].map(|on| switch(l, *topic, on));
            let fills = [("on", on.into()), ("off", off.into())];
            words(l, "preferences-on-or-off", &fills)
        }
        Unclear::Amount(error) => {
            let why = super::not_an_amount(l, *error);
            words(l, "preferences-not-an-amount", &[("why", why.into())])
        }
        Unclear::OtherCurrency => words(l, "preferences-other-currency", &[]),
        Unclear::Hours => words(l, "preferences-hours", &[]),
        Unclear::NoHours => words(l, "preferences-no-hours", &[]),
        Unclear::Zone => words(l, "preferences-zone-unknown", &[]),
        Unclear::Zones(zones) => {
            let choices = zones.iter().map(|zone| {
                let fills = [("zone", zone.as_str().into())];
                words(l, "preferences-zone-choice", &fills)
            });
            let choices = choices.collect::<Vec<_>>().join(", ");
            words(l, "preferences-zones", &[("choices", choices.into())])
        }
        Unclear::Often => words(l, "preferences-often-unknown", &[]),
        Unclear::TooSeldom => words(l, "preferences-too-seldom", &[]),
        Unclear::Security => words(l, "preferences-security", &[]),
        Unclear::Pause => words(l, "preferences-pause-unclear", &[]),
        Unclear::PauseTooLong => {
            let days = PAUSE_LONGEST.checked_div(86_400).unwrap_or(0);
            words(l, "preferences-pause-too-long", &[("days", days.into())])
        }
    }
}

#[cfg(test)]
mod tests;
