//! Thousands of messages of hundreds of people through all functions, while everything around them fails: functions die
//! between any two calls, commits lose their answers, transactions conflict, batches come back incomplete, the index
//! lags, tables and queue refuse, deliveries repeat and overtake each other, callbacks are lost, Twilio refuses, stalls,
//! takes messages without saying so and fails to deliver them, and for ten minutes nobody answers it at all. Twilio
//! posts a message three times and never again: what is not taken by then has to be found. All of it comes from one seed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use domain::language::Language;
use domain::texts::flooded;
use fastrand::Rng;
use futures::future::join_all;
use sandbox::fault::{Mode, System};
use sandbox::twilio::Fail;
use sandbox::world::{Options, World};
use serde_json::{Value, json};

/// What to put the bot through.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    pub messages: usize,
    pub people: usize,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub messages: usize,
    /// Not answered, and not listed as unknown.
    pub lost: usize,
    /// Which, and how each stands.
    pub lost_as: Vec<String>,
    /// Dealt with and rightly not answered: their sender had been told before that so many at once are not.
    pub limited: usize,
    /// Answered more often than asked.
    pub doubled: usize,
    /// Left undecided, and never sent again.
    pub unknown: usize,
    /// Sessions that do not show every message of their person: an update was lost.
    pub overwritten: usize,
    /// Entries that have not come to an end.
    pub unfinished: usize,
    /// Invocations that died on the way.
    pub deaths: usize,
    /// Messages that Twilio gave up posting.
    pub missed: usize,
}

const WORDS: [&str; 6] = ["help", "balance", "verify", "unlink", "yes", "what is this"];
/// What WhatsApp fails by, to be tried again.
const CODES: [u32; 3] = [63009, 63010, 63012];
/// Messages posted at once.
const AT_ONCE: usize = 16;
/// Ten minutes in which nobody answers Twilio.
const OUTAGE_BATCHES: usize = 20;
const OUTAGE_PAUSE: i64 = 30_000;

/// A message on its way.
struct Posted {
    say: Value,
    sid: String,
}

/// Runs the plan to its end, and then until nothing is left to do.
pub async fn run(plan: Plan) -> Result<Tally, Box<dyn std::error::Error + Send + Sync>> {
    let options = Options {
        twilio_timeout: Some(Duration::from_millis(250)),
        ..Options::default()
    };
    let world = World::start(options).await?;
    let mut chance = Rng::with_seed(plan.seed);
    // What is looked for when messages are missed begins with the first look.
    world.relay().await;
    let mut asked: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut written, mut missed) = (0, 0);
    let outage = plan.messages / 3;
    while written < plan.messages {
        break_something(&world, &mut chance);
        let mut batch: Vec<Posted> = Vec::new();
        while batch.len() < AT_ONCE && written < plan.messages {
            let posted = write(&mut chance, plan.people, written);
            let from = posted.say["from"].as_str().unwrap_or_default().to_owned();
            asked.entry(from).or_default().push(posted.sid.clone());
            batch.push(posted);
            written += 1;
        }
        let down = (outage..outage + OUTAGE_BATCHES * AT_ONCE).contains(&(written - batch.len()));
        let webhook = if down { Mode::Down } else { Mode::Ok };
        world.faults.set(System::Webhook, webhook, None);
        let posts = batch.iter().map(|posted| {
            let repeat = chance.u8(0..10) == 0;
            post(&world, posted, repeat)
        });
        let taken = join_all(posts.collect::<Vec<_>>()).await;
        missed += taken.iter().filter(|taken| !**taken).count();
        for _ in 0..chance.u8(0..4) {
            world.run_due().await;
        }
        if chance.u8(0..8) == 0 {
            world.relay().await;
        }
        let pause = if down {
            OUTAGE_PAUSE
        } else {
            chance.i64(0..4_000)
        };
        world.clock.move_to(world.clock.millis() + pause);
    }
    world.faults.clear();
    world.faults.let_die(0, 0, 0);
    for _ in 0..20 {
        world.advance(60).await;
    }
    world.advance(2 * 3_600).await;
    let tally = tally(&world, plan.messages, &asked).await?;
    Ok(Tally { missed, ..tally })
}

fn write(chance: &mut Rng, people: usize, n: usize) -> Posted {
    let from = format!("whatsapp:+1876555{:04}", chance.usize(0..people));
    let sid = format!("SM{:032x}", 0x1000_0000_0000_u64 + n as u64);
    let say =
        json!({"from": from, "body": WORDS[chance.usize(0..WORDS.len())], "message_sid": sid});
    Posted { say, sid }
}

/// As Twilio posts where it is told to try again twice; true if the webhook has taken it.
async fn post(world: &Arc<World>, posted: &Posted, repeat: bool) -> bool {
    let Ok(say) = serde_json::from_value(posted.say.clone()) else {
        return false;
    };
    let form = world.twilio.inbound_form(&say);
    let path = form
        .url
        .strip_prefix(&world.public_url)
        .unwrap_or(&form.url)
        .to_owned();
    let once = || world.post(&path, form.headers.clone(), form.body.clone());
    let mut taken = false;
    for _ in 0..3 {
        taken = if repeat {
            let (first, second) = tokio::join!(once(), once());
            first.status == 200 || second.status == 200
        } else {
            once().await.status == 200
        };
        if taken {
            break;
        }
    }
    taken
}

fn break_something(world: &World, chance: &mut Rng) {
    let few = Some(chance.u32(1..6));
    match chance.u8(0..17) {
        0 => world.faults.set(System::Dynamodb, Mode::Busy, few),
        1 => world.faults.set(System::Dynamodb, Mode::RateLimited, few),
        2 => world
            .faults
            .set(System::Dynamodb, Mode::CommitAnswerLost, few),
        3 => world
            .faults
            .set(System::Dynamodb, Mode::TimeoutAfterAccept, few),
        4 => world.faults.set(System::Dynamodb, Mode::Down, few),
        5 => world.faults.set(System::Queue, Mode::Down, few),
        6 => world
            .faults
            .set(System::Queue, Mode::TimeoutAfterAccept, few),
        7 => world.faults.set(System::Twilio, Mode::RateLimited, few),
        8 => world.faults.set(System::Twilio, Mode::Down, few),
        9 => world
            .faults
            .set(System::Twilio, Mode::TimeoutAfterAccept, few),
        10 => world.faults.set(System::Twilio, Mode::Nonsense, few),
        11 => world.faults.let_die(chance.u64(..), 8, 6),
        12 => world.faults.set(System::Twilio, Mode::Slow, few),
        13 => {
            let code = CODES[chance.usize(0..CODES.len())];
            let http_status = None;
            world.twilio.fail_next(Fail { code, http_status });
        }
        14 => world.twilio.forget_callbacks(),
        _ => {
            world.faults.clear();
            world.faults.let_die(0, 0, 0);
        }
    }
}

/// What a message was answered with: at once, by the assistant, or both. A question that gave rise to nothing stands for
/// itself.
fn answers<'a>(entries: &HashMap<&str, &'a Value>, sid: &str) -> Vec<&'a Value> {
    let answer = entries.get(format!("{sid}-0").as_str());
    let question = entries.get(format!("{sid}-ask-0").as_str());
    let gave = question.and_then(|question| question["gave"].as_array());
    let gave = gave.map_or(&[][..], Vec::as_slice).iter();
    let mut thought: Vec<_> = gave
        .filter_map(|id| entries.get(id.as_str()?))
        .copied()
        .collect();
    if thought.is_empty() {
        thought.extend(question.copied());
    }
    answer.copied().into_iter().chain(thought).collect()
}

/// How each message of each person, by address and SID, stands now.
pub async fn tally(
    world: &World,
    messages: usize,
    asked: &BTreeMap<String, Vec<String>>,
) -> Result<Tally, Box<dyn std::error::Error + Send + Sync>> {
    let items = world.database.items("messages").await?;
    let entries: HashMap<&str, &Value> = items
        .iter()
        .filter_map(|item| Some((item["id"].as_str()?.strip_prefix("entry#")?, item)))
        .collect();
    let receipts: HashSet<&str> = items
        .iter()
        .filter_map(|item| item["id"].as_str()?.strip_prefix("receipt#"))
        .collect();
    let versions: HashMap<String, u64> = world
        .database
        .items("sessions")
        .await?
        .iter()
        .filter_map(|item| {
            Some((
                item["person"].as_str()?.to_owned(),
                item["version"].as_u64()?,
            ))
        })
        .collect();
    let mut tally = Tally {
        messages,
        unfinished: items
            .iter()
            .filter(|item| item.get("due_at").is_some())
            .count(),
        deaths: world.faults.died(),
        ..Tally::default()
    };
    for (from, sids) in asked {
        let mut told: HashSet<&str> = HashSet::new();
        let mut unknown = 0;
        let mut person = None;
        let sent = world.twilio.messages(Some(from), 0);
        let is_limited = sent.iter().any(|sent| {
            let body = sent["body"].as_str().unwrap_or_default();
            body.ends_with(&flooded(Language::English))
        });
        for sid in sids {
            let answers = answers(&entries, sid);
            let is_dealt_with = receipts.contains(sid.as_str());
            if answers.is_empty() && is_dealt_with && is_limited {
                tally.limited += 1;
            } else if answers.is_empty() {
                tally.lost += 1;
                tally.lost_as.push(format!(
                    "{sid}: never answered, {}",
                    if is_dealt_with {
                        "though dealt with"
                    } else {
                        "nor dealt with"
                    }
                ));
            }
            for entry in answers {
                person = entry["person"].as_str();
                match (entry["delivery"].as_str(), entry["sid"].as_str()) {
                    (Some("queued" | "sent" | "delivered" | "read"), Some(told_as))
                        if told.insert(told_as) => {}
                    (Some("unknown"), _) => unknown += 1,
                    // A question whose conversation has ended.
                    (Some("done"), _) if entry["record"]["because"] == "conversation_ended" => {}
                    (_, told_as) => {
                        tally.lost += 1;
                        let (delivery, record) = (&entry["delivery"], &entry["record"]);
                        let shared = told_as.is_some_and(|told_as| told.contains(told_as));
                        let shared = if shared {
                            "the message of another "
                        } else {
                            ""
                        };
                        let how =
                            format!("{sid}: {shared}{delivery} {} {record}", entry["because"]);
                        tally.lost_as.push(how);
                    }
                }
            }
        }
        let accepted = sent
            .iter()
            .filter(|sent| sent["status"] != "failed")
            .count();
        tally.doubled += accepted.saturating_sub(told.len() + unknown);
        tally.unknown += unknown;
        let version = person
            .and_then(|person| versions.get(person))
            .copied()
            .unwrap_or_default();
        tally.overwritten += usize::from(version != sids.len() as u64);
    }
    Ok(tally)
}
