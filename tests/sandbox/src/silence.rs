//! For the silence check: what a process's functions say, write and send, and what of it they should keep to themselves.
//!
//! With `FLASH_SILENCE_DIR` set, every process that uses this crate writes five files there, called after its program and
//! its id: the lines of its functions' logs, the requests that go to the tables, the messages that go to the queues, the
//! steps that the phone page shows, and the private values that were used meanwhile. `e2e --bin silence` compares them.
//! Without the variable nothing is kept.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws::queue::{Queue, QueueMessage, QueueName};
use aws::telemetry;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::WorldClock;
use crate::database::LocalDatabase;
use crate::fault::Faults;
use crate::queue::LocalQueue;
use crate::trace::Traces;
use crate::world::Failure;

/// Where the files go.
pub const FOLDER: &str = "FLASH_SILENCE_DIR";

/// The name of the file with private values.
pub const VALUES: &str = "values";

/// Said to be somebody's number, and put into every stream on purpose: where it is not found, nothing can be.
pub const CANARY: &str = "+18765559999";

/// Where a value can get out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stream {
    /// A function's log, as it would stand in CloudWatch, and its errors, as Lambda would get them.
    Logs,
    /// Requests to DynamoDB.
    Tables,
    /// Messages of SQS.
    Queues,
    /// What the phone page shows beside the chat.
    Traces,
}

impl Stream {
    pub const ALL: [Self; 4] = [Self::Logs, Self::Tables, Self::Queues, Self::Traces];

    /// The last part of its files' names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::Tables => "tables",
            Self::Queues => "queues",
            Self::Traces => "traces",
        }
    }
}

/// What a private value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number or user id, as WhatsApp addresses it, with or without its channel.
    Address,
    /// By which somebody goes at WhatsApp or Flash.
    Name,
    /// A message, from a person or to one.
    Text,
    /// Degrees of somebody's place.
    Place,
    Code,
    /// An API key of Flash.
    ApiKey,
    /// What stands in the address of a page that is for one chat.
    LinkToken,
    /// A log-in at Flash.
    Session,
    /// What only we and Twilio, AWS or Flash know.
    Secret,
    /// Money, as a number.
    Amount,
    Canary,
}

/// A private value, as it stands in its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Private {
    pub kind: Kind,
    pub value: String,
}

struct Record {
    folder: PathBuf,
    process: String,
    files: Mutex<Files>,
}

#[derive(Default)]
struct Files {
    open: Vec<(&'static str, File)>,
    /// Most is said again and again; once is enough.
    seen: HashSet<u64>,
    planted: bool,
}

static RECORD: OnceLock<Option<Record>> = OnceLock::new();

fn record() -> Option<&'static Record> {
    RECORD.get_or_init(begin).as_ref()
}

#[expect(
    clippy::disallowed_methods,
    reason = "not a setting of the bot, and asked of every test program alike"
)]
fn begin() -> Option<Record> {
    let folder = PathBuf::from(std::env::var_os(FOLDER)?);
    std::fs::create_dir_all(&folder)
        .unwrap_or_else(|error| panic!("{FOLDER} can't be written: {error}"));
    let program = std::env::current_exe().unwrap_or_default();
    let program = program.file_stem().unwrap_or_default().to_string_lossy();
    // Cargo adds a hash to a test program's name.
    let name = match program.rsplit_once('-') {
        Some((name, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            name
        }
        _ => &program,
    };
    Some(Record {
        folder,
        process: format!("{name}-{}", std::process::id()),
        files: Mutex::default(),
    })
}

impl Record {
    fn write(&self, file: &'static str, line: &str) {
        let mut hasher = DefaultHasher::new();
        (file, line).hash(&mut hasher);
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if !files.seen.insert(hasher.finish()) {
            return;
        }
        let place = files.open.iter().position(|(name, _)| *name == file);
        let place = place.unwrap_or_else(|| {
            let path = self.folder.join(format!("{}.{file}", self.process));
            let opened = OpenOptions::new().create(true).append(true).open(&path);
            let opened = opened.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            files.open.push((file, opened));
            files.open.len() - 1
        });
        // A line is one line, whatever it quotes.
        let line = format!("{}\n", line.replace('\n', "\\n"));
        let written = files.open[place].1.write_all(line.as_bytes());
        // What is not written can't be searched.
        written.unwrap_or_else(|error| panic!("{FOLDER}: {error}"));
    }
}

/// Whether this process keeps what it says.
pub fn is_kept() -> bool {
    record().is_some()
}

/// Something was said, written or sent.
pub fn heard(stream: Stream, line: &str) {
    if let Some(record) = record() {
        record.write(stream.name(), line);
    }
}

/// A call to AWS, with what it brought.
pub fn called(stream: Stream, operation: &str, body: &[u8]) {
    if is_kept() {
        let body = String::from_utf8_lossy(body);
        let body = serde_json::from_str(&body).unwrap_or(Value::String(body.into_owned()));
        heard(stream, &json!({ operation: body }).to_string());
    }
}

/// This must not be found in any stream.
pub fn keep_private(kind: Kind, value: &str) {
    if let Some(record) = record()
        && !value.is_empty()
    {
        record.write(VALUES, &json!({"kind": kind, "value": value}).to_string());
    }
}

/// A function gave up: what Lambda is told, and what its runtime could print.
pub fn failed(error: &(impl std::error::Error + ?Sized)) {
    if is_kept() {
        let told = json!({"error": error.to_string(), "debug": format!("{error:?}")});
        heard(Stream::Logs, &told.to_string());
    }
}

/// The `keys` secret, member by member.
pub fn keep_keys_private(secret: &str) {
    let secret: Value = serde_json::from_str(secret).unwrap_or_default();
    let ring = secret["ring"].as_array().into_iter().flatten();
    let keys = ring.map(|key| &key["key"]).chain([&secret["pepper"]]);
    for key in keys.filter_map(Value::as_str) {
        keep_private(Kind::Secret, key);
    }
}

/// The form of a message to or from a person, as Twilio posts and takes it.
pub(crate) fn keep_form_private(form: &[u8]) {
    if !is_kept() {
        return;
    }
    for (name, value) in form_urlencoded::parse(form) {
        match &*name {
            "From" | "To" | "WaId" | "ExternalUserId" if value != crate::world::SENDER => {
                keep_private(Kind::Address, &value);
            }
            "ProfileName" => keep_private(Kind::Name, &value),
            "Body" | "ButtonText" => keep_private(Kind::Text, &value),
            "Latitude" | "Longitude" => keep_private(Kind::Place, &value),
            "ContentVariables" => {
                let variables: Value = serde_json::from_str(&value).unwrap_or_default();
                for value in variables
                    .as_object()
                    .into_iter()
                    .flat_map(|all| all.values())
                {
                    keep_private(Kind::Text, value.as_str().unwrap_or_default());
                }
            }
            _ if name.starts_with("MediaUrl") => keep_private(Kind::Text, &value),
            _ => {}
        }
    }
}

/// What an event of an HTTP API brings to a function.
pub fn keep_event_private(event: &Value) {
    if !is_kept() {
        return;
    }
    let body = event["body"].as_str().unwrap_or_default();
    let body = if event["isBase64Encoded"] == true {
        STANDARD.decode(body).unwrap_or_default()
    } else {
        body.as_bytes().to_vec()
    };
    let path = event["rawPath"].as_str().unwrap_or_default();
    if path.starts_with("/whatsapp/") {
        keep_form_private(&body);
    }
    if path == "/flash/events" {
        keep_flash_event_private(&body);
    }
    let pages = ["/link/", "/confirm/", "/export/", "/qr/"];
    if let Some(token) = pages.iter().find_map(|page| path.strip_prefix(page)) {
        let token = token.split('/').next().unwrap_or_default();
        if token != "captcha-frame" {
            keep_private(Kind::LinkToken, token);
        }
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        keep_private(Kind::ApiKey, body["api_key"].as_str().unwrap_or_default());
    }
}

/// What an event of Flash's says of people.
pub fn keep_flash_event_private(body: &[u8]) {
    if is_kept() {
        keep_said(&serde_json::from_slice(body).unwrap_or_default());
    }
}

fn keep_said(value: &Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let text = value.as_str().unwrap_or_default();
                match name.as_str() {
                    "memo" => keep_private(Kind::Text, text),
                    "senderName"
                    | "receiverName"
                    | "counterpartyUsername"
                    | "counterPartyUsername" => keep_private(Kind::Name, text),
                    "webhookSecret" => keep_private(Kind::Secret, text),
                    _ => keep_said(value),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(keep_said),
        _ => {}
    }
}

/// What a function's answer shows to the one who asked, and to nobody else.
pub fn keep_answer_private(body: &[u8]) {
    if is_kept() {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        keep_private(Kind::Code, body["code"].as_str().unwrap_or_default());
    }
}

/// Somebody of Flash's, as the people route shows them.
pub(crate) fn keep_person_private(person: &Value) {
    for (field, kind) in [
        ("phone", Kind::Address),
        ("name", Kind::Name),
        ("username", Kind::Name),
    ] {
        keep_private(kind, person[field].as_str().unwrap_or_default());
    }
    if person["balance"].is_number() {
        keep_private(Kind::Amount, &person["balance"].to_string());
    }
}

/// Somebody's number, on purpose.
#[derive(Debug, thiserror::Error)]
#[error("{CANARY}")]
struct Canary;

/// Lets the canary go by every way that a function's words take; once in a process.
pub(crate) async fn plant_canary(
    clock: &WorldClock,
    database: &LocalDatabase,
) -> Result<(), Failure> {
    let first = record().is_some_and(|record| {
        let mut files = record.files.lock().unwrap_or_else(PoisonError::into_inner);
        !std::mem::replace(&mut files.planted, true)
    });
    if !first {
        return Ok(());
    }
    keep_private(Kind::Canary, CANARY);
    telemetry::failure("canary", &Canary);
    Traces::new(clock.clone()).add("canary", "canary", "note", CANARY, "", "planted");
    let faults = Arc::<Faults>::default();
    let message = QueueMessage::redriven("canary", CANARY.to_owned(), None);
    LocalQueue::new(clock.clone(), Arc::clone(&faults))
        .send(QueueName::Wake, &[message])
        .await?;
    let (client, name) = (database.client(faults), &database.names.cache);
    let key = AttributeValue::S(CANARY.to_owned());
    let put = client.put_item().table_name(name).item("key", key.clone());
    put.send().await?;
    let delete = client.delete_item().table_name(name).key("key", key);
    delete.send().await?;
    Ok(())
}
