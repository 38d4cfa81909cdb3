//! `currency`: in which currency this chat shows money, and the choice of another.

use super::{Decision, Question, Turn, from_flash};
use crate::command::{Category, Command, Offered, Takes};
use crate::flash::FlashTrouble;
use crate::money::Currency;
use crate::place;
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "currency",
    aliases: &["currencies", "my currency", "moneda", "monedas", "divisa"],
    takes: Takes::Rest {
        looks_like_one: |rest| !rest.contains(' ') && rest.chars().count() <= LONGEST,
    },
    category: Category::Settings,
    offered: Offered::Always,
    role: Role::User,
    needs_link: false,
    proof: Proof::Never,
    changes: true,
    examples: &["currency", "currency JMD", "currency flash"],
    run,
};

/// Codes have 3 or 4 letters; what is a little longer is a slip or a name.
const LONGEST: usize = 12;

/// What goes back to the account's own currency.
const OWN: [&str; 4] = ["FLASH", "OFF", "DEFAULT", "NO"];

fn run(turn: &Turn<'_>, rest: Option<&str>) -> Decision {
    match rest.map(str::to_uppercase) {
        None => show(turn).unwrap_or_else(|instead| *instead),
        Some(code) if OWN.contains(&code.as_str()) => choose(turn, None),
        Some(code) => validate(turn, &code),
    }
}

/// Which one is set, and examples of others; all of them only Flash knows.
fn show(turn: &Turn<'_>) -> Result<Decision, Box<Decision>> {
    let l = turn.language();
    let text = match &turn.state.person.currency {
        Some(code) => texts::currency_chosen(l, code),
        None if turn.link().is_some() => texts::currency_of_account(l, of_account(turn)?),
        None => texts::currency_of_place(l, place::currency(&turn.message.from)),
    };
    Ok(turn.say(text).into())
}

/// What the account is shown in. None: it can't be told now.
fn of_account<'t>(turn: &Turn<'t>) -> Result<Option<&'t str>, Box<Decision>> {
    let locked = turn.state.guard.locked_by_staff(turn.now).is_some();
    if locked || turn.is_unproven() || turn.state.flash_is_down {
        return Ok(None);
    }
    match (
        from_flash::account(turn, &COMMAND, COMMAND.name),
        &turn.answers.account,
    ) {
        (Ok(account), _) => Ok(Some(&account.currency)),
        (Err(_), Some((_, Err(trouble)))) if *trouble != FlashTrouble::CredentialGone => Ok(None),
        (Err(instead), _) => Err(instead),
    }
}

fn validate(turn: &Turn<'_>, code: &str) -> Decision {
    let l = turn.language();
    let trouble = match &turn.answers.currencies {
        Some(Ok(listed)) if !listed.is_empty() => {
            return match listed.iter().find(|currency| currency.code == code) {
                Some(currency) => choose(turn, Some(currency)),
                None => turn.say(texts::currency_unknown(l, code, listed)).into(),
            };
        }
        None if !turn.state.flash_is_down => return Decision::Ask(Question::Currencies),
        Some(Err(trouble @ FlashTrouble::Busy { .. })) => *trouble,
        // No key is used here, so nothing can be wrong with one; and no currency at all is nonsense.
        Some(Ok(_) | Err(_)) | None => FlashTrouble::Unavailable,
    };
    turn.say(texts::flash_trouble(l, trouble, COMMAND.name))
        .into()
}

fn choose(turn: &Turn<'_>, currency: Option<&Currency>) -> Decision {
    let l = turn.language();
    let linked = turn.link().is_some();
    let mut outcome = turn.say(match currency {
        Some(currency) => texts::currency_set(l, currency, linked),
        None => texts::currency_given_back(l, linked),
    });
    outcome.person.currency = currency.map(|currency| currency.code.clone());
    outcome.into()
}
