//! `cargo run -p operator -- --help`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use aws::clock::Clock;
use aws::config::Config;
use aws::ring::KeyRing;
use aws::secrets::Secrets;
use aws::tables::{Bases, Gates, Names, Tables};
use clap::{Parser, Subcommand};
use domain::role::Role;
use operator::dead_letters::DeadLetters;
use operator::{
    assistant, broker, check, events, feedback, keys, knowledge, restore, roles, sending, templates,
};
use secrecy::SecretString;
use twilio::content_api::ContentApi;

/// What the operator of a deployment does by hand.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Args)]
struct Restore {
    /// The table that point-in-time recovery made.
    #[arg(long)]
    copy_table: String,
    /// Of when the copy is, as 2026-11-22T10:00:00Z: only where AWS does not say so, as it does of what it has restored.
    #[arg(long)]
    since: Option<String>,
    /// Of which table the copy is, where that is not the stack's own: of a stack that is gone.
    #[arg(long)]
    source_table: Option<String>,
    #[arg(long)]
    people_table: String,
    #[arg(long)]
    audit_table: String,
    #[arg(long)]
    write: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look at everything that a deployment would stand on, before it: parameters, secrets, topics, Flash, Twilio, quotas. The
    /// templates are read as for `templates status`, where its settings are set. Nothing is changed: docs/operators.md.
    CheckConfig {
        /// Of samconfig.toml: `dev`, `staging` or `prod`.
        stage: String,
        /// As Name=Value, over those of samconfig.toml. In the environment a line each, as `.ci/deploy` takes them.
        #[arg(env = "PARAMETERS", value_delimiter = '\n', hide_env_values = true)]
        parameters: Vec<String>,
        #[arg(long, default_value = "samconfig.toml")]
        samconfig: PathBuf,
        #[arg(long, default_value = "template.yaml")]
        template: PathBuf,
    },
    /// The message templates, from this repository to Twilio.
    #[command(subcommand)]
    Templates(Templates),
    /// What the functions set aside: docs/runbook.md.
    #[command(subcommand)]
    DeadLetters(Letters),
    /// Whether anything is sent at all: docs/runbook.md.
    #[command(subcommand)]
    Sending(Sending),
    /// The RabbitMQ broker that Flash publishes to: docs/runbook.md.
    #[command(subcommand)]
    Broker(Broker),
    /// Sign the body of an event as Flash's webhook would, and print the headers of its post: docs/events.md.
    SignEvent {
        #[command(flatten)]
        event: OfEvent,
        /// As Svix shows it, whsec_…. Better in the environment, which a shell's history does not keep.
        #[arg(
            long,
            env = "FLASH_SIGNING_SECRET",
            hide_env_values = true,
            required_unless_present = "secret_file"
        )]
        secret: Option<SecretString>,
        /// A file that holds it.
        #[arg(long)]
        secret_file: Option<PathBuf>,
    },
    /// Say by which trace an event is followed through the logs: docs/events.md.
    TraceEvent {
        #[command(flatten)]
        event: OfEvent,
        #[command(flatten)]
        ring: OfRing,
    },
    /// The ring of keys that seals what the tables hold: docs/secrets.md.
    #[command(subcommand)]
    Keys(Keys),
    /// What somebody may do beside looking after their own account: docs/runbook.md. Whose chat it is, as +18765550100, is
    /// read from standard input.
    #[command(subcommand)]
    Roles(Roles),
    /// What people have said of the bot on one day: docs/runbook.md.
    Feedback {
        /// As 2026-11-22, in UTC.
        #[arg(long)]
        day: String,
        #[arg(long)]
        messages_table: String,
        /// Name or ARN of the keys secret.
        #[arg(long)]
        keys_secret_id: String,
    },
    /// Whether a model answers questions, and which of its answers were called bad: docs/runbook.md.
    #[command(subcommand)]
    Assistant(Assistant),
    /// What the assistant answers from, changed without a deployment: docs/runbook.md.
    #[command(subcommand)]
    Knowledge(Knowledge),
    /// Bring `people` back from a copy, less what people have ended since: docs/restore.md. Says what it would do; writes
    /// only with `--write`. Reads every item of copy and audit.
    Restore(Restore),
}

#[derive(Debug, Subcommand)]
enum Knowledge {
    /// Say what is wrong with a base, and which of its entries are due for review; nobody is asked.
    Check {
        /// A whole base in TOML.
        file: PathBuf,
    },
    /// Keep a base under its version's name and answer from it, if nothing is wrong with it.
    Publish {
        /// A whole base in TOML.
        file: PathBuf,
        #[command(flatten)]
        cache: InCache,
    },
    /// Say which version is in force, which was before, and which are kept.
    List(InCache),
    /// Answer from a version that is kept.
    Use {
        version: String,
        #[command(flatten)]
        cache: InCache,
    },
    /// Answer from what each release was built with.
    Ours(InCache),
}

#[derive(Debug, Subcommand)]
enum Assistant {
    /// Say whether questions go to the model, and how it is doing.
    Status(InCache),
    /// Let the model answer again.
    On(InCache),
    /// Ask the model nothing from now on: the knowledge base answers alone.
    Off(InCache),
    /// Answers that were called bad on one day, each with its question, of people who agree that they are read.
    Review {
        /// As 2026-11-22, in UTC; today without it.
        day: Option<String>,
        #[arg(long)]
        messages_table: String,
        #[arg(long)]
        people_table: String,
        /// Name or ARN of the keys secret.
        #[arg(long)]
        keys_secret_id: String,
    },
}

#[derive(Debug, Subcommand)]
enum Roles {
    /// Let them do what the role may. They must have linked their account.
    Grant {
        /// `support` or `admin`.
        #[arg(long, value_parser = role)]
        role: Role,
        #[command(flatten)]
        of: OfStanding,
    },
    /// Take their role away.
    Revoke(OfStanding),
    /// Say which role they have, and whether it is in force; nothing is changed.
    Show(OfStanding),
    /// Name everybody who has one. Reads every item of the table, slowly.
    List(OfStanding),
}

fn role(name: &str) -> Result<Role, String> {
    let roles = [Role::Support, Role::Admin];
    let role = roles.into_iter().find(|role| role.name() == name);
    role.ok_or_else(|| "support or admin".to_owned())
}

/// Tables' names as the stack's outputs have them, and the name or ARN of the keys secret.
#[derive(Debug, clap::Args)]
struct OfStanding {
    #[arg(long = "people-table")]
    people: String,
    #[arg(long = "sessions-table")]
    sessions: String,
    #[arg(long)]
    audit_table: String,
    #[arg(long)]
    keys_secret_id: String,
}

impl OfStanding {
    async fn open(self) -> Result<Tables, Failure> {
        let sdk = aws::clients::operator_config().await;
        let keys = KeyRing::of_secret(Secrets::new(&sdk), self.keys_secret_id).await?;
        let names = Names {
            people: self.people,
            sessions: self.sessions,
            audit: self.audit_table,
            codes: String::new(),
            messages: String::new(),
            cache: String::new(),
        };
        let dynamodb = aws::clients::dynamodb(&sdk);
        Ok(Tables::new(dynamodb, names, Arc::new(keys)))
    }
}

/// Whose chat: an argument would stand in the shell's history.
fn address() -> std::io::Result<String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line)
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Make a new key and let it be the current one; the one before still opens what it has sealed.
    New(OfRing),
    /// Say what stands under which key, and which can be dropped; nothing is changed. Reads every item of the tables.
    Report {
        #[command(flatten)]
        ring: OfRing,
        #[command(flatten)]
        tables: OfTables,
    },
    /// Take an older key out of the ring, if nothing stands under it. Reads every item of the tables.
    Drop {
        /// The key's id, as the report shows it.
        #[arg(long)]
        id: String,
        #[command(flatten)]
        ring: OfRing,
        #[command(flatten)]
        tables: OfTables,
    },
}

#[derive(Debug, clap::Args)]
struct OfEvent {
    /// The body, byte for byte. Without it standard input is read.
    #[arg(long)]
    file: Option<PathBuf>,
    /// What its message is called: `svix-id`, or AMQP's `message_id`.
    #[arg(long)]
    message_id: Option<String>,
}

#[derive(Debug, clap::Args)]
struct OfRing {
    /// Name or ARN of the keys secret, as the stack's parameter `KeysSecretArn` has it.
    #[arg(long)]
    keys_secret_id: String,
}

impl OfRing {
    async fn open(&self) -> (Secrets, &str) {
        let sdk = aws::clients::operator_config().await;
        (Secrets::new(&sdk), &self.keys_secret_id)
    }
}

/// The tables' names, as the stack's outputs `PeopleTable`, `SessionsTable`, … have them.
#[derive(Debug, clap::Args)]
struct OfTables {
    #[arg(long = "people-table")]
    people: String,
    #[arg(long = "sessions-table")]
    sessions: String,
    #[arg(long = "codes-table")]
    codes: String,
    #[arg(long = "messages-table")]
    messages: String,
    #[arg(long = "cache-table")]
    cache: String,
}

impl OfTables {
    async fn open(self) -> (aws_sdk_dynamodb::Client, Names) {
        let names = Names {
            people: self.people,
            sessions: self.sessions,
            codes: self.codes,
            messages: self.messages,
            cache: self.cache,
            audit: String::new(),
        };
        (
            aws::clients::dynamodb(&aws::clients::operator_config().await),
            names,
        )
    }
}

#[derive(Debug, Subcommand)]
enum Broker {
    /// Declare exchange, queue, bindings and dead letters where they are missing; what is there is left as it is.
    Declare {
        /// As `amqps://USER:PASSWORD@HOST:5671`. Better in the environment, which a shell's history does not keep.
        #[arg(long, env = "BROKER_URL", hide_env_values = true)]
        url: SecretString,
        /// As the stack's parameter `EventsQueueName` has it.
        #[arg(long, default_value = broker::QUEUE)]
        queue: String,
        /// Where Flash publishes.
        #[arg(long, default_value = broker::EXCHANGE)]
        exchange: String,
    },
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
        let dynamodb = aws::clients::dynamodb(&aws::clients::operator_config().await);
        Gates::new(dynamodb, self.cache_table)
    }

    async fn bases(self) -> Bases {
        let dynamodb = aws::clients::dynamodb(&aws::clients::operator_config().await);
        Bases::new(dynamodb, self.cache_table)
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
    /// The queue's address, as the stack's outputs have it: `SendQueueUrl`, `ExpireQueueUrl`, `WakeQueueUrl`, `WatchQueueUrl`,
    /// `AskQueueUrl`, `EventsQueueUrl`.
    #[arg(long)]
    queue_url: String,
}

impl OfQueue {
    async fn open(&self) -> Result<DeadLetters, Failure> {
        let sqs = aws::clients::sqs(&aws::clients::operator_config().await);
        Ok(DeadLetters::of(sqs, &self.queue_url).await?)
    }
}

/// A page of 100 items costs some 15 read units: so the table serves its people meanwhile.
const BETWEEN_PAGES: Duration = Duration::from_millis(200);

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

async fn bring_back(how: Restore) -> Result<ExitCode, Failure> {
    let client = aws::clients::dynamodb(&aws::clients::operator_config().await);
    let how = restore::Restore {
        copy: &how.copy_table,
        people: &how.people_table,
        audit: &how.audit_table,
        source: how.source_table.as_deref(),
        since: how.since.as_deref().map(restore::moment).transpose()?,
        now: Clock::system().now(),
        write: how.write,
    };
    let restored = restore::restore(&client, &how).await?;
    show(&restored)?;
    Ok(code(restored.is_whole()))
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::CheckConfig {
            stage,
            parameters,
            samconfig,
            template,
        } => check_config([&template, &samconfig], &stage, &parameters).await,
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
        Command::Broker(Broker::Declare {
            url,
            queue,
            exchange,
        }) => {
            let wanted = broker::Wanted::new(&queue, &exchange)?;
            show(&broker::declare(&url, &wanted).await?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::SignEvent {
            event,
            secret,
            secret_file,
        } => sign_event(&event, secret, secret_file.as_deref()),
        Command::TraceEvent { event, ring } => trace_event(&event, &ring).await,
        Command::Keys(Keys::New(ring)) => {
            let (secrets, secret) = ring.open().await;
            show(&keys::new(&secrets, secret, Clock::system().now()).await?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Keys(Keys::Report { ring, tables }) => {
            let (secrets, secret) = ring.open().await;
            let (client, names) = tables.open().await;
            let now = Clock::system().now();
            let report = keys::report(&secrets, secret, &client, &names, now).await?;
            show(&report)?;
            Ok(code(report.is_good()))
        }
        Command::Keys(Keys::Drop { id, ring, tables }) => {
            let (secrets, secret) = ring.open().await;
            let (client, names) = tables.open().await;
            let now = Clock::system().now();
            let dropped = keys::drop_key(&secrets, secret, &id, &client, &names, now).await?;
            show(&dropped)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Roles(command) => change_roles(command).await,
        Command::Feedback {
            day,
            messages_table,
            keys_secret_id,
        } => {
            let sdk = aws::clients::operator_config().await;
            let keys = KeyRing::of_secret(Secrets::new(&sdk), keys_secret_id).await?;
            let names = Names {
                messages: messages_table,
                ..Names::with_prefix("")
            };
            let tables = Tables::new(aws::clients::dynamodb(&sdk), names, Arc::new(keys));
            show(&feedback::of_day(&tables, &day, Clock::system().now()).await?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Assistant(command) => assistant(command).await,
        Command::Knowledge(command) => change_knowledge(command).await,
        Command::Restore(how) => bring_back(how).await,
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

async fn check_config(
    [template, samconfig]: [&PathBuf; 2],
    stage: &str,
    given: &[String],
) -> Result<ExitCode, Failure> {
    let template = std::fs::read_to_string(template)?;
    let samconfig = std::fs::read_to_string(samconfig)?;
    let given: Vec<String> = given.iter().map(|line| line.trim().to_owned()).collect();
    let given: Vec<String> = given.into_iter().filter(|line| !line.is_empty()).collect();
    let (parameters, mut found) = check::parameters::read(&template, &samconfig, stage, &given)?;
    let read = check::Report(found.clone());
    if !read.is_good() {
        // What they name can't be asked before they name it.
        show(&read)?;
        return Ok(ExitCode::FAILURE);
    }
    let named = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    let sdk = aws::clients::operator_config().await;
    let (secrets, key) = check::outside::secrets(&Secrets::new(&sdk), &parameters).await;
    found.extend(secrets);
    let secrets = aws_sdk_secretsmanager::Client::new(&sdk);
    found.extend(check::account::keys_of_secrets(&secrets, &parameters).await);
    found.extend(check::account::topics(&aws::clients::sns(&sdk), &parameters).await);
    let page = parameters
        .get("LinkPageUrl")
        .or(parameters.get("PublicBaseUrl"));
    match page.and_then(origin) {
        Some(origin) => {
            found.extend(check::outside::flash(&named("FlashGraphqlUrl"), &origin).await);
        }
        None => found.push(check::Finding::not_checked(
            "Flash",
            "the API's own address is only known after the first deployment: give it as PublicBaseUrl then",
        )),
    }
    match key {
        Some(key) => {
            let asking = check::outside::Asking {
                api_url: &named("TwilioApiUrl"),
                content_url: twilio::content_api::TWILIO,
                key,
                operator: templates::own_key(&Config::from_env()),
                sender: &named("TwilioSender"),
                content_sids: &named("TwilioContentSids"),
            };
            found.extend(check::outside::twilio(asking, Clock::system().now()).await);
        }
        None => found.push(check::Finding::not_checked(
            "Twilio",
            "there is no key to ask with",
        )),
    }
    let lambda = aws_sdk_lambda::Client::new(&sdk);
    let limit = lambda.get_account_settings().send().await.ok();
    let limit = limit.and_then(|settings| settings.account_limit);
    let limit = limit.and_then(|limit| u64::try_from(limit.concurrent_executions).ok());
    found.push(check::outside::concurrency(&parameters, limit));
    let report = check::Report(found);
    show(&report)?;
    Ok(code(report.is_good()))
}

/// Scheme and host of a page.
fn origin(page: &str) -> Option<String> {
    let (scheme, rest) = page.split_once("://")?;
    let host = rest.split('/').next().filter(|host| !host.is_empty())?;
    Some(format!("{scheme}://{host}"))
}

async fn assistant(command: Assistant) -> Result<ExitCode, Failure> {
    let now = Clock::system().now();
    let standing = match command {
        Assistant::Status(cache) => assistant::status(&cache.open().await, now).await?,
        Assistant::On(cache) => assistant::on(&cache.open().await, now).await?,
        Assistant::Off(cache) => assistant::off(&cache.open().await, now).await?,
        Assistant::Review {
            day,
            messages_table,
            people_table,
            keys_secret_id,
        } => {
            let sdk = aws::clients::operator_config().await;
            let keys = KeyRing::of_secret(Secrets::new(&sdk), keys_secret_id).await?;
            let names = Names {
                messages: messages_table,
                people: people_table,
                ..Names::with_prefix("")
            };
            let tables = Tables::new(aws::clients::dynamodb(&sdk), names, Arc::new(keys));
            let day = day.unwrap_or_else(|| now.day());
            show(&assistant::of_day(&tables, &day, now).await?)?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    show(&standing)?;
    Ok(ExitCode::SUCCESS)
}

async fn change_knowledge(command: Knowledge) -> Result<ExitCode, Failure> {
    let now = Clock::system().now();
    match command {
        Knowledge::Check { file } => show(&knowledge::check(&knowledge::read(&file)?, now)?)?,
        Knowledge::Publish { file, cache } => {
            let text = knowledge::read(&file)?;
            show(&knowledge::publish(&cache.bases().await, &text, now).await?)?;
        }
        Knowledge::List(cache) => show(&knowledge::list(&cache.bases().await).await?)?,
        Knowledge::Use { version, cache } => {
            show(&knowledge::switch(&cache.bases().await, &version, now).await?)?;
        }
        Knowledge::Ours(cache) => show(&knowledge::ours(&cache.bases().await, now).await?)?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn change_roles(command: Roles) -> Result<ExitCode, Failure> {
    match command {
        Roles::Grant { role, of } => {
            let (tables, address) = (of.open().await?, address()?);
            show(&roles::grant(&tables, &address, role, Clock::system().now()).await?)?;
        }
        Roles::Revoke(of) => {
            let (tables, address) = (of.open().await?, address()?);
            show(&roles::revoke(&tables, &address, Clock::system().now()).await?)?;
        }
        Roles::Show(of) => {
            let (tables, address) = (of.open().await?, address()?);
            show(&roles::show(&tables, &address, Clock::system().now()).await?)?;
        }
        Roles::List(of) => {
            show(&roles::list(&of.open().await?, BETWEEN_PAGES).await?)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn sign_event(
    event: &OfEvent,
    secret: Option<SecretString>,
    file: Option<&Path>,
) -> Result<ExitCode, Failure> {
    let secret = events::secret(secret, file)?;
    let body = events::body(event.file.as_deref())?;
    let id = event.message_id.as_deref();
    show(&events::sign(&secret, id, &body, Clock::system().now())?)?;
    Ok(ExitCode::SUCCESS)
}

async fn trace_event(event: &OfEvent, ring: &OfRing) -> Result<ExitCode, Failure> {
    let body = events::body(event.file.as_deref())?;
    let (secrets, secret) = ring.open().await;
    let ring = KeyRing::of_secret(secrets, secret.to_owned()).await?;
    let id = event.message_id.as_deref();
    let trace = events::trace(&ring.current(), &body, id, Clock::system().now())?;
    show(&format_args!("{trace}\n"))?;
    Ok(ExitCode::SUCCESS)
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
