//! `help`, step by step, and the way to it for whoever typed something else.

use super::guess::{self, Guess};
use super::{Decision, Turn, asked, question, staff, step_up};
use crate::command::{COMMANDS, Category, Command, Offered, Reader, Takes, Topic, topic};
use crate::outbox::{Buttons, QuickSet, Reply};
use crate::policy::{JUST_LINKED, TROUBLE_MEMORY};
use crate::role::Role;
use crate::state::Asks;
use crate::step_up::Proof;
use crate::texts::{self, Nearby, Opening};

pub(super) const COMMAND: Command = Command {
    name: "help",
    aliases: &[
        "menu",
        "?",
        "hi",
        "hello",
        "good morning",
        "good afternoon",
        "good evening",
        "commands",
        "help me",
        "ayuda",
        "hola",
        "buenos días",
        "buenas tardes",
        "buenas noches",
        "menú",
        "comandos",
    ],
    takes: Takes::Rest {
        looks_like_one: |rest| topic(rest).is_some(),
    },
    category: Category::Help,
    offered: Offered::Always,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["help", "help money", "help balance"],
    run: |turn, about| match about.and_then(topic) {
        None => run(turn),
        Some(Topic::Category(category)) => subject(turn, category),
        Some(Topic::Command(command)) => in_full(turn, command),
    },
};

/// What most people want here, by their names.
const FIRST: &[&str] = &["balance", "history", "receive", "request"];
const FIRST_UNLINKED: &[&str] = &["link", "price"];

/// As whom the sender reads help.
pub(super) fn reader(turn: &Turn<'_>) -> Reader {
    Reader {
        linked: turn.link().is_some(),
        opted_out: turn.state.standing.opted_out_at.is_some(),
        role: staff::role(turn),
        receiving: turn.state.receiving,
    }
}

pub(super) fn run(turn: &Turn<'_>) -> Decision {
    let reader = reader(turn);
    let first = if reader.linked { FIRST } else { FIRST_UNLINKED };
    let first = first.iter().filter_map(|name| Command::named(name));
    let first: Vec<_> = first.filter(|command| command.works_for(reader)).collect();
    let subjects: Vec<_> = Category::ALL
        .into_iter()
        .filter(|category| *category != Category::Help && !listed(*category, reader).is_empty())
        .collect();
    let text = texts::help(turn.language(), &opening(turn), &first, &subjects);
    let menu = match (reader.linked, reader.receiving) {
        (false, false) => QuickSet::HelpUnlinked,
        (false, true) => QuickSet::HelpUnlinkedReceiving,
        (true, false) => QuickSet::HelpLinked,
        (true, true) => QuickSet::HelpReceiving,
    };
    turn.say(Reply::from(text).quick(menu, Vec::new())).into()
}

fn opening(turn: &Turn<'_>) -> Opening {
    let person = &turn.state.person;
    match turn.state.guard.locked(turn.now) {
        Some(until) => Opening::Locked(crate::place::day_and_time(
            turn.language(),
            until,
            &turn.zone(),
        )),
        None if turn.link().is_some() => Opening::Linked,
        None if turn.is_paused() => Opening::Paused,
        None if turn.is_linking() => Opening::Linking,
        None if person.link.is_some() => Opening::Ended,
        None => Opening::Unlinked,
    }
}

fn listed(category: Category, reader: Reader) -> Vec<&'static Command> {
    let listed = COMMANDS
        .iter()
        .filter(|command| command.category == category && command.is_listed_for(reader));
    listed.collect()
}

/// The commands of one subject.
fn subject(turn: &Turn<'_>, category: Category) -> Decision {
    let reader = reader(turn);
    let commands = listed(category, reader);
    if commands.is_empty() {
        return nothing(turn, reader, category);
    }
    let needs_link = |command: &&&Command| command.needs_link || command.offered == Offered::Linked;
    let link_first = !reader.linked && commands.iter().any(|command| needs_link(&command));
    let text = texts::help_subject(turn.language(), category, &commands, link_first);
    turn.say(text).into()
}

/// There is nothing of that subject for this reader.
fn nothing(turn: &Turn<'_>, reader: Reader, category: Category) -> Decision {
    if category == Category::Receiving && !reader.receiving {
        return turn.say(texts::help_switched_off(turn.language())).into();
    }
    run(turn)
}

/// One command: what it does, examples, what it needs.
fn in_full(turn: &Turn<'_>, command: &'static Command) -> Decision {
    let reader = reader(turn);
    if !command.is_for(reader) {
        return nothing(turn, reader, command.category);
    }
    let needs_link = command.needs_link || command.offered == Offered::Linked;
    let proof = command.proof != Proof::Never;
    let text = texts::help_command(
        turn.language(),
        command,
        needs_link && !reader.linked,
        proof,
    );
    let about = format!("help {}", command.name);
    let reply = Reply::from(text).quick(QuickSet::Thumbs, vec![about]);
    turn.say(reply).into()
}

/// What was typed is no command: what may have been meant, else what fits where the sender stands.
pub(super) fn pointer(turn: &Turn<'_>) -> Decision {
    if let Some(guess) = guess::guess(&turn.message.body, reader(turn)) {
        return did_you_mean(turn, &guess);
    }
    if let Some(asked) = question::of_words(turn) {
        return asked;
    }
    let nearby = nearby(turn);
    let buttons = match nearby {
        Nearby::Linked | Nearby::JustLinked | Nearby::Trouble(_) => Buttons::StartLinked,
        Nearby::Unlinked | Nearby::Linking | Nearby::Ended | Nearby::Paused => {
            Buttons::StartUnlinked
        }
    };
    let text = texts::unknown(turn.language(), nearby);
    turn.say(Reply::from(text).with(buttons)).into()
}

/// Where YES would run exactly this, it waits for it; the button always works.
fn did_you_mean(turn: &Turn<'_>, guess: &Guess) -> Decision {
    let typed = guess.typed();
    let kept = step_up::waiting(guess.command, guess.rest.as_deref());
    let whole = match &guess.rest {
        None => true,
        Some(rest) => kept == format!("{} {rest}", guess.command.name),
    };
    let text = texts::did_you_mean(turn.language(), &typed, whole);
    let reply = Reply::from(text).quick(QuickSet::Suggest, vec![typed]);
    let mut outcome = turn.say(reply);
    if whole {
        outcome.session.open = Some(asked::opened(turn, Asks::Suggestion, Some(kept)));
    }
    outcome.into()
}

fn nearby(turn: &Turn<'_>) -> Nearby {
    let recent = |at, within| (0..within).contains(&turn.now.since(at));
    let trouble = turn.state.session.trouble.as_ref();
    let trouble = trouble.filter(|trouble| recent(trouble.at, TROUBLE_MEMORY));
    let again = trouble.and_then(|trouble| Command::named(&trouble.command));
    match (turn.link(), again) {
        (Some(_), Some(command)) => Nearby::Trouble(command.name),
        (Some(link), None) if recent(link.linked_at, JUST_LINKED) => Nearby::JustLinked,
        (Some(_), None) => Nearby::Linked,
        (None, _) if turn.is_paused() => Nearby::Paused,
        (None, _) if turn.is_linking() => Nearby::Linking,
        (None, _) if turn.state.person.link.is_some() => Nearby::Ended,
        (None, _) => Nearby::Unlinked,
    }
}
