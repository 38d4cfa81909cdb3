//! `assistant`, `alerts`, and whoever has not agreed to `notifications`: what the person agrees to, each asked for itself.

use super::{Audit, Decision, Event, Outcome, Recipient, Turn, asked, question};
use crate::command::{Category, Command, Offered, Takes};
use crate::consent::{Consent, Evidence, Kind, POLICY};
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts::privacy as texts;

pub(super) const ASSISTANT: Command = Command {
    name: "assistant",
    aliases: &["my assistant", "asistente"],
    takes: Takes::Nothing,
    category: Category::Settings,
    offered: Offered::Never,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["assistant"],
    run: |turn, _| ask(turn, Kind::Assistant),
};

pub(super) const ALERTS: Command = Command {
    name: "alerts",
    aliases: &["alert", "security alerts", "alertas"],
    takes: Takes::Nothing,
    category: Category::Settings,
    offered: Offered::Never,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["alerts"],
    run: |turn, _| ask(turn, Kind::AlertsAfterStop),
};

pub(super) fn ask(turn: &Turn<'_>, kind: Kind) -> Decision {
    let standing = &turn.state.standing;
    // What was agreed to is the business of whose link it is.
    if turn.is_paused() {
        return turn.say(crate::texts::link_paused(turn.language())).into();
    }
    if kind == Kind::AlertsAfterStop && standing.opted_out_at.is_none() {
        return turn.say(texts::alerts_come_anyway(turn.language())).into();
    }
    asks(turn, kind, None).into()
}

/// The question, after how it stands, and after `first`.
pub(super) fn asks(turn: &Turn<'_>, kind: Kind, first: Option<String>) -> Outcome {
    let standing = &turn.state.standing;
    let stands = match (standing.consents.of(kind), standing.opted_out_at) {
        // What STOP took back is no answer.
        (Some(alerts), Some(out)) if kind == Kind::AlertsAfterStop && alerts.at < out => None,
        (consent, _) => consent,
    };
    let question = texts::question(turn.language(), kind);
    let stands = stands.map(|it| texts::standing(turn.language(), it, &turn.zone()));
    let parts: Vec<_> = first.into_iter().chain(stands).chain([question]).collect();
    asked::ask(turn, kind.into(), parts.join("\n\n"))
}

/// The answer counts from now on, and is kept with the words that were shown.
pub(super) fn conclude(turn: &Turn<'_>, kind: Kind, given: bool) -> Decision {
    if kind == Kind::AlertsAfterStop && turn.state.standing.opted_out_at.is_none() {
        return turn.say(texts::alerts_come_anyway(turn.language())).into();
    }
    let mut outcome = turn.say(texts::answered(turn.language(), kind, given));
    if kind == Kind::Assistant {
        question::after_consent(turn, given, &mut outcome);
    }
    let consents = &mut outcome.standing.consents;
    consents.set(kind, Consent::now(given, turn.now));
    outcome.audit.push(Audit {
        event: Event::ConsentAnswered,
        account: None,
    });
    outcome.consent = Some(Evidence {
        kind,
        given,
        policy: POLICY.to_owned(),
        wording: texts::question(turn.language(), kind),
        language: turn.language(),
    });
    outcome.into()
}

/// Whoever agreed to something under a notice that has changed since is told so once, after an answer of theirs.
pub(super) fn tell_of_change(turn: &Turn<'_>, outcome: &mut Outcome) {
    let standing = &turn.state.standing;
    let answered = !outcome.says.is_empty() && !outcome.flooded && outcome.consent.is_none();
    // After STOP nothing is sent that was not asked for.
    if !answered || standing.opted_out_at.is_some() || !standing.consents.must_tell() {
        return;
    }
    let outdated = |kind: &Kind| {
        let consent = standing.consents.of(*kind);
        *kind != Kind::AlertsAfterStop && consent.is_some_and(Consent::is_outdated)
    };
    let kinds: Vec<_> = Kind::ALL.into_iter().filter(outdated).collect();
    if kinds.is_empty() {
        return;
    }
    let told = texts::notice_changed(turn.language(), &kinds).into();
    outcome.says.push((Recipient::Sender, told));
    outcome.standing.consents.told_of = Some(POLICY.to_owned());
}
