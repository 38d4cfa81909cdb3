//! When the person must prove anew that the Flash account is theirs. A link is such a proof, and each step-up another.

use crate::address::WhatsAppAddress;
use crate::flash::Owner;
use crate::money::Cents;
use crate::policy::{LARGE_BALANCE, PROOF_AT_ONCE, PROOF_FOR_LARGE, PROOF_FOR_READING};
use crate::state::Link;
use crate::time::Moment;

/// How fresh that proof must be for a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Proof {
    /// None is needed.
    Never,
    /// It shows what the account holds.
    ForReading,
    /// It hands over everything that is known about the person.
    ForExport,
    /// It reaches into other people's records.
    ForStaff,
}

/// What the decision rests on. A changed WhatsApp user id is not among it: that suspends the link itself.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The last time that the person proved it.
    pub proven_at: Moment,
    /// The last time that something odd happened in this chat or to its account.
    pub raised_at: Option<Moment>,
    /// What the answer would show, where that is known by now.
    pub shows: Option<Cents>,
    pub now: Moment,
}

/// Why it is due. Nobody is told which: an amount would be half an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The proof is too old for what was asked.
    Time,
    /// Something odd has happened since.
    Risk,
    /// It is too old for so much money.
    Amount,
}

/// Why what a page brought proves nothing. Each has a word for the page's script and a sentence for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "This page has ended or was replaced by a newer one. Ask again in the chat to get a new page."
    )]
    PageEnded,
    #[error("Flash did not accept this log-in. Please start again.")]
    KeyRefused,
    #[error(
        "That is another Flash account than the one linked to the chat. Log in with the linked account."
    )]
    OtherAccount,
    #[error("This key can do more than it should, so it was refused. Please start again.")]
    KeyReachesTooFar,
    #[error("This log-in was used before. Please start again from the link in the chat.")]
    KeyUsed,
    #[error(
        "This Flash account has another phone number than the WhatsApp chat by now. Link it from the chat of that number."
    )]
    OtherPhone,
    #[error("Accounts with an authenticator app can't be confirmed this way yet.")]
    AuthenticatorApp,
}

impl Refusal {
    /// The word the page's script goes by.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::PageEnded => "page_ended",
            Self::KeyRefused => "key_refused",
            Self::OtherAccount => "other_account",
            Self::KeyReachesTooFar => "key_reaches_too_far",
            Self::KeyUsed => "key_used",
            Self::OtherPhone => "other_phone",
            Self::AuthenticatorApp => "authenticator_app",
        }
    }

    /// Whether it counts as a wrong code does: it is not what our page would bring for this account.
    pub const fn counts(self) -> bool {
        matches!(
            self,
            Self::KeyRefused | Self::OtherAccount | Self::KeyReachesTooFar | Self::KeyUsed
        )
    }
}

/// May a key of `owner` that can do no more than `reads_only_who` says, the one called `key_id`, prove who has `link`?
pub fn accept(
    link: &Link,
    owner: &Owner,
    key_id: &str,
    reads_only_who: bool,
) -> Result<(), Refusal> {
    if owner.account != link.account {
        Err(Refusal::OtherAccount)
    } else if key_id == link.key_id {
        Err(Refusal::KeyUsed)
    } else if !reads_only_who {
        Err(Refusal::KeyReachesTooFar)
    } else if owner.totp {
        Err(Refusal::AuthenticatorApp)
    } else {
        Ok(())
    }
}

/// May the account still be seen from this chat? Its phone may have changed since it was linked; a chat without a number
/// shows nothing to compare.
pub fn accept_phone(
    owner: &Owner,
    chat: &WhatsAppAddress,
    other_phones: bool,
) -> Result<(), Refusal> {
    match chat.phone() {
        Some(phone) if !other_phones && owner.phone.as_ref() != Some(phone) => {
            Err(Refusal::OtherPhone)
        }
        _ => Ok(()),
    }
}

/// Must it be proven before a command that asks for `proof` is answered?
pub fn due(proof: Proof, facts: &Facts) -> Option<Why> {
    let age = facts.now.since(facts.proven_at);
    let longest = match proof {
        Proof::Never => return None,
        Proof::ForReading => PROOF_FOR_READING,
        Proof::ForExport | Proof::ForStaff => PROOF_AT_ONCE,
    };
    if facts.raised_at.is_some_and(|at| facts.proven_at < at) {
        Some(Why::Risk)
    } else if age >= longest {
        Some(Why::Time)
    } else if age >= PROOF_FOR_LARGE && facts.shows.is_some_and(|cents| cents >= LARGE_BALANCE) {
        Some(Why::Amount)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use Proof::{ForExport, ForReading, ForStaff, Never};

    use super::*;

    const NOW: Moment = Moment::from_unix(1_795_356_300);
    const MINUTE: i64 = 60;
    const DAY: i64 = 86_400;

    /// Proven so long ago, with the risk raised so long ago.
    fn facts(age: i64, raised: Option<i64>, shows: Option<i64>) -> Facts {
        Facts {
            proven_at: NOW.plus(-age),
            raised_at: raised.map(|ago| NOW.plus(-ago)),
            shows: shows.map(Cents),
            now: NOW,
        }
    }

    #[test]
    fn it_is_due_by_time_by_risk_and_by_amount() {
        for (proof, age, raised, shows, expected) in [
            // Time.
            (Never, 1_000 * DAY, None, None, None),
            (ForReading, 0, None, None, None),
            (ForReading, 30 * DAY - 1, None, None, None),
            (ForReading, 30 * DAY, None, None, Some(Why::Time)),
            (ForExport, 10 * MINUTE - 1, None, None, None),
            (ForExport, 10 * MINUTE, None, None, Some(Why::Time)),
            (ForStaff, 10 * MINUTE - 1, None, None, None),
            (ForStaff, 10 * MINUTE, None, None, Some(Why::Time)),
            // Risk: whatever has happened since, until the next proof.
            (Never, 2, Some(1), None, None),
            (ForReading, 2, Some(1), None, Some(Why::Risk)),
            (ForExport, 2, Some(1), None, Some(Why::Risk)),
            (ForStaff, 2, Some(1), None, Some(Why::Risk)),
            (ForReading, 1, Some(2), None, None),
            (ForReading, 1, Some(1), None, None),
            (ForReading, 30 * DAY, Some(31 * DAY), None, Some(Why::Time)),
            // Amount.
            (ForReading, 7 * DAY, None, None, None),
            (ForReading, 7 * DAY, None, Some(99_999), None),
            (ForReading, 7 * DAY, None, Some(100_000), Some(Why::Amount)),
            (ForReading, 7 * DAY - 1, None, Some(i64::MAX), None),
            (Never, 7 * DAY, None, Some(i64::MAX), None),
            // A clock behind the one that wrote the proof.
            (ForStaff, -5, None, Some(i64::MAX), None),
        ] {
            assert_eq!(
                due(proof, &facts(age, raised, shows)),
                expected,
                "{proof:?}, {age} s old, raised {raised:?} s ago, {shows:?} cents"
            );
        }
    }

    #[test]
    fn an_account_whose_phone_is_another_by_now_is_proven_from_the_chat_of_that_phone() {
        let phone = |digits: &str| crate::address::PhoneNumber::parse(digits).unwrap();
        let owner = |phone| Owner {
            user: crate::ids::FlashUserId("u".into()),
            account: crate::ids::AccountId("a".into()),
            phone,
            username: None,
            language: None,
            totp: false,
        };
        let chat = |address: &str| WhatsAppAddress::parse(address).unwrap();
        let here = chat("whatsapp:+18765550100");
        let same = owner(Some(phone("+18765550100")));
        assert_eq!(accept_phone(&same, &here, false), Ok(()));
        for other in [owner(Some(phone("+18765550101"))), owner(None)] {
            assert_eq!(accept_phone(&other, &here, false), Err(Refusal::OtherPhone));
            assert_eq!(accept_phone(&other, &here, true), Ok(()));
            // Nothing to compare.
            assert_eq!(
                accept_phone(&other, &chat("whatsapp:JM.1A2B"), false),
                Ok(())
            );
        }
    }

    #[test]
    fn what_goes_further_never_needs_less() {
        for age in [0, 10 * MINUTE, 7 * DAY, 30 * DAY] {
            for raised in [None, Some(0), Some(40 * DAY)] {
                let facts = facts(age, raised, Some(100));
                for stronger in [ForExport, ForStaff] {
                    assert!(due(ForReading, &facts).is_none() || due(stronger, &facts).is_some());
                }
            }
        }
    }
}
