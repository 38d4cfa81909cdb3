//! What a message adds to the risk of its chat, and what follows from that.

use super::{Audit, Event, Outcome, Recipient, Turn, step_up};
use crate::risk::{self, Level};
use crate::texts;
use crate::time::Moment;

/// Locks a chat that has brought it so far by itself, ends its session with the lock, and records an alert when the
/// score comes to where somebody should look.
pub(super) fn watch(turn: &Turn<'_>, outcome: &mut Outcome) {
    let (before, now) = (&turn.state.guard, turn.now);
    if outcome.guard == *before {
        return;
    }
    let account = turn.state.person.live_link(now);
    let account = account.map(|link| link.account.clone());
    let line = |event| Audit {
        event,
        account: account.clone(),
    };
    if risk::locks(before, &outcome.guard, now) {
        let (guard, until) = outcome.guard.locked_for_misuse(now);
        outcome.guard = guard;
        outcome.audit.push(line(Event::ChatLocked));
        let locked = texts::locked_for_misuse(turn.language(), until, &turn.zone());
        let to_sender = |(to, _): &&mut (Recipient, _)| *to == Recipient::Sender;
        if let Some((_, reply)) = outcome.says.iter_mut().find(to_sender) {
            reply.text = format!("{}\n\n{locked}", reply.text);
        }
    }
    if before.locked(now).is_none() && outcome.guard.locked(now).is_some() {
        outcome.session = outcome.session.anew(now);
        outcome.destroy_code = turn.state.code.as_ref().map(|code| code.challenge.clone());
        step_up::end(turn.state, outcome);
        // Whatever was proven in this session counts no more.
        if let Some(link) = &mut outcome.person.link {
            link.proven_at = Some(Moment::from_unix(0));
        }
    }
    if risk::level(before, now) < Level::Alert && risk::level(&outcome.guard, now) == Level::Alert {
        outcome.audit.push(line(Event::RiskAlert));
    }
}
