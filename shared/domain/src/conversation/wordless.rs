//! What is no text, or has no words in it: a picture, a voice note, a place on the map, a reaction.
//!
//! A caption is a text like any other. What it shows is not looked at, and neither fetched nor kept.

use super::{Brings, Decision, Turn, asked};
use crate::command::is_invisible;
use crate::texts;

/// Something that can be read: not only blanks and characters that show nothing.
fn has_words(body: &str) -> bool {
    body.chars().any(|c| !c.is_whitespace() && !is_invisible(c))
}

/// The answer to whoever has sent no words; None: there are some.
pub(super) fn answer(turn: &Turn<'_>) -> Option<Decision> {
    let message = turn.message;
    if message.brings == Brings::Reaction {
        return Some(reaction(turn));
    }
    (!has_words(&message.body)).then(|| cannot(turn))
}

/// The answer to words that are no command, beside something else.
pub(super) fn beside_words(turn: &Turn<'_>) -> Option<Decision> {
    (turn.message.brings != Brings::Text).then(|| cannot(turn))
}

fn cannot(turn: &Turn<'_>) -> Decision {
    let linked = turn.link().is_some();
    turn.say_beside(texts::wordless(
        turn.language(),
        turn.message.brings,
        linked,
    ))
    .into()
}

/// It is no answer to a question, and asks for none itself.
fn reaction(turn: &Turn<'_>) -> Decision {
    if asked::waits(turn) {
        return asked::again(turn);
    }
    let mut outcome = turn.say_beside(String::new());
    outcome.says.clear();
    outcome.into()
}
