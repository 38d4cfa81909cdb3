//! How long news are not wanted: `1 day`, `3 hours`, `2h`, `a week`, `until tomorrow`, `hasta mañana`.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::typed::Unclear;
use crate::policy::{MORNING_HOUR, PAUSE_LONGEST};
use crate::time::Moment;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// So many seconds, [`PAUSE_LONGEST`] at most.
    For(i64),
    /// Until the next day's morning.
    UntilTomorrow,
}

const TOMORROW: &[&str] = &[
    "until tomorrow",
    "till tomorrow",
    "tomorrow",
    "hasta mañana",
    "hasta manana",
    "mañana",
];

/// What may stand before a length.
const BEFORE: &[&str] = &["for ", "por ", "durante "];

const ONE: &[&str] = &["a", "an", "one", "un", "una"];

/// Seconds, by the words for them.
const UNITS: &[(i64, &[&str])] = &[
    (
        60,
        &["minutes", "minute", "mins", "min", "minutos", "minuto"],
    ),
    (3_600, &["hours", "hour", "hrs", "hr", "h", "horas", "hora"]),
    (86_400, &["days", "day", "d", "días", "día", "dias", "dia"]),
    (604_800, &["weeks", "week", "w", "semanas", "semana"]),
];

/// `text` is in lower case.
pub(super) fn read(text: &str) -> Result<Pause, Unclear> {
    if TOMORROW.contains(&text) {
        return Ok(Pause::UntilTomorrow);
    }
    let text = BEFORE
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .unwrap_or(text);
    let seconds = length(text).filter(|seconds| *seconds > 0);
    match seconds.ok_or(Unclear::Pause)? {
        seconds if seconds <= PAUSE_LONGEST => Ok(Pause::For(seconds)),
        _ => Err(Unclear::PauseTooLong),
    }
}

fn length(text: &str) -> Option<i64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = if digits == 0 {
        let (one, unit) = text.split_once(' ')?;
        (ONE.contains(&one).then_some(1)?, unit)
    } else {
        let (count, unit) = text.split_at_checked(digits)?;
        // More digits than that are too many of any unit.
        (count.parse().unwrap_or(i64::MAX), unit)
    };
    let named = UNITS
        .iter()
        .find(|(_, names)| names.contains(&unit.trim_start()));
    named.map(|(seconds, _)| seconds.saturating_mul(count))
}

impl Pause {
    /// For somebody whose days are those of `zone`.
    pub fn ends_at(self, zone: &TimeZone, now: Moment) -> Moment {
        let seconds = match self {
            Self::For(seconds) => return now.plus(seconds),
            Self::UntilTomorrow => 86_400,
        };
        let morning = || {
            let there = Timestamp::from_second(now.unix())
                .ok()?
                .to_zoned(zone.clone());
            let at = Time::constant(MORNING_HOUR, 0, 0, 0);
            let morning = there.date().tomorrow().ok()?.to_datetime(at);
            let morning = morning.to_zoned(zone.clone()).ok()?;
            Some(Moment::from_unix(morning.timestamp().as_second()))
        };
        morning().unwrap_or_else(|| now.plus(seconds))
    }
}
