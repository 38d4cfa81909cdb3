//! `link`: a page for this chat, on which the person logs in to Flash.

use super::{Decision, Question, Turn};
use crate::guard::Issue;
use crate::outbox::{Buttons, Class, Reply};
use crate::policy::CODE_ISSUE_GAP;
use crate::state::Page;
use crate::texts;

pub(super) fn run(turn: &Turn<'_>) -> Decision {
    if turn.link().is_some() {
        return turn
            .say(Reply::from(texts::already_linked()).with(Buttons::StartLinked))
            .into();
    }
    if let Some(until) = turn.state.guard.locked(turn.now) {
        return turn.say(texts::chat_locked(until, &turn.zone())).into();
    }
    // A minute's wait is over by the time somebody has logged in; a longer one is told before they try.
    if let Issue::Wait(until) = turn.state.guard.may_issue(turn.now, false)
        && until.since(turn.now) > CODE_ISSUE_GAP
    {
        return turn.say(texts::codes_paused(until, &turn.zone())).into();
    }
    if turn.message.from.phone().is_some() {
        match turn.answers.has_flash_account {
            None => return Decision::Ask(Question::HasFlashAccount),
            Some(Some(false)) => return turn.say(texts::no_flash_account()).into(),
            Some(Some(true) | None) => {}
        }
    }
    let Some(page) = &turn.answers.link_page else {
        return Decision::Ask(Question::LinkPage);
    };
    let mut outcome = turn.say(Reply::from(texts::link_page(&page.url)).class(Class::Code));
    outcome.session.page = Some(Page {
        id: page.id.clone(),
        until: page.until,
        issues: 0,
        key_digest: None,
    });
    // The page that this one replaces may have left a code behind, which no longer belongs to anything.
    outcome.destroy_code = turn.state.code.as_ref().map(|code| code.challenge.clone());
    outcome.into()
}
