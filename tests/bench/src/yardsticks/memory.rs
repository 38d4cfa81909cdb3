//! The most memory that a process ever held, after one message and after many.

use super::cloud::Cloud;
use super::programs::Program;
use super::runtime::Runtime;
use super::tools::Tools;
use super::{Figures, Measured, Story, Wrong, of_calls, rows};

pub(super) async fn measure(
    tools: &Tools,
    programs: &[Program],
    repeats: u32,
) -> Result<Measured, Wrong> {
    let mut cloud = Cloud::open(tools).await?;
    let story = Story::tell(&mut cloud, tools, programs).await?;
    let recorder = &story.recorder;
    let mut figures: Figures = Vec::new();
    for program in programs {
        let event = story.event(program.side);
        let mut settings = cloud.settings(&recorder.url, &recorder.url);
        story.add_calls(program.side, &mut settings);
        let mut runtime = Runtime::open().await?;
        let log = tools.scratch()?.join("memory.log");
        let process = Program::start(
            &program.words(),
            &settings,
            &runtime.address.to_string(),
            &log,
        )?;
        let id = process.id().ok_or("it has ended")?;
        let mut peaks = Vec::new();
        for nth in 1..=repeats {
            let invoked = runtime.invoke(event).await;
            invoked.map_err(|error| format!("{}: {error}: {}", program.name, log.display()))?;
            recorder.calls();
            if nth == 1 || nth == repeats / 10 || nth == repeats {
                peaks.push(peak(id)?);
            }
        }
        figures.push((program, peaks));
    }
    let heads = [
        "",
        "",
        "MB, after one message",
        &format!("after {}", repeats / 10),
        &format!("after {repeats}"),
        "of the calls",
    ];
    Ok(Measured {
        title: "Memory, at its peak".to_owned(),
        rows: rows(heads, &figures, |mb| format!("{mb:.1}")),
        of_calls: of_calls(&figures),
    })
}

/// In MB.
fn peak(id: u32) -> Result<f64, Wrong> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.ok_or("Linux does not say how much memory it held")?;
    let kb: u32 = kb.trim().trim_end_matches(" kB").parse()?;
    Ok(f64::from(kb) / 1024.0)
}
