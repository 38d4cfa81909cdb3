//! `cargo run -p e2e --bin silence -- check target/silence`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use e2e::silence::play::{Slip, play};
use e2e::silence::{check, programs};

/// Whether a test run, made with `FLASH_SILENCE_DIR` set, kept everybody's secrets.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Searches what the test programs kept; fails if anything private is found, or too little was kept to tell.
    Check {
        folder: PathBuf,
        /// Test programs that did not run and are not missed.
        #[arg(long)]
        left_out: Vec<String>,
    },
    /// Plays a short story, for the check's own test, with a slip of the tongue or none.
    Play { slip: Option<Slip> },
}

#[tokio::main]
async fn main() -> ExitCode {
    match Args::parse().what {
        What::Play { slip } => {
            play(slip).await;
            ExitCode::SUCCESS
        }
        What::Check { folder, left_out } => {
            let report = check(&folder, &programs(&left_out));
            for leak in &report.leaks {
                println!("{leak}");
            }
            for line in report.misplaced.iter().chain(&report.gaps) {
                println!("{line}");
            }
            let processes: usize = report.processes.values().sum();
            let programs = report.processes.len();
            println!(
                "{processes} processes of {programs} programs, {} private values",
                report.values
            );
            for (stream, lines) in &report.lines {
                println!("{stream}: {lines} lines");
            }
            let (leaks, misplaced) = (report.leaks.len(), report.misplaced.len());
            println!(
                "leaks: {leaks}, misplaced: {misplaced}, gaps: {}",
                report.gaps.len()
            );
            ExitCode::from(u8::from(!report.is_silent()))
        }
    }
}
