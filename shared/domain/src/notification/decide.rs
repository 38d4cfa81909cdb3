//! What becomes of one event: told now, held, or muted with the reason; or what must be asked first.

use super::when::{earliest, unwanted, when};
use super::{
    Answers, Decision, Fate, Held, Money, Outcome, Question, Seen, Told, ToldOf, When, Why, worth,
};
use crate::address::WhatsAppAddress;
use crate::flash::{Details, Direction, Rail, TransactionStatus};
use crate::flash_event::{EventId, FlashEvent, Other, Payment, What, Whose, Worth};
use crate::guard::Guard;
use crate::language::Language;
use crate::money::{Cents, Price};
use crate::outbox::{Class, Reply};
use crate::policy::{NEWS_OLDEST, PRICE_STALE};
use crate::preferences::Topic;
use crate::request::Code;
use crate::state::{Link, Person, State};
use crate::texts;
use crate::time::Moment;

/// What becomes of `event`, for the person in `state` who writes from `address`.
///
/// Whatever it says, it is told, held or muted with a reason; and asked about only as far as that can change what is said.
pub fn decide(
    event: &FlashEvent,
    state: &State,
    address: &WhatsAppAddress,
    seen: &Seen,
    answers: &Answers,
    now: Moment,
) -> Decision {
    let turn = Turn {
        event,
        state,
        address,
        seen,
        answers,
        now,
    };
    match &event.what {
        What::Payment(payment) => turn.payment(payment),
        What::BalanceChanged { before, now } => turn.balance(before.as_ref(), now.as_ref()),
    }
}

/// What becomes of an `event` of a payment that is known to have come further ([`crate::flash_event::overtaken_by`]).
pub fn overtaken(event: &FlashEvent, seen: &Seen) -> Outcome {
    let topic = match &event.what {
        What::Payment(payment) => topic(payment),
        What::BalanceChanged { .. } => Topic::Balance,
    };
    outcome(topic, Fate::Mute(Why::Older), seen.clone())
}

/// The link whose news its person may read now. None: there is none, somebody else may hold the number, or staff have
/// locked the chat.
pub(super) fn open_link<'p>(person: &'p Person, guard: &Guard, now: Moment) -> Option<&'p Link> {
    let shut = person.is_suspended(None) || guard.locked_by_staff(now).is_some();
    person.live_link(now).filter(|_| !shut)
}

/// `reply` as it is told of something that nobody has asked for.
pub(super) fn unasked(reply: Reply, l: Language, link: &Link) -> Reply {
    reply.language(l).class(Class::Notice).of_link(link)
}

struct Turn<'t> {
    event: &'t FlashEvent,
    state: &'t State,
    address: &'t WhatsAppAddress,
    seen: &'t Seen,
    answers: &'t Answers,
    now: Moment,
}

/// A payment, as far as it is known.
struct Found<'t> {
    payment: &'t Payment,
    details: Option<&'t Details>,
}

impl Turn<'_> {
    fn payment(&self, payment: &Payment) -> Decision {
        let topic = topic(payment);
        let Some(link) = self.link() else {
            return self.mute(topic, Why::NotLinked);
        };
        if !is_telling(payment) {
            return self.mute(topic, Why::NothingToSay);
        }
        let may_pay = may_pay_a_request(payment);
        let unwanted = self.too_late().or_else(|| self.unwanted(topic, None));
        // Whatever it is a request's payment for, is told as that; so nobody is asked for what is neither.
        if let Some(why) = unwanted.filter(|_| !may_pay) {
            return self.mute(topic, why);
        }
        let details = match (&payment.amount, payment.sats, &payment.transaction) {
            (None, None, Some(id)) if self.answers.details.is_none() => {
                return Decision::Ask(Question::Details(id.clone()));
            }
            (None, None, Some(_)) => self.details(payment.direction),
            _ => None,
        };
        let found = Found { payment, details };
        let amount = found.amount();
        let cents = amount.as_ref().and_then(worth::dollars);
        let pays = match (payer(payment).filter(|_| may_pay), cents) {
            (Some(from), Some(cents)) => match &self.answers.request {
                None => {
                    let from = from.to_owned();
                    return Decision::Ask(Question::Request { from, cents });
                }
                Some(code) => code.clone(),
            },
            _ => None,
        };
        let asked_for = self.state.standing.preferences.wants(Topic::Requests);
        let request = pays.clone().filter(|_| asked_for);
        let topic = request.as_ref().map_or(topic, |_| Topic::Requests);
        let end = |decision| found.named(pays.clone(), decision);
        let unwanted = self.too_late().or_else(|| self.unwanted(topic, cents));
        if let Some(why) = unwanted {
            return end(self.mute(topic, why));
        }
        let own = self.counts_in(payment.display.as_ref());
        let money = match self.money(amount.as_ref(), payment, own) {
            Ok(money) => money,
            Err(question) => return Decision::Ask(question),
        };
        if money.as_ref().is_some_and(worth::is_dust) {
            return end(self.mute(topic, Why::NothingToSay));
        }
        let told = Told {
            what: found.told(request),
            money,
            at: self.event.at,
        };
        end(self.tell(link, told))
    }

    fn balance(&self, before: Option<&Worth>, holds: Option<&Worth>) -> Decision {
        const TOPIC: Topic = Topic::Balance;
        let at = self.event.at;
        let Some(link) = self.link() else {
            return self.mute(TOPIC, Why::NotLinked);
        };
        if self.seen.balance_at.is_some_and(|known| at < known) {
            return self.mute(TOPIC, Why::Older);
        }
        if before.is_some() && before == holds {
            return self.mute(TOPIC, Why::NothingToSay);
        }
        let unwanted = self.too_late().or_else(|| self.unwanted(TOPIC, None));
        let decision = if let Some(why) = unwanted {
            self.mute(TOPIC, why)
        } else {
            let own = self.counts_in(None);
            let price = match self.price(holds, None, own) {
                Ok(price) => price,
                Err(question) => return Decision::Ask(question),
            };
            let money = holds.and_then(|holds| worth::money(holds, None, None, price));
            let what = ToldOf::Balance;
            self.tell(link, Told { what, money, at })
        };
        match decision {
            Decision::Done(mut outcome) => {
                outcome.seen.balance_at = Some(at);
                Decision::Done(outcome)
            }
            asks @ Decision::Ask(_) => asks,
        }
    }

    /// The link that the event is about.
    fn link(&self) -> Option<&Link> {
        let Whose {
            account, wallet, ..
        } = &self.event.whose;
        open_link(&self.state.person, &self.state.guard, self.now).filter(|link| {
            let same_account = account.as_ref().is_none_or(|id| *id == link.account);
            let wallets = wallet.as_ref().zip(link.wallet.as_ref());
            same_account && wallets.is_none_or(|(theirs, ours)| account.is_some() || theirs == ours)
        })
    }

    fn too_late(&self) -> Option<Why> {
        let too_late = self.now.since(self.event.at) > NEWS_OLDEST;
        too_late.then_some(Why::TooLate)
    }

    fn unwanted(&self, topic: Topic, cents: Option<Cents>) -> Option<Why> {
        unwanted(topic, cents, &self.state.standing, self.now)
    }

    /// What Flash says of it. None: nothing that fits.
    fn details(&self, direction: Direction) -> Option<&Details> {
        let answer = self.answers.details.as_ref()?.as_ref().ok()?.as_ref();
        answer.filter(|details| details.transaction.direction == direction)
    }

    /// The code of the currency that the person counts in: what they have chosen, else what the event says that Flash shows
    /// them. Where neither is known it is US dollars, and no other beside them: what is usual at their place need not be
    /// what their account shows.
    fn counts_in<'w>(&'w self, display: Option<&'w Worth>) -> &'w str {
        let chosen = self.state.person.currency.as_deref();
        let shown = display.map(|worth| worth.currency.as_str());
        let shown = shown.filter(|code| *code != worth::BITCOIN);
        chosen.or(shown).unwrap_or(worth::DOLLAR)
    }

    fn money(
        &self,
        amount: Option<&Worth>,
        payment: &Payment,
        own: &str,
    ) -> Result<Option<Money>, Question> {
        let Some(amount) = amount else {
            return Ok(None);
        };
        let display = payment.display.as_ref();
        let price = self.price(Some(amount), display, own)?;
        Ok(worth::money(amount, display, payment.sats, price))
    }

    /// The price that is needed, if there is one that is young enough to be told.
    fn price(
        &self,
        amount: Option<&Worth>,
        display: Option<&Worth>,
        own: &str,
    ) -> Result<Option<&Price>, Question> {
        let code = amount.and_then(|amount| worth::wants_price(amount, display, own));
        match (code, &self.answers.price) {
            (Some(code), None) => Err(Question::Price(code.to_owned())),
            (Some(_), Some(Some(price))) if self.now.since(price.at) <= PRICE_STALE => {
                Ok(Some(price))
            }
            _ => Ok(None),
        }
    }

    fn tell(&self, link: &Link, told: Told) -> Decision {
        let topic = told.topic();
        let cents = told.money.as_ref().and_then(|money| money.cents);
        let standing = &self.state.standing;
        let zone = standing.preferences.zone(self.address);
        let (seen, now) = (self.seen, self.now);
        let due = match when(topic, cents, standing, seen, &zone, now) {
            When::Never(why) => return self.mute(topic, why),
            When::Now => seen.last_due(&standing.preferences, &zone, now),
            When::At(due) => Some(seen.joins(&standing.preferences, &zone, due)),
        };
        let (fate, seen) = if let Some(until) = due {
            let from = earliest(topic, &standing.preferences, seen, now);
            let (seen, kept) = seen.holding(until, from);
            let account = link.account.clone();
            let held = kept.then(|| Box::new(Held { told, account }));
            (Fate::Hold { held, until }, seen)
        } else {
            let l = self.state.person.language(self.address);
            let reply = unasked(texts::notice(l, &told, &zone), l, link);
            (Fate::Tell(Box::new(reply)), seen.telling(now))
        };
        done(topic, fate, seen)
    }

    fn mute(&self, topic: Topic, why: Why) -> Decision {
        done(topic, Fate::Mute(why), self.seen.clone())
    }
}

fn done(topic: Topic, fate: Fate, seen: Seen) -> Decision {
    Decision::Done(Box::new(outcome(topic, fate, seen)))
}

fn outcome(topic: Topic, fate: Fate, seen: Seen) -> Outcome {
    Outcome {
        topic,
        fate,
        seen,
        also_called: Vec::new(),
        pays: None,
    }
}

/// Of a payment that no request is known for.
const fn topic(payment: &Payment) -> Topic {
    match payment.direction {
        Direction::Received => Topic::Received,
        Direction::Sent => Topic::Sent,
    }
}

impl Found<'_> {
    /// Without a sign. None: nobody says.
    fn amount(&self) -> Option<Worth> {
        let dollars = self.details.and_then(|found| found.transaction.dollars);
        let told = self.payment.amount.clone();
        told.or_else(|| dollars.map(|dollars| worth::in_dollars(dollars.abs())))
            .or_else(|| self.payment.sats.map(worth::in_sats))
            .or_else(|| self.payment.display.clone())
    }

    fn told(&self, request: Option<Code>) -> ToldOf {
        let rail = self.details.map(|found| found.transaction.rail);
        let memo = self.details.and_then(|found| found.memo.clone());
        ToldOf::Payment {
            direction: self.payment.direction,
            status: self.payment.status,
            rail: self.payment.rail.or(rail),
            other: self.payment.other.clone(),
            memo: self.payment.memo.clone().or(memo),
            request,
        }
    }

    /// With what else has come out about the payment.
    fn named(&self, pays: Option<Code>, decision: Decision) -> Decision {
        let Decision::Done(mut outcome) = decision else {
            return decision;
        };
        let hash = self.details.and_then(|found| found.payment_hash.as_ref());
        let hash = hash.map(|hash| EventId::PaymentHash(hash.as_str().to_owned()));
        outcome.also_called.extend(hash);
        outcome.pays = pays;
        Decision::Done(outcome)
    }
}

/// Whether there is anything to say of a payment as far as it is: of one that is done; and over ways that take a while, of
/// money that is coming, or does not come after all. Elsewhere whoever pays sees at once where they pay what becomes of it.
fn is_telling(payment: &Payment) -> bool {
    let amount = payment.amount.as_ref();
    let is_nothing = amount.is_some_and(|amount| amount.value.is_zero());
    let slow = !matches!(payment.rail, Some(Rail::Lightning | Rail::Flash));
    !is_nothing
        && match payment.status {
            TransactionStatus::Settled => true,
            TransactionStatus::Pending => slow && payment.direction == Direction::Received,
            TransactionStatus::Failed => slow,
        }
}

/// The username that Flash says has paid.
fn payer(payment: &Payment) -> Option<&str> {
    match &payment.other {
        Some(Other::Username(name)) => Some(name),
        Some(Other::Name(_)) | None => None,
    }
}

fn may_pay_a_request(payment: &Payment) -> bool {
    payment.direction == Direction::Received
        && payment.status == TransactionStatus::Settled
        && payer(payment).is_some()
}

#[cfg(test)]
mod tests;
