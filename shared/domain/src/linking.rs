//! The link page's half of linking: may the key it brings wait for a code, and may a code be shown?

use crate::address::WhatsAppAddress;
use crate::conversation::OtherChat;
use crate::flash::{Owner, Reach};
use crate::guard::{Guard, Issue};
use crate::ids::PersonKey;
use crate::policy::{CODE_ISSUES_PER_PAGE, KEYS_REFUSED_PER_PAGE};
use crate::state::{Page, Session};
use crate::time::Moment;

/// Why no code is shown. Each has a word for the page's script and a sentence for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "This page has ended or was replaced by a newer one. Send link in the chat to get a new page."
    )]
    PageEnded,
    #[error(
        "This page was already used with another log-in. Send link in the chat to start again."
    )]
    OtherKey,
    #[error("This page has shown its last code. Send link in the chat to start again.")]
    TooManyCodes,
    #[error(
        "Codes can't follow each other so fast. Please send link in the chat again a little later."
    )]
    TooSoon { until: Moment },
    #[error("Too many wrong codes were typed in this chat. Please try again later.")]
    ChatLocked,
    #[error("Flash did not accept this log-in. Please start again.")]
    KeyRefused,
    #[error("This key can't read the balance. Please start again from the link in the chat.")]
    KeyReadsTooLittle,
    #[error(
        "This key could move money, so it was refused. Please start again from the link in the chat."
    )]
    KeyMayMoveMoney,
    #[error(
        "This Flash account has another phone number than the WhatsApp chat, so it can't be linked here."
    )]
    OtherPhone,
    #[error(
        "This Flash account has another phone number than the WhatsApp chat. Please confirm that the chat is yours."
    )]
    ConfirmOtherPhone,
    #[error(
        "This Flash account is linked to another WhatsApp chat. Please confirm that the link shall move here."
    )]
    ConfirmMove,
    #[error("Accounts with an authenticator app can't be linked this way yet. Nothing was linked.")]
    AuthenticatorApp,
}

impl Refusal {
    /// The word the page's script goes by.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::PageEnded => "page_ended",
            Self::OtherKey => "other_key",
            Self::TooManyCodes => "too_many_codes",
            Self::TooSoon { .. } => "too_soon",
            Self::ChatLocked => "chat_locked",
            Self::KeyRefused => "key_refused",
            Self::KeyReadsTooLittle => "key_reads_too_little",
            Self::KeyMayMoveMoney => "key_may_move_money",
            Self::OtherPhone => "other_phone",
            Self::ConfirmOtherPhone => "confirm_other_phone",
            Self::ConfirmMove => "confirm_move",
            Self::AuthenticatorApp => "authenticator_app",
        }
    }
}

/// The page that `id` names, if this chat still waits for it.
pub fn current_page<'a>(session: &'a Session, id: &str, now: Moment) -> Result<&'a Page, Refusal> {
    session
        .page
        .as_ref()
        .filter(|page| page.id == id && now < page.until)
        .ok_or(Refusal::PageEnded)
}

/// Before Flash is asked anything: may this page show a code for the key with this digest?
/// `Ok(true)`: it already has shown one, whose answer may have been lost.
pub fn may_show_code(
    page: &Page,
    key_digest: &str,
    guard: &Guard,
    now: Moment,
) -> Result<bool, Refusal> {
    let repeat = match &page.key_digest {
        None => false,
        Some(first) if first == key_digest => true,
        Some(_) => return Err(Refusal::OtherKey),
    };
    if page.issues >= CODE_ISSUES_PER_PAGE {
        return Err(Refusal::TooManyCodes);
    }
    if guard.locked(now).is_some() {
        return Err(Refusal::ChatLocked);
    }
    match guard.may_issue(now, repeat) {
        Issue::Allowed => Ok(repeat),
        Issue::Wait(until) => Err(Refusal::TooSoon { until }),
    }
}

/// The page after Flash did not know the key it brought; None: that was the last.
pub fn after_refused_key(page: &Page) -> Option<Page> {
    let refused = page.refused.saturating_add(1);
    (refused < KEYS_REFUSED_PER_PAGE).then(|| Page {
        refused,
        ..page.clone()
    })
}

/// Whose phone may be linked to whose chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherPhones {
    /// The operator allows an account of another phone at all.
    pub allowed: bool,
    /// The person on the page has said that the chat is theirs.
    pub confirmed: bool,
}

/// After Flash has told whose key it is and what it can do: may it wait for the code?
///
/// A chat known only by its user id shows no phone; then, too, the person on the page must have said that it is theirs.
pub fn accept_owner(
    owner: &Owner,
    reach: Reach,
    chat: &WhatsAppAddress,
    other_phones: OtherPhones,
) -> Result<(), Refusal> {
    if reach != Reach::ReadOnly {
        return Err(Refusal::KeyMayMoveMoney);
    }
    if owner.totp {
        return Err(Refusal::AuthenticatorApp);
    }
    match (chat.phone(), &owner.phone) {
        (Some(chat), Some(account)) if chat == account => Ok(()),
        (Some(_), _) if !other_phones.allowed => Err(Refusal::OtherPhone),
        _ if other_phones.confirmed => Ok(()),
        _ => Err(Refusal::ConfirmOtherPhone),
    }
}

/// An account that is linked to another chat moves from it only where the person on the page has said so. Whom it moves
/// from, if from anybody.
pub fn accept_move(
    other: Option<&OtherChat>,
    confirmed: bool,
) -> Result<Option<PersonKey>, Refusal> {
    match other {
        Some(_) if !confirmed => Err(Refusal::ConfirmMove),
        other => Ok(other.map(|other| other.person.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::PhoneNumber;
    use crate::ids::AccountId;
    use crate::state::Sealed;

    const NOW: Moment = Moment::from_unix(1_000);

    fn owner(phone: Option<&str>) -> Owner {
        Owner {
            user: crate::ids::FlashUserId("u".into()),
            account: AccountId("a".into()),
            phone: phone.map(|p| PhoneNumber::parse(p).unwrap()),
            username: None,
            language: None,
            totp: false,
        }
    }

    fn chat(address: &str) -> WhatsAppAddress {
        WhatsAppAddress::parse(address).unwrap()
    }

    fn others(allowed: bool, confirmed: bool) -> OtherPhones {
        OtherPhones { allowed, confirmed }
    }

    #[test]
    fn the_accounts_phone_must_be_the_chats() {
        let (mine, other) = (owner(Some("+18765550100")), owner(Some("+18765550101")));
        let here = chat("whatsapp:+18765550100");
        assert_eq!(
            accept_owner(&mine, Reach::ReadOnly, &here, others(false, false)),
            Ok(())
        );
        for owner in [&other, &owner(None)] {
            assert_eq!(
                accept_owner(owner, Reach::ReadOnly, &here, others(false, true)),
                Err(Refusal::OtherPhone)
            );
            assert_eq!(
                accept_owner(owner, Reach::ReadOnly, &here, others(true, false)),
                Err(Refusal::ConfirmOtherPhone)
            );
            assert_eq!(
                accept_owner(owner, Reach::ReadOnly, &here, others(true, true)),
                Ok(())
            );
        }
    }

    #[test]
    fn a_chat_without_a_phone_needs_the_confirmation_whatever_the_parameter() {
        for allowed in [false, true] {
            let here = chat("whatsapp:JM.1A2B");
            assert_eq!(
                accept_owner(
                    &owner(Some("+18765550100")),
                    Reach::ReadOnly,
                    &here,
                    others(allowed, false)
                ),
                Err(Refusal::ConfirmOtherPhone)
            );
            assert_eq!(
                accept_owner(
                    &owner(Some("+18765550100")),
                    Reach::ReadOnly,
                    &here,
                    others(allowed, true)
                ),
                Ok(())
            );
        }
    }

    #[test]
    fn a_key_that_may_move_money_is_refused_before_anything_else() {
        let here = chat("whatsapp:+18765550100");
        assert_eq!(
            accept_owner(
                &owner(Some("+18765550100")),
                Reach::MayMoveMoney,
                &here,
                others(true, true)
            ),
            Err(Refusal::KeyMayMoveMoney)
        );
    }

    #[test]
    fn an_account_that_another_chat_has_moves_only_once_that_is_confirmed() {
        let person = PersonKey::from_digest("o".repeat(43)).unwrap();
        let other = OtherChat {
            person: person.clone(),
            address: Sealed("sealed".into()),
            language: crate::language::Language::English,
        };
        assert_eq!(accept_move(Some(&other), false), Err(Refusal::ConfirmMove));
        assert_eq!(accept_move(Some(&other), true), Ok(Some(person)));
        for confirmed in [false, true] {
            assert_eq!(accept_move(None, confirmed), Ok(None));
        }
    }

    #[test]
    fn only_the_newest_page_works_and_only_in_its_time() {
        let mut session = Session::begin(NOW);
        assert_eq!(current_page(&session, "p", NOW), Err(Refusal::PageEnded));
        session.page = Some(Page {
            id: "p".into(),
            until: NOW.plus(600),
            issues: 0,
            key_digest: None,
            refused: 0,
        });
        assert!(current_page(&session, "p", NOW.plus(599)).is_ok());
        assert_eq!(
            current_page(&session, "p", NOW.plus(600)),
            Err(Refusal::PageEnded)
        );
        assert_eq!(
            current_page(&session, "older", NOW),
            Err(Refusal::PageEnded)
        );
    }

    #[test]
    fn a_page_ends_with_the_fifth_key_that_flash_does_not_know() {
        let mut page = Some(Page {
            id: "p".into(),
            until: NOW.plus(600),
            issues: 0,
            key_digest: None,
            refused: 0,
        });
        for _ in 0..KEYS_REFUSED_PER_PAGE {
            page = after_refused_key(&page.expect("it has some left"));
        }
        assert_eq!(page, None);
    }

    #[test]
    fn a_page_shows_three_codes_for_one_key_and_none_for_another() {
        let mut page = Page {
            id: "p".into(),
            until: NOW.plus(600),
            issues: 0,
            key_digest: None,
            refused: 0,
        };
        assert_eq!(may_show_code(&page, "k", &Guard::default(), NOW), Ok(false));
        page.key_digest = Some("k".into());
        page.issues = 2;
        assert_eq!(may_show_code(&page, "k", &Guard::default(), NOW), Ok(true));
        assert_eq!(
            may_show_code(&page, "other", &Guard::default(), NOW),
            Err(Refusal::OtherKey)
        );
        page.issues = 3;
        assert_eq!(
            may_show_code(&page, "k", &Guard::default(), NOW),
            Err(Refusal::TooManyCodes)
        );
    }
}
