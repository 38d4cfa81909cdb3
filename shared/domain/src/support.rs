//! When people at Flash's support answer.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use crate::time::Moment;

/// Days of the week, from a time of day to another, in a time zone: `Mon-Fri 09:00-17:00 America/Jamaica`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    first: Weekday,
    last: Weekday,
    from: Time,
    until: Time,
    zone: TimeZone,
}

/// The text says no hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("hours look like this: Mon-Fri 09:00-17:00 America/Jamaica")]
pub struct NoHours;

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum There {
    Until(Moment),
    /// Not now: again from then on.
    From(Moment),
}

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl Hours {
    pub fn parse(text: &str) -> Result<Self, NoHours> {
        let mut parts = text.split_whitespace();
        let (days, times, zone) = (parts.next(), parts.next(), parts.next());
        if parts.next().is_some() {
            return Err(NoHours);
        }
        let days = days.ok_or(NoHours)?;
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let (from, until) = times
            .and_then(|times| times.split_once('-'))
            .ok_or(NoHours)?;
        let zone = TimeZone::get(zone.ok_or(NoHours)?).map_err(|_| NoHours)?;
        let (from, until) = (time(from)?, time(until)?);
        if until <= from {
            return Err(NoHours);
        }
        Ok(Self {
            first: day(first)?,
            last: day(last)?,
            from,
            until,
            zone,
        })
    }

    /// Whether somebody is there at `now`.
    pub fn there(&self, now: Moment) -> There {
        let today = jiff::Timestamp::from_second(now.unix())
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_zoned(self.zone.clone())
            .date();
        // A week from now is a day like today.
        let days = std::iter::successors(Some(today), |day| day.tomorrow().ok()).take(8);
        for day in days.filter(|day| self.is_on(day.weekday())) {
            let (from, until) = (self.moment(day, self.from), self.moment(day, self.until));
            match (from, until) {
                (Some(from), _) if now < from => return There::From(from),
                (_, Some(until)) if now < until => return There::Until(until),
                _ => {}
            }
        }
        There::From(now)
    }

    fn is_on(&self, day: Weekday) -> bool {
        self.first.until(day) <= self.first.until(self.last)
    }

    fn moment(&self, day: Date, time: Time) -> Option<Moment> {
        let at = day.to_datetime(time).to_zoned(self.zone.clone()).ok()?;
        Some(Moment::from_unix(at.timestamp().as_second()))
    }
}

fn day(text: &str) -> Result<Weekday, NoHours> {
    let text = text.to_lowercase();
    let named = DAYS.iter().find(|(name, _)| *name == text);
    named.map(|(_, day)| *day).ok_or(NoHours)
}

fn time(text: &str) -> Result<Time, NoHours> {
    Time::strptime("%H:%M", text).map_err(|_| NoHours)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sunday, 22 November 2026, 9:05 in Jamaica.
    const SUNDAY: Moment = Moment::from_unix(1_795_356_300);
    const HOUR: i64 = 3_600;
    const DAY: i64 = 24 * HOUR;

    fn hours(text: &str) -> Hours {
        Hours::parse(text).unwrap()
    }

    #[test]
    fn whether_somebody_is_there_is_told_by_the_teams_own_clock() {
        let office = hours("Mon-Fri 09:00-17:00 America/Jamaica");
        let nine = SUNDAY.plus(DAY - 300);
        assert_eq!(office.there(SUNDAY), There::From(nine));
        assert_eq!(office.there(nine.plus(-1)), There::From(nine));
        let five = nine.plus(8 * HOUR);
        assert_eq!(office.there(nine), There::Until(five));
        assert_eq!(office.there(five.plus(-1)), There::Until(five));
        assert_eq!(office.there(five), There::From(nine.plus(DAY)));
        let friday = five.plus(4 * DAY);
        assert_eq!(office.there(friday), There::From(nine.plus(7 * DAY)));
        let london = hours("Mon-Fri 09:00-17:00 Europe/London");
        assert_eq!(london.there(nine), There::Until(nine.plus(3 * HOUR)));
    }

    #[test]
    fn days_may_be_one_or_go_over_the_weeks_end() {
        let nine = SUNDAY.plus(-300);
        let one = hours("Sun 09:00-17:00 America/Jamaica");
        assert_eq!(one.there(SUNDAY), There::Until(nine.plus(8 * HOUR)));
        assert_eq!(
            one.there(SUNDAY.plus(9 * HOUR)),
            There::From(nine.plus(7 * DAY))
        );
        let over = hours("sat-tue 08:30-12:00 America/Jamaica");
        for days in [-1, 0, 1, 2] {
            assert!(
                matches!(over.there(SUNDAY.plus(days * DAY)), There::Until(_)),
                "{days}"
            );
        }
        assert!(matches!(over.there(SUNDAY.plus(3 * DAY)), There::From(_)));
    }

    #[test]
    fn what_says_no_hours_is_none() {
        for text in [
            "",
            "Mon-Fri",
            "Mon-Fri 09:00-17:00",
            "Mon-Fri 9-17 America/Jamaica",
            "Mon-Fri 17:00-09:00 America/Jamaica",
            "Mon-Fri 09:00-17:00 Jamaica/Kingston",
            "Mo-Fr 09:00-17:00 America/Jamaica",
            "Mon-Fri 09:00-17:00 America/Jamaica please",
        ] {
            assert_eq!(Hours::parse(text), Err(NoHours), "{text}");
        }
    }
}
