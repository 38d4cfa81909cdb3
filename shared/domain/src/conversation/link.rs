//! `link`, `renew`: a page for this chat, on which the person logs in to Flash, for a first key or the next one.

use super::{Decision, Question, Turn};
use crate::command::{Category, Command, Offered, Takes};
use crate::guard::Issue;
use crate::outbox::{Buttons, Class, Reply};
use crate::policy::CODE_ISSUE_GAP;
use crate::renewal;
use crate::risk::Sign;
use crate::role::Role;
use crate::state::Page;
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "link",
    aliases: &[
        "connect",
        "link my account",
        "link account",
        "start linking",
        "renew",
        "vincular",
        "conectar",
        "renovar",
    ],
    takes: Takes::Nothing,
    category: Category::Account,
    offered: Offered::Unlinked,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["link"],
    run: |turn, _| run(turn),
};

pub(super) fn run(turn: &Turn<'_>) -> Decision {
    let link = turn.link();
    if let Some(link) = link.filter(|link| !renewal::may_renew(link, turn.now)) {
        return turn
            .say(
                Reply::from(texts::already_linked(
                    turn.language(),
                    link.ends_at,
                    &turn.zone(),
                ))
                .with(Buttons::StartLinked),
            )
            .into();
    }
    if let Some(until) = turn.state.guard.locked(turn.now) {
        return turn
            .say(texts::chat_locked(turn.language(), until, &turn.zone()))
            .into();
    }
    // A minute's wait is over by the time somebody has logged in; a longer one is told before they try.
    if let Issue::Wait(until) = turn.state.guard.may_issue(turn.now, false)
        && until.since(turn.now) > CODE_ISSUE_GAP
    {
        return turn
            .say(texts::codes_paused(turn.language(), until, &turn.zone()))
            .into();
    }
    if link.is_none() && turn.message.from.phone().is_some() {
        match turn.answers.has_flash_account {
            None => return Decision::Ask(Question::HasFlashAccount),
            Some(Some(false)) => return turn.say(texts::no_flash_account(turn.language())).into(),
            Some(Some(true) | None) => {}
        }
    }
    let Some(page) = &turn.answers.link_page else {
        return Decision::Ask(Question::LinkPage);
    };
    let text = match link {
        Some(link) => texts::renewal_page(turn.language(), &page.url, link.ends_at, &turn.zone()),
        None => texts::link_page(turn.language(), &page.url),
    };
    let mut outcome = turn.say(Reply::from(text).class(Class::Code));
    let page_before = turn.state.session.page.as_ref();
    if page_before.is_some_and(|page| turn.now < page.until) {
        outcome.guard = outcome.guard.noted(Sign::PageAgain, turn.now);
    }
    outcome.session.page = Some(Page {
        id: page.id.clone(),
        until: page.until,
        issues: 0,
        key_digest: None,
        refused: 0,
    });
    // The page that this one replaces may have left a code behind, which no longer belongs to anything.
    outcome.destroy_code = turn.state.code.as_ref().map(|code| code.challenge.clone());
    outcome.into()
}
