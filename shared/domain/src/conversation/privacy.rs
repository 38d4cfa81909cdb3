//! `privacy`, `export my data`, `delete my data`.

use super::{Audit, Decision, Event, Question, Turn, agent, asked, step_up};
use crate::command::{Category, Command, Offered, Takes};
use crate::outbox::{Class, Reply};
use crate::preferences::Preferences;
use crate::role::Role;
use crate::state::{Asks, ExportPage, Person, Session};
use crate::step_up::Proof;
use crate::texts::{self, privacy};

pub(super) const COMMAND: Command = Command {
    name: "privacy",
    aliases: &[
        "my privacy",
        "privacy notice",
        "privacy policy",
        "privacidad",
    ],
    takes: Takes::Nothing,
    category: Category::Settings,
    offered: Offered::Always,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["privacy"],
    run: |turn, _| notice(turn),
};

pub(super) const EXPORT: Command = Command {
    name: "export my data",
    aliases: &[
        "export",
        "my data",
        "export data",
        "exportar mis datos",
        "mis datos",
    ],
    takes: Takes::Nothing,
    category: Category::Settings,
    offered: Offered::Never,
    role: Role::User,
    needs_link: false,
    proof: Proof::ForExport,
    changes: false,
    examples: &["export my data"],
    run: |turn, _| export(turn),
};

pub(super) const ERASE: Command = Command {
    name: "delete my data",
    aliases: &[
        "delete my account data",
        "delete data",
        "erase",
        "erase my data",
        "borrar mis datos",
    ],
    takes: Takes::Nothing,
    category: Category::Settings,
    offered: Offered::Never,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: false,
    examples: &["delete my data"],
    run: |turn, _| ask_erasure(turn),
};

pub(super) fn notice(turn: &Turn<'_>) -> Decision {
    turn.say(privacy::notice(turn.language())).into()
}

/// A page on which all that is kept can be saved. Nothing is shown to whoever has the number now and did not have it
/// before.
pub(super) fn export(turn: &Turn<'_>) -> Decision {
    let person = &turn.state.person;
    if turn.is_paused() {
        return turn.say(texts::link_paused(turn.language())).into();
    }
    if person.is_somebody_else(turn.message.user.as_ref()) {
        return turn.say(privacy::export_of_another(turn.language())).into();
    }
    if turn.is_unproven() {
        return turn.say(privacy::missed_export(turn.language())).into();
    }
    let Some(page) = &turn.answers.export_page else {
        return Decision::Ask(Question::ExportPage);
    };
    let linked_at = turn.link().map(|link| link.linked_at);
    let text = privacy::export_page(turn.language(), &page.url, linked_at, &turn.zone());
    let mut outcome = turn.say(Reply::from(text).class(Class::Code));
    outcome.session.export = Some(ExportPage {
        id: page.id.clone(),
        until: page.until,
        taken: 0,
    });
    outcome.audit.push(Audit {
        event: Event::ExportAsked,
        account: None,
    });
    outcome.into()
}

pub(super) fn ask_erasure(turn: &Turn<'_>) -> Decision {
    if turn.is_paused() {
        return turn.say(texts::link_paused(turn.language())).into();
    }
    let linked = turn.state.person.link.is_some();
    asked::ask(
        turn,
        Asks::Erasure,
        privacy::confirm_erasure(turn.language(), linked),
    )
    .into()
}

/// YES destroys.
pub(super) fn conclude(turn: &Turn<'_>, yes: bool) -> Decision {
    if !yes {
        return turn.say(privacy::nothing_erased(turn.language())).into();
    }
    let link = turn.state.person.link.as_ref();
    let live = link.filter(|link| turn.now < link.ends_at);
    let mut outcome = turn.say(privacy::erased(
        turn.language(),
        live.map(|link| link.ends_at),
        &turn.zone(),
    ));
    outcome.erases = true;
    outcome.person = Person::default();
    outcome.standing.preferences = Preferences::default();
    step_up::end(turn.state, &mut outcome);
    outcome.session = Session {
        assistant: turn.state.session.assistant.ended(),
        ..Session::begin(turn.now)
    };
    outcome.destroy_code = turn.state.code.as_ref().map(|code| code.challenge.clone());
    if let Some(link) = link {
        outcome.pointers.extend(turn.release(link));
        outcome.audit.push(Audit {
            event: Event::UnlinkedByPerson,
            account: Some(link.account.clone()),
        });
    }
    outcome.audit.push(Audit {
        event: Event::Erased,
        account: None,
    });
    agent::ends(turn, &mut outcome);
    outcome.into()
}
