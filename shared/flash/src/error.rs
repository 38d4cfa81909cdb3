//! Why Flash gave no answer. Nothing Flash wrote is ever part of an error: its messages can hold phone numbers and names.

use domain::flash::FlashTrouble;

/// What went wrong with one question to Flash.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the HTTP client could not be set up")]
    Setup(#[source] reqwest::Error),
    #[error("Flash could not be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("Flash did not answer in time")]
    Late(#[source] reqwest::Error),
    #[error("the credential cannot be sent in a header")]
    Unsendable,
    #[error("Flash's gateway refused the credential")]
    Unauthorized,
    #[error("Flash's gateway asks to slow down for {retry_after_s} s")]
    Limited { retry_after_s: u32 },
    #[error("Flash's gateway answered HTTP {0}")]
    Status(u16),
    #[error("Flash's answer is larger than any it should give")]
    Oversize,
    /// HTML, cut JSON, wrong types. Only the place is kept: the parser's own words quote what it read.
    #[error("Flash's answer breaks its schema at line {line}, column {column}")]
    Malformed { line: usize, column: usize },
    #[error("Flash's answer lacks {0} and does not say why")]
    Incomplete(&'static str),
    #[error("Flash has no price now and withheld the balance with it")]
    Priceless,
    #[error("Flash refused: {0:?}")]
    Refused(Refusal),
    #[error("no device of the account has the message: {0:?}")]
    Unpushed(Unpushed),
}

/// Why a message did not reach anybody's Flash app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpushed {
    /// Its owner wants none, or none of this kind.
    SwitchedOff,
    NoDevice,
    /// Installed once, and not any more.
    DevicesGone,
    /// The way to the devices is broken.
    NoneAccepted,
    /// For a reason that this project does not know.
    Other,
}

/// What an error inside Flash's answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The credential is gone or lacks a scope.
    Credential,
    /// A limiter inside Flash.
    Limited { retry_after_s: u32 },
    /// The wallet is being moved to another ledger.
    Moving,
    /// Flash's support must look at the account.
    Support,
    /// Passing trouble inside Flash, or nothing this project knows.
    Passing,
}

impl Error {
    pub(crate) fn malformed(error: &serde_json::Error) -> Self {
        Self::Malformed {
            line: error.line(),
            column: error.column(),
        }
    }

    pub(crate) fn transport(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_timeout() && !error.is_connect() {
            Self::Late(error)
        } else {
            Self::Unreachable(error)
        }
    }

    /// What the person should do next.
    pub fn trouble(&self) -> FlashTrouble {
        match self {
            Self::Unauthorized | Self::Unsendable | Self::Refused(Refusal::Credential) => {
                FlashTrouble::CredentialGone
            }
            Self::Limited { retry_after_s } | Self::Refused(Refusal::Limited { retry_after_s }) => {
                FlashTrouble::Busy {
                    retry_after_s: *retry_after_s,
                }
            }
            Self::Refused(Refusal::Moving) => FlashTrouble::Moving,
            Self::Refused(Refusal::Support) => FlashTrouble::NeedsSupport,
            _ => FlashTrouble::Unavailable,
        }
    }

    /// Whether asking the same again, at once, may help.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_)
            | Self::Malformed { .. }
            | Self::Incomplete(_)
            | Self::Refused(Refusal::Passing) => true,
            Self::Status(status) => *status >= 500,
            _ => false,
        }
    }

    /// One word for logs and metrics.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Setup(_) => "setup",
            Self::Unreachable(_) => "unreachable",
            Self::Late(_) => "late",
            Self::Unsendable => "unsendable",
            Self::Unauthorized => "unauthorized",
            Self::Limited { .. } | Self::Refused(Refusal::Limited { .. }) => "limited",
            Self::Status(_) => "status",
            Self::Oversize => "oversize",
            Self::Malformed { .. } => "malformed",
            Self::Incomplete(_) => "incomplete",
            Self::Priceless => "priceless",
            Self::Unpushed(_) => "unpushed",
            Self::Refused(Refusal::Credential) => "refused_credential",
            Self::Refused(Refusal::Moving) => "moving",
            Self::Refused(Refusal::Support) => "support",
            Self::Refused(Refusal::Passing) => "refused",
        }
    }
}
