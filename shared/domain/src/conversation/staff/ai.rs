//! `ai report`, `ai off`, `ai on`: how the assistant is doing, and whether a model answers at all.

use crate::breaker::Breaker;
use crate::command::{Category, Command, Offered, Takes};
use crate::conversation::{Audit, Decision, Event, Question, Turn};
use crate::policy::REPORT_DAYS;
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;
use crate::time::Moment;

pub(in crate::conversation) const COMMAND: Command = Command {
    name: "ai",
    aliases: &["ia"],
    takes: Takes::Setting {
        looks_like_one: |rest| wish(rest).is_some(),
    },
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Admin,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: false,
    examples: &["ai report", "ai report 7", "ai off", "ai on"],
    run,
};

/// How the model stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelStands {
    /// One is connected.
    pub connected: bool,
    pub breaker: Breaker,
    /// Since when nobody's question goes to it.
    pub off_since: Option<Moment>,
    /// Questions that went to it in this hour.
    pub asked_this_hour: u64,
}

/// What is wanted of the assistant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Report { days: u32 },
    Switch { on: bool },
}

fn wish(rest: &str) -> Option<Wish> {
    let rest = rest.to_lowercase();
    match rest.as_str() {
        "on" | "encender" => return Some(Wish::Switch { on: true }),
        "off" | "apagar" => return Some(Wish::Switch { on: false }),
        _ => {}
    }
    let days = ["report", "informe"]
        .iter()
        .find_map(|word| rest.strip_prefix(word))?;
    if days.is_empty() {
        return Some(Wish::Report { days: 1 });
    }
    let days = days.strip_prefix(' ')?.parse().ok()?;
    Some(Wish::Report { days })
}

fn run(turn: &Turn<'_>, rest: Option<&str>) -> Decision {
    match rest.and_then(wish).unwrap_or(Wish::Report { days: 1 }) {
        Wish::Report { days } => report(turn, days),
        Wish::Switch { on } => {
            let mut outcome = turn.say(texts::ai_switched(turn.language(), on));
            outcome.switches_model = Some(on);
            outcome.audit.push(Audit {
                event: Event::ModelSwitched,
                account: None,
            });
            outcome.into()
        }
    }
}

fn report(turn: &Turn<'_>, days: u32) -> Decision {
    let l = turn.language();
    if !(1..=REPORT_DAYS).contains(&days) {
        return turn.say(texts::ai_report_days(l)).into();
    }
    let Some(stands) = &turn.answers.model else {
        return Decision::Ask(Question::Model);
    };
    match &turn.answers.report {
        Some(report) => {
            let text = texts::ai_report(l, report, stands, turn.now, &turn.zone());
            turn.say(text).into()
        }
        None => Decision::Ask(Question::Report { days }),
    }
}
