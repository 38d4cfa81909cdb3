//! The same message, the same event, the same pass of the relay and the same page of an announcement, with ever more people
//! in the tables.

mod announcing;
mod picture;

use std::path::Path;

use e2e::MARCIA;
use sandbox::meter::Used;
use sandbox::world::Options;
use serde_json::{Value, json};

use crate::counted::{begin, end};
use crate::kinds::{agreed, of, paid, written};
use crate::table::{Rows, row};
use crate::yardsticks::Wrong;

use announcing::{Draft, PAGE, listed};

const PEOPLE: [u64; 3] = [1_000, 100_000, 1_000_000];

/// What one thing takes, for each of [`PEOPLE`].
#[derive(Debug)]
struct Line {
    name: &'static str,
    used: Vec<Used>,
}

/// In one world, which more and more join; drawn where a file is named.
pub(crate) async fn table(picture: Option<&Path>) -> Result<Rows, Wrong> {
    let lines = measure().await?;
    if let Some(file) = picture {
        std::fs::write(file, picture::draw(&PEOPLE, &lines))?;
    }
    let heads = [
        "with so many people",
        "requests",
        "read units",
        "write units",
        "bytes sent",
        "bytes received",
    ];
    let mut rows = vec![row(heads)];
    for (nth, people) in PEOPLE.iter().enumerate() {
        let used = |line: &Line| of(&format!("{}, {people}", line.name), &line.used[nth]);
        rows.extend(lines.iter().map(used));
    }
    Ok(rows)
}

async fn measure() -> Result<[Line; 4], Wrong> {
    let scene = agreed(Options {
        announce_per_minute: PAGE,
        ..Options::default()
    })
    .await;
    // Their dollars need no price, which is remembered for a minute.
    scene.ask(MARCIA, "currency USD").await;
    let mut draft = Draft::write(&scene).await?;
    let names = [
        "`balance`",
        "a payment",
        "a pass of the relay",
        "a page of an announcement",
    ];
    let mut lines = names.map(|name| Line {
        name,
        used: Vec::new(),
    });
    let mut there = 0;
    for people in PEOPLE {
        let database = &scene.world.database;
        database.fill("people", (there..people).map(pointer))?;
        database.fill("people", (there..people).map(listed))?;
        database.fill("sessions", (there..people).map(session))?;
        there = people;
        let announced = draft.page(&scene).await?;
        // What was asked is remembered for half a minute.
        scene.advance(120).await;
        let message = json!({"from": format!("whatsapp:{MARCIA}"), "body": "balance"});
        let asked = written(&scene, "`balance`", &message).await;
        let told = paid(&scene).await;
        begin(&scene);
        scene.world.relay().await;
        let relayed = end(&scene).await;
        let used = [
            asked.counted.used,
            told.counted.used,
            relayed.used,
            announced,
        ];
        for (line, used) in lines.iter_mut().zip(used) {
            line.used.push(used);
        }
    }
    Ok(lines)
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
