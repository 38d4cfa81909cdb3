//! An invoice whose payment is waited for: when to look at it, and what its person is told in the end, once.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::address::WhatsAppAddress;
use crate::flash::{InvoiceStatus, PaymentHash, PaymentRequest};
use crate::ids::{AccountId, MessageSid};
use crate::money::Cents;
use crate::outbox::{Class, Reply};
use crate::policy::{INVOICE_LOOK_WAIT, INVOICE_LOOKS, INVOICE_WATCH};
use crate::state::State;
use crate::texts;
use crate::time::Moment;

/// What is remembered of an invoice while it is watched. It is kept sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    pub payment_request: PaymentRequest,
    pub payment_hash: PaymentHash,
    pub cents: Cents,
    /// What it is for, made harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// What can be typed to have another like it.
    pub command: String,
    /// Into which it is paid.
    pub account: AccountId,
    /// There is a pay link as well, which does not run out.
    #[serde(default)]
    pub has_link: bool,
    /// The message that asked for it.
    pub asked_in: MessageSid,
    pub issued_at: Moment,
    pub expires_at: Moment,
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watched(…)")
    }
}

/// What a look at an invoice comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is neither paid nor over, or Flash could not say: the look of this number, from 0 on, comes then.
    Again {
        look: u32,
        at: Moment,
    },
    Paid,
    RanOut,
    /// Flash has not said for so long that nobody asks it any more.
    NeverSaid,
}

/// When to look at an invoice for the first time.
pub fn first_look(issued_at: Moment) -> Moment {
    after(issued_at, 0)
}

/// When the look of this number comes: as planned, then ever more rarely.
fn after(issued_at: Moment, look: u32) -> Moment {
    let planned = usize::try_from(look)
        .ok()
        .and_then(|look| INVOICE_LOOKS.get(look));
    let last = INVOICE_LOOKS.last().copied().unwrap_or(0);
    let wait = planned.copied().unwrap_or_else(|| {
        let more = look.saturating_sub(u32::try_from(INVOICE_LOOKS.len()).unwrap_or(u32::MAX));
        let doubled =
            INVOICE_LOOK_WAIT.saturating_mul(1_i64.checked_shl(more.min(20)).unwrap_or(1));
        last.saturating_add(doubled)
    });
    issued_at.plus(wait)
}

impl Watched {
    /// What Flash's word means, which it gave at `now` for the look of that number. None: it gave no word.
    pub fn look(&self, look: u32, status: Option<InvoiceStatus>, now: Moment) -> Look {
        match status {
            Some(InvoiceStatus::Paid) => return Look::Paid,
            Some(InvoiceStatus::Expired) => return Look::RanOut,
            Some(InvoiceStatus::Pending) | None => {}
        }
        if now.since(self.issued_at) >= INVOICE_WATCH {
            return Look::NeverSaid;
        }
        // A look that comes late is one look, however many were planned before it.
        let mut look = look.saturating_add(1);
        while after(self.issued_at, look) <= now {
            look = look.saturating_add(1);
        }
        let at = after(self.issued_at, look);
        Look::Again { look, at }
    }

    /// Whether its person is still to be told: they are linked to that account, as themselves, and have not said STOP.
    pub fn is_wanted(&self, state: &State, now: Moment) -> bool {
        let link = state.person.live_link(now);
        link.is_some_and(|link| link.account == self.account)
            && !state.person.is_suspended(None)
            && state.standing.opted_out_at.is_none()
    }

    /// What its person reads. None: there is nothing to say now, or to be said only of a younger invoice.
    ///
    /// That an invoice ran out is said of the youngest alone. An older one has given way to it and ended before it, as its
    /// own message said it would; a message for each would be a burst about what nobody waits for any more. Of each that is
    /// paid its person hears, and each message names its amount.
    pub fn says(&self, look: Look, state: &State, address: &WhatsAppAddress) -> Option<Reply> {
        let l = state.person.language(address);
        let memo = self.memo.as_deref();
        let reply = match look {
            Look::Again { .. } => return None,
            Look::Paid => Reply::from(texts::invoice_paid(l, self.cents, memo)),
            Look::RanOut if state.session.invoice.as_ref() != Some(&self.asked_in) => return None,
            Look::RanOut => Reply::from(texts::invoice_ran_out(
                l,
                self.cents,
                &self.command,
                self.has_link,
            )),
            Look::NeverSaid => Reply::from(texts::invoice_not_known(l, self.cents)),
        };
        let reply = reply.language(l).class(Class::Notice);
        Some(match &state.person.link {
            Some(link) => reply.of_link(link),
            None => reply,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEN: Moment = Moment::from_unix(1_000_000);

    fn watched() -> Watched {
        Watched {
            payment_request: PaymentRequest::parse("lnbc1").unwrap(),
            payment_hash: PaymentHash::parse(&"ab".repeat(32)).unwrap(),
            cents: Cents(500),
            memo: Some("lunch".into()),
            command: "receive 5 lunch".into(),
            account: AccountId("a".into()),
            has_link: true,
            asked_in: MessageSid::parse("SM00000000000000000000000000000001").unwrap(),
            issued_at: THEN,
            expires_at: THEN.plus(60),
        }
    }

    #[test]
    fn looks_are_as_planned_and_then_ever_rarer_until_they_end() {
        let mut at = first_look(THEN);
        let mut looked_after = Vec::new();
        let mut looks = 0;
        let end = loop {
            looked_after.push(at.since(THEN));
            match watched().look(looks, None, at) {
                Look::Again { look, at: next } => {
                    assert_eq!(look, looks + 1);
                    (looks, at) = (look, next);
                }
                end => break end,
            }
        };
        assert_eq!(
            looked_after,
            [5, 15, 30, 60, 75, 135, 195, 315, 555, 1_035, 1_995, 3_915]
        );
        assert_eq!(end, Look::NeverSaid);
    }

    #[test]
    fn a_look_that_comes_late_skips_what_was_planned_before_it() {
        let late = THEN.plus(61);
        let next = Look::Again {
            look: 4,
            at: THEN.plus(75),
        };
        assert_eq!(watched().look(0, Some(InvoiceStatus::Pending), late), next);
        assert_eq!(watched().look(0, None, late), next);
    }

    #[test]
    fn what_flash_says_is_final_however_early_or_late() {
        for at in [THEN, THEN.plus(86_400)] {
            assert_eq!(watched().look(0, Some(InvoiceStatus::Paid), at), Look::Paid);
            assert_eq!(
                watched().look(9, Some(InvoiceStatus::Expired), at),
                Look::RanOut
            );
        }
    }

    #[test]
    fn it_reads_back_as_it_was_stored_and_shows_in_no_log() {
        let text = serde_json::to_string(&watched()).unwrap();
        assert_eq!(serde_json::from_str::<Watched>(&text).unwrap(), watched());
        assert_eq!(format!("{:?}", watched()), "Watched(…)");
    }
}
