//! `notifications`: which news somebody gets, and when. Whoever has not agreed to any is asked that first; what they set
//! holds from their yes on.

use jiff::tz::TimeZone;

use super::{Decision, Outcome, Turn, consent};
use crate::command::{Category, Command, Offered, Takes};
use crate::consent::{Consent, Kind};
use crate::outbox::{QuickSet, Reply};
use crate::preferences::{About, Preferences, Setting, Topic, Typed, read};
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts::{self, Holds};

pub(super) const COMMAND: Command = Command {
    name: "notifications",
    aliases: &["notification", "notificaciones", "avisos"],
    takes: Takes::Setting {
        looks_like_one: |rest| read(rest).is_some(),
    },
    category: Category::Settings,
    offered: Offered::Never,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &[
        "notifications",
        "notifications off",
        "notifications sent off",
        "notifications minimum 5",
        "notifications quiet 10pm-7am",
        "notifications daily",
        "notifications pause 1 day",
    ],
    run,
};

fn run(turn: &Turn<'_>, rest: Option<&str>) -> Decision {
    // What was agreed to is the business of whose link it is.
    if turn.is_paused() {
        return turn.say(texts::link_paused(turn.language())).into();
    }
    match rest.and_then(read) {
        Some(Typed::News(false)) => end(turn),
        Some(Typed::Unclear(why)) => {
            let text = texts::preference_unclear(turn.language(), &why);
            turn.say(text).into()
        }
        Some(Typed::Change(setting)) => change(turn, &setting).into(),
        _ if !agreed(turn) => consent::ask(turn, Kind::Notifications),
        Some(Typed::About(about)) => one(turn, about).into(),
        Some(Typed::News(true)) | None => all(turn).into(),
    }
}

fn answer<'t>(turn: &'t Turn<'_>) -> Option<&'t Consent> {
    turn.state.standing.consents.of(Kind::Notifications)
}

fn agreed(turn: &Turn<'_>) -> bool {
    answer(turn).is_some_and(Consent::counts)
}

/// A yes is taken back as easily as it was given.
fn end(turn: &Turn<'_>) -> Decision {
    if answer(turn).is_some_and(|answer| !answer.given) {
        let text = texts::privacy::answered(turn.language(), Kind::Notifications, false);
        return turn.say(text).into();
    }
    consent::conclude(turn, Kind::Notifications, false)
}

fn holds<'t>(turn: &Turn<'_>, what: &'t Preferences, zone: &'t TimeZone) -> Holds<'t> {
    Holds {
        what,
        zone,
        now: turn.now,
        agreed: agreed(turn),
        opted_out: turn.state.standing.opted_out_at.is_some(),
    }
}

fn all(turn: &Turn<'_>) -> Outcome {
    let (l, zone) = (turn.language(), turn.zone());
    let since = answer(turn).map(|answer| texts::privacy::standing(l, answer, &zone));
    let all = texts::preferences(l, holds(turn, &turn.state.standing.preferences, &zone));
    let parts: Vec<_> = since.into_iter().chain([all]).collect();
    turn.say(list(parts.join("\n\n")))
}

fn list(text: String) -> Reply {
    Reply::from(text).quick(QuickSet::Notifications, Vec::new())
}

fn one(turn: &Turn<'_>, about: About) -> Outcome {
    let (what, zone) = (&turn.state.standing.preferences, turn.zone());
    let text = texts::preference(turn.language(), about, holds(turn, what, &zone));
    let reply = Reply::from(text);
    turn.say(match about {
        About::Topic(topic) => {
            let typed = match topic {
                Topic::Service => "news",
                topic => topic.as_str(),
            };
            reply.quick(QuickSet::NotificationsTopic, vec![typed.to_owned()])
        }
        About::Minimum => reply.quick(QuickSet::NotificationsMinimum, Vec::new()),
        About::Quiet => reply.quick(QuickSet::NotificationsQuiet, Vec::new()),
        About::Often => reply.quick(QuickSet::NotificationsOften, Vec::new()),
        About::Pause => reply.quick(QuickSet::NotificationsPause, Vec::new()),
        About::Zone => reply,
    })
}

fn change(turn: &Turn<'_>, setting: &Setting) -> Outcome {
    let before = &turn.state.standing.preferences;
    let after = before.with(setting, &turn.zone(), turn.now);
    // A zone that was just named is that of the answer.
    let zone = after.zone(&turn.message.from);
    let said = texts::preference_set(turn.language(), setting, holds(turn, &after, &zone));
    let mut outcome = if agreed(turn) {
        turn.say(list(said))
    } else {
        consent::asks(turn, Kind::Notifications, Some(said))
    };
    outcome.standing.preferences = after;
    outcome
}
