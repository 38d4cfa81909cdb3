//! `requests` and what is done about one: `decline`, `withdraw`, `block`; and who is blocked.

use super::request::{Change, payee, whole};
use super::{Decision, OtherChat, Outcome, Question, Recipient, Turn};
use crate::command::{Category, Command, Offered, Takes};
use crate::flash::Username;
use crate::format;
use crate::notification::When;
use crate::outbox::{News, Reply};
use crate::policy::BLOCKED_MOST;
use crate::receiving::pay_link;
use crate::request::{Blocked, Code, Mark, Progress, Request, Side, from_button};
use crate::role::Role;
use crate::step_up::Proof;
use crate::texts;

pub(super) const COMMAND: Command = Command {
    name: "requests",
    aliases: &["my requests", "solicitudes", "mis solicitudes"],
    takes: Takes::Nothing,
    proof: Proof::ForReading,
    changes: false,
    examples: &["requests"],
    run: |turn, _| list(turn).unwrap_or_else(|instead| *instead),
    ..ABOUT_ONE
};

pub(super) const DECLINE: Command = Command {
    name: "decline",
    aliases: &["rechazar"],
    examples: &["decline 3F2K"],
    run: |turn, rest| about(turn, rest, "decline", decline),
    ..ABOUT_ONE
};

pub(super) const WITHDRAW: Command = Command {
    name: "withdraw",
    aliases: &["retirar"],
    examples: &["withdraw 3F2K"],
    run: |turn, rest| about(turn, rest, "withdraw", withdraw),
    ..ABOUT_ONE
};

pub(super) const BLOCK: Command = Command {
    name: "block",
    aliases: &["bloquear"],
    takes: Takes::Rest {
        looks_like_one: |rest| is_code(rest) || is_name(rest),
    },
    needs_link: false,
    examples: &["block @theirname", "block 3F2K"],
    run: |turn, rest| block(turn, rest).unwrap_or_else(|instead| *instead),
    ..ABOUT_ONE
};

pub(super) const UNBLOCK: Command = Command {
    name: "unblock",
    aliases: &["desbloquear"],
    takes: Takes::Rest {
        looks_like_one: is_name,
    },
    needs_link: false,
    examples: &["unblock @theirname"],
    run: |turn, rest| unblock(turn, rest).unwrap_or_else(|instead| *instead),
    ..ABOUT_ONE
};

pub(super) const BLOCKED: Command = Command {
    name: "blocked",
    aliases: &["bloqueados"],
    takes: Takes::Nothing,
    needs_link: false,
    proof: Proof::ForReading,
    changes: false,
    examples: &["blocked"],
    run: |turn, _| blocked(turn),
    ..ABOUT_ONE
};

/// What most of them have in common.
const ABOUT_ONE: Command = Command {
    name: "",
    aliases: &[],
    takes: Takes::Rest {
        looks_like_one: is_code,
    },
    category: Category::Receiving,
    offered: Offered::Linked,
    role: Role::User,
    needs_link: true,
    proof: Proof::Never,
    changes: true,
    examples: &[],
    run: |turn, _| about(turn, None, "decline", decline),
};

/// A request as it stands with the other of its two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherSide {
    pub stands: bool,
    /// As whom the other knows this one of the two. None: that can't be read.
    pub names: Option<Username>,
    /// None: they have let go of their link.
    pub chat: Option<OtherChat>,
    /// When they may be told of requests.
    pub when: When,
}

/// By what somebody is known who is blocked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    pub name: Mark,
    /// None: no wallet was asked about.
    pub wallet: Option<Mark>,
}

fn is_code(rest: &str) -> bool {
    Code::parse(rest).is_ok()
}

fn is_name(rest: &str) -> bool {
    rest.starts_with('@') && !rest.contains(' ')
}

/// Requests that the sender still knows of. What comes from somebody blocked since is not shown.
fn known<'t>(turn: &Turn<'t>) -> Result<Vec<&'t Request>, Box<Decision>> {
    let Some(all) = &turn.answers.requests else {
        return Err(Box::new(Decision::Ask(Question::Requests)));
    };
    let blocked = &turn.state.standing.blocked;
    let hidden = |it: &Request| {
        it.side == Side::Asked && blocked.iter().any(|blocked| blocked.wallet == it.with)
    };
    Ok(all.iter().filter(|it| !hidden(it)).collect())
}

fn list(turn: &Turn<'_>) -> Result<Decision, Box<Decision>> {
    let l = turn.language();
    let mut requests = known(turn)?;
    requests.sort_by_key(|it| (!it.is_open(turn.now), std::cmp::Reverse(it.asked_at)));
    let page = |it: &Request| pay_link(&turn.state.hosts, it.terms.who.as_str());
    let text = texts::requests(l, &requests, page, turn.now, &turn.zone());
    let reply = Reply::from(text);
    let reply = match turn.link() {
        Some(link) => reply.of_link(link),
        None => reply,
    };
    Ok(turn.say(reply).into())
}

type Does = fn(&Turn<'_>, &Request) -> Result<Outcome, Box<Decision>>;

/// `does` it to the request whose code was typed, if that is one of the sender's own.
fn about(turn: &Turn<'_>, rest: Option<&str>, name: &str, does: Does) -> Decision {
    let l = turn.language();
    let Some(code) = rest.and_then(|rest| Code::parse(rest).ok()) else {
        return turn.say(texts::which_request(l, name)).into();
    };
    let done = named(turn, &code, None).and_then(|request| match request {
        Some(request) => does(turn, request),
        None => Ok(turn.say(texts::unknown_request(l, &code))),
    });
    done.map_or_else(|instead| *instead, Decision::from)
}

/// Of that code and, if that is told, that id. Somebody else's is unknown here.
fn named<'t>(
    turn: &Turn<'t>,
    code: &Code,
    id: Option<&str>,
) -> Result<Option<&'t Request>, Box<Decision>> {
    let known = known(turn)?;
    let mut named = known
        .into_iter()
        .filter(|it| it.code == *code && id.is_none_or(|id| it.id == id));
    Ok(named.next())
}

fn decline(turn: &Turn<'_>, request: &Request) -> Result<Outcome, Box<Decision>> {
    let l = turn.language();
    if request.side == Side::Asker {
        return Ok(turn.say(texts::yours_to_withdraw(l, request)));
    }
    if !request.is_open(turn.now) {
        return Ok(turn.say(texts::request_is_over(l, request)));
    }
    let other = other_side(turn, request)?;
    let whom = other.names.as_ref();
    let chat = other.chat.clone().filter(|_| other.stands);
    let chat = chat.filter(|_| !matches!(other.when, When::Never(_)));
    let mut outcome = turn.say(texts::declined(l, request));
    outcome
        .requests
        .push(end(request, Progress::Declined, other));
    if let Some(chat) = chat {
        let told = texts::was_declined(chat.language, request, whom);
        let told = Reply::from(told)
            .language(chat.language)
            .news(News::RequestDeclined {
                code: request.code.as_str().to_owned(),
                amount: format::usd(chat.language, request.terms.cents),
                who: whom.map(texts::at),
            })
            .when(other.when);
        outcome.says.push((Recipient::Other(chat), told));
    }
    Ok(outcome)
}

fn withdraw(turn: &Turn<'_>, request: &Request) -> Result<Outcome, Box<Decision>> {
    let l = turn.language();
    if request.side == Side::Asked {
        return Ok(turn.say(texts::theirs_to_decline(l, request)));
    }
    if !request.is_open(turn.now) {
        return Ok(turn.say(texts::request_is_over(l, request)));
    }
    let other = other_side(turn, request)?;
    let mut outcome = turn.say(texts::withdrawn(l, request));
    outcome
        .requests
        .push(end(request, Progress::Withdrawn, other));
    Ok(outcome)
}

fn end(request: &Request, progress: Progress, other: &OtherSide) -> Change {
    Change::End {
        request: request.clone(),
        progress,
        on_both: other.stands,
    }
}

fn other_side<'t>(turn: &Turn<'t>, request: &Request) -> Result<&'t OtherSide, Box<Decision>> {
    let asked = turn.answers.other_side.as_ref();
    match asked.filter(|(id, _)| *id == request.id) {
        Some((_, other)) => Ok(other),
        None => Err(Box::new(Decision::Ask(Question::OtherSide {
            request: request.clone(),
        }))),
    }
}

/// A button under a request was tapped: `decline:` or `block:`, its code and its id. None: another button.
pub(super) fn tapped(turn: &Turn<'_>, payload: &str) -> Option<Decision> {
    let (word, named_on) = payload.split_once(':')?;
    let command = match word {
        "decline" => &DECLINE,
        "block" => &BLOCK,
        _ => return None,
    };
    let (code, id) = from_button(named_on)?;
    // Whoever may not type it may not tap it.
    if turn.link().is_none() || turn.is_unproven() {
        return Some(super::needs_link(turn, command));
    }
    let done = named(turn, &code, Some(id)).and_then(|request| match request {
        Some(request) if *command == DECLINE => decline(turn, request),
        Some(request) => block_asker(turn, request),
        None => Ok(turn.say_beside(texts::old_button(turn.language()))),
    });
    Some(done.map_or_else(|instead| *instead, Decision::from))
}

fn block(turn: &Turn<'_>, rest: Option<&str>) -> Result<Decision, Box<Decision>> {
    let l = turn.language();
    let says = |text: String| Box::new(turn.say(text).into());
    not_of_another(turn)?;
    let Some(rest) = rest else {
        return Err(says(texts::whom_to_block(l)));
    };
    if let Ok(code) = Code::parse(rest) {
        let request = match turn.link() {
            Some(_) => named(turn, &code, None)?,
            None => None,
        };
        return match request {
            Some(request) => Ok(block_asker(turn, request)?.into()),
            None => Err(says(texts::unknown_request(l, &code))),
        };
    }
    let Ok(name) = Username::parse(&whole(turn, rest)) else {
        return Err(says(texts::whom_to_block(l)));
    };
    let again = format!("{} @{}", BLOCK.name, name.as_str());
    let Some(payee) = payee(turn, &name, &again)? else {
        return Err(says(texts::nobody_called_so(l, &name)));
    };
    let own = turn.link().and_then(|link| link.wallet.as_ref());
    if own == Some(&payee.wallet) {
        return Err(says(texts::blocking_yourself(l)));
    }
    let marks = marks(turn, &name, Some(&payee.wallet))?;
    let Some(wallet) = marks.wallet.clone() else {
        return Err(says(texts::whom_to_block(l)));
    };
    Ok(add_block(turn, wallet, marks, &name).into())
}

/// Whoever asks, by a request of theirs. It goes on standing with them, so that they do not learn of it.
fn block_asker(turn: &Turn<'_>, request: &Request) -> Result<Outcome, Box<Decision>> {
    if request.side == Side::Asker {
        let text = texts::yours_to_withdraw(turn.language(), request);
        return Ok(turn.say(text));
    }
    let name = &request.terms.who;
    let marks = marks(turn, name, None)?;
    Ok(add_block(turn, request.with.clone(), marks, name))
}

fn marks<'t>(
    turn: &Turn<'t>,
    name: &Username,
    wallet: Option<&crate::ids::WalletId>,
) -> Result<&'t Marks, Box<Decision>> {
    let asked = turn.answers.marks.as_ref();
    match asked.filter(|(asked, marks)| asked == name && marks.wallet.is_some() == wallet.is_some())
    {
        Some((_, marks)) => Ok(marks),
        None => Err(Box::new(Decision::Ask(Question::Marks {
            name: name.clone(),
            wallet: wallet.cloned(),
        }))),
    }
}

fn add_block(turn: &Turn<'_>, wallet: Mark, marks: &Marks, name: &Username) -> Outcome {
    let l = turn.language();
    let blocked = &turn.state.standing.blocked;
    if blocked.iter().any(|before| before.wallet == wallet) {
        return turn.say(texts::blocked_now(l, name));
    }
    if blocked.len() >= BLOCKED_MOST {
        return turn.say(texts::too_many_blocked(l));
    }
    let mut outcome = turn.say(texts::blocked_now(l, name));
    outcome.standing.blocked.push(Blocked {
        wallet: wallet.clone(),
        name: marks.name.clone(),
        at: turn.now,
    });
    let name = name.clone();
    outcome.requests.push(Change::NameBlocked { wallet, name });
    outcome
}

/// By name alone, which Flash lets nobody change: so it needs no Flash.
fn unblock(turn: &Turn<'_>, rest: Option<&str>) -> Result<Decision, Box<Decision>> {
    let l = turn.language();
    not_of_another(turn)?;
    let name = rest.and_then(|rest| Username::parse(&whole(turn, rest)).ok());
    let Some(name) = name else {
        return Err(Box::new(turn.say(texts::whom_to_unblock(l)).into()));
    };
    let marks = marks(turn, &name, None)?;
    let mut outcome = turn.say(texts::unblocked(l, &name));
    let blocked = &mut outcome.standing.blocked;
    blocked.retain(|blocked| blocked.name != marks.name);
    if blocked.len() == turn.state.standing.blocked.len() {
        return Ok(turn.say(texts::was_not_blocked(l, &name)).into());
    }
    Ok(outcome.into())
}

fn blocked(turn: &Turn<'_>) -> Decision {
    let l = turn.language();
    if let Err(instead) = not_of_another(turn) {
        return *instead;
    }
    let blocked = &turn.state.standing.blocked;
    if blocked.is_empty() {
        return turn.say(texts::nobody_blocked(l)).into();
    }
    let Some(names) = &turn.answers.blocked_names else {
        return Decision::Ask(Question::BlockedNames);
    };
    let latest_first = blocked.iter().rev().map(|one| {
        let name = names.iter().find(|(wallet, _)| *wallet == one.wallet);
        (name.map(|(_, name)| name), one.at)
    });
    let latest_first: Vec<_> = latest_first.collect();
    turn.say(texts::who_is_blocked(l, &latest_first, &turn.zone()))
        .into()
}

/// Whom somebody has blocked is the business of whose link it is.
fn not_of_another(turn: &Turn<'_>) -> Result<(), Box<Decision>> {
    if turn.is_paused() || turn.is_unproven() {
        return Err(Box::new(
            turn.say(texts::link_paused(turn.language())).into(),
        ));
    }
    Ok(())
}
