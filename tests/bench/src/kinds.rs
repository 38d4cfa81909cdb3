//! The kinds of messages that people write, and of news that they get.

use e2e::{DEVON, MARCIA, Scene, TANYA};
use sandbox::meter::Used;
use sandbox::world::Options;
use serde_json::json;

use crate::counted::{Counted, begin, end};
use crate::table::{Rows, row};

#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Messages that came through Twilio.
    pub(crate) came: u64,
    pub(crate) counted: Counted,
}

/// Each in a world of its own, so that none finds anything that another left.
pub(crate) async fn all() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (name, phone, before, text) in [
        ("`help` of a stranger", TANYA, &[][..], "help"),
        ("`link`", MARCIA, &[], "link"),
        ("`help`", MARCIA, &["hello"], "help"),
        ("`balance`", MARCIA, &[], "balance"),
        ("`balance` again at once", MARCIA, &["balance"], "balance"),
        ("`history`", MARCIA, &[], "history"),
        (
            "`receive 5`: an invoice and its picture",
            MARCIA,
            &[],
            "receive 5",
        ),
        (
            "`notifications`",
            MARCIA,
            &["notifications", "yes"],
            "notifications",
        ),
        (
            "a question, answered by the model",
            MARCIA,
            &["assistant", "yes"],
            "How can somebody pay me?",
        ),
        (
            "a question, answered without it",
            MARCIA,
            &["assistant", "no"],
            "How can somebody pay me?",
        ),
    ] {
        let scene = Scene::begin().await;
        if phone == MARCIA && text != "link" {
            scene.link(MARCIA).await;
        }
        for text in before {
            scene.ask(phone, text).await;
        }
        let message = json!({"from": format!("whatsapp:{phone}"), "body": text});
        kinds.push(written(&scene, name, &message).await);
    }
    let scene = Scene::begin().await;
    let code = scene.code_for(MARCIA).await;
    let message = json!({"from": format!("whatsapp:{MARCIA}"), "body": code});
    kinds.push(written(&scene, "the code that links", &message).await);
    let scene = agreed(Options::default()).await;
    scene.link(DEVON).await;
    let message =
        json!({"from": format!("whatsapp:{DEVON}"), "body": "request 5 from @marcia for lunch"});
    kinds.push(
        written(
            &scene,
            "`request 5 from @marcia`, and Marcia is told",
            &message,
        )
        .await,
    );
    kinds.push(paid(&agreed(Options::default()).await).await);
    kinds.push(delivered().await);
    kinds
}

pub(crate) const DELIVERED: &str = "a message sent, delivered and read, in three callbacks";

/// The stand-in tells of a message in one of four ways, by the last digit of its SID: the first is the usual one.
async fn delivered() -> Kind {
    let scene = loop {
        let scene = Scene::begin().await;
        let message = json!({"from": format!("whatsapp:{TANYA}"), "body": "help"});
        scene.post_message(&message).await;
        while scene.world.run_due().await {}
        let sent = scene.messages(TANYA).await;
        let sid = sent.first().and_then(|sent| sent["sid"].as_str());
        if sid.is_some_and(|sid| sid.ends_with(['0', '4', '8', 'c'])) {
            break scene;
        }
    };
    scene.world.traces.clear();
    scene.world.database.meter.start();
    while let Some(due) = scene.world.twilio.next_due() {
        scene.world.clock.move_to(due);
        while scene.world.run_due().await {}
    }
    Kind {
        name: DELIVERED,
        came: 0,
        counted: end(&scene).await,
    }
}

pub(crate) async fn written(
    scene: &Scene,
    name: &'static str,
    message: &serde_json::Value,
) -> Kind {
    begin(scene);
    scene.post_message(message).await;
    Kind {
        name,
        came: 1,
        counted: end(scene).await,
    }
}

/// A world in which Marcia wants to be told of payments.
pub(crate) async fn agreed(options: Options) -> Scene {
    let scene = Scene::with(options).await;
    scene.link(MARCIA).await;
    for text in ["notifications", "yes"] {
        scene.ask(MARCIA, text).await;
    }
    scene
}

/// Marcia is paid, and told.
pub(crate) async fn paid(scene: &Scene) -> Kind {
    begin(scene);
    let pays = json!({"phone": MARCIA, "cents": 500, "via": "webhook"});
    let answer = scene.post("/sandbox/pay", &pays).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    Kind {
        name: "a payment received, and told",
        came: 0,
        counted: end(scene).await,
    }
}

pub(crate) fn calls(kinds: &[Kind]) -> Rows {
    let mut rows = vec![row([
        "",
        "function",
        "invocations",
        "table",
        "queue",
        "Twilio, Flash, model",
    ])];
    for kind in kinds {
        for (nth, (function, did)) in kind.counted.functions.iter().enumerate() {
            let name = if nth == 0 { kind.name } else { "" };
            let counts = [did.invocations, did.table, did.queue, did.http];
            let cells = counts.iter().map(u64::to_string);
            rows.push(
                [name.to_owned(), format!("`{function}`")]
                    .into_iter()
                    .chain(cells)
                    .collect(),
            );
        }
    }
    rows
}

pub(crate) fn units(kinds: &[Kind]) -> Rows {
    let mut rows = vec![row([
        "",
        "requests",
        "read units",
        "write units",
        "bytes sent",
        "bytes received",
    ])];
    for kind in kinds {
        rows.push(of(kind.name, &kind.counted.used));
    }
    rows
}

pub(crate) fn of(name: &str, used: &Used) -> Vec<String> {
    vec![
        name.to_owned(),
        used.requests.to_string(),
        used.read_units.to_string(),
        used.write_units.to_string(),
        used.sent.to_string(),
        used.received.to_string(),
    ]
}
