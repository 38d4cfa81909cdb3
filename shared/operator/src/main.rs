//! `cargo run -p operator -- --help`

use std::io::Write;
use std::process::ExitCode;

use aws::clock::Clock;
use aws::config::Config;
use aws::tables::Gates;
use clap::{Parser, Subcommand};
use operator::dead_letters::DeadLetters;
use operator::{sending, templates};
use twilio::content_api::ContentApi;

/// What the operator of a deployment does by hand.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The message templates, from this repository to Twilio.
    #[command(subcommand)]
    Templates(Templates),
    /// What the functions set aside: docs/runbook.md.
    #[command(subcommand)]
    DeadLetters(Letters),
    /// Whether anything is sent at all: docs/runbook.md.
    #[command(subcommand)]
    Sending(Sending),
}

#[derive(Debug, Subcommand)]
enum Sending {
    /// Say whether sending is stopped, and why.
    Status(InCache),
    /// Send again, once the cause is mended.
    Resume(InCache),
}

#[derive(Debug, clap::Args)]
struct InCache {
    /// The table's name, as the stack's output `CacheTable` has it.
    #[arg(long)]
    cache_table: String,
}

impl InCache {
    async fn open(self) -> Gates {
        let dynamodb = aws::clients::dynamodb(&aws::clients::sdk_config().await);
        Gates::new(dynamodb, self.cache_table)
    }
}

#[derive(Debug, Subcommand)]
enum Templates {
    /// Look at the templates of this repository; nobody is asked.
    Check,
    /// Create what is missing at Twilio, submit what WhatsApp has to approve, and say how everything stands. As whom:
    /// `TWILIO_ACCOUNT_SID`, `TWILIO_API_KEY`, `TWILIO_API_SECRET`.
    Push,
    /// Say how everything stands at Twilio; nothing is changed. As whom: as for push.
    Status,
}

#[derive(Debug, Subcommand)]
enum Letters {
    /// List them, with the reason of each; nothing is changed.
    Look(OfQueue),
    /// Put them back into their queue, in order, once what was wrong is mended.
    Redrive {
        #[command(flatten)]
        of: OfQueue,
        /// Only this one, by its own id or its record's; can be given more than once. Without it all are put back but those
        /// that can never work.
        #[arg(long)]
        message_id: Vec<String>,
    },
}

#[derive(Debug, clap::Args)]
struct OfQueue {
    /// The queue's address, as the stack's outputs `SendQueueUrl`, `ExpireQueueUrl` and `WakeQueueUrl` have it.
    #[arg(long)]
    queue_url: String,
}

impl OfQueue {
    async fn open(&self) -> Result<DeadLetters, Failure> {
        let sqs = aws::clients::sqs(&aws::clients::sdk_config().await);
        Ok(DeadLetters::of(sqs, &self.queue_url).await?)
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
#[expect(
    clippy::print_stderr,
    reason = "where a program says why it did not do its work"
)]
async fn main() -> ExitCode {
    match run(Args::parse().command).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Templates(Templates::Check) => {
            let number = templates::look()?;
            show(&format_args!("{number} templates, all as they must be\n"))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Templates(Templates::Push) => {
            let report = templates::push(&content_api()?).await?;
            show(&report)?;
            Ok(code(report.is_good()))
        }
        Command::Templates(Templates::Status) => {
            let report = templates::status(&content_api()?).await?;
            show(&report)?;
            Ok(code(report.is_good()))
        }
        Command::Sending(Sending::Status(cache)) => {
            let standing = sending::status(&cache.open().await, Clock::system().now()).await?;
            show(&standing)?;
            Ok(code(standing.is_good()))
        }
        Command::Sending(Sending::Resume(cache)) => {
            let standing = sending::resume(&cache.open().await, Clock::system().now()).await?;
            show(&standing)?;
            Ok(code(standing.is_good()))
        }
        Command::DeadLetters(Letters::Look(of)) => {
            show(&of.open().await?.look().await?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::DeadLetters(Letters::Redrive { of, message_id }) => {
            let redriven = of.open().await?.redrive(&message_id).await?;
            show(&redriven)?;
            Ok(code(redriven.missing.is_empty()))
        }
    }
}

fn content_api() -> Result<ContentApi, Failure> {
    templates::content_api(Config::from_env())
}

fn show(report: &impl std::fmt::Display) -> std::io::Result<()> {
    write!(std::io::stdout().lock(), "{report}")
}

fn code(good: bool) -> ExitCode {
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
