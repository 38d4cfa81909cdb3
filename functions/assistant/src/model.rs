//! Asking the model: whether, and what came of it.

use std::time::Duration;

use aws::refreshed::Refreshed;
use aws::telemetry;
use domain::assistant::{Asked, Completion, ModelTrouble, Prompt};
use domain::ids::EntryKey;
use domain::policy::MODEL_BUDGET_MS;
use domain::state::State;
use domain::time::Moment;
use maple::{Client, Error};
use tokio::time::timeout;

use crate::{App, moment};

/// Whether the person, the operator and the model's own state let it be asked.
pub(crate) async fn can_be_asked(
    app: &App,
    asked: &Asked,
    attempt: u32,
    state: &State,
) -> Result<(), ModelTrouble> {
    if app.maple.is_none() || !asked.may_leave(state) {
        return Err(ModelTrouble::Off);
    }
    let gate = app.gate.look(app).await;
    if gate.off_since.is_some() {
        return Err(ModelTrouble::Off);
    }
    if gate.breaker.is_open(app.clock.now()) {
        return Err(ModelTrouble::NotNow);
    }
    // It may have been asked in an invocation that ended before its answer could be kept.
    if attempt > 1 {
        return Err(ModelTrouble::Failed);
    }
    Ok(())
}

/// Asks, if there is room in this hour, and tells the person where it takes long.
pub(crate) async fn consult(
    app: &App,
    key: &EntryKey,
    asked: &Asked,
    prompt: &Prompt,
) -> Result<Completion, ModelTrouble> {
    let Some(maple) = &app.maple else {
        return Err(ModelTrouble::Off);
    };
    let now = app.clock.now();
    match app.tables.take_question(now).await {
        Ok(true) => {}
        Ok(false) => {
            telemetry::count("model_hour_full");
            return Err(ModelTrouble::NotNow);
        }
        // What bounds the cost is not passed by where it can't be read.
        Err(error) => {
            telemetry::failure("model_hour", &error);
            return Err(ModelTrouble::NotNow);
        }
    }
    let word = moment::say(app, key, asked);
    let budget = Duration::from_millis(MODEL_BUDGET_MS);
    let thought = async {
        let asked = timeout(budget, ask(maple, prompt, now)).await;
        asked.unwrap_or(Err(Error::Late))
    };
    let result = Box::pin(moment::unless_soon(app.moment, thought, word)).await;
    let gate = app.gate.look(app).await;
    let outage = result.as_ref().is_err_and(Error::is_outage);
    let breaker = if outage {
        gate.breaker.failed(app.clock.now())
    } else {
        gate.breaker.succeeded()
    };
    app.gate.learn(app, gate, breaker).await;
    result.map_err(|error| {
        telemetry::failure("maple", &error);
        error.trouble()
    })
}

/// A key that is refused may have been replaced.
async fn ask(maple: &Refreshed<Client>, prompt: &Prompt, now: Moment) -> Result<Completion, Error> {
    match maple.current().ask(prompt).await {
        Err(Error::Unauthorized) => match maple.refresh(now).await {
            Some(client) => client.ask(prompt).await,
            None => Err(Error::Unauthorized),
        },
        answer => answer,
    }
}
