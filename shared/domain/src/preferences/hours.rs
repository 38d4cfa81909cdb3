//! Hours of a day: `22:00-07:00`, `10pm-7am`, `from 10 pm to 7 am`, `de 10 p.m. a 7 a.m.`
//!
//! Without a.m. and p.m. one of the two must show that the day has 24 hours, by an hour past twelve or a zero ahead: `10:00
//! to 7:00` may be a morning or an evening.

use super::Quiet;
use super::typed::Unclear;

/// What stands between the two. The longest first, where one begins another.
const BETWEEN: &[&str] = &[
    " hasta las ",
    " hasta ",
    " until ",
    " till ",
    " a las ",
    " to ",
    " a ",
    "-",
    "–",
    "—",
];

/// What may stand before them.
const BEFORE: &[&str] = &[
    "from ",
    "between ",
    "de las ",
    "desde las ",
    "desde ",
    "de ",
];

/// `text` is in lower case.
pub(super) fn read(text: &str) -> Result<Quiet, Unclear> {
    let text = plain(text);
    let text = BEFORE
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .unwrap_or(&text);
    let split = BETWEEN.iter().find_map(|word| text.split_once(word));
    let (from, until) = split.ok_or(Unclear::Hours)?;
    let from = time(from).ok_or(Unclear::Hours)?;
    let until = time(until).ok_or(Unclear::Hours)?;
    let clear = match (from.half, until.half) {
        (Some(_), Some(_)) => true,
        (None, None) => from.of_24 || until.of_24,
        _ => false,
    };
    let quiet = Quiet {
        from: from.minute().ok_or(Unclear::Hours)?,
        until: until.minute().ok_or(Unclear::Hours)?,
    };
    match clear {
        false => Err(Unclear::Hours),
        true if quiet.from == quiet.until => Err(Unclear::NoHours),
        true => Ok(quiet),
    }
}

/// `p.m.`, `p. m.` and `pm` are one.
fn plain(text: &str) -> String {
    let mut plain = text.to_owned();
    for (half, ways) in [
        ("am", ["a. m.", "a. m", "a.m.", "a.m"]),
        ("pm", ["p. m.", "p. m", "p.m.", "p.m"]),
    ] {
        for way in ways {
            plain = plain.replace(way, half);
        }
    }
    plain
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

struct Time {
    hour: u16,
    minutes: u16,
    half: Option<Half>,
    /// It can be read in no other way than as one of 24 hours.
    of_24: bool,
}

fn time(text: &str) -> Option<Time> {
    let text = text.trim();
    let (digits, half) = if let Some(digits) = text.strip_suffix("am") {
        (digits, Some(Half::Morning))
    } else if let Some(digits) = text.strip_suffix("pm") {
        (digits, Some(Half::Afternoon))
    } else {
        (text, None)
    };
    let digits = digits.trim_end();
    let (hour, minutes) = match digits.split_once([':', '.']) {
        Some((hour, minutes)) if minutes.len() == 2 => (hour, number(minutes)?),
        Some(_) => return None,
        None => (digits, 0),
    };
    let zero_ahead = hour.len() == 2 && hour.starts_with('0');
    let hour = number(hour)?;
    Some(Time {
        hour,
        minutes,
        half,
        of_24: half.is_none() && (hour > 12 || hour == 0 || zero_ahead),
    })
}

/// One or two digits of ASCII.
fn number(text: &str) -> Option<u16> {
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

impl Time {
    /// Of the day.
    fn minute(&self) -> Option<u16> {
        let hour = match (self.half, self.hour) {
            (Some(Half::Morning), 12) => 0,
            (None, 0..=23) | (Some(Half::Morning), 1..=11) | (Some(Half::Afternoon), 12) => {
                self.hour
            }
            (Some(Half::Afternoon), 1..=11) => self.hour.checked_add(12)?,
            _ => return None,
        };
        let minutes = Some(self.minutes).filter(|minutes| *minutes < 60)?;
        hour.checked_mul(60)?.checked_add(minutes)
    }
}
