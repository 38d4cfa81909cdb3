//! `cargo run --release -p e2e --bin chaos -- --seed 7 --messages 5000`

use clap::Parser;
use e2e::chaos::{Plan, run};

/// Drives the bot through faults of every kind and counts what was lost, doubled or left undecided.
#[derive(Debug, Parser)]
struct Args {
    #[arg(long, default_value_t = 7)]
    seed: u64,
    #[arg(long, default_value_t = 5_000)]
    messages: usize,
    #[arg(long, default_value_t = 300)]
    people: usize,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let Args {
        seed,
        messages,
        people,
    } = Args::parse();
    println!("seed {seed}, {people} people");
    let tally = run(Plan {
        seed,
        messages,
        people,
    })
    .await?;
    println!(
        "deaths {}, posts given up {}, sessions overwritten {}, entries unfinished {}",
        tally.deaths, tally.missed, tally.overwritten, tally.unfinished
    );
    println!(
        "messages {}, lost {}, doubled {}, unknown {}, limited {}",
        tally.messages, tally.lost, tally.doubled, tally.unknown, tally.limited
    );
    for lost in &tally.lost_as {
        println!("lost {lost}");
    }
    if tally.lost + tally.doubled + tally.overwritten + tally.unfinished > 0 {
        std::process::exit(1);
    }
    Ok(())
}
