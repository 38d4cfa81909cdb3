//! The switch that stops all sending: thrown by Twilio's answers (credentials refused, an account that is suspended,
//! locked or shut to us), reset by hand once the cause is mended.

use std::fmt;

use aws::tables::{Gate, Gates, TableError};
use domain::time::Moment;

/// How sending stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub gate: Gate,
    pub now: Moment,
}

impl Standing {
    /// False while something holds sending up.
    pub fn is_good(&self) -> bool {
        self.gate.stopped.is_none() && !self.gate.breaker.is_open(self.now)
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.gate.stopped {
            Some(stopped) => writeln!(
                f,
                "stopped since {} by Twilio's error {}",
                jiff::Timestamp::from_second(stopped.at.unix()).unwrap_or_default(),
                stopped.code
            )?,
            None => writeln!(f, "not stopped")?,
        }
        match self
            .gate
            .breaker
            .open_until
            .filter(|until| self.now < *until)
        {
            Some(until) => writeln!(
                f,
                "breaker open for {} s after {} failures in a row",
                until.since(self.now),
                self.gate.breaker.failures
            ),
            None => writeln!(f, "breaker closed"),
        }
    }
}

pub async fn status(gates: &Gates, now: Moment) -> Result<Standing, TableError> {
    let gate = gates.read(now).await?;
    Ok(Standing { gate, now })
}

/// Sends again from now on; what waited goes out within five minutes.
pub async fn resume(gates: &Gates, now: Moment) -> Result<Standing, TableError> {
    gates.resume().await?;
    status(gates, now).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws::tables::Stopped;
    use domain::breaker::Breaker;

    #[test]
    fn what_holds_sending_up_is_named() {
        let now = Moment::from_unix(1_795_000_000);
        let gate = Gate::default();
        let good = Standing { gate, now };
        assert!(good.is_good());
        assert_eq!(good.to_string(), "not stopped\nbreaker closed\n");
        let gate = Gate {
            stopped: Some(Stopped {
                code: 63051,
                at: now,
            }),
            breaker: Breaker {
                failures: 6,
                open_until: Some(now.plus(30)),
            },
        };
        let bad = Standing { gate, now };
        assert!(!bad.is_good());
        let text = bad.to_string();
        assert!(
            text.contains("error 63051") && text.contains("open for 30 s after 6"),
            "{text}"
        );
    }
}
