//! `report`, `report 7`: what was counted on the last days, for admins.

use crate::command::{Category, Command, Offered, Takes};
use crate::conversation::{Decision, Question, Turn};
use crate::policy::REPORT_DAYS;
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;

pub(in crate::conversation) const COMMAND: Command = Command {
    name: "report",
    aliases: &["informe"],
    takes: Takes::Rest {
        looks_like_one: |rest| rest.bytes().all(|b| b.is_ascii_digit()),
    },
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Admin,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: false,
    examples: &["report", "report 7"],
    run,
};

fn run(turn: &Turn<'_>, days: Option<&str>) -> Decision {
    let days = days.map_or(Some(1), |days| days.parse().ok());
    let Some(days) = days.filter(|days| (1..=REPORT_DAYS).contains(days)) else {
        return turn.say(texts::report_days(turn.language())).into();
    };
    match &turn.answers.report {
        Some(report) => turn.say(texts::report(turn.language(), report)).into(),
        None => Decision::Ask(Question::Report { days }),
    }
}
