//! `operator feedback`: what people have said of the bot.

use std::fmt;

use aws::tables::{TableError, Tables};
use domain::time::Moment;
use secrecy::{ExposeSecret, SecretString};

/// The words of one day, the earliest first. Nobody's name stands beside them.
pub struct Said(Vec<(Moment, SecretString)>);

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Said({})", self.0.len())
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return writeln!(f, "nothing was said that day");
        }
        for (at, words) in &self.0 {
            writeln!(f, "{}  {}", at.unix(), words.expose_secret())?;
        }
        Ok(())
    }
}

/// What was said on `day`, as 2026-11-22 in UTC.
pub async fn of_day(tables: &Tables, day: &str, now: Moment) -> Result<Said, TableError> {
    Ok(Said(tables.feedback_of(day, now).await?))
}
