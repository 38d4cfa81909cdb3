//! How long the first answer takes, and those after it, under AWS's runtime interface emulator: all programs in turns, so that
//! whatever else the machine does falls on each of them.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use e2e::server::free_port;
use serde_json::Value;
use tokio::time::Instant;

use super::cloud::Cloud;
use super::programs::{Made, Program, Side};
use super::runtime::done;
use super::tools::Tools;
use super::{Figures, Measured, Story, Wrong, of_calls, rows};

const ROUNDS: usize = 9;
/// Of each round: the first answer, and the median of those after it.
type Took = (Vec<f64>, Vec<f64>);

/// After the first, in each round.
const MORE: usize = 20;

pub(super) async fn measure(tools: &Tools, programs: &[Program]) -> Result<Vec<Measured>, Wrong> {
    let emulator = tools.emulator()?;
    let log = tools.scratch()?.join("emulator.log");
    let http = reqwest::Client::builder().no_proxy().build()?;
    let mut cloud = Cloud::open(tools).await?;
    let story = Story::tell(&mut cloud, tools, programs).await?;
    // What our webhook answers is there to be sent only after it has run.
    let mut turns: Vec<&Program> = programs.iter().collect();
    turns.sort_by_key(|program| {
        (
            program.side == Side::Outbound,
            program.made == Made::Ours && program.side == Side::Webhook,
        )
    });
    let mut seconds = vec![(Vec::new(), Vec::new()); turns.len()];
    for _ in 0..ROUNDS {
        let mut to_send = Vec::new();
        for (program, (cold, warm)) in turns.iter().zip(&mut seconds) {
            let ours = program.made == Made::Ours;
            if program.side == Side::Outbound && ours {
                to_send = cloud.to_send().await?;
            }
            let events = match program.side {
                Side::Outbound => to_send.clone(),
                Side::Webhook => (0..=MORE)
                    .map(|_| cloud.message())
                    .collect::<Result<_, _>>()?,
            };
            let mut settings = cloud.settings(&cloud.aws, &cloud.world);
            if !ours {
                story.add_calls(program.side, &mut settings);
                // Nobody is to send what a yardstick puts into a queue.
                let elsewhere = settings["QUEUE_ASK"].clone();
                settings.insert("QUEUE_SEND".to_owned(), elsewhere);
            }
            let mut took = run(&emulator, program, &settings, &events, &http, &log).await;
            // Now and then the emulator answers 502 before the function has come up.
            if took.is_err() {
                took = run(&emulator, program, &settings, &events, &http, &log).await;
            }
            let took =
                took.map_err(|error| format!("{}: {error}: {}", program.name, log.display()))?;
            let (first, more) = took.split_first().ok_or("no answer")?;
            cold.push(*first);
            warm.push(median(more.to_vec()));
        }
    }
    let all = |which: fn(&Took) -> &Vec<f64>| -> Figures {
        let medians = seconds
            .iter()
            .map(|each| vec![median(which(each).clone()) * 1e3]);
        turns.iter().copied().zip(medians).collect()
    };
    Ok([
        ("Time to the first answer", all(|each| &each.0)),
        ("Time to each answer after it", all(|each| &each.1)),
    ]
    .map(|(title, figures)| Measured {
        title: title.to_owned(),
        rows: rows(["", "", "ms, here", "of the calls"], &figures, |ms| {
            format!("{ms:.1}")
        }),
        of_calls: of_calls(&figures),
    })
    .into())
}

/// From the start of the emulator to the first answer, and from each later event to its own.
async fn run(
    emulator: &Path,
    program: &Program,
    settings: &std::collections::BTreeMap<String, String>,
    events: &[Value],
    http: &reqwest::Client,
    log: &Path,
) -> Result<Vec<f64>, Wrong> {
    let (port, runtime) = (free_port(), free_port());
    let mut words: Vec<OsString> = vec![emulator.into(), "--log-level".into(), "error".into()];
    words.extend([
        "--runtime-interface-emulator-address".into(),
        format!("127.0.0.1:{port}").into(),
    ]);
    words.extend([
        "--runtime-api-address".into(),
        format!("127.0.0.1:{runtime}").into(),
    ]);
    words.extend(program.words());
    let mut since = Instant::now();
    let mut process = Program::start(&words, settings, &format!("127.0.0.1:{runtime}"), log)?;
    while tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_err()
    {
        tokio::time::sleep(Duration::from_millis(1)).await;
        if process.try_wait()?.is_some() {
            return Err("the emulator has ended".into());
        }
    }
    let url = format!("http://127.0.0.1:{port}/2015-03-31/functions/function/invocations");
    let mut took = Vec::new();
    for event in events {
        let answer = http.post(&url).body(event.to_string()).send().await?;
        let (status, answer) = (answer.status(), answer.text().await?);
        let answer = serde_json::from_str(&answer);
        done(&answer.map_err(|error| format!("{status}: {error}"))?)?;
        took.push(since.elapsed().as_secs_f64());
        since = Instant::now();
    }
    Ok(took)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
