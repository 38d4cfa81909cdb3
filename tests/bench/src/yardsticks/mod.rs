//! Our release functions beside the plainest that one could write instead: the same calls without anything around them, in
//! Rust and in Node, and a function that does nothing. Seconds are told as ratios within one run.

mod cloud;
pub(crate) mod crowd;
mod instructions;
mod memory;
mod programs;
mod recorder;
mod runtime;
mod size;
mod starts;
mod tools;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::table::{self, Rows, row};

use cloud::Cloud;
use programs::{Made, Program, Side};
use recorder::Recorder;
use runtime::Runtime;
pub(crate) use tools::Tools;

pub(crate) type Wrong = Box<dyn std::error::Error + Send + Sync>;

/// What can be measured of all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Starts,
    Memory { messages: u32, without_node: bool },
    Instructions,
    Size,
}

/// A table, and of each of our two functions how many times the same calls it takes.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) title: String,
    pub(crate) rows: Rows,
    pub(crate) of_calls: [f64; 2],
}

pub(crate) async fn measure(what: What) -> Result<Vec<Measured>, Wrong> {
    let tools = Tools::here();
    let mut programs = Program::all(&tools)?;
    match what {
        What::Starts => starts::measure(&tools, &programs).await,
        What::Memory {
            messages,
            without_node,
        } => {
            programs.retain(|program| !without_node || program.made != Made::Node);
            Ok(vec![memory::measure(&tools, &programs, messages).await?])
        }
        What::Instructions => Ok(vec![instructions::measure(&tools, &programs).await?]),
        What::Size => Ok(vec![size::measure(&tools, &programs)?]),
    }
}

/// Everything, and the one line that says how near it is to the limit.
pub(crate) async fn all(messages: u32, show: impl Fn(&[Measured])) -> Result<(), Wrong> {
    let size = measure(What::Size).await?;
    show(&size);
    let starts = measure(What::Starts).await?;
    show(&starts);
    let memory = measure(What::Memory {
        messages,
        without_node: false,
    })
    .await?;
    show(&memory);
    let instructions = measure(What::Instructions).await?;
    show(&instructions);
    let of = |nth: usize| {
        let [instructions, cold, memory] =
            [&instructions[0], &starts[0], &memory[0]].map(|measured| measured.of_calls[nth]);
        format!(
            "instructions {instructions:.2} x, cold {cold:.2} x, memory {memory:.2} x of the same calls"
        )
    };
    table::line(&format!("webhook: {}; outbound: {}", of(0), of(1)));
    Ok(())
}

/// A program's figures beside those of the calls of its side.
type Figures<'a> = Vec<(&'a Program, Vec<f64>)>;

/// The last figure of each of our functions, in those of its calls.
fn of_calls(figures: &Figures) -> [f64; 2] {
    Side::BOTH.map(|side| {
        let last = |made: Made| {
            let found = figures
                .iter()
                .find(|(program, _)| program.side == side && program.made == made);
            found
                .and_then(|(_, figures)| figures.last().copied())
                .unwrap_or(f64::NAN)
        };
        last(Made::Ours) / last(Made::Calls)
    })
}

/// Figures as a table, the last of them also in those of the same calls.
fn rows<const N: usize>(
    heads: [&str; N],
    figures: &Figures,
    shown: impl Fn(f64) -> String,
) -> Rows {
    let mut table = vec![row(heads)];
    for (program, own) in figures {
        let calls = figures
            .iter()
            .find(|(other, _)| other.side == program.side && other.made == Made::Calls);
        let calls = calls
            .and_then(|(_, figures)| figures.last().copied())
            .unwrap_or(f64::NAN);
        let mut own_row = vec![program.side.name().to_owned(), program.name.to_owned()];
        own_row.extend(own.iter().map(|figure| shown(*figure)));
        own_row.push(format!(
            "{:.2}",
            own.last().copied().unwrap_or(f64::NAN) / calls
        ));
        table.push(own_row);
    }
    table
}

/// A message of each side, and what our function does with it, written down for those that do nothing else.
struct Story {
    recorder: Recorder,
    /// One that came, and the answer to it that waits to be sent.
    events: [Value; 2],
    calls: [PathBuf; 2],
}

impl Story {
    async fn tell(cloud: &mut Cloud, tools: &Tools, programs: &[Program]) -> Result<Self, Wrong> {
        let recorder = Recorder::open(cloud).await?;
        let settings = cloud.settings(&recorder.url, &recorder.url);
        let folder = tools.scratch()?;
        let (mut events, mut calls) = (Vec::new(), Vec::new());
        for side in Side::BOTH {
            let ours = |program: &&Program| program.side == side && program.made == Made::Ours;
            let ours = programs.iter().find(ours).ok_or("nothing of ours")?;
            let event = match side {
                Side::Webhook => cloud.message()?,
                Side::Outbound => cloud
                    .to_send()
                    .await?
                    .into_iter()
                    .next()
                    .ok_or("nothing to send")?,
            };
            let log = folder.join(format!("{}.log", side.name()));
            let mut runtime = Runtime::open().await?;
            let _process =
                Program::start(&ours.words(), &settings, &runtime.address.to_string(), &log)?;
            // The first message after a start may cost more.
            for _ in 0..2 {
                recorder.calls();
                runtime
                    .invoke(&event)
                    .await
                    .map_err(|error| format!("{error}: {}", log.display()))?;
            }
            let mut seen = recorder.calls();
            seen.iter_mut().for_each(ahead);
            let file = folder.join(format!("{}-calls.json", side.name()));
            std::fs::write(
                &file,
                json!({"person": person(&seen), "calls": seen}).to_string(),
            )?;
            events.push(event);
            calls.push(file);
        }
        let (Ok(events), Ok(calls)) = (events.try_into(), calls.try_into()) else {
            return Err("there are two sides".into());
        };
        Ok(Self {
            recorder,
            events,
            calls,
        })
    }

    fn event(&self, side: Side) -> &Value {
        &self.events[usize::from(side == Side::Outbound)]
    }

    /// Where a yardstick finds its calls.
    fn add_calls(&self, side: Side, settings: &mut BTreeMap<String, String>) {
        let file = &self.calls[usize::from(side == Side::Outbound)];
        settings.insert("CALLS".to_owned(), file.display().to_string());
    }
}

/// What is claimed as due by then is also what is written in the next half hour.
fn ahead(call: &mut Value) {
    if let Some(now) = call.pointer_mut("/body/ExpressionAttributeValues/:now/N")
        && let Some(then) = now.as_str().and_then(|now| now.parse::<i64>().ok())
    {
        *now = (then + 1800).to_string().into();
    }
}

/// Whose message it was: the first key that was read or changed.
fn person(calls: &[Value]) -> Option<&str> {
    calls.iter().find_map(|call| {
        let body = &call["body"];
        let asked = body["RequestItems"]["bench-people"]["Keys"][0]["person"]["S"].as_str();
        asked.or_else(|| body["Key"]["person"]["S"].as_str())
    })
}

/// Refuses to compare with what does not make the same calls.
fn same_calls(ours: &[Value], theirs: &[Value]) -> Result<(), Wrong> {
    let operations = |calls: &[Value]| -> Vec<String> {
        calls
            .iter()
            .map(|call| call["operation"].to_string())
            .collect()
    };
    let (ours, theirs) = (operations(ours), operations(theirs));
    if ours == theirs {
        Ok(())
    } else {
        Err(format!("ours calls {ours:?}, the yardstick {theirs:?}").into())
    }
}
