//! Counted calls times list prices.

use serde::Deserialize;

use crate::kinds::{DELIVERED, Kind};
use crate::table::{Rows, row};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prices {
    date: String,
    twilio: Twilio,
    aws: Aws,
    assumed: Assumed,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Twilio {
    message: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Aws {
    api_request: f64,
    invocation: f64,
    gb_second: f64,
    read_unit: f64,
    write_unit: f64,
    fifo_request: f64,
    log_gb: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Assumed {
    memory_gb: f64,
    seconds: f64,
    log_bytes: f64,
}

/// What API Gateway calls; the others are given what lies in a queue.
const OF_THE_API: [&str; 3] = ["webhook", "webhook/status", "web"];
/// A ticket is received and deleted, beside being sent.
const TAKES: f64 = 2.0;

impl Prices {
    pub(crate) fn read() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../prices.toml"))
    }

    pub(crate) fn title(&self) -> String {
        format!("US$ by list prices of {}", self.date)
    }

    /// Of Twilio, and of AWS, for one.
    fn of(&self, kind: &Kind) -> (f64, f64) {
        let (counted, aws) = (&kind.counted, &self.aws);
        let total = counted.total();
        let by = |is_api: bool| {
            let functions = counted.functions.iter();
            let some = functions.filter(|(name, _)| OF_THE_API.contains(name) == is_api);
            float(some.map(|(_, did)| did.invocations).sum())
        };
        let invocations = float(total.invocations);
        let seconds = self.assumed.seconds * self.assumed.memory_gb;
        let parts = [
            by(true) * aws.api_request,
            invocations * (aws.invocation + seconds * aws.gb_second),
            counted.used.read_units * aws.read_unit + counted.used.write_units * aws.write_unit,
            (float(total.queue) + by(false) * TAKES) * aws.fifo_request,
            invocations * self.assumed.log_bytes * 1e-9 * aws.log_gb,
        ];
        let messages = float(kind.came + counted.out);
        (messages * self.twilio.message, parts.iter().sum())
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of one message")]
fn float(count: u64) -> f64 {
    count as f64
}

pub(crate) fn table(kinds: &[Kind], prices: &Prices) -> Rows {
    let heads = [
        "",
        "messages",
        "1,000: Twilio",
        "1,000: AWS",
        "1,000,000: Twilio",
        "1,000,000: AWS",
    ];
    let mut rows = vec![row(heads)];
    let delivery = kinds.iter().find(|kind| kind.name == DELIVERED);
    let delivery = delivery.map_or(0.0, |kind| prices.of(kind).1);
    for kind in kinds {
        let (twilio, aws) = prices.of(kind);
        let aws = aws + float(kind.counted.out) * delivery;
        rows.push(vec![
            kind.name.to_owned(),
            (kind.came + kind.counted.out).to_string(),
            format!("{:.2}", twilio * 1e3),
            format!("{:.4}", aws * 1e3),
            format!("{:.0}", twilio * 1e6),
            format!("{:.2}", aws * 1e6),
        ]);
    }
    rows
}
