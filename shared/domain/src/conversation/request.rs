//! `request 20 from @marcia for lunch`: asks somebody for money. Nothing is taken from anybody.
//!
//! What the asker reads is the same whether the other can be told here or not, so that nobody learns who has linked, agreed
//! or blocked. Only that Flash knows nobody of that name is said: its own pages say so to everybody.

use super::{
    Decision, OtherChat, Outcome, Pointer, Question, Recipient, Subject, Turn, from_flash, question,
};
use crate::amount::{Amount, Typed};
use crate::command::{Category, Command, Offered, Takes};
use crate::flash::{Account, FlashTrouble, Payee, Username};
use crate::ids::PersonKey;
use crate::language::Language;
use crate::minimise::{Secret, minimise};
use crate::notification::When;
use crate::outbox::{News, QuickSet, Reply};
use crate::outside;
use crate::policy::{REQUEST_LIFE, REQUEST_MEMO, RETRY};
use crate::receiving::pay_link;
use crate::request::{
    Ask, Code, Mark, Progress, Request, Side, Terms, Unclear, is_told_enough, is_worn_out,
    looks_like_one, may_be_told, parse, room,
};
use crate::role::Role;
use crate::state::Link;
use crate::step_up::Proof;
use crate::texts;
use crate::time::Moment;

pub(super) const COMMAND: Command = Command {
    name: "request",
    aliases: &["ask", "ask for", "pedir", "solicitar"],
    takes: Takes::Rest { looks_like_one },
    category: Category::Receiving,
    offered: Offered::Linked,
    role: Role::User,
    needs_link: true,
    proof: Proof::ForReading,
    changes: true,
    examples: &[
        "request 20 from @theirname for lunch",
        "request 5.50 @theirname",
    ],
    run: |turn, rest| run(turn, rest).unwrap_or_else(|instead| *instead),
};

/// Whoever has the wallet that is asked, and what a new request is to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// The marks of the asker's own wallets, the cash wallet's first.
    pub mine: Vec<Mark>,
    pub theirs: Mark,
    /// None: no chat here is linked to it.
    pub payer: Option<Subject>,
    /// Of whose requests that chat was told within a day, each as often as it was.
    pub told: Vec<Mark>,
    /// When that chat may be told of requests.
    pub when: When,
    /// A name like a chat's that is nobody's, for a request that nobody is told of.
    pub nobody: PersonKey,
    /// Random, both.
    pub code: Code,
    pub id: String,
}

/// What becomes of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Make(Box<NewRequest>),
    /// It is over on this side, and on the other if it still stands there.
    End {
        request: Request,
        progress: Progress,
        on_both: bool,
    },
    /// How somebody is called who is blocked.
    NameBlocked {
        wallet: Mark,
        name: Username,
    },
}

/// A request on both of its sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    pub mine: Request,
    /// None: whoever is asked is not told.
    pub theirs: Option<Request>,
}

fn run(turn: &Turn<'_>, rest: Option<&str>) -> Result<Decision, Box<Decision>> {
    let l = turn.language();
    let says = |text: String| Box::new(turn.say(text).into());
    if !turn.state.receiving {
        return Err(says(texts::asking_is_off(l)));
    }
    let Some(rest) = rest else {
        return Err(says(texts::how_to_ask(l)));
    };
    let ask = read(turn, rest);
    let found = minimise(rest);
    // Who poses as Flash asks for a code and has told none.
    let tells_none = ask == Err(Unclear::Posing) && found.secrets == [Secret::Code];
    if let Some(warned) = question::warned(turn, &found).filter(|_| !tells_none) {
        return Err(Box::new(warned));
    }
    let ask = ask.map_err(|unclear| says(texts::unclear_request(l, unclear)))?;
    let ask = minimised(ask);
    let again = again(l, &ask);
    let account = from_flash::account(turn, &COMMAND, &again)?;
    let me = account.username.as_deref().map(Username::parse);
    let Some(Ok(me)) = me else {
        return Err(says(texts::asking_needs_a_username(l)));
    };
    let Some(payee) = payee(turn, &ask.from, &again)? else {
        return Err(says(texts::nobody_called_so(l, &ask.from)));
    };
    if account.wallets.contains(&payee.wallet) || ask.from == me {
        return Err(says(texts::asking_yourself(l)));
    }
    let Some(known) = &turn.answers.requests else {
        return Err(Box::new(Decision::Ask(Question::Requests)));
    };
    let asked = turn.answers.asking.as_ref();
    let asked = asked.filter(|(wallet, _)| *wallet == payee.wallet);
    let Some((_, asking)) = asked else {
        return Err(Box::new(Decision::Ask(Question::Asking {
            payee: payee.wallet.clone(),
            mine: own_wallets(account),
        })));
    };
    let made: Vec<_> = known
        .iter()
        .filter(|it| it.side == Side::Asker)
        .cloned()
        .collect();
    if let Err(many) = room(&made, &asking.theirs, turn.now) {
        return Err(says(texts::too_many_requests(l, many, &ask.from)));
    }
    let Some(link) = turn.link() else {
        return Err(Box::new(super::needs_link(turn, &COMMAND)));
    };
    Ok(make(turn, &ask, (&me, link), asking, &made).into())
}

/// The cash wallet first.
fn own_wallets(account: &Account) -> Vec<crate::ids::WalletId> {
    let others = account.wallets.iter().filter(|id| **id != account.wallet);
    std::iter::once(&account.wallet)
        .chain(others)
        .cloned()
        .collect()
}

/// What the sender asks for.
fn read(turn: &Turn<'_>, rest: &str) -> Result<Ask, Unclear> {
    let ask = parse(rest)?;
    if rest.to_lowercase().ends_with(ask.from.as_str()) {
        return parse(&whole(turn, rest));
    }
    Ok(ask)
}

/// Without what is private in what it is for.
fn minimised(ask: Ask) -> Ask {
    let memo = ask.memo.map(|memo| minimise(&memo).text);
    Ask {
        memo: memo.map(|memo| outside::words(&memo, REQUEST_MEMO)),
        ..ask
    }
}

/// What can be typed to ask the same again, with what it is for only if that is short.
fn again(l: Language, ask: &Ask) -> String {
    let amount = Amount {
        minor: ask.cents.0,
        currency: Typed::Unmarked,
    };
    let typed = |memo| texts::asking_again(l, &amount, &ask.from, memo);
    let whole = ask.memo.as_deref().map(|memo| typed(Some(memo)));
    whole
        .filter(|whole| whole.chars().count() <= RETRY)
        .unwrap_or_else(|| typed(None))
}

/// What ends in a name, as it was typed. Flash's names may end in `_`, which is taken off the end of what people type, as
/// they may put it around words to have them slanted; without it the name is somebody else's.
pub(super) fn whole(turn: &Turn<'_>, rest: &str) -> String {
    let typed = turn.message.body.trim();
    if turn.message.payload.is_some() || typed.starts_with('_') {
        return rest.to_owned();
    }
    let cut = typed.chars().rev().take_while(|c| *c == '_');
    rest.chars().chain(cut).collect()
}

/// Which wallet Flash pays into for that name; None where it knows nobody who is called so. Without an answer the sender is
/// told to send `again` once more.
pub(super) fn payee<'t>(
    turn: &Turn<'t>,
    name: &Username,
    again: &str,
) -> Result<Option<&'t Payee>, Box<Decision>> {
    let trouble = |trouble: FlashTrouble| {
        let text = texts::flash_trouble(turn.language(), trouble, again);
        Box::new(turn.say(text).into())
    };
    let asked = turn.answers.payee.as_ref();
    match asked.filter(|(asked, _)| asked == name) {
        Some((_, Ok(payee))) => Ok(payee.as_ref()),
        Some((_, Err(why))) => Err(trouble(*why)),
        None if turn.state.flash_is_down => Err(trouble(FlashTrouble::Unavailable)),
        None => Err(Box::new(Decision::Ask(Question::Payee {
            username: name.clone(),
        }))),
    }
}

fn make(
    turn: &Turn<'_>,
    ask: &Ask,
    (me, link): (&Username, &Link),
    asking: &Asking,
    made: &[Request],
) -> Outcome {
    let told = whom_to_tell(asking, made, turn);
    let mine = Request {
        code: asking.code.clone(),
        id: asking.id.clone(),
        side: Side::Asker,
        progress: Progress::Open,
        asked_at: turn.now,
        ends_at: turn.now.plus(REQUEST_LIFE),
        with: asking.theirs.clone(),
        terms: Terms {
            cents: ask.cents,
            memo: ask.memo.clone(),
            who: ask.from.clone(),
            other: match &told {
                Some((chat, _)) => chat.person.clone(),
                None => asking.nobody.clone(),
            },
        },
    };
    let page = pay_link(&turn.state.hosts, me.as_str());
    let noted = texts::request_noted(turn.language(), &mine, &page, &turn.zone());
    let mut outcome = turn.say(Reply::from(noted).of_link(link));
    let theirs = told.and_then(|(chat, subject)| {
        let theirs = Request {
            side: Side::Asked,
            with: asking.mine.first()?.clone(),
            terms: Terms {
                who: me.clone(),
                other: turn.state.key.clone(),
                ..mine.terms.clone()
            },
            ..mine.clone()
        };
        let reply = to_payer(&theirs, &page, &chat, subject)?;
        // Who does not want to be told still finds it among their requests.
        if !matches!(asking.when, When::Never(_)) {
            let reply = reply.when(asking.when);
            outcome.says.push((Recipient::Other(chat), reply));
        }
        Some(theirs)
    });
    outcome
        .requests
        .push(Change::Make(Box::new(NewRequest { mine, theirs })));
    outcome
}

/// Whoever is asked, if they may be told.
fn whom_to_tell<'a>(
    asking: &'a Asking,
    made: &[Request],
    turn: &Turn<'_>,
) -> Option<(OtherChat, &'a Subject)> {
    let subject = asking.payer.as_ref()?;
    let state = &subject.state;
    let told = may_be_told(
        &state.person,
        &state.standing,
        &state.guard,
        &asking.mine,
        turn.now,
    );
    let told = told && !is_told_enough(&asking.told, &asking.mine);
    let told = told && state.key != turn.state.key && !is_worn_out(made, &asking.theirs);
    Some((subject.chat().filter(|_| told)?, subject))
}

/// Shown only while the link stands by which they were found.
fn to_payer(request: &Request, page: &str, chat: &OtherChat, subject: &Subject) -> Option<Reply> {
    let link = subject.state.person.link.as_ref()?;
    let l = chat.language;
    let text = texts::request_for_you(l, request, page);
    let news = News::PaymentRequest {
        who: texts::at(&request.terms.who),
        amount: crate::format::usd(l, request.terms.cents),
        memo: request.terms.memo.clone(),
        page: page.to_owned(),
        code: request.code.as_str().to_owned(),
    };
    let reply = Reply::from(text)
        .language(l)
        .quick(QuickSet::Asked, vec![request.on_button()])
        .news(news);
    Some(reply.of_link(link))
}

/// Flash has told which wallet is the linked account's, or which user has it: from then on whoever pays that, or tells what
/// has happened to it, finds this chat by it.
pub(super) fn remember_names(turn: &Turn<'_>, outcome: &mut Outcome) {
    let Some(link) = outcome.person.link.as_mut().filter(|_| !outcome.erases) else {
        return;
    };
    let answers = turn.answers;
    let account = answers.account.as_ref();
    let account = account.filter(|(key, _)| *key == link.key_id);
    let account = account.and_then(|(_, account)| account.as_ref().ok());
    let balance = answers.balance.as_ref();
    let balance = balance.filter(|asked| asked.of_link == link.key_id);
    let balance = balance.and_then(|asked| asked.told.as_ref().ok());
    let balance = balance.map(|figure| &figure.balance);
    let wallet = account.map(|account| &account.wallet);
    let wallet = wallet.or_else(|| Some(&balance?.wallet));
    let user = account.map(|account| &account.user);
    let user = user.or_else(|| balance?.user.as_ref());
    let named = Link {
        wallet: wallet.or(link.wallet.as_ref()).cloned(),
        user: user.or(link.user.as_ref()).cloned(),
        ..link.clone()
    };
    if turn.now >= link.ends_at || *link == named {
        return;
    }
    let moves = name_moves(Some(link), &named, turn.now);
    let known = |claim: &Pointer| match claim {
        Pointer::ClaimWallet { wallet, .. } => link.wallet.as_ref() == Some(wallet),
        Pointer::ClaimUser { user, .. } => link.user.as_ref() == Some(user),
        _ => false,
    };
    outcome
        .pointers
        .extend(moves.into_iter().filter(|claim| !known(claim)));
    *link = named;
}

/// What happens to the pointers of wallets and users when `link` takes the place of `old`, whose account's pointer is seen
/// to elsewhere.
pub(super) fn name_moves(old: Option<&Link>, link: &Link, now: Moment) -> Vec<Pointer> {
    let left = old.filter(|old| old.account == link.account && now < old.ends_at);
    let wallet = left.and_then(|old| old.wallet.clone());
    let wallet = wallet.filter(|left| link.wallet.as_ref() != Some(left));
    let user = left.and_then(|old| old.user.clone());
    let user = user.filter(|left| link.user.as_ref() != Some(left));
    let until = link.ends_at;
    let claim_wallet = link.wallet.clone();
    let claim_wallet = claim_wallet.map(|wallet| Pointer::ClaimWallet { wallet, until });
    let claim_user = link.user.clone();
    let claim_user = claim_user.map(|user| Pointer::ClaimUser { user, until });
    wallet
        .map(Pointer::ReleaseWallet)
        .into_iter()
        .chain(user.map(Pointer::ReleaseUser))
        .chain(claim_wallet)
        .chain(claim_user)
        .collect()
}
