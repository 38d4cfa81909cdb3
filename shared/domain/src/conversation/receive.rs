//! `receive`: where the linked account is paid; with an amount also a code for just that, which lives for a minute.

use super::{Decision, Outcome, Question, Recipient, Turn, from_flash, needs_link};
use crate::amount::{self, Amount, AmountError, Typed};
use crate::command::{Category, Command, Offered, Takes};
use crate::flash::{Account, Invoice};
use crate::ids::WalletId;
use crate::money::Cents;
use crate::outbox::{Class, QuickSet, Reply};
use crate::outside;
use crate::policy::{BUTTON_ID, CAPTION, PRICE_STALE, RECEIVE_MEMO, RETRY};
use crate::receiving::{lightning_address, pay_link};
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts::{self, PaidAt};
use crate::watched::Watched;

pub(super) const COMMAND: Command = Command {
    name: "receive",
    aliases: &[
        "recibir",
        "invoice",
        "cobrar",
        "get paid",
        "receive money",
        "recibir dinero",
    ],
    takes: Takes::Rest {
        looks_like_one: |_| true,
    },
    category: Category::Receiving,
    offered: Offered::Linked,
    role: Role::User,
    needs_link: true,
    proof: Proof::Never,
    changes: false,
    examples: &["receive", "receive 5", "receive 5.50 lunch"],
    run: |turn, rest| run(turn, rest).unwrap_or_else(|instead| *instead),
};

/// The invoice that is asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct InvoiceFor {
    pub wallet: WalletId,
    pub cents: Cents,
    /// What it is for, made harmless.
    pub memo: Option<String>,
}

/// What somebody is paid for is their own.
impl std::fmt::Debug for InvoiceFor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InvoiceFor(…)")
    }
}

/// An invoice, and where a picture of it can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshInvoice {
    pub invoice: Invoice,
    /// Private: whoever has it sees the invoice.
    pub picture: String,
}

/// How much somebody wants, as they typed it, and what for.
struct Wanted {
    amount: Amount,
    memo: Option<String>,
}

fn run(turn: &Turn<'_>, rest: Option<&str>) -> Result<Decision, Box<Decision>> {
    let l = turn.language();
    if !turn.state.receiving {
        return Err(says(turn, texts::receiving_is_off(l)));
    }
    // What can't be meant is refused before anybody is asked.
    let wanted = rest.map(|rest| wanted(turn, rest)).transpose()?;
    let again = wanted
        .as_ref()
        .map_or_else(|| COMMAND.name.to_owned(), again);
    let account = from_flash::account(turn, &COMMAND, &again)?;
    let at = paid_at(turn, account);
    let Some(wanted) = wanted else {
        let text = texts::receive_anything(l, at.as_ref());
        return Ok(of_link(turn, Reply::from(text)).into());
    };
    let cents = in_cents(turn, &wanted.amount, account)?;
    let asked = InvoiceFor {
        wallet: account.wallet.clone(),
        cents,
        memo: wanted.memo.clone(),
    };
    match &turn.answers.invoice {
        Some((made_for, Ok(fresh))) if *made_for == asked => {
            show(turn, &wanted, account, fresh).ok_or_else(|| Box::new(needs_link(turn, &COMMAND)))
        }
        // There is no key to be wrong with: an invoice is asked for with none.
        Some((made_for, Err(trouble))) if *made_for == asked => {
            let text = texts::no_invoice(l, *trouble, &command(&wanted), at.as_ref());
            Ok(of_link(turn, Reply::from(text)).into())
        }
        _ => Ok(Decision::Ask(Question::Invoice(asked))),
    }
}

fn says(turn: &Turn<'_>, text: String) -> Box<Decision> {
    Box::new(turn.say(text).into())
}

fn of_link(turn: &Turn<'_>, reply: Reply) -> Outcome {
    turn.say(match turn.link() {
        Some(link) => reply.of_link(link),
        None => reply,
    })
}

fn wanted(turn: &Turn<'_>, rest: &str) -> Result<Wanted, Box<Decision>> {
    let l = turn.language();
    let (amount, memo) = amount::leading(rest)
        .map_err(|error| says(turn, texts::receive_how(l, texts::not_an_amount(l, error))))?;
    let memo = memo.trim_start_matches(|c: char| !c.is_alphanumeric());
    let memo = outside::words(memo, RECEIVE_MEMO.saturating_add(1));
    if memo.chars().count() > RECEIVE_MEMO {
        return Err(says(turn, texts::receive_memo_too_long(l)));
    }
    let memo = Some(memo).filter(|memo| !memo.is_empty());
    Ok(Wanted { amount, memo })
}

/// None: Flash knows no name for the account.
fn paid_at(turn: &Turn<'_>, account: &Account) -> Option<PaidAt> {
    let name = account.username.as_deref()?;
    let hosts = &turn.state.hosts;
    Some(PaidAt {
        link: pay_link(hosts, name),
        address: lightning_address(hosts, name),
    })
}

/// Another currency than US dollars only if it is the person's own, at a price of now.
fn in_cents(turn: &Turn<'_>, amount: &Amount, account: &Account) -> Result<Cents, Box<Decision>> {
    let l = turn.language();
    let Typed::Code(code) = &amount.currency else {
        let cents = amount.cents().ok_or(AmountError::Malformed);
        return cents
            .map_err(|error| says(turn, texts::receive_how(l, texts::not_an_amount(l, error))));
    };
    let own = turn.state.person.currency.as_deref();
    if own.unwrap_or(&account.currency) != code {
        return Err(says(turn, texts::receive_in_dollars(l, code)));
    }
    let asked = turn.answers.price.as_ref();
    let fresh = match asked.filter(|(asked, _)| asked == code) {
        None => {
            return Err(Box::new(Decision::Ask(Question::Price {
                currency: code.clone(),
            })));
        }
        Some((_, Ok(Some(price)))) if turn.now.since(price.at) <= PRICE_STALE => {
            amount.cents_at(price)
        }
        Some((_, Ok(_) | Err(_))) => None,
    };
    match fresh {
        Some(Ok(cents)) => Ok(cents),
        Some(Err(error)) => Err(says(
            turn,
            texts::receive_how(l, texts::not_an_amount(l, error)),
        )),
        None => Err(says(turn, texts::receive_no_price(l, code))),
    }
}

/// What can be typed to have the same again.
fn command(wanted: &Wanted) -> String {
    match &wanted.memo {
        Some(memo) => format!("{} {} {memo}", COMMAND.name, wanted.amount),
        None => format!("{} {}", COMMAND.name, wanted.amount),
    }
}

/// The same where it stands in a sentence: what it is for only if that is short.
fn again(wanted: &Wanted) -> String {
    let whole = command(wanted);
    if whole.chars().count() <= RETRY {
        whole
    } else {
        format!("{} {}", COMMAND.name, wanted.amount)
    }
}

/// An amount in another currency than US dollars as it was typed, for whoever asks what became of it.
fn typed(turn: &Turn<'_>, amount: &Amount) -> Option<String> {
    let Typed::Code(code) = &amount.currency else {
        return None;
    };
    let (asked, price) = turn.answers.price.as_ref()?;
    let price = price.as_ref().ok()?.as_ref()?;
    (asked == code).then(|| texts::typed_amount(turn.language(), amount, &price.currency))
}

/// None: there is no link any more.
fn show(
    turn: &Turn<'_>,
    wanted: &Wanted,
    account: &Account,
    fresh: &FreshInvoice,
) -> Option<Decision> {
    let (l, link) = (turn.language(), turn.link()?);
    let FreshInvoice { invoice, picture } = fresh;
    let command = command(wanted);
    // Whoever has said STOP is told nothing later.
    let is_watched = turn.state.standing.opted_out_at.is_none();
    let at = paid_at(turn, account);
    let typed = typed(turn, &wanted.amount);
    let text = texts::receive_this(
        l,
        invoice,
        typed.as_deref(),
        turn.now,
        at.as_ref(),
        is_watched,
    );
    let mut reply = Reply::from(text).of_link(link);
    if command.chars().count() <= BUTTON_ID {
        reply = reply.quick(QuickSet::Receive, vec![command.clone()]);
    }
    let mut outcome = turn.say(reply);
    // The invoice alone under its picture: held down, it is copied.
    let bolt11 = invoice.payment_request.as_str();
    let caption = if bolt11.len() <= CAPTION {
        bolt11.to_owned()
    } else {
        texts::scan_this(l)
    };
    let code = Reply::from(caption)
        .picture(picture.clone())
        .class(Class::Code)
        .of_link(link)
        .until(invoice.expires_at)
        .language(l);
    outcome.says.push((Recipient::Sender, code));
    if is_watched {
        outcome.session.invoice = Some(turn.message.sid.clone());
        outcome.watches = Some(Box::new(Watched {
            payment_request: invoice.payment_request.clone(),
            payment_hash: invoice.payment_hash.clone(),
            cents: invoice.cents,
            memo: wanted.memo.clone(),
            command,
            account: link.account.clone(),
            has_link: at.is_some(),
            asked_in: turn.message.sid.clone(),
            issued_at: turn.now,
            expires_at: invoice.expires_at,
        }));
    }
    Some(outcome.into())
}
