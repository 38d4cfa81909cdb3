//! What is compared: our functions, the same calls without them, the same in Node, and a function that does nothing.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::{Child, Command};

use super::Wrong;
use super::cloud::REGION;
use super::tools::Tools;

/// Which message it is given: one that came, or one that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Webhook,
    Outbound,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Webhook, Self::Outbound];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Outbound => "outbound",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// By us, and compared with the next one.
    Ours,
    /// Of the same calls, and nothing else.
    Calls,
    Node,
    Empty,
}

#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) side: Side,
    pub(crate) made: Made,
    /// What is zipped: a `bootstrap`, or a folder.
    pub(crate) code: PathBuf,
}

impl Program {
    pub(crate) fn all(tools: &Tools) -> Result<Vec<Self>, Wrong> {
        let node = tools.node()?;
        let named = [
            ("webhook", "`webhook`", Side::Webhook, Made::Ours),
            (
                "webhook-calls",
                "its calls, in Rust",
                Side::Webhook,
                Made::Calls,
            ),
            ("empty", "nothing, in Rust", Side::Webhook, Made::Empty),
            ("outbound", "`outbound`", Side::Outbound, Made::Ours),
            (
                "outbound-calls",
                "its calls, in Rust",
                Side::Outbound,
                Made::Calls,
            ),
        ];
        let built = tools.bootstraps(&named.map(|(file, ..)| file))?;
        let rust = named.into_iter().zip(built);
        let mut programs: Vec<Self> = rust
            .map(|((_, name, side, made), code)| Self {
                name,
                side,
                made,
                code,
            })
            .collect();
        programs.extend(Side::BOTH.map(|side| Self {
            name: "its calls, in Node",
            side,
            made: Made::Node,
            code: node.clone(),
        }));
        programs.sort_by_key(|program| program.side == Side::Outbound);
        Ok(programs)
    }

    /// With which words it is started.
    pub(crate) fn words(&self) -> Vec<OsString> {
        if self.made == Made::Node {
            let file = self.code.join(format!("{}.js", self.side.name()));
            vec!["node".into(), file.into()]
        } else {
            vec![self.code.clone().into()]
        }
    }

    /// Starts it, or something that runs it, with Lambda's variables and `settings`.
    pub(crate) fn start(
        words: &[OsString],
        settings: &BTreeMap<String, String>,
        runtime_api: &str,
        log: &Path,
    ) -> Result<Child, Wrong> {
        let log = std::fs::File::create(log)?;
        let (program, words) = words.split_first().ok_or("nothing to start")?;
        let mut command = Command::new(program);
        command
            .args(words)
            .env_clear()
            .envs(settings)
            .env("PATH", Tools::path())
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
            .envs([
                ("AWS_LAMBDA_FUNCTION_NAME", "function"),
                ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
                ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
                ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
                ("AWS_LAMBDA_LOG_LEVEL", "TRACE"),
                ("AWS_LAMBDA_LOG_GROUP_NAME", "/bench/function"),
                ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
                ("AWS_REGION", REGION),
                ("AWS_DEFAULT_REGION", REGION),
                ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
                ("AWS_SECRET_ACCESS_KEY", "example"),
                ("AWS_SESSION_TOKEN", "example"),
            ])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true);
        let child = command.spawn();
        Ok(child.map_err(|error| format!("{}: {error}", program.display()))?)
    }
}
