//! A link's key ends after 90 days. Its person is told in time, once more the day before, and when it has ended.

use crate::address::WhatsAppAddress;
use crate::ids::EntryId;
use crate::outbox::{Buttons, Notice, Reply};
use crate::parting::{self, Parting};
use crate::policy::{LINK_ENDING_FIRST, LINK_ENDING_LAST};
use crate::state::{Link, State};
use crate::texts;
use crate::time::Moment;

const DAY: i64 = 86_400;

/// Whether `link` is so near its end that a page for the next key is worth having.
pub fn may_renew(link: &Link, now: Moment) -> bool {
    link.ends_at.since(now) <= LINK_ENDING_FIRST
}

/// The next time that something is to be said of a link's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Flash's public part of the key.
    pub key_id: String,
    pub due_at: Moment,
    /// The same for the same link and stage, and for no other.
    pub entry: EntryId,
}

impl Ending {
    /// What comes next at `now`: the first word, the last, or the end itself.
    pub fn after(link: &Link, now: Moment) -> Self {
        let stages = [
            ("week", link.ends_at.plus(-LINK_ENDING_FIRST)),
            ("day", link.ends_at.plus(-LINK_ENDING_LAST)),
        ];
        let ahead = stages.into_iter().find(|(_, due)| now < *due);
        let (stage, due_at) = ahead.unwrap_or(("end", link.ends_at));
        let cause = format!("key-{}-{}-{stage}", link.key_id, link.linked_at.unix());
        Self {
            key_id: link.key_id.clone(),
            due_at,
            entry: EntryId::caused_by(&cause, 0),
        }
    }
}

/// What has come of a timer.
#[derive(Clone, Debug)]
pub enum Due {
    /// The link is gone, has another key by now, or has more time than the timer knew.
    Nothing,
    Remind {
        says: Box<Reply>,
        next: Ending,
    },
    Over(Box<Parting>),
}

/// The timer of the key called `key_id` is due: what of its person's link? However late it is, what is said holds now.
/// `address` is the person's.
pub fn due(state: &State, key_id: &str, address: &WhatsAppAddress, now: Moment) -> Due {
    let link = state.person.link.as_ref();
    let Some(link) = link.filter(|link| link.key_id == key_id && may_renew(link, now)) else {
        return Due::Nothing;
    };
    let l = state.person.language(address);
    let left = link.ends_at.since(now);
    if left <= 0 {
        return Due::Over(Box::new(parting::ended(state, link, l, now)));
    }
    let days = left.saturating_add(DAY.saturating_sub(1)) / DAY;
    let zone = state.standing.preferences.zone(address);
    let text = texts::link_ending(l, days, link.ends_at, &zone);
    let says = Reply::from(text)
        .language(l)
        .with(Buttons::StartUnlinked)
        .notice(Notice::LinkEnding { days })
        .of_link(link);
    Due::Remind {
        says: Box::new(says),
        next: Ending::after(link, now),
    }
}
