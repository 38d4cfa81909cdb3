//! `cargo run`: the local world and its phone page, on one port.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use sandbox::rabbitmq::{self, Poller};
use sandbox::world::{Options, World};
use secrecy::SecretString;

/// Flash's WhatsApp bot on this machine: no account, no server, no network.
#[derive(Debug, Parser)]
#[command(version)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
struct Args {
    /// Address and port to serve everything on.
    #[arg(long, env = "SANDBOX_LISTEN", default_value = "127.0.0.1:8700")]
    listen: SocketAddr,
    /// Where the bot is reached, as Twilio would be told. Default: the listen address.
    #[arg(long, env = "PUBLIC_BASE_URL")]
    public_url: Option<String>,
    /// Accepted auth tokens, comma-separated; the first one signs.
    #[arg(
        long,
        env = "TWILIO_AUTH_TOKEN",
        value_delimiter = ',',
        default_value = "local-auth-token",
        hide_env_values = true
    )]
    twilio_auth_token: Vec<String>,
    #[arg(
        long,
        env = "TWILIO_ACCOUNT_SID",
        default_value = "AC00000000000000000000000000000001"
    )]
    twilio_account_sid: String,
    /// Keep tables and keys in this folder. Default: in memory.
    #[arg(long)]
    data: Option<PathBuf>,
    /// As if Flash's admin API were not connected.
    #[arg(long)]
    no_flash_admin: bool,
    /// A second factor may be a code in the Flash app, where there is an admin API.
    #[arg(long)]
    step_up_by_app: bool,
    /// Nobody may ask for money here, as in production until the operator allows it.
    #[arg(long)]
    no_receiving: bool,
    /// As if no model were connected: questions are answered from the knowledge base alone.
    #[arg(long)]
    no_assistant: bool,
    /// Take Flash's events off a queue of this RabbitMQ broker: `amqp://USER:PASSWORD@HOST:5672`.
    #[arg(long)]
    rabbitmq: Option<SecretString>,
    /// The queue there; `cargo run -p operator -- broker declare` declares it.
    #[arg(long, default_value = rabbitmq::QUEUE)]
    rabbitmq_queue: String,
}

#[tokio::main]
#[expect(
    clippy::print_stderr,
    reason = "where a program says why it does not start"
)]
async fn main() -> ExitCode {
    match serve(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(args: Args) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let world = World::start(Options {
        listen: args.listen,
        public_url: args.public_url,
        twilio_auth_tokens: args.twilio_auth_token,
        twilio_account_sid: args.twilio_account_sid,
        data: args.data,
        flash_admin: !args.no_flash_admin,
        step_up_by_app: args.step_up_by_app,
        receiving: !args.no_receiving,
        assistant: !args.no_assistant,
        runs_by_itself: true,
        traffic_every: domain::policy::TRAFFIC_GAP,
        ..Options::default()
    })
    .await?;
    if let Some(url) = args.rabbitmq {
        let poller = Poller::connect(&url, &args.rabbitmq_queue).await?;
        let _ = world.broker.set(url);
        let world = Arc::clone(&world);
        tokio::spawn(poller.run(move |event| Arc::clone(&world).rabbitmq(event)));
    }
    #[expect(clippy::print_stdout, reason = "the one line this program prints")]
    {
        println!(
            "Flash's WhatsApp bot is running: open http://{}/",
            world.address
        );
    }
    tokio::signal::ctrl_c().await?;
    Ok(())
}
