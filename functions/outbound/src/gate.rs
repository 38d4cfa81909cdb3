//! May anything be sent at this moment? Breaker and stop switch, as this instance last read them.

use aws::remembered::Remembered;
use aws::tables::{Gate, Tables, Upstream};
use aws::telemetry;
use domain::policy::STOPPED_WAIT;
use domain::time::Moment;
use twilio::action::Action;
use twilio::client::{Accepted, SendError};

/// What an instance remembers between two reads. The default has read nothing yet.
#[derive(Debug, Default)]
pub struct Watch(Remembered<Gate>);

impl Watch {
    /// What can't be read stays as it was: the entries themselves are in the same database.
    pub(crate) async fn look(&self, tables: &Tables, now: Moment) -> Gate {
        self.0.or_read("gate", now, tables.gates().read(now)).await
    }

    /// Reads again with the next message.
    pub fn forget(&self) {
        self.0.forget();
    }

    /// What an answer of Twilio's means for everybody's next message.
    pub(crate) async fn learn(
        &self,
        tables: &Tables,
        before: Gate,
        result: &Result<Accepted, SendError>,
        now: Moment,
    ) {
        let breaker = if result.as_ref().is_err_and(is_outage) {
            before.breaker.failed(now)
        } else {
            before.breaker.succeeded()
        };
        if breaker != before.breaker {
            if breaker.is_open(now) {
                telemetry::count("twilio_breaker_opened");
            }
            self.0.remember(Gate { breaker, ..before }, now);
            // The breaker is a courtesy: the message's own record does not wait for it.
            if let Err(error) = tables
                .save_breaker(Upstream::Twilio, before.breaker, breaker, now)
                .await
            {
                telemetry::failure("twilio_breaker", &error);
            }
        }
        if let Some(code) = result.as_ref().err().and_then(stops_all) {
            match tables.gates().stop(code, now).await {
                Ok(first) => {
                    if first {
                        telemetry::count("sending_stopped");
                    }
                    self.forget();
                }
                Err(error) => telemetry::failure("stop_sending", &error),
            }
        }
    }
}

/// Until when nothing may be sent.
pub(crate) fn closed_until(gate: &Gate, now: Moment) -> Option<Moment> {
    if gate.stopped.is_some() {
        return Some(now.plus(STOPPED_WAIT));
    }
    gate.breaker.open_until.filter(|until| now < *until)
}

/// Twilio fails, as opposed to refusing.
fn is_outage(error: &SendError) -> bool {
    match error {
        SendError::Ambiguous { .. } | SendError::NotSent { .. } => true,
        SendError::Refused { http_status, .. } => *http_status >= 500,
    }
}

/// The code that ends all sending, if this is one. A status without a code of Twilio's may be a proxy's mood.
fn stops_all(error: &SendError) -> Option<u32> {
    let SendError::Refused { code, .. } = error else {
        return None;
    };
    code.filter(|_| error.action() == Action::StopSending)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::breaker::Breaker;

    fn refused(http_status: u16, code: Option<u32>) -> SendError {
        SendError::Refused {
            http_status,
            code,
            retry_after_s: None,
        }
    }

    #[test]
    fn credentials_and_account_stop_everything_and_a_sender_or_a_404_does_not() {
        assert_eq!(stops_all(&refused(401, Some(20003))), Some(20003));
        assert_eq!(stops_all(&refused(401, None)), None);
        assert_eq!(stops_all(&refused(400, Some(63051))), Some(63051));
        assert_eq!(stops_all(&refused(404, None)), None);
        assert_eq!(stops_all(&refused(404, Some(20404))), None);
        assert_eq!(stops_all(&refused(400, Some(63007))), None);
        assert_eq!(stops_all(&refused(400, Some(21211))), None);
        assert_eq!(stops_all(&refused(429, Some(20429))), None);
    }

    #[test]
    fn refusals_are_no_outage() {
        assert!(!is_outage(&refused(429, None)) && !is_outage(&refused(400, Some(21211))));
        assert!(is_outage(&refused(503, None)));
        let unanswered = SendError::Ambiguous {
            http_status: None,
            source: None,
        };
        assert!(is_outage(&unanswered));
    }

    #[test]
    fn an_open_breaker_tells_when_and_a_switch_has_no_end() {
        let now = Moment::from_unix(1_000);
        let mut gate = Gate::default();
        assert_eq!(closed_until(&gate, now), None);
        gate.breaker = Breaker {
            failures: 5,
            open_until: Some(now.plus(15)),
        };
        assert_eq!(closed_until(&gate, now), Some(now.plus(15)));
        assert_eq!(closed_until(&gate, now.plus(15)), None);
        gate.stopped = Some(aws::tables::Stopped {
            code: 63051,
            at: now,
        });
        assert_eq!(closed_until(&gate, now), Some(now.plus(STOPPED_WAIT)));
    }
}
