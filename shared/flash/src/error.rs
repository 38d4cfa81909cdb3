//! Why Flash gave no answer. Nothing Flash wrote is ever part of an error: its messages can hold phone numbers and names.

use domain::flash::FlashTrouble;

use crate::codes::{GATEWAY_WAIT_S, Means, meaning};

/// What went wrong with one question to Flash.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the HTTP client could not be set up")]
    Setup(#[source] reqwest::Error),
    #[error("Flash could not be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("Flash did not answer in time")]
    Late(#[source] reqwest::Error),
    #[error("the time for all of Flash's work was used up before this was asked")]
    OutOfTime,
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
    #[error("Flash could not tell the limits and withheld the account with them")]
    Limitless,
    #[error("Flash refused: {0:?}")]
    Refused(Refusal),
    #[error("the invoice is not the one that was asked for: {0}")]
    Invoice(&'static str),
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
    /// Flash knows no such account, wallet or transaction.
    Absent,
    /// The same question will always have this answer.
    Declined,
    /// Passing trouble inside Flash, or nothing this project knows.
    Passing,
}

/// No limit of Flash's is longer, seconds: its longest block is a day.
const LONGEST_WAIT_S: u32 = 86_400;

impl Refusal {
    /// `codes` in the order in which they decide; `asked`: the seconds that Flash says to wait.
    pub(crate) fn of(codes: [Option<&str>; 2], message: &str, asked: Option<u32>) -> Self {
        match meaning(codes, message) {
            Some(Means::Credential) => Self::Credential,
            Some(Means::Limited(usual_s)) => Self::Limited {
                retry_after_s: asked.unwrap_or(usual_s).min(LONGEST_WAIT_S),
            },
            Some(Means::Moving) => Self::Moving,
            Some(Means::Support) => Self::Support,
            Some(Means::Absent) => Self::Absent,
            Some(Means::Declined) => Self::Declined,
            Some(Means::Passing) | None => Self::Passing,
        }
    }

    /// The first that says more than that something passing went wrong; None where there is none at all.
    pub(crate) fn most_telling(refusals: impl Iterator<Item = Self>) -> Option<Self> {
        refusals.reduce(|first, next| if first == Self::Passing { next } else { first })
    }
}

impl Error {
    /// The gateway's own limit, for so many seconds; or it has not said for how long.
    pub(crate) fn limited(asked: Option<u32>) -> Self {
        Self::Limited {
            retry_after_s: asked.unwrap_or(GATEWAY_WAIT_S).min(LONGEST_WAIT_S),
        }
    }

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
            Self::Refused(Refusal::Absent | Refusal::Declined) => FlashTrouble::Declined,
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
            Self::Late(_) | Self::OutOfTime => "late",
            Self::Unsendable => "unsendable",
            Self::Unauthorized => "unauthorized",
            Self::Limited { .. } | Self::Refused(Refusal::Limited { .. }) => "limited",
            Self::Status(_) => "status",
            Self::Oversize => "oversize",
            Self::Malformed { .. } => "malformed",
            Self::Incomplete(_) => "incomplete",
            Self::Priceless => "priceless",
            Self::Limitless => "limitless",
            Self::Unpushed(_) => "unpushed",
            Self::Refused(Refusal::Credential) => "refused_credential",
            Self::Refused(Refusal::Moving) => "moving",
            Self::Refused(Refusal::Support) => "support",
            Self::Refused(Refusal::Absent) => "absent",
            Self::Refused(Refusal::Declined) => "declined",
            Self::Refused(Refusal::Passing) => "refused",
            Self::Invoice(_) => "invoice",
        }
    }
}
