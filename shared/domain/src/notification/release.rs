//! What becomes of news that waited, when their moment has come: by what their person wants by then.

use super::decide::{open_link, unasked};
use super::when::{awake, unwanted};
use super::{Held, Seen, Told, ToldOf, Why};
use crate::address::WhatsAppAddress;
use crate::guard::Guard;
use crate::outbox::Reply;
use crate::policy::{HELD_LONGEST, HELD_ONE_BY_ONE, NEWS_PER_HOUR};
use crate::preferences::{Frequency, Topic};
use crate::state::{Link, Person, Standing};
use crate::texts;
use crate::time::Moment;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Release {
    /// They want no news now, by what they have said since: once more then.
    PutOff(Moment),
    Now(Box<Released>),
}

/// All that has waited for a moment is told or muted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// In order.
    pub says: Vec<Says>,
    /// What nobody is told, and why; of what was only counted nothing more is known than how often.
    pub muted: Vec<(Topic, Why)>,
    /// As it is to be remembered from now on.
    pub seen: Seen,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Says {
    pub reply: Reply,
    /// Which of what has waited it tells, by their places.
    pub tells: Vec<usize>,
}

/// Who is told, as they are by then.
#[derive(Clone, Copy, Debug)]
pub struct Listener<'a> {
    pub person: &'a Person,
    pub standing: &'a Standing,
    pub guard: &'a Guard,
    pub address: &'a WhatsAppAddress,
}

/// What waited until `until`, in the order in which it happened, is told to its person. How often they want news to come together is a matter of what comes from now on; all else they have said
/// since holds for what waited, too.
pub fn release(
    held: &[Held],
    until: Moment,
    listener: Listener<'_>,
    seen: &Seen,
    now: Moment,
) -> Release {
    let Listener {
        person, standing, ..
    } = listener;
    let preferences = &standing.preferences;
    let zone = preferences.zone(listener.address);
    let link = open_link(person, listener.guard, now);
    // Whatever waits was held before they paused: it comes when the pause is over, as long as it is kept.
    let paused = preferences.paused(now);
    let rests = paused.is_none_or(|end| end.since(until) <= HELD_LONGEST);
    let youngest = held
        .iter()
        .filter(|held| is_balance(held))
        .map(|held| held.told.at)
        .max();
    let youngest = youngest.max(seen.balance_at);
    let (mut told, mut muted) = (Vec::new(), Vec::new());
    for (nth, held) in held.iter().enumerate() {
        let why = why_not(held, link, standing, youngest, now);
        match why.filter(|why| *why != Why::Paused || !rests) {
            Some(why) => muted.push((held.told.topic(), why)),
            None => told.push((nth, &held.told)),
        }
    }
    let later = awake(preferences.quiet, &zone, paused.unwrap_or(now));
    if now < later && !told.is_empty() {
        return Release::PutOff(later);
    }
    let rest = seen.released(until);
    let more = seen.more(until);
    let fits = rest.of_late(now).count().saturating_add(told.len()) <= NEWS_PER_HOUR;
    let few = told.len() <= HELD_ONE_BY_ONE && preferences.frequency == Frequency::Instant;
    let one_by_one = more == 0 && (told.len() == 1 || few && fits);
    let l = person.language(listener.address);
    let mut says = Vec::new();
    if let (Some(link), false) = (link, told.is_empty()) {
        let mut say = |reply: Reply, tells: Vec<usize>| {
            let reply = unasked(reply, l, link);
            says.push(Says { reply, tells });
        };
        if one_by_one {
            for (nth, told) in &told {
                say(texts::notice(l, told, &zone), vec![*nth]);
            }
        } else {
            let (places, all): (Vec<_>, Vec<Told>) = told
                .iter()
                .map(|(nth, told)| (*nth, (*told).clone()))
                .unzip();
            say(texts::digest(l, &all, more, &zone), places);
        }
    }
    let seen = says.iter().fold(rest, |seen, _| seen.telling(now));
    Release::Now(Box::new(Released { says, muted, seen }))
}

fn is_balance(held: &Held) -> bool {
    held.told.what == ToldOf::Balance
}

fn why_not(
    held: &Held,
    link: Option<&Link>,
    standing: &Standing,
    youngest: Option<Moment>,
    now: Moment,
) -> Option<Why> {
    let told = &held.told;
    let cents = told.money.as_ref().and_then(|money| money.cents);
    let Some(link) = link.filter(|link| link.account == held.account) else {
        return Some(Why::NotLinked);
    };
    // What waited when they unlinked, said STOP or took their yes back stays untold, whatever they have said since.
    let agreed = standing.consents.notifications.as_ref();
    if told.at < link.linked_at {
        return Some(Why::NotLinked);
    }
    if standing.opted_in_at.is_some_and(|since| told.at < since) {
        return Some(Why::OptedOut);
    }
    if agreed.is_some_and(|agreed| told.at < agreed.at) {
        return Some(Why::NotAgreed);
    }
    if is_balance(held) && youngest.is_some_and(|youngest| told.at < youngest) {
        return Some(Why::Older);
    }
    unwanted(told.topic(), cents, standing, now)
}

#[cfg(test)]
mod tests;
