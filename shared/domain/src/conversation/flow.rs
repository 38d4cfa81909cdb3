//! `problem`, and the words for what often goes wrong: guided flows, step by step, by number, by title or by button.

use super::{Decision, Turn, asked, run};
use crate::command::{Category, Command, Offered, Takes, tidy};
use crate::flow::{self, CHOICES, Choice, Flow, Leads, START, nth};
use crate::outbox::{QuickSet, Reply};
use crate::policy::FLOW_LIFE;
use crate::role::Role;
use crate::state::FlowStep;
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "problem",
    aliases: &[
        "problems",
        "trouble",
        "i have a problem",
        "something is wrong",
        "problema",
        "problemas",
        "tengo un problema",
    ],
    takes: Takes::Rest {
        looks_like_one: |rest| flow::named(&rest.to_lowercase()).is_some(),
    },
    category: Category::Help,
    offered: Offered::Always,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["problem", "problem lost phone"],
    run: |turn, rest| {
        let flow = rest.and_then(|rest| flow::named(&rest.to_lowercase()));
        match flow {
            Some(flow) => show(turn, flow, vec![START.to_owned()]),
            None => list(turn),
        }
    },
};

/// The step that waits for a choice.
fn step<'a>(turn: &'a Turn<'_>) -> Option<&'a FlowStep> {
    let step = turn.state.session.flow.as_ref();
    step.filter(|step| turn.now < step.until && !asked::waits(turn))
}

/// A flow is open.
pub(super) fn is_open(turn: &Turn<'_>) -> bool {
    step(turn).is_some()
}

/// The message is a choice of the step that waits, or asks for a flow.
pub(super) fn answer(turn: &Turn<'_>) -> Option<Decision> {
    let text = tidy(&turn.message.body).to_lowercase();
    let chosen = step(turn).and_then(|step| chosen(turn, step, &text));
    chosen.or_else(|| {
        let flow = flow::named(&text)?;
        Some(show(turn, flow, vec![START.to_owned()]))
    })
}

/// A flow is asked for in words that are no command's.
pub(super) fn is_asked_for(body: &str) -> bool {
    flow::named(&tidy(body).to_lowercase()).is_some()
}

/// A button with a number was tapped. None: another button, or one of a step before.
pub(super) fn tapped(turn: &Turn<'_>, payload: &str) -> Option<Decision> {
    let (number, nonce) = payload.strip_prefix("pick-")?.split_once(':')?;
    let step = step(turn).filter(|step| step.nonce == nonce)?;
    chosen(turn, step, number)
}

fn chosen(turn: &Turn<'_>, step: &FlowStep, text: &str) -> Option<Decision> {
    let is_number = text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    let again = |most: usize| {
        let text = texts::flow_number(turn.language(), most);
        is_number.then(|| turn.say_beside(text).into())
    };
    let Some(flow) = step.flow.as_deref() else {
        return match nth(flow::all(), text) {
            Some(flow) => Some(show(turn, flow, vec![START.to_owned()])),
            None => again(flow::all().len()),
        };
    };
    let flow = flow::of_id(flow)?;
    let node = flow.nodes.get(step.nodes.last()?)?;
    match node.chosen(text) {
        Some(choice) => follow(turn, flow, &step.nodes, choice),
        None if node.goes_back(text) => back(turn),
        None => again(CHOICES),
    }
}

fn follow(
    turn: &Turn<'_>,
    flow: &'static Flow,
    before: &[String],
    choice: &Choice,
) -> Option<Decision> {
    match choice.leads()? {
        Leads::To(next) => {
            let nodes = before.iter().cloned().chain([next.to_owned()]);
            Some(show(turn, flow, nodes.collect()))
        }
        Leads::Runs(command, rest) => Some(run(turn, command, rest.as_deref())),
    }
}

fn list(turn: &Turn<'_>) -> Decision {
    waits(turn, texts::flows(turn.language()).into(), None, Vec::new())
}

fn show(turn: &Turn<'_>, flow: &'static Flow, nodes: Vec<String>) -> Decision {
    let Some(node) = nodes.last().and_then(|node| flow.nodes.get(node)) else {
        return list(turn);
    };
    let text = texts::flow_step(turn.language(), node);
    if node.choices.is_empty() {
        return turn.say(text).into();
    }
    let reply = Reply::from(text).quick(QuickSet::Choose, vec![nonce(turn)]);
    waits(turn, reply, Some(flow.id.clone()), nodes)
}

/// A message's SID is never used twice, so it serves.
fn nonce(turn: &Turn<'_>) -> String {
    turn.message.sid.as_str().to_owned()
}

fn waits(turn: &Turn<'_>, reply: Reply, flow: Option<String>, nodes: Vec<String>) -> Decision {
    let mut outcome = turn.say(reply);
    outcome.session.flow = Some(FlowStep {
        flow,
        nodes,
        nonce: nonce(turn),
        until: turn.now.plus(FLOW_LIFE),
    });
    outcome.into()
}

/// A step back; from the first to the list of flows, and out of that.
pub(super) fn back(turn: &Turn<'_>) -> Option<Decision> {
    let step = step(turn)?;
    let Some(flow) = step.flow.as_deref().and_then(flow::of_id) else {
        return Some(close(turn));
    };
    let mut nodes = step.nodes.clone();
    nodes.pop();
    Some(show(turn, flow, nodes))
}

pub(super) fn close(turn: &Turn<'_>) -> Decision {
    turn.say(texts::flow_closed(turn.language())).into()
}
