//! The same message, the same event and the same pass of the relay, with ever more people in the tables.

use e2e::MARCIA;
use serde_json::{Value, json};

use crate::counted::{begin, end};
use crate::kinds::{agreed, of, paid, written};
use crate::table::{Rows, row};

const PEOPLE: [u64; 3] = [1_000, 100_000, 1_000_000];

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// In one world, which more and more join.
pub(crate) async fn table() -> Result<Rows, Failure> {
    let scene = agreed().await;
    // Their dollars need no price, which is remembered for a minute.
    scene.ask(MARCIA, "currency USD").await;
    let heads = [
        "with so many people",
        "requests",
        "read units",
        "write units",
        "bytes sent",
        "bytes received",
    ];
    let mut rows = vec![row(heads)];
    let mut there = 0;
    for people in PEOPLE {
        let database = &scene.world.database;
        database.fill("people", (there..people).map(pointer))?;
        database.fill("sessions", (there..people).map(session))?;
        there = people;
        // What was asked is remembered for half a minute.
        scene.advance(120).await;
        let message = json!({"from": format!("whatsapp:{MARCIA}"), "body": "balance"});
        let asked = written(&scene, "`balance`", &message).await;
        rows.push(of(&format!("`balance`, {people}"), &asked.counted.used));
        let told = paid(&scene).await;
        rows.push(of(&format!("a payment, {people}"), &told.counted.used));
        begin(&scene);
        scene.world.relay().await;
        rows.push(of(
            &format!("a pass of the relay, {people}"),
            &end(&scene).await.used,
        ));
    }
    Ok(rows)
}

/// Of somebody else's account to their chat.
fn pointer(nth: u64) -> Value {
    json!({"person": format!("account#{nth:032x}"), "to": format!("{nth:0>43}"), "expires_at": FAR})
}

fn session(nth: u64) -> Value {
    json!({"person": format!("{nth:0>43}"), "version": 1, "expires_at": FAR})
}

/// After any moment of a local world.
const FAR: i64 = 4_000_000_000;
