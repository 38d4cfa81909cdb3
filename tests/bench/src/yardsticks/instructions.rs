//! Instructions of one message, as callgrind counts them: those of many messages less those of a few.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use serde_json::Value;
use tokio::process::Command;

use super::cloud::Cloud;
use super::programs::{Made, Program};
use super::recorder::Recorder;
use super::runtime::Runtime;
use super::tools::Tools;
use super::{Figures, Measured, Story, Wrong, of_calls, rows, same_calls};
use crate::baselines;

const FEW: u32 = 10;
const MANY: u32 = 60;

pub(super) async fn measure(tools: &Tools, programs: &[Program]) -> Result<Measured, Wrong> {
    Tools::program("valgrind", "valgrind")?;
    let mut cloud = Cloud::open(tools).await?;
    let story = Story::tell(&mut cloud, tools, programs).await?;
    let recorder = &story.recorder;
    let mut ours = Vec::new();
    let mut figures: Figures = Vec::new();
    // What Node compiles as it goes is nothing that callgrind could count.
    for program in programs.iter().filter(|program| program.made != Made::Node) {
        let event = story.event(program.side);
        let mut settings = cloud.settings(&recorder.url, &recorder.url);
        story.add_calls(program.side, &mut settings);
        let mut counts = Vec::new();
        for repeats in [FEW, MANY] {
            // Kept, so that callgrind_annotate can say what takes them.
            let name = format!(
                "callgrind.{}-{:?}.{repeats}",
                program.side.name(),
                program.made
            );
            let out = tools.scratch()?.join(name.to_lowercase());
            counts.push(count(program, &settings, event, repeats, &out, recorder).await?);
        }
        let calls = recorder.calls();
        match program.made {
            Made::Ours => ours = calls,
            Made::Calls => same_calls(&ours, &calls)?,
            Made::Node | Made::Empty => {}
        }
        let of_message = (counts[1] - counts[0]) / f64::from(MANY - FEW);
        let of_start = counts[0] - of_message * f64::from(FEW);
        figures.push((program, vec![of_start / 1e6, of_message / 1e6]));
    }
    let heads = [
        "",
        "",
        "millions, to start",
        "millions, for a message",
        "of the calls",
    ];
    Ok(Measured {
        title: "Instructions".to_owned(),
        rows: rows(heads, &figures, |millions| format!("{millions:.2}")),
        of_calls: of_calls(&figures),
    })
}

/// Of a whole life with so many messages. The last message's calls are left in the recorder.
async fn count(
    program: &Program,
    settings: &BTreeMap<String, String>,
    event: &Value,
    repeats: u32,
    out: &Path,
    recorder: &Recorder,
) -> Result<f64, Wrong> {
    let mut runtime = Runtime::open().await?;
    let mut words: Vec<OsString> = vec!["valgrind".into(), "--tool=callgrind".into()];
    words.push(format!("--callgrind-out-file={}", out.display()).into());
    words.extend(program.words());
    let log = out.with_extension("log");
    let mut process = Program::start(&words, settings, &runtime.address.to_string(), &log)?;
    for nth in 1..=repeats {
        if nth == repeats {
            recorder.calls();
        }
        let invoked = runtime.invoke(event).await;
        invoked.map_err(|error| format!("{}: {error}: {}", program.name, log.display()))?;
    }
    let id = process.id().ok_or("it has ended")?.to_string();
    Command::new("kill").arg(id).status().await?;
    process.wait().await?;
    #[expect(clippy::cast_precision_loss, reason = "compared in ratios")]
    Ok(baselines::total(out)? as f64)
}
