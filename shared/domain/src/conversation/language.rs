//! `language`: in which language the bot answers. The name of one, alone, chooses it as well.

use super::{Decision, Outcome, Turn};
use crate::command::{Category, Command, Offered, Takes};
use crate::language::Language;
use crate::role::Role;
use crate::state::State;
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "language",
    aliases: &["languages", "idioma", "idiomas", "lenguaje", "lengua"],
    takes: Takes::Rest {
        looks_like_one: |rest| !rest.contains(' '),
    },
    category: Category::Settings,
    offered: Offered::Always,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: true,
    examples: &["language", "language español"],
    run: |turn, rest| match rest.map(Language::named) {
        None => turn.say(texts::language_now(turn.language())).into(),
        Some(None) => turn.say(texts::language_which(turn.language())).into(),
        Some(Some(language)) => choose(turn, language),
    },
};

pub(super) const ENGLISH: Command = Command {
    name: "english",
    aliases: &["inglés", "ingles"],
    takes: Takes::Nothing,
    offered: Offered::Never,
    examples: &["english"],
    run: |turn, _| choose(turn, Language::English),
    ..COMMAND
};

pub(super) const SPANISH: Command = Command {
    name: "spanish",
    aliases: &["español", "espanol", "castellano"],
    takes: Takes::Nothing,
    offered: Offered::Never,
    examples: &["español"],
    run: |turn, _| choose(turn, Language::Spanish),
    ..COMMAND
};

fn choose(turn: &Turn<'_>, language: Language) -> Decision {
    let mut outcome = turn.say_in(language, texts::language_chosen(language));
    outcome.person.language = Some(language);
    outcome.into()
}

/// With the language that has been chosen, here or by linking, if one has: whatever else is said now is in it, too.
pub(super) fn after(state: &State, outcome: &Outcome) -> Option<State> {
    let chosen = outcome.person.own_language();
    let chosen = chosen.filter(|_| chosen != state.person.own_language())?;
    let mut after = state.clone();
    after.person.language = Some(chosen);
    Some(after)
}
