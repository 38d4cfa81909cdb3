//! `operator check-config`: what a deployment would stand on, looked at before it. Nothing is changed anywhere, nothing is sent to
//! anybody, and no value of a secret is shown.

pub mod account;
mod content;
pub mod outside;
pub mod parameters;
mod whole;

use std::fmt;

/// What became of one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Good,
    /// The deployment would not work.
    Wrong(String),
    /// The deployment works without, and what is to be done some day.
    Note(String),
    /// Nobody can tell from here, and why.
    NotChecked(String),
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub about: String,
    pub outcome: Outcome,
}

impl Finding {
    pub fn good(about: impl Into<String>) -> Self {
        Self::new(about, Outcome::Good)
    }

    pub fn wrong(about: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(about, Outcome::Wrong(why.into()))
    }

    pub fn note(about: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(about, Outcome::Note(why.into()))
    }

    pub fn not_checked(about: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(about, Outcome::NotChecked(why.into()))
    }

    fn new(about: impl Into<String>, outcome: Outcome) -> Self {
        let about = about.into();
        Self { about, outcome }
    }

    /// Good, unless there is a reason to call it wrong.
    pub fn unless(about: impl Into<String>, wrong: Option<String>) -> Self {
        match wrong {
            None => Self::good(about),
            Some(why) => Self::wrong(about, why),
        }
    }
}

/// Everything that was looked at, a line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report(pub Vec<Finding>);

impl Report {
    pub fn is_good(&self) -> bool {
        let wrong = |finding: &Finding| matches!(finding.outcome, Outcome::Wrong(_));
        !self.0.iter().any(wrong)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding { about, outcome } in &self.0 {
            match outcome {
                Outcome::Good => writeln!(f, "good         {about}")?,
                Outcome::Wrong(why) => writeln!(f, "WRONG        {about}: {why}")?,
                Outcome::Note(why) => writeln!(f, "note         {about}: {why}")?,
                Outcome::NotChecked(why) => writeln!(f, "not checked  {about}: {why}")?,
            }
        }
        Ok(())
    }
}
