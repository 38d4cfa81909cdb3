//! Why a model gave no answer. Nothing that it or its server wrote is ever part of an error: servers quote what they were
//! asked.

use std::time::Duration;

use domain::assistant::ModelTrouble;

/// What went wrong with one question.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the client could not be set up: {0}")]
    Setup(&'static str),
    #[error("the HTTP client could not be set up")]
    Http(#[source] reqwest::Error),
    #[error("the API key cannot be sent in a header")]
    Unsendable,
    #[error("the model could not be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the model did not answer in time")]
    Late,
    /// It is asked nothing then.
    #[error("the enclave has not proved what it is: {0}")]
    Unproven(&'static str),
    #[error("the model's server refused the API key")]
    Unauthorized,
    #[error("the model's server asks to slow down")]
    Limited { retry_after: Option<Duration> },
    #[error("the model's server answered HTTP {0}")]
    Status(u16),
    #[error("the model's answer is larger than any it should give")]
    Oversize,
    /// HTML, cut JSON, wrong types. Only the place is kept: the parser's own words quote what it read.
    #[error("the answer is no chat completion at line {line}, column {column}")]
    Malformed { line: usize, column: usize },
    #[error("the model said nothing")]
    Empty,
    #[error("the server's own filter withheld the model's answer")]
    Filtered,
    #[error("the model declined to answer")]
    Declined,
}

impl Error {
    /// What the person is to be told.
    pub const fn trouble(&self) -> ModelTrouble {
        ModelTrouble::Failed
    }

    /// The service is at fault, not this question: another one would most likely fail as well.
    pub const fn is_outage(&self) -> bool {
        !matches!(self, Self::Empty | Self::Filtered | Self::Declined)
    }

    /// The same may go well if it is asked again. Nothing is changed by a question, so it is always safe.
    pub(crate) const fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Limited { .. } | Self::Malformed { .. } => true,
            Self::Status(status) => matches!(status, 408 | 500..),
            _ => false,
        }
    }

    /// How long the server wants to be left alone.
    pub(crate) const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Limited { retry_after } => *retry_after,
            _ => None,
        }
    }

    pub(crate) fn malformed(error: &serde_json::Error) -> Self {
        Self::Malformed {
            line: error.line(),
            column: error.column(),
        }
    }

    pub(crate) fn of_status(status: u16, retry_after: Option<Duration>) -> Self {
        match status {
            401 | 403 => Self::Unauthorized,
            429 => Self::Limited { retry_after },
            503 if retry_after.is_some() => Self::Limited { retry_after },
            _ => Self::Status(status),
        }
    }

    /// One word for logs and metrics.
    pub const fn outcome(&self) -> &'static str {
        match self {
            Self::Setup(_) | Self::Http(_) => "setup",
            Self::Unsendable => "unsendable",
            Self::Unreachable(_) => "unreachable",
            Self::Late => "late",
            Self::Unproven(_) => "unproven",
            Self::Unauthorized => "unauthorized",
            Self::Limited { .. } => "limited",
            Self::Status(_) => "status",
            Self::Oversize => "oversize",
            Self::Malformed { .. } => "malformed",
            Self::Empty => "empty",
            Self::Filtered => "filtered",
            Self::Declined => "declined",
        }
    }
}
