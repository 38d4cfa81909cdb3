//! Each function's release `bootstrap`, run as a process that ends with the test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use sandbox::silence::{self, Kind, Stream};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use crate::template::Deployed;

const REGION: &str = "us-east-1";
/// Of a function's role.
const AWS_SECRET: &str = "secret-access-key-of-nobody";
const AWS_SESSION: &str = "session-token-of-nobody";

/// What `cargo lambda build` made of a function.
fn bootstrap(package: &str) -> PathBuf {
    let built = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("../lambda")
        .join(package)
        .join("bootstrap");
    assert!(
        built.exists(),
        "cargo lambda build --release --package {package} comes first"
    );
    built
}

/// What Lambda puts into every function's environment, and where AWS is.
fn environment(function: &Deployed, runtime_api: &str, aws: &str) -> BTreeMap<String, String> {
    for secret in [AWS_SECRET, AWS_SESSION] {
        silence::keep_private(Kind::Secret, secret);
    }
    let given = [
        ("AWS_LAMBDA_RUNTIME_API", runtime_api),
        ("AWS_LAMBDA_FUNCTION_NAME", &function.package),
        (
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            &function.memory.to_string(),
        ),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_LAMBDA_LOG_LEVEL", "TRACE"),
        (
            "AWS_LAMBDA_LOG_GROUP_NAME",
            &format!("/flash/test/{}", function.package),
        ),
        (
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "2026/11/22/[$LATEST]00000000000000000000000000000001",
        ),
        ("AWS_REGION", REGION),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", AWS_SECRET),
        ("AWS_SESSION_TOKEN", AWS_SESSION),
        ("AWS_ENDPOINT_URL", aws),
        ("_HANDLER", "bootstrap"),
        ("LAMBDA_TASK_ROOT", "/var/task"),
        ("LANG", "en_US.UTF-8"),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("TZ", ":UTC"),
    ];
    given
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// A function's process, with what it has written; killed when dropped.
pub(crate) struct Process {
    lines: Arc<Mutex<Vec<String>>>,
    readers: [JoinHandle<()>; 2],
    child: Child,
}

impl Process {
    /// Nothing is in its environment but Lambda's variables and the template's.
    pub(crate) fn spawn(function: &Deployed, runtime_api: &str, aws: &str) -> Self {
        let mut variables = environment(function, runtime_api, aws);
        variables.extend(function.variables.clone());
        Self::spawn_with(&function.package, variables)
    }

    pub(crate) fn spawn_with(package: &str, variables: BTreeMap<String, String>) -> Self {
        let built = bootstrap(package);
        let mut child = Command::new(&built)
            .current_dir(built.parent().unwrap())
            .env_clear()
            .envs(variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = Arc::default();
        let readers = [
            keep_lines(child.stdout.take().unwrap(), &lines),
            keep_lines(child.stderr.take().unwrap(), &lines),
        ];
        Self {
            lines,
            readers,
            child,
        }
    }

    /// What it has written so far.
    pub(crate) fn log(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// How it ended, by itself, once all that it wrote is read.
    pub(crate) async fn end(&mut self) -> ExitStatus {
        for reader in &mut self.readers {
            reader.await.unwrap();
        }
        self.child.wait().await.unwrap()
    }
}

fn keep_lines(
    from: impl AsyncRead + Unpin + Send + 'static,
    into: &Arc<Mutex<Vec<String>>>,
) -> JoinHandle<()> {
    let mut lines = BufReader::new(from).lines();
    let into = Arc::clone(into);
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            silence::heard(Stream::Logs, &line);
            into.lock().unwrap().push(line);
        }
    })
}
