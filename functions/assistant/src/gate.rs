//! May the model be asked at this moment? Its breaker and the switch, as this instance last read them.

use aws::remembered::Remembered;
use aws::tables::{ModelGate, Upstream};
use aws::telemetry;
use domain::breaker::Breaker;

use crate::App;

/// What an instance remembers between two reads. The default has read nothing yet.
#[derive(Debug, Default)]
pub struct Watch(Remembered<ModelGate>);

impl Watch {
    pub(crate) async fn look(&self, app: &App) -> ModelGate {
        let now = app.clock.now();
        let gates = app.tables.gates();
        self.0.or_read("model_gate", now, gates.model(now)).await
    }

    /// Reads again with the next question.
    pub fn forget(&self) {
        self.0.forget();
    }

    /// What an answer of the model's, or its silence, means for everybody's next question.
    pub(crate) async fn learn(&self, app: &App, before: ModelGate, breaker: Breaker) {
        if breaker == before.breaker {
            return;
        }
        let now = app.clock.now();
        if breaker.is_open(now) {
            telemetry::count("maple_breaker_opened");
        }
        self.0.remember(ModelGate { breaker, ..before }, now);
        // The breaker is a courtesy: the person's answer does not wait for it.
        let saved = app
            .tables
            .save_breaker(Upstream::Maple, before.breaker, breaker, now);
        if let Err(error) = saved.await {
            telemetry::failure("maple_breaker", &error);
        }
    }
}
