//! What Flash says to a question about the linked account: asked once, and told why where there is no answer.

use super::{Decision, Question, Turn, needs_link};
use crate::command::Command;
use crate::flash::{Account, FlashTrouble};
use crate::state::Link;
use crate::texts;

/// Flash's answer, if it was got with the key of the sender's link, which is named beside it; else what comes in its
/// place: the question, or what the sender of `command` reads instead, who is told to send `again` once more.
pub(super) fn answer<'t, T>(
    turn: &Turn<'_>,
    command: &Command,
    again: &str,
    got: Option<(&str, &'t Result<T, FlashTrouble>)>,
    question: impl FnOnce(Link) -> Question,
) -> Result<&'t T, Box<Decision>> {
    let Some(link) = turn.link() else {
        return Err(Box::new(needs_link(turn, command)));
    };
    let told = |trouble| {
        let text = texts::flash_trouble(turn.language(), trouble, again);
        turn.say(text).into()
    };
    let instead = match got.filter(|(key_id, _)| *key_id == link.key_id) {
        Some((_, Ok(answer))) => return Ok(answer),
        None if turn.state.flash_is_down => told(FlashTrouble::Unavailable),
        None => Decision::Ask(question(link.clone())),
        Some((_, Err(FlashTrouble::CredentialGone))) => turn.ended(link).into(),
        Some((_, Err(trouble))) => told(*trouble),
    };
    Err(Box::new(instead))
}

/// What the linked account is allowed and shown as.
pub(super) fn account<'t>(
    turn: &Turn<'t>,
    command: &Command,
    again: &str,
) -> Result<&'t Account, Box<Decision>> {
    let got = turn.answers.account.as_ref();
    let got = got.map(|(key_id, account)| (key_id.as_str(), account));
    answer(turn, command, again, got, |link| Question::Account { link })
}
