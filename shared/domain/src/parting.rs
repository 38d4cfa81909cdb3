//! A link that ends without a word from its person: another chat has taken it over, or its key has come to its end.

use crate::conversation::{Audit, Event, Pointer};
use crate::ids::{AccountId, PersonKey};
use crate::language::Language;
use crate::outbox::{Buttons, Notice, Reply};
use crate::state::{Link, Person, Session, State};
use crate::texts;
use crate::time::Moment;

/// What is left of the person, all of it or nothing. The credential goes with the link.
#[derive(Clone, Debug)]
pub struct Parting {
    pub person: Person,
    /// Only if there is a conversation: none is begun for somebody who says nothing.
    pub session: Session,
    /// The waiting code to destroy, by its challenge.
    pub destroy_code: Option<String>,
    /// The same of a code in the Flash app.
    pub destroy_app_code: Option<String>,
    pub says: Reply,
    pub audit: Audit,
    /// Who did it, if it was staff.
    pub by: Option<PersonKey>,
    /// What others may link now. A move keeps its pointers, and a link that has ended frees nothing.
    pub releases: Vec<Pointer>,
}

impl Parting {
    fn of(state: &State, link: &Link, event: Event, says: Reply, now: Moment) -> Self {
        Self {
            person: Person {
                link: None,
                suspended_at: None,
                ..state.person.clone()
            },
            session: state.session.anew(now),
            destroy_code: state.code.as_ref().map(|code| code.challenge.clone()),
            destroy_app_code: state.app_code.as_ref().map(|code| code.challenge.clone()),
            says: says.with(Buttons::StartUnlinked),
            audit: Audit {
                event,
                account: Some(link.account.clone()),
            },
            by: None,
            releases: Vec::new(),
        }
    }
}

/// `account` is now linked to the masked chat named. None if this person, who reads `l`, has no link to it any more.
pub fn moved_away(
    state: &State,
    account: &AccountId,
    to_chat: &str,
    l: Language,
    now: Moment,
) -> Option<Parting> {
    let link = state.person.live_link(now)?;
    if link.account != *account {
        return None;
    }
    let chat = to_chat.to_owned();
    let says = Reply::from(texts::moved_away(l, &chat))
        .language(l)
        .notice(Notice::LinkMoved { chat });
    let mut parting = Parting::of(state, link, Event::MovedAway, says, now);
    let standing = &state.standing;
    let may_be_told = |out| standing.consents.alerts_since(out).is_some();
    if standing.opted_out_at.is_some_and(|out| !may_be_told(out)) {
        parting.person.moved_away_at = Some(now);
    }
    Some(parting)
}

/// Staff end the link whose key is named. None if this person, who reads `l`, has another by now, or none.
pub fn by_staff(
    state: &State,
    key_id: &str,
    staff: &PersonKey,
    l: Language,
    now: Moment,
) -> Option<Parting> {
    let link = state.person.live_link(now)?;
    if link.key_id != key_id {
        return None;
    }
    let says = Reply::from(texts::unlinked_by_support(l))
        .language(l)
        .notice(Notice::LinkEnded);
    Some(Parting {
        by: Some(staff.clone()),
        releases: Pointer::releases(link).collect(),
        ..Parting::of(state, link, Event::UnlinkedByStaff, says, now)
    })
}

/// The link's key has come to its end.
pub(crate) fn ended(state: &State, link: &Link, l: Language, now: Moment) -> Parting {
    let says = Reply::from(texts::link_has_ended(l))
        .language(l)
        .notice(Notice::LinkEnded);
    Parting::of(state, link, Event::UnlinkedCredentialGone, says, now)
}
