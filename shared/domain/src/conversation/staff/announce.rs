//! `announce WORDS`: news of Flash's service to everybody who has agreed to news. A draft is counted and shown first; YES
//! lets it go out, bit by bit, `announce stop` ends it, `announce status` says how far it has come.

use super::no_longer_may;
use crate::announcement::{Announcement, Change, Readers, Stage, Words};
use crate::command::{Category, Command, Offered, Takes, is_invisible};
use crate::conversation::{Audit, Decision, Event, Outcome, Question, Turn, asked};
use crate::policy::ANNOUNCEMENT_CHARACTERS;
use crate::role::Role;
use crate::state::Asks;
use crate::step_up::Proof;
use crate::texts;

pub(in crate::conversation) const COMMAND: Command = Command {
    name: "announce",
    aliases: &["anunciar"],
    takes: Takes::Rest {
        looks_like_one: |_| true,
    },
    category: Category::Staff,
    offered: Offered::Staff,
    role: Role::Admin,
    needs_link: false,
    proof: Proof::ForStaff,
    changes: false,
    examples: &[
        "announce Payments are slow today; we are working on it",
        "announce es: Los pagos tardan hoy; lo estamos arreglando",
        "announce status",
        "announce stop",
    ],
    run,
};

/// What the shell has found about announcements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// The last one; None: there was none in the last months.
    pub last: Option<Announcement>,
    /// How many have agreed to news, where that was asked.
    pub readers: Option<Readers>,
}

fn run(turn: &Turn<'_>, typed: Option<&str>) -> Decision {
    let l = turn.language();
    match typed.map(str::to_lowercase).as_deref() {
        None => turn.say(texts::announce_how(l)).into(),
        Some("status" | "estado") => known(turn, false, state),
        Some("stop" | "parar") => known(turn, false, stop),
        Some(_) => known(turn, true, |turn, announced| {
            draft(turn, typed.unwrap_or_default(), announced)
        }),
    }
}

/// With what is known of announcements, and of how many would read one if that `counts`.
fn known(
    turn: &Turn<'_>,
    counts: bool,
    then: impl Fn(&Turn<'_>, &Announced) -> Outcome,
) -> Decision {
    match &turn.answers.announced {
        Some(announced) if announced.readers.is_some() || !counts => then(turn, announced).into(),
        _ => Decision::Ask(Question::Announcement { counts }),
    }
}

fn running(announced: &Announced) -> Option<&Announcement> {
    let last = announced.last.as_ref();
    last.filter(|last| last.stage == Stage::Running)
}

fn state(turn: &Turn<'_>, announced: &Announced) -> Outcome {
    turn.say(texts::announcement(
        turn.language(),
        announced.last.as_ref(),
    ))
}

fn stop(turn: &Turn<'_>, announced: &Announced) -> Outcome {
    let l = turn.language();
    let Some(running) = running(announced) else {
        return turn.say(texts::nothing_to_stop(l));
    };
    let mut outcome = turn.say(texts::announcement_stopped(l, running.told));
    outcome.announces = Some(Change::Stop {
        id: running.id.clone(),
    });
    outcome.audit.push(audit(Event::AnnouncementStopped));
    outcome
}

fn draft(turn: &Turn<'_>, typed: &str, announced: &Announced) -> Outcome {
    let l = turn.language();
    if running(announced).is_some() {
        return turn.say(texts::announcement_runs(l));
    }
    let whole = as_written(&turn.message.body, typed);
    let (spanish, words) = match whole.get(..3) {
        Some(start) if start.eq_ignore_ascii_case("es:") => {
            (true, whole.get(3..).unwrap_or_default().trim())
        }
        _ => (false, &*whole),
    };
    if words.chars().count() > ANNOUNCEMENT_CHARACTERS {
        return turn.say(texts::announcement_too_long(l));
    }
    let words = words.to_owned();
    let drafted = announced.last.as_ref().filter(|last| {
        // Somebody else's draft, or one that was not answered in time, is not built upon.
        let open = turn.state.session.open.as_ref();
        last.stage == Stage::Draft && open.is_some_and(|open| open.nonce == last.id)
    });
    let words = match (spanish, drafted) {
        (false, _) => Words {
            text: words,
            spanish: None,
        },
        (true, Some(drafted)) => Words {
            text: drafted.words.text.clone(),
            spanish: Some(words),
        },
        (true, None) => return turn.say(texts::announce_english_first(l)),
    };
    let readers = announced.readers.unwrap_or_default();
    if readers.count == 0 {
        return turn.say(texts::nobody_to_tell(l));
    }
    let text = texts::announcement_draft(l, &words, readers);
    let mut outcome = asked::ask(turn, Asks::Announcement, text);
    outcome.announces = Some(Change::Draft { words, readers });
    outcome
}

/// What was typed, with the punctuation at its end, which a command is read without. On one line: WhatsApp allows no line
/// breaks in what fills a template.
pub(super) fn as_written(body: &str, typed: &str) -> String {
    let visible: String = body
        .chars()
        .filter(|c| c.is_whitespace() || !is_invisible(*c))
        .collect();
    let body = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    match body.split_once(typed) {
        Some((_, end)) => format!("{typed}{end}"),
        None => typed.to_owned(),
    }
}

/// The answer to "Send it?".
pub(in crate::conversation) fn conclude(turn: &Turn<'_>, yes: bool) -> Decision {
    let l = turn.language();
    if !yes {
        return turn.say(texts::nothing_changed(l)).into();
    }
    if let Some(first) = no_longer_may(turn, &COMMAND) {
        return first;
    }
    let open = turn.state.session.open.as_ref();
    let id = open.map(|open| open.nonce.clone()).unwrap_or_default();
    known(turn, false, move |turn, announced| {
        let last = announced.last.as_ref();
        let Some(draft) = last.filter(|last| last.id == id && last.stage == Stage::Draft) else {
            return turn.say(texts::another_draft(l));
        };
        let mut outcome = turn.say(texts::announcement_starts(l, draft.readers));
        outcome.announces = Some(Change::Start {
            id: id.clone(),
            readers: draft.readers,
        });
        outcome.audit.push(audit(Event::Announced));
        outcome
    })
}

fn audit(event: Event) -> Audit {
    Audit {
        event,
        account: None,
    }
}
