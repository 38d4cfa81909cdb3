//! One message of a person: from what is known to what shall be, or to the one thing that must be asked first.
//!
//! [`decide`] is pure. The shell answers a [`Question`], puts the answer into [`Answers`] and calls again, with
//! the state as it then is; so an answer never outlives the link it was asked for.

mod account;
mod agent;
mod asked;
mod balance;
mod consent;
mod currency;
mod feedback;
mod flow;
mod from_flash;
mod guess;
mod heard;
mod help;
mod history;
mod language;
mod link;
mod notifications;
mod opting;
mod price;
mod privacy;
mod question;
mod receive;
mod registry;
mod request;
mod requests;
mod staff;
mod step_up;
mod thanks;
mod transaction;
mod unlink;
mod verify;
mod watch;
mod wish;
mod wordless;

pub(crate) use agent::PERSON;
pub use feedback::{Feedback, Given};
pub use question::Inquiry;
pub use receive::{FreshInvoice, InvoiceFor};
pub use registry::COMMANDS;
pub use request::{Asking, Change, NewRequest};
pub use requests::{Marks, OtherSide};
pub use staff::ai::ModelStands;
pub use staff::announce::Announced;
pub use staff::status::{QueueDepth, Status};
pub use step_up::{Refused, page_waits, proven, refused, waits_for_app_code};
pub(crate) use wish::is_for_a_person;

use std::fmt;

use crate::address::{PhoneNumber, WhatsAppAddress};
use crate::announcement;
use crate::cached::{self, AskedBalance, Remember};
use crate::command::{self, Command, Parsed, TypedCode};
use crate::consent::Evidence;
use crate::counts::DayCounts;
use crate::flash::{Account, Details, FlashTrouble, History, Payee, TransactionId, Username};
use crate::flood::Room;
use crate::guard::Guard;
use crate::ids::{AccountId, FlashUserId, MessageSid, PersonKey, WalletId};
use crate::language::Language;
use crate::money::{Currency, Price};
use crate::outbox::{Buttons, Reply};
use crate::renewal::Ending;
use crate::request::{Mark, Request};
use crate::risk::Sign;
use crate::state::{
    AppCode, Dialogue, Link, Person, Sealed, Session, Standing, State, Trouble, WaitingCode,
};
use crate::step_up::Proof;
use crate::texts;
use crate::ticket;
use crate::time::Moment;
use crate::watched::Watched;

/// One message, as far as it matters here. What it says is not printed.
#[derive(Clone)]
pub struct Message {
    pub sid: MessageSid,
    pub from: WhatsAppAddress,
    /// Keyed hash of the sender's user id, where Twilio tells it.
    pub user: Option<PersonKey>,
    pub body: String,
    /// What it is, beside its text.
    pub brings: Brings,
    /// What a tapped button carries.
    pub payload: Option<String>,
    /// It was missed when it came, and found since: who sent it can be told by the address alone.
    pub found_later: bool,
}

/// What somebody sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Brings {
    /// Words, or a tap on a button.
    #[default]
    Text,
    Picture,
    /// A voice note, or any sound.
    Voice,
    Video,
    Document,
    Location,
    Contact,
    Sticker,
    /// An emoji put on one of our messages.
    Reaction,
    /// What Twilio tells no more of, and what is newer than this release.
    Other,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({})", self.sid.as_str())
    }
}

/// What only the shell can find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Has the sender's number a Flash account? Asked of Flash's admin API, where there is one.
    HasFlashAccount,
    /// A fresh link page for this chat.
    LinkPage,
    /// Count this try against the waiting code, then compare.
    Try { challenge: String, code: TypedCode },
    /// What the linked wallet holds, shown in the currency of this code, else in the account's own.
    Balance {
        link: Link,
        currency: Option<String>,
    },
    /// The currencies that Flash can show money in.
    Currencies,
    /// What a US cent and a satoshi cost in the currency of this code.
    Price { currency: String },
    /// What the linked account is allowed and shown as.
    Account { link: Link },
    /// A fresh invoice, with a picture of it.
    Invoice(InvoiceFor),
    /// The latest payments of the linked account.
    History { link: Link },
    /// One payment of the linked account, in detail.
    Transaction { link: Link, id: TransactionId },
    /// A page on which the sender proves who they are: this one, by its id and its end, or a fresh one.
    ProofPage { again: Option<(String, Moment)> },
    /// A code for the Flash app of the account, to prove the same, if the operator has made that possible.
    PushCode { account: AccountId, of_link: String },
    /// As [`Question::Try`], of a code that was sent to the app.
    TryAppCode { challenge: String, code: TypedCode },
    /// A fresh page on which to save what is kept of the sender.
    ExportPage,
    /// Which other chat this account is linked to.
    OtherChat { account: AccountId },
    /// How the chat of that person stands; for staff alone.
    Subject { whom: Whom },
    /// How the bot and what it stands on are doing.
    Status,
    /// How the model stands that answers questions.
    Model,
    /// What was counted on the last days, today among them.
    Report { days: u32 },
    /// The last announcement; with how many would read one if that `counts`.
    Announcement { counts: bool },
    /// Which wallet Flash pays into for this username.
    Payee { username: Username },
    /// All requests for money of the sender and to the sender that are remembered.
    Requests,
    /// Whose chat here that wallet's owner has, and how they stand; with these own wallets of the sender's.
    Asking {
        payee: WalletId,
        mine: Vec<WalletId>,
    },
    /// What stands of a request on its other side, by the request's id and the other's chat.
    OtherSide { request: Request },
    /// Under which marks that username, and that wallet, would be blocked.
    Marks {
        name: Username,
        wallet: Option<WalletId>,
    },
    /// The names of those whom the sender has blocked, as far as they are remembered.
    BlockedNames,
    /// The sender's own tickets, and a code for another.
    Tickets,
    /// What the sender was shown to be passed on to a person, as their session keeps it.
    Draft(Sealed),
    /// The open tickets, the oldest first; for staff alone.
    OpenTickets,
    /// The ticket of that code, and how its customer's chat stands; for staff alone.
    Ticket(ticket::Code),
}

/// Somebody that staff ask about. Numbers and names are private.
#[derive(Clone, PartialEq, Eq)]
pub enum Whom {
    Number(PhoneNumber),
    /// Whoever has the Flash account of that name.
    Username(Username),
    Person(PersonKey),
}

impl fmt::Debug for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Whom(…)")
    }
}

/// Why a name leads to no chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSubject {
    /// Flash has nobody of that name.
    NotAtFlash,
    /// The account is linked to no chat.
    NotHere,
    /// Nobody could be asked.
    NotAsked,
}

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    Right,
    /// So many tries are left.
    Wrong {
        left: u32,
    },
    /// The code was used, destroyed or had run out in the meantime.
    Gone,
}

/// A link page made for this chat. Its address, which opens it, is not printed.
#[derive(Clone)]
pub struct FreshPage {
    pub id: String,
    pub url: String,
    pub until: Moment,
}

impl fmt::Debug for FreshPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FreshPage({})", self.id)
    }
}

/// Another chat, of somebody else as far as we know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherChat {
    pub person: PersonKey,
    pub address: Sealed,
    /// In which they read.
    pub language: Language,
}

/// Another chat, as staff may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub state: State,
    /// None: nobody has ever written from there, or so long ago that it is forgotten.
    pub address: Option<Sealed>,
    /// In which they read.
    pub language: Language,
    /// When they last wrote, if that is a day ago at most.
    pub heard: Option<Moment>,
}

impl Subject {
    pub fn chat(&self) -> Option<OtherChat> {
        let address = self.address.clone()?;
        Some(OtherChat {
            person: self.state.key.clone(),
            address,
            language: self.language,
        })
    }
}

/// A ticket, and how its customer's chat stands.
pub type TicketOf = (ticket::Ticket, Subject);

/// Answers so far. None: not asked.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// Inner None: there is nobody to ask.
    pub has_flash_account: Option<Option<bool>>,
    pub link_page: Option<FreshPage>,
    pub export_page: Option<FreshPage>,
    pub proof_page: Option<FreshPage>,
    /// With the id of the key of the link it was asked for. Inner None: the app could not be reached.
    pub pushed: Option<(String, Option<AppCode>)>,
    pub tried: Option<(String, Tried)>,
    pub balance: Option<AskedBalance>,
    pub currencies: Option<Result<Vec<Currency>, FlashTrouble>>,
    /// By the code it was asked with. Inner None: Flash has no such currency.
    pub price: Option<(String, Result<Option<Price>, FlashTrouble>)>,
    /// With the id of the key it was asked with.
    pub account: Option<(String, Result<Account, FlashTrouble>)>,
    /// With what it was asked for.
    pub invoice: Option<(InvoiceFor, Result<FreshInvoice, FlashTrouble>)>,
    /// The same.
    pub history: Option<(String, Result<History, FlashTrouble>)>,
    /// The same, of this payment. Inner None: the account has none of that id.
    pub transaction: Option<(String, TransactionId, Result<Option<Details>, FlashTrouble>)>,
    /// Inner None: the account is linked nowhere else.
    pub other_chat: Option<(AccountId, Option<OtherChat>)>,
    /// Another chat won the race for this account.
    pub account_taken: bool,
    /// Whom the account was to be moved from no longer has it.
    pub let_go: bool,
    pub subject: Option<Subject>,
    pub no_subject: Option<NoSubject>,
    pub status: Option<Box<Status>>,
    pub model: Option<ModelStands>,
    /// Today first.
    pub report: Option<Vec<DayCounts>>,
    pub announced: Option<Box<Announced>>,
    /// Of that username. Inner None: Flash knows nobody who is called so.
    pub payee: Option<(Username, Result<Option<Payee>, FlashTrouble>)>,
    pub requests: Option<Vec<Request>>,
    /// About that wallet.
    pub asking: Option<(WalletId, Asking)>,
    /// Of the request of that id.
    pub other_side: Option<(String, OtherSide)>,
    /// Of that username.
    pub marks: Option<(Username, Marks)>,
    pub blocked_names: Option<Vec<(Mark, Username)>>,
    pub feedback_given: Given,
    pub tickets: Option<ticket::Own>,
    /// Inner None: it can't be read any more.
    pub draft: Option<Option<ticket::Shared>>,
    pub open_tickets: Option<ticket::Open>,
    /// Of that code. Inner None: there is none.
    pub ticket: Option<(ticket::Code, Option<Box<TicketOf>>)>,
}

impl Answers {
    /// Flash could not, or would not, say what it was asked.
    fn has_trouble(&self) -> bool {
        fn failed<T>(answer: Option<&Result<T, FlashTrouble>>) -> bool {
            let trouble = answer.and_then(|answer| answer.as_ref().err());
            trouble.is_some_and(|trouble| *trouble != FlashTrouble::CredentialGone)
        }
        failed(self.balance.as_ref().map(|asked| &asked.told))
            || failed(self.account.as_ref().map(|(_, answer)| answer))
            || failed(self.history.as_ref().map(|(_, answer)| answer))
            || failed(self.transaction.as_ref().map(|(.., answer)| answer))
    }
}

/// What happens to the pointer from an account to the one person it is linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// It must be free, over, this person's own, or that of whom the account is moved from.
    Claim {
        account: AccountId,
        until: Moment,
        moves_from: Option<PersonKey>,
    },
    Release(AccountId),
    /// The wallet is of the account whose pointer this person has or claims with the same breath, so nobody else's claim can
    /// be right.
    ClaimWallet {
        wallet: WalletId,
        until: Moment,
    },
    ReleaseWallet(WalletId),
    /// As the wallet, so the user who has the account.
    ClaimUser {
        user: FlashUserId,
        until: Moment,
    },
    ReleaseUser(FlashUserId),
}

impl Pointer {
    /// By which nobody finds the person any more whose link ends.
    pub(crate) fn releases(link: &Link) -> impl Iterator<Item = Self> {
        let wallet = link.wallet.clone().map(Self::ReleaseWallet);
        let user = link.user.clone().map(Self::ReleaseUser);
        let account = Self::Release(link.account.clone());
        std::iter::once(account).chain(wallet).chain(user)
    }
}

/// What the audit remembers for years: facts, no words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Linked,
    /// Linked, and another chat has given up its link to the same account.
    MovedHere,
    /// Another chat has taken the link over.
    MovedAway,
    LinkRefusedLinkedElsewhere,
    UnlinkedByPerson,
    /// Flash no longer honoured the credential, or it had reached its end.
    UnlinkedCredentialGone,
    CodeDestroyed,
    ChatLocked,
    /// The person has proven anew that the account is theirs.
    SteppedUp,
    /// What was brought to prove it proves something else.
    StepUpRefused,
    /// The number that is linked has written as another WhatsApp user.
    LinkSuspended,
    /// The person said STOP.
    OptedOut,
    /// The person said START after STOP.
    OptedIn,
    /// The person has said what they agree to; with what they were asked.
    ConsentAnswered,
    /// STOP has taken back what was agreed to for after a STOP.
    AlertsWithdrawn,
    /// The person has asked for a page with what is kept of them.
    ExportAsked,
    /// That has been taken from the page.
    ExportTaken,
    /// All that may go was destroyed.
    Erased,
    /// Somebody tried what only staff may do.
    RefusedRole,
    /// Staff looked how another chat stands.
    StaffLooked,
    /// Staff locked another chat.
    LockedByStaff,
    /// Staff ended the lock of another chat.
    UnlockedByStaff,
    /// Staff ended another chat's link.
    UnlinkedByStaff,
    /// Staff let an announcement go out, or ended one.
    Announced,
    AnnouncementStopped,
    /// Staff switched the assistant's model off, or on.
    ModelSwitched,
    /// The person has passed something on to support.
    TicketOpened,
    /// Staff read what people have passed on.
    TicketsRead,
    /// Staff answered a ticket.
    TicketAnswered,
    /// A ticket was closed, by staff or by what its customer said.
    TicketClosed,
    /// The operator let the person do more, or something else.
    RoleGranted,
    /// The operator took that back.
    RoleRevoked,
    /// The chat's behaviour, or what others do about its account, is so odd that somebody should look.
    RiskAlert,
}

impl Event {
    /// Its name in logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::MovedHere => "moved_here",
            Self::MovedAway => "moved_away",
            Self::LinkRefusedLinkedElsewhere => "link_refused_linked_elsewhere",
            Self::UnlinkedByPerson => "unlinked_by_person",
            Self::UnlinkedCredentialGone => "unlinked_credential_gone",
            Self::CodeDestroyed => "code_destroyed",
            Self::ChatLocked => "chat_locked",
            Self::SteppedUp => "stepped_up",
            Self::StepUpRefused => "step_up_refused",
            Self::LinkSuspended => "link_suspended",
            Self::OptedOut => "opted_out",
            Self::OptedIn => "opted_in",
            Self::ConsentAnswered => "consent_answered",
            Self::AlertsWithdrawn => "alerts_withdrawn",
            Self::ExportAsked => "export_asked",
            Self::ExportTaken => "export_taken",
            Self::Erased => "erased",
            Self::RefusedRole => "refused_role",
            Self::StaffLooked => "staff_looked",
            Self::LockedByStaff => "locked_by_staff",
            Self::UnlockedByStaff => "unlocked_by_staff",
            Self::UnlinkedByStaff => "unlinked_by_staff",
            Self::Announced => "announced",
            Self::AnnouncementStopped => "announcement_stopped",
            Self::ModelSwitched => "model_switched",
            Self::TicketOpened => "ticket_opened",
            Self::TicketsRead => "tickets_read",
            Self::TicketAnswered => "ticket_answered",
            Self::TicketClosed => "ticket_closed",
            Self::RoleGranted => "role_granted",
            Self::RoleRevoked => "role_revoked",
            Self::RiskAlert => "risk_alert",
        }
    }
}

/// Whether what was tried was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Done,
    Refused,
}

impl Event {
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::LinkRefusedLinkedElsewhere | Self::StepUpRefused | Self::RefusedRole => {
                Verdict::Refused
            }
            _ => Verdict::Done,
        }
    }
}

/// What a member of staff does about another chat. It stands in the records of both, and each names the other; that somebody only
/// looked stands in theirs who did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub on: PersonKey,
    pub event: Event,
    /// Their counts and locks, as they must still be found and as they shall be; None: nothing of theirs changes.
    pub guard: Option<(Guard, Guard)>,
    /// Their link, by the id of its key, ends as if they had unlinked it themselves, and they are told
    /// ([`crate::parting::by_staff`]).
    pub unlinks: Option<String>,
}

impl Act {
    /// It stands in the other's record as well, where nothing else of theirs that is changed says so.
    pub const fn is_on_record(&self) -> bool {
        matches!(self.event, Event::TicketAnswered | Event::TicketClosed)
    }

    /// Of which nothing comes but what is recorded.
    fn on(subject: &Subject, event: Event) -> Self {
        Self {
            on: subject.state.key.clone(),
            event,
            guard: None,
            unlinks: None,
        }
    }
}

/// One line of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    pub event: Event,
    pub account: Option<AccountId>,
}

/// Somebody to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    Sender,
    Other(OtherChat),
}

/// As what a message was understood, for counts: never what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeardAs {
    /// The command's name. Of what was not understood, that of the command it may have meant, or [`UNKNOWN`].
    pub command: &'static str,
    pub by: By,
}

/// The name under which is counted what is like no command.
pub const UNKNOWN: &str = "unknown";

/// How a command was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum By {
    Name,
    Alias,
    /// A button, or an item of a list.
    Button,
    /// What we took it for was confirmed.
    Suggestion,
    /// In the sender's own words, for the assistant.
    Words,
    /// It was not understood.
    Miss,
}

impl By {
    /// Its name in logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Alias => "alias",
            Self::Button => "button",
            Self::Suggestion => "suggestion",
            Self::Words => "words",
            Self::Miss => "miss",
        }
    }
}

/// What shall be, all of it or nothing.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub person: Person,
    pub standing: Standing,
    pub guard: Guard,
    pub session: Session,
    /// The waiting code to destroy, by its challenge.
    pub destroy_code: Option<String>,
    /// The code that was sent to the app, in place of any before.
    pub await_app_code: Option<AppCode>,
    /// The code in the app to destroy, by its challenge.
    pub destroy_app_code: Option<String>,
    pub pointers: Vec<Pointer>,
    /// What becomes of the balance that is remembered.
    pub balance: Remember,
    /// Whose link to the account that is linked now ends with the same breath, and who is told ([`crate::parting`]).
    pub disconnects: Option<PersonKey>,
    /// When the person is first to be told that a link of now ends.
    pub ending: Option<Ending>,
    /// What the person agreed to or refused, for its line of the audit.
    pub consent: Option<Evidence>,
    /// The person is forgotten: `person` is not written but destroyed, with all that was said.
    pub erases: bool,
    pub says: Vec<(Recipient, Reply)>,
    pub audit: Vec<Audit>,
    pub act: Option<Act>,
    /// Whether a model answers questions from now on.
    pub switches_model: Option<bool>,
    /// What becomes of an announcement. The name of a draft is that of the message.
    pub announces: Option<announcement::Change>,
    /// What the person thinks of the bot, to be kept once.
    pub feedback: Option<Feedback>,
    /// When the answer was asked for which that calls bad, and which may be read with its question.
    pub reviews: Option<Moment>,
    /// What becomes of requests for money.
    pub requests: Vec<Change>,
    /// An invoice whose payment is waited for.
    pub watches: Option<Box<Watched>>,
    /// What the assistant is asked, in the session's thread, and in which language it answers.
    pub asks: Option<(Inquiry, Language)>,
    /// A question, minimised, that waits beside the one which is open now until that is answered.
    pub keeps: Option<String>,
    /// What a person at support would get to see, which waits beside the question whether they may.
    pub drafts: Option<ticket::Shared>,
    /// What becomes of tickets.
    pub tickets: Vec<ticket::Change>,
    /// There was no room for an answer: what is said, if anything, only says so.
    pub flooded: bool,
    /// None: it was no command, nor was it meant as one, or it was not answered.
    pub heard_as: Option<HeardAs>,
}

/// The next step.
#[derive(Clone, Debug)]
pub enum Decision {
    Ask(Question),
    Done(Box<Outcome>),
    /// Too much at once, of what was found in Twilio's list and will be brought again: nothing is done about it now.
    Later,
}

/// Everything a command may look at.
pub(crate) struct Turn<'a> {
    state: &'a State,
    message: &'a Message,
    answers: &'a Answers,
    now: Moment,
}

impl Turn<'_> {
    /// The state as it is, with `reply` said to the sender; what was waiting for an answer no longer waits.
    fn say(&self, reply: impl Into<Reply>) -> Outcome {
        self.say_in(self.language(), reply)
    }

    /// The same in another language than the sender's own until now.
    fn say_in(&self, l: Language, reply: impl Into<Reply>) -> Outcome {
        let mut session = self.state.session.clone();
        session.last_inbound = self.now;
        session.dialogue = Dialogue::Idle;
        session.open = None;
        session.flow = None;
        session.listed = session.listed.filter(|listed| self.now < listed.until);
        let mut person = self.state.person.clone();
        if person.user.is_none() {
            person.user.clone_from(&self.message.user);
        }
        Outcome {
            person,
            standing: self.state.standing.clone(),
            guard: self.state.guard.clone(),
            session,
            destroy_code: None,
            await_app_code: None,
            destroy_app_code: None,
            pointers: Vec::new(),
            balance: Remember::AsItWas,
            disconnects: None,
            ending: None,
            consent: None,
            erases: false,
            says: vec![(Recipient::Sender, reply.into().language(l))],
            audit: Vec::new(),
            act: None,
            switches_model: None,
            announces: None,
            feedback: None,
            reviews: None,
            requests: Vec::new(),
            watches: None,
            asks: None,
            keeps: None,
            drafts: None,
            tickets: Vec::new(),
            flooded: false,
            heard_as: None,
        }
    }

    /// Nothing is done about the message, and nothing changes but when we last heard from its sender.
    fn flooded(&self, says_so: bool) -> Outcome {
        let mut outcome = self.say_beside(texts::flooded(self.language()));
        outcome.flooded = true;
        if says_so {
            outcome.guard = outcome.guard.noted(Sign::Flooded, self.now);
        } else {
            outcome.says.clear();
        }
        outcome
    }

    /// The link that this sender may use.
    fn link(&self) -> Option<&Link> {
        let link = self.state.person.live_link(self.now);
        link.filter(|_| !self.is_paused())
    }

    /// There is a link, and the number now writes as another WhatsApp user: it waits until somebody links anew.
    fn is_paused(&self) -> bool {
        let person = &self.state.person;
        person.is_suspended(self.message.user.as_ref())
    }

    /// Whoever has the number now may not be whom the account was linked for, and the message does not say.
    fn is_unproven(&self) -> bool {
        self.message.found_later && self.message.user.is_none() && self.state.person.user.is_some()
    }

    /// As [`Turn::say`], but a question that waits goes on waiting.
    fn say_beside(&self, reply: impl Into<Reply>) -> Outcome {
        let mut outcome = self.say(reply);
        outcome.session.dialogue = self.state.session.dialogue.clone();
        outcome.session.open.clone_from(&self.state.session.open);
        outcome.session.flow.clone_from(&self.state.session.flow);
        outcome
    }

    /// This message has been counted as a try of a code.
    fn has_tried(&self) -> bool {
        let counted = |code: &WaitingCode| code.counted(&self.message.sid, self.now);
        let counted_too = |code: &AppCode| code.counted(&self.message.sid, self.now);
        self.answers.tried.is_some()
            || self.state.code.as_ref().is_some_and(counted)
            || self.state.app_code.as_ref().is_some_and(counted_too)
    }

    /// A link page may still be used, or its code waits to be typed.
    fn is_linking(&self) -> bool {
        let page = self.state.session.page.as_ref();
        self.state.code.is_some() || page.is_some_and(|page| self.now < page.until)
    }

    /// As [`Turn::say`], and the linking that was begun is over, with the key that waited for its code.
    fn without_linking(&self, reply: impl Into<Reply>) -> Outcome {
        let mut outcome = self.say(reply);
        outcome.session.page = None;
        outcome.destroy_code = self.state.code.as_ref().map(|code| code.challenge.clone());
        outcome
    }

    /// In which the sender reads.
    fn language(&self) -> Language {
        self.state.person.language(&self.message.from)
    }

    /// That they have named, else that of the place.
    fn zone(&self) -> jiff::tz::TimeZone {
        self.state.standing.preferences.zone(&self.message.from)
    }

    /// The link had reached its end, or Flash no longer honours it.
    fn ended(&self, link: &Link) -> Outcome {
        self.without_link(
            link,
            Event::UnlinkedCredentialGone,
            texts::link_ended(self.language()),
        )
    }

    /// The link is over: credential, pointer and whatever waited go with it.
    fn without_link(&self, link: &Link, event: Event, reply: impl Into<Reply>) -> Outcome {
        let mut outcome = self.say(reply);
        outcome.person.link = None;
        outcome.person.suspended_at = None;
        step_up::end(self.state, &mut outcome);
        outcome.session = Session {
            assistant: self.state.session.assistant.ended(),
            ..Session::begin(self.now)
        };
        outcome.destroy_code = self.state.code.as_ref().map(|code| code.challenge.clone());
        outcome.pointers.extend(self.release(link));
        outcome.audit.push(Audit {
            event,
            account: Some(link.account.clone()),
        });
        outcome
    }

    /// What frees the account for others. The pointer ends with its link: past that it may be another's already.
    fn release(&self, link: &Link) -> Vec<Pointer> {
        if self.now >= link.ends_at {
            return Vec::new();
        }
        Pointer::releases(link).collect()
    }
}

impl Outcome {
    /// Nothing is remembered of what an account holds that this person may no longer see.
    fn forget_balance(&mut self, before: &State) {
        if cached::ends(&before.person, &self.person, self.erases) {
            self.balance = Remember::Nothing;
        }
    }
}

impl From<Outcome> for Decision {
    fn from(outcome: Outcome) -> Self {
        Self::Done(Box::new(outcome))
    }
}

/// What to do about `message`, `state` being what a read at `now` found.
pub fn decide(state: &State, message: &Message, answers: &Answers, now: Moment) -> Decision {
    let mut decision = decide_for_whoever_writes(state, message, answers, now);
    if let Decision::Done(outcome) = &mut decision {
        outcome.forget_balance(state);
    }
    decision
}

fn decide_for_whoever_writes(
    state: &State,
    message: &Message,
    answers: &Answers,
    now: Moment,
) -> Decision {
    if !state.person.changes_hands(message.user.as_ref()) {
        return decide_for_the_same(state, message, answers, now);
    }
    let mut decision =
        decide_for_the_same(&in_other_hands(state, message, now), message, answers, now);
    if let Decision::Done(outcome) = &mut decision {
        let (code, app_code) = (state.code.as_ref(), state.app_code.as_ref());
        outcome.destroy_code = code.map(|code| code.challenge.clone());
        outcome.destroy_app_code = app_code.map(|code| code.challenge.clone());
        if state.person.link.is_some() && state.person.suspended_at.is_none() {
            let account = state.person.link.as_ref().map(|link| link.account.clone());
            let event = Event::LinkSuspended;
            outcome.audit.insert(0, Audit { event, account });
        }
    }
    decision
}

/// The number now writes as another WhatsApp user: the conversation, with whatever was open, was somebody else's, and so
/// is the link.
fn in_other_hands(state: &State, message: &Message, now: Moment) -> State {
    let mut state = state.clone();
    state.session = state.session.anew(now);
    state.code = None;
    state.app_code = None;
    state.timed_out = None;
    let person = &mut state.person;
    person.writes_as.clone_from(&message.user);
    if person.link.is_some() {
        person.suspended_at.get_or_insert(now);
    }
    state
}

fn decide_for_the_same(
    state: &State,
    message: &Message,
    answers: &Answers,
    now: Moment,
) -> Decision {
    let turn = Turn {
        state,
        message,
        answers,
        now,
    };
    let (pace, room) = state.session.pace.next(now);
    let stops = opting::says_stop(message);
    let mut decision = match room {
        _ if stops => opting::stop(&turn, room).into(),
        // What came of a try must be recorded: others may have taken the room since it was counted.
        _ if turn.has_tried() => answer(&turn),
        Room::Answer => answer(&turn),
        Room::LastAnswer | Room::Silence if message.found_later => Decision::Later,
        Room::LastAnswer => turn.flooded(true).into(),
        Room::Silence => turn.flooded(false).into(),
    };
    if let Decision::Done(outcome) = &mut decision {
        outcome.heard_as = heard::heard_as(&turn).filter(|_| !outcome.flooded);
        // A repeated STOP that is not answered costs nothing.
        if !(stops && outcome.says.is_empty()) {
            outcome.session.pace = pace;
        }
        if !stops {
            let after = language::after(state, outcome);
            let turn = Turn {
                state: after.as_ref().unwrap_or(state),
                ..turn
            };
            watch::watch(&turn, outcome);
            remember_trouble(&turn, outcome);
            request::remember_names(&turn, outcome);
            if !outcome.flooded {
                tell_of_the_move(&turn, outcome);
                asked::tell_time_out(&turn, outcome);
                consent::tell_of_change(&turn, outcome);
            }
            opting::remind(&turn, outcome);
        }
    }
    decision
}

/// What Flash could not answer is kept, for whoever has no word for trying it again.
fn remember_trouble(turn: &Turn<'_>, outcome: &mut Outcome) {
    let heard = outcome
        .heard_as
        .and_then(|heard| Command::named(heard.command));
    let linked = turn.link().is_some() && outcome.person.link.is_some();
    let asks_flash = |command: &&Command| linked && command.needs_link && !command.changes;
    let Some(command) = heard.filter(asks_flash) else {
        return;
    };
    // What could be shown all the same belongs to the link.
    let shown = |(_, reply): &(Recipient, Reply)| reply.of_link.is_some();
    let down = turn.state.flash_is_down && !outcome.says.iter().any(shown);
    let failed = down || turn.answers.has_trouble();
    outcome.session.trouble = failed.then(|| Trouble {
        command: command.name.to_owned(),
        at: turn.now,
    });
}

/// Whoever lost the link while nothing could be told hears so at the head of the next answer, once.
fn tell_of_the_move(turn: &Turn<'_>, outcome: &mut Outcome) {
    let Some(at) = turn.state.person.moved_away_at else {
        return;
    };
    let mut says = outcome.says.iter_mut();
    if let Some((_, reply)) = says.find(|(recipient, _)| *recipient == Recipient::Sender) {
        let told = texts::moved_away_before(turn.language(), at, &turn.zone());
        reply.text = format!("{told}\n\n{}", reply.text);
        outcome.person.moved_away_at = None;
    }
}

fn answer(turn: &Turn<'_>) -> Decision {
    let message = turn.message;
    if let Some(payload) = &message.payload {
        return match command::parse_payload(payload) {
            Some((command, rest)) => run(turn, command, rest.as_deref()),
            None => asked::button(turn, payload),
        };
    }
    if let Some(answer) = wordless::answer(turn) {
        return answer;
    }
    match command::parse(&message.body) {
        Parsed::Run(command, rest) => run(turn, command, rest.as_deref()),
        Parsed::Code(code) => verify::run(turn, &code),
        Parsed::MalformedCode => turn.say(texts::malformed_code(turn.language())).into(),
        Parsed::Yes => asked::answer(turn, true),
        Parsed::No => asked::answer(turn, false),
        Parsed::Unknown => question::warning(turn)
            .or_else(|| agent::in_words(turn))
            .or_else(|| opting::in_words(turn))
            .or_else(|| asked::waits(turn).then(|| asked::again(turn)))
            .or_else(|| flow::answer(turn))
            .or_else(|| wordless::beside_words(turn))
            .unwrap_or_else(|| help::pointer(turn)),
    }
}

/// Whom a command is for comes first, so that nobody else learns what it needs.
fn run(turn: &Turn<'_>, command: &'static Command, rest: Option<&str>) -> Decision {
    if staff::role(turn) < command.role {
        return staff::refused(turn, command);
    }
    if command.needs_link && (turn.link().is_none() || turn.is_unproven()) {
        return needs_link(turn, command);
    }
    let guarded = command.needs_link || command.proof != Proof::Never || command.name == "link";
    if let Some(until) = turn
        .state
        .guard
        .locked_by_staff(turn.now)
        .filter(|_| guarded)
    {
        return staff::lock::locked(turn, until);
    }
    if let Some(proof_first) = step_up::first(turn, command, rest) {
        return proof_first;
    }
    (command.run)(turn, rest)
}

/// What whoever has no link that they may use reads in place of an answer.
fn needs_link(turn: &Turn<'_>, command: &Command) -> Decision {
    let l = turn.language();
    let text = match &turn.state.person.link {
        None => texts::link_first(l),
        Some(_) if turn.is_paused() => texts::link_paused(l),
        Some(link) if turn.link().is_none() => return turn.ended(link).into(),
        Some(_) => return turn.say(texts::missed_command(l, command.name)).into(),
    };
    turn.say(Reply::from(text).with(Buttons::StartUnlinked))
        .into()
}

#[cfg(test)]
mod tests;
