//! The switch that turns the model off for all, as `ai on` and `ai off` do in the chat, and the answers that people called
//! bad.

use std::fmt;

use aws::tables::{Gates, ModelGate, TableError, Tables};
use domain::time::Moment;
use secrecy::{ExposeSecret, SecretString};

/// How the model stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub gate: ModelGate,
    pub now: Moment,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.gate.off_since {
            Some(off_since) => writeln!(
                f,
                "off since {}: the knowledge base answers alone",
                jiff::Timestamp::from_second(off_since.unix()).unwrap_or_default()
            )?,
            None => writeln!(f, "on")?,
        }
        let breaker = &self.gate.breaker;
        match breaker.open_until.filter(|until| self.now < *until) {
            Some(until) => writeln!(
                f,
                "breaker open for {} s after {} failures in a row",
                until.since(self.now),
                breaker.failures
            ),
            None => writeln!(f, "breaker closed"),
        }
    }
}

pub async fn status(gates: &Gates, now: Moment) -> Result<Standing, TableError> {
    let gate = gates.model(now).await?;
    Ok(Standing { gate, now })
}

pub async fn on(gates: &Gates, now: Moment) -> Result<Standing, TableError> {
    gates.switch_model_on().await?;
    status(gates, now).await
}

pub async fn off(gates: &Gates, now: Moment) -> Result<Standing, TableError> {
    gates.switch_model_off(now).await?;
    status(gates, now).await
}

/// Questions and answers of one day, the earliest first. Nobody's name stands beside them.
pub struct Reviews(Vec<(Moment, SecretString)>);

impl fmt::Debug for Reviews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reviews({})", self.0.len())
    }
}

impl fmt::Display for Reviews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return writeln!(f, "no answer that may be read was called bad that day");
        }
        for (at, words) in &self.0 {
            writeln!(f, "{}\n{}\n", at.unix(), words.expose_secret())?;
        }
        Ok(())
    }
}

/// What was called bad on `day`, as 2026-11-22 in UTC.
pub async fn of_day(tables: &Tables, day: &str, now: Moment) -> Result<Reviews, TableError> {
    Ok(Reviews(tables.reviews_of(day, now).await?))
}

#[cfg(test)]
mod tests {
    use domain::breaker::Breaker;

    use super::*;

    #[test]
    fn how_the_model_stands_is_said() {
        let now = Moment::from_unix(1_795_000_000);
        let gate = ModelGate::default();
        let standing = Standing { gate, now };
        assert_eq!(standing.to_string(), "on\nbreaker closed\n");
        let gate = ModelGate {
            off_since: Some(now),
            breaker: Breaker {
                failures: 6,
                open_until: Some(now.plus(30)),
            },
        };
        let text = Standing { gate, now }.to_string();
        assert!(text.starts_with("off since 2026-"), "{text}");
        assert!(text.contains("open for 30 s after 6"), "{text}");
    }
}
