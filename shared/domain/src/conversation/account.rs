//! `account`, `username` and `limits`: what the linked account is shown as and allowed, as far as that is safe to read
//! over somebody's shoulder. No phone number, no e-mail address, no id.

use super::{Decision, Outcome, Turn, from_flash};
use crate::command::{Category, Command, Offered, Run, Takes};
use crate::flash::Account;
use crate::outbox::Reply;
use crate::receiving::{lightning_address, pay_link};
use crate::role::Role;
use crate::state::Link;
use crate::step_up::Proof;
use crate::texts;

pub(super) const USERNAME: Command = about_me(
    "username",
    &["my username", "usuario", "mi usuario"],
    &["username"],
    |turn, _| tell(turn, &USERNAME, username),
);

pub(super) const COMMAND: Command = about_me(
    "account",
    &["my account", "cuenta", "mi cuenta"],
    &["account"],
    |turn, _| tell(turn, &COMMAND, account),
);

pub(super) const LIMITS: Command = about_me(
    "limits",
    &["limit", "my limits", "límites", "limites", "mis límites"],
    &["limits"],
    |turn, _| tell(turn, &LIMITS, limits),
);

const fn about_me(
    name: &'static str,
    aliases: &'static [&'static str],
    examples: &'static [&'static str],
    run: Run,
) -> Command {
    Command {
        name,
        aliases,
        takes: Takes::Nothing,
        category: Category::Account,
        offered: Offered::Linked,
        role: Role::User,
        needs_link: true,
        proof: Proof::ForReading,
        changes: false,
        examples,
        run,
    }
}

fn tell(
    turn: &Turn<'_>,
    command: &Command,
    what: fn(&Turn<'_>, &Link, &Account) -> String,
) -> Decision {
    match (
        from_flash::account(turn, command, command.name),
        turn.link(),
    ) {
        (Ok(account), Some(link)) => {
            let outcome: Outcome = turn.say(Reply::from(what(turn, link, account)).of_link(link));
            outcome.into()
        }
        (Ok(_), None) => super::needs_link(turn, command),
        (Err(instead), _) => *instead,
    }
}

fn username(turn: &Turn<'_>, _: &Link, account: &Account) -> String {
    let (l, hosts) = (turn.language(), &turn.state.hosts);
    let Some(name) = &account.username else {
        return texts::no_username(l);
    };
    let (address, page) = (lightning_address(hosts, name), pay_link(hosts, name));
    texts::username(l, name, &address, &page)
}

fn account(turn: &Turn<'_>, link: &Link, account: &Account) -> String {
    let linked = (link.linked_at, link.ends_at);
    texts::account(turn.language(), account, linked, &turn.zone())
}

fn limits(turn: &Turn<'_>, _: &Link, account: &Account) -> String {
    texts::limits(turn.language(), account)
}
