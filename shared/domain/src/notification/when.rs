//! When somebody may be told: what they have said about it, their quiet hours, and how much they were told of late.

use jiff::civil::{DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, Zoned};

use super::{Seen, When, Why};
use crate::money::Cents;
use crate::policy::{
    DIGEST_HOUR, NEWS_HOUR, NEWS_PER_HOUR, NEWS_PER_HOUR_OTHER, NEWS_PER_HOUR_SENT,
};
use crate::preferences::{Frequency, Preferences, Quiet, Topic};
use crate::state::Standing;
use crate::time::Moment;

/// When somebody may be told something about `topic`, of so much money if any, who reads in `zone`.
///
/// An amount that is not known is told, whatever their minimum. A moment that is named is never within their quiet hours.
pub fn when(
    topic: Topic,
    cents: Option<Cents>,
    standing: &Standing,
    seen: &Seen,
    zone: &TimeZone,
    now: Moment,
) -> When {
    if topic == Topic::Security {
        return When::Now;
    }
    if let Some(why) = unwanted(topic, cents, standing, now) {
        return When::Never(why);
    }
    let preferences = &standing.preferences;
    let from = earliest(topic, preferences, seen, now);
    let due = wanted(preferences, zone, from);
    if due <= now { When::Now } else { When::At(due) }
}

/// From when on there is room for something about `topic`, but for the hours and the frequency they want.
pub(super) fn earliest(
    topic: Topic,
    preferences: &Preferences,
    seen: &Seen,
    now: Moment,
) -> Moment {
    match preferences.frequency {
        Frequency::Instant => room(topic, seen, now),
        // They come as one message.
        Frequency::Hourly | Frequency::Daily => now,
    }
}

/// When they want to be told what could be told `from` then on.
pub(super) fn wanted(preferences: &Preferences, zone: &TimeZone, from: Moment) -> Moment {
    let together = match preferences.frequency {
        Frequency::Instant => from,
        Frequency::Hourly => full_hour(zone, from),
        Frequency::Daily => evening(zone, from),
    };
    awake(preferences.quiet, zone, together)
}

/// Why they do not want to be told of it at all.
pub(super) fn unwanted(
    topic: Topic,
    cents: Option<Cents>,
    standing: &Standing,
    now: Moment,
) -> Option<Why> {
    let preferences = &standing.preferences;
    // What somebody has asked for is news however little it is, and a balance is no payment.
    let minimum = preferences
        .minimum
        .filter(|_| matches!(topic, Topic::Received | Topic::Sent));
    if standing.opted_out_at.is_some() {
        Some(Why::OptedOut)
    } else if !standing.wants_news() {
        Some(Why::NotAgreed)
    } else if !preferences.wants(topic) {
        Some(Why::TopicOff)
    } else if matches!((cents, minimum), (Some(cents), Some(minimum)) if cents < minimum) {
        Some(Why::UnderMinimum)
    } else if preferences.paused_until.is_some_and(|until| now < until) {
        Some(Why::Paused)
    } else {
        None
    }
}

/// Of what they may be told in an hour, so much may be about this.
const fn share(topic: Topic) -> usize {
    match topic {
        Topic::Security | Topic::Received | Topic::Requests => NEWS_PER_HOUR,
        Topic::Sent => NEWS_PER_HOUR_SENT,
        Topic::Balance | Topic::Service | Topic::SomethingElse => NEWS_PER_HOUR_OTHER,
    }
}

/// Now, or when the hour is over in which they were told enough.
fn room(topic: Topic, seen: &Seen, now: Moment) -> Moment {
    if seen.of_late(now).count() < share(topic) {
        return now;
    }
    let first = seen.of_late(now).min();
    first.map_or(now, |first| first.plus(NEWS_HOUR))
}

/// `moment`, or the end of the quiet hours that it falls into.
pub(super) fn awake(quiet: Option<Quiet>, zone: &TimeZone, moment: Moment) -> Moment {
    let Some(quiet) = quiet.filter(|quiet| is_quiet(*quiet, &there(zone, moment))) else {
        return moment;
    };
    let there = there(zone, moment);
    let date = if minute(&there) < quiet.until {
        there.date()
    } else {
        there.date().tomorrow().unwrap_or(there.date())
    };
    let end = date.to_datetime(time(quiet.until));
    first_after(zone, end, moment)
}

/// Whether it is quiet then.
fn is_quiet(quiet: Quiet, there: &Zoned) -> bool {
    let now = minute(there);
    if quiet.from <= quiet.until {
        quiet.from <= now && now < quiet.until
    } else {
        quiet.from <= now || now < quiet.until
    }
}

/// The next full hour.
fn full_hour(zone: &TimeZone, now: Moment) -> Moment {
    let there = there(zone, now);
    let minutes = i64::from(there.minute()).saturating_mul(60);
    let gone = minutes.saturating_add(i64::from(there.second()));
    now.plus(NEWS_HOUR.saturating_sub(gone))
}

/// The next evening, at the hour of digests.
fn evening(zone: &TimeZone, now: Moment) -> Moment {
    let today = there(zone, now).date();
    let at = Time::constant(DIGEST_HOUR, 0, 0, 0);
    let first = first_after(zone, today.to_datetime(at), now);
    if now < first {
        return first;
    }
    let tomorrow = today.tomorrow().unwrap_or(today);
    first_after(zone, tomorrow.to_datetime(at), now)
}

fn there(zone: &TimeZone, at: Moment) -> Zoned {
    let at = Timestamp::from_second(at.unix()).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(zone.clone())
}

/// Of the day, from midnight.
fn minute(there: &Zoned) -> u16 {
    let (hour, minute) = (there.hour(), there.minute());
    let part = |number: i8| u16::try_from(number).unwrap_or(0);
    part(hour).saturating_mul(60).saturating_add(part(minute))
}

fn time(minute: u16) -> Time {
    let part = |number: u16| i8::try_from(number).unwrap_or(0);
    let (hour, minute) = (minute.checked_div(60), minute.checked_rem(60));
    let (hour, minute) = (hour.map_or(0, part), minute.map_or(0, part));
    Time::new(hour, minute, 0, 0).unwrap_or(Time::midnight())
}

/// When the clock there shows `wanted`. Where it is set forward over it, when that is done; where it shows it twice, the
/// first time that is after `after`.
fn first_after(zone: &TimeZone, wanted: DateTime, after: Moment) -> Moment {
    let found = zone.to_ambiguous_timestamp(wanted);
    let gap = matches!(found.offset(), AmbiguousOffset::Gap { .. });
    let moment = |at: Timestamp| Moment::from_unix(at.as_second());
    let (Ok(earlier), Ok(later)) = (found.earlier(), found.later()) else {
        return after;
    };
    let (earlier, later) = (moment(earlier), moment(later));
    if gap {
        let behind = Timestamp::from_second(later.unix().saturating_add(1));
        let set = behind.ok().and_then(|at| zone.preceding(at).next());
        set.map_or(later, |set| moment(set.timestamp()))
    } else if earlier > after {
        earlier
    } else {
        later
    }
}

#[cfg(test)]
mod tests;
