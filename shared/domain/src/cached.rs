//! A balance that was told a moment ago: how long it may be told again, and when it ends sooner.
//!
//! What is remembered has a generation. Whatever may have changed a balance raises it, so that a figure that was on its
//! way meanwhile is neither remembered nor told.

use serde::{Deserialize, Serialize};

use crate::flash::{Balance, FlashTrouble};
use crate::policy::BALANCE_CACHE;
use crate::state::{Link, Person};
use crate::time::Moment;

/// What one read found of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CachedBalance {
    /// None: nothing is remembered, nor has anything happened to it of late.
    pub generation: Option<u64>,
    pub figure: Option<Figure>,
}

/// A balance as Flash told it. It is kept sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The link with whose key it was asked, by that key's id.
    pub of_link: String,
    /// The currency that was asked for. None: the account's own at Flash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// When it was asked.
    pub at: Moment,
    pub balance: Balance,
}

impl Figure {
    /// It is what Flash would have been asked for now, and young enough to be told in place of its answer.
    pub fn serves(&self, link: &Link, currency: Option<&str>, now: Moment) -> bool {
        self.of_link == link.key_id
            && self.currency.as_deref() == currency
            && now.since(self.at) < BALANCE_CACHE
    }
}

/// Flash's answer to the question for a balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedBalance {
    pub of_link: String,
    pub currency: Option<String>,
    /// Of what was remembered when it was asked.
    pub generation: Option<u64>,
    pub told: Result<Figure, FlashTrouble>,
}

impl AskedBalance {
    /// It answers the question as it would be asked now, and nothing has happened to the balance since.
    pub fn answers(&self, link: &Link, currency: Option<&str>, cached: &CachedBalance) -> bool {
        self.of_link == link.key_id
            && self.currency.as_deref() == currency
            && self.generation == cached.generation
    }
}

/// What becomes of what is remembered, if its generation is still as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Remember {
    #[default]
    AsItWas,
    /// This was told, and is remembered.
    Figure(Box<Figure>),
    /// It goes, with its link, whatever its generation.
    Nothing,
}

/// A figure ends with the link it belongs to, and with the person.
pub(crate) fn ends(before: &Person, after: &Person, erased: bool) -> bool {
    let usable = |person: &Person| {
        let link = person.link.as_ref()?;
        let open = person.suspended_at.is_none();
        open.then(|| link.key_id.clone())
    };
    erased || usable(before).is_some_and(|key_id| usable(after) != Some(key_id))
}
