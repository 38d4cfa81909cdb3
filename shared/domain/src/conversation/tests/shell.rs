//! The least shell that a conversation needs around it: tables that forget on time, pointers that refuse what is
//! another's, a try that is counted before it is compared, and a Flash that says what it is told to.

use super::super::*;
use super::chat::{Chat, Heard, RIGHT};
use crate::announcement::{Announcement, Change, Stage};
use crate::cached::{CachedBalance, Figure};
use crate::policy::{
    BALANCE_CACHE, CODE_LIFE, CODE_TRIES, COMMIT_TRIES, EXPORT_PAGE_LIFE, LINK_PAGE_LIFE,
};

/// Steps of one message: the last must be a decision, so the questions are one fewer.
const MOST_STEPS: usize = 8;

impl Chat {
    /// Reads, decides and commits, again where a pointer had changed, as often as the shell would.
    pub(super) fn receives(&mut self, message: &Message) -> Heard {
        let mut answers = Answers::default();
        let mut asked = Vec::new();
        for _ in 0..COMMIT_TRIES {
            let outcome = self.concludes(message, &mut answers, &mut asked);
            if !self.still_has_what_moves(&outcome) {
                answers.let_go = true;
                continue;
            }
            if !self.keeps(outcome.feedback.as_ref()) {
                answers.feedback_given = answers.feedback_given.after_refusal();
                continue;
            }
            if self.pointers_allow(&outcome) {
                self.apply(&outcome);
                return Heard { asked, outcome };
            }
            let claims = |pointer: &Pointer| matches!(pointer, Pointer::Claim { .. });
            answers.account_taken = outcome.pointers.iter().any(claims);
        }
        panic!("could never be committed: it releases another's pointer");
    }

    /// A thumb is kept if there is none, a changed one if there is the other.
    fn keeps(&mut self, feedback: Option<&Feedback>) -> bool {
        let (about, good, other) = match feedback {
            Some(Feedback::Thumb { about, good }) => (about, *good, None),
            Some(Feedback::Changed { about, good }) => (about, *good, Some(!*good)),
            Some(Feedback::Words(_)) | None => return true,
        };
        let kept = self.outside.thumbs.get(about).copied() == other;
        if kept {
            self.outside.thumbs.insert(about.clone(), good);
        }
        kept
    }

    /// Decides without committing, as when the instance dies before it can.
    pub(super) fn concludes(
        &mut self,
        message: &Message,
        answers: &mut Answers,
        asked: &mut Vec<Question>,
    ) -> Outcome {
        self.forget();
        let read = self.state.clone();
        for _ in 0..MOST_STEPS {
            match decide(&read, message, answers, self.now) {
                Decision::Done(outcome) => return *outcome,
                Decision::Later => panic!("nothing is found later here"),
                Decision::Ask(question) => {
                    asked.push(question.clone());
                    self.answer(question, message, answers);
                }
            }
        }
        panic!("never ends: {asked:?}");
    }

    /// What is past its end is gone, as at every read.
    pub(super) fn forget(&mut self) {
        let cached = &self.state.cached_balance;
        let over = |figure: &Figure| self.now.since(figure.at) >= BALANCE_CACHE;
        if cached.figure.as_ref().is_some_and(over) {
            self.state.cached_balance = CachedBalance::default();
        }
        self.state.timed_out = None;
        if self.now >= self.state.session.ends_at() {
            self.state.timed_out = self.state.session.question().map(|(asks, ..)| asks);
            self.state.session = Session::begin(self.now);
        }
        self.state.code = self
            .state
            .code
            .take()
            .filter(|code| self.now < code.expires_at);
        self.state.app_code = self
            .state
            .app_code
            .take()
            .filter(|code| self.now < code.expires_at);
    }

    /// A fresh page of that kind.
    fn fresh_page(&mut self, kind: &str, life: i64) -> FreshPage {
        self.outside.made += 1;
        let made = self.outside.made;
        FreshPage {
            id: format!("{kind}-{made}"),
            url: format!("https://bot.example/{kind}/token-{made}"),
            until: self.now.plus(life),
        }
    }

    pub(super) fn answer(&mut self, question: Question, message: &Message, answers: &mut Answers) {
        match question {
            Question::HasFlashAccount => {
                answers.has_flash_account = Some(self.outside.flash_account);
            }
            Question::ExportPage => {
                answers.export_page = Some(self.fresh_page("export", EXPORT_PAGE_LIFE));
            }
            Question::LinkPage => {
                let page = self.fresh_page("page", LINK_PAGE_LIFE);
                answers.link_page = Some(FreshPage {
                    url: page.url.replace("/page/", "/link/"),
                    ..page
                });
            }
            Question::Try { challenge, code } => {
                let tried = self.tries(&challenge, &code, &message.sid);
                answers.tried = Some((challenge, tried));
            }
            Question::Balance { link, currency } => {
                answers.balance = Some(self.balance(link.key_id, currency));
            }
            Question::Currencies => answers.currencies = Some(self.outside.currencies.clone()),
            Question::Price { currency } => {
                answers.price = Some((currency, self.outside.price.clone()));
            }
            Question::Account { link } => {
                answers.account = Some((link.key_id, self.outside.account.clone()));
            }
            Question::Invoice(asked) => {
                self.outside.made += 1;
                let made = super::receiving::fresh(&asked, self.outside.made, self.now);
                let made = self.outside.invoices.map_or(Ok(made), Err);
                answers.invoice = Some((asked, made));
            }
            Question::History { link } => {
                answers.history = Some((link.key_id, self.outside.history.clone()));
            }
            Question::Transaction { link, id } => {
                let mut details = self.outside.details.iter();
                let found = details.find(|details| details.transaction.id == id);
                let found = self.outside.history.as_ref().map(|_| found.cloned());
                answers.transaction = Some((link.key_id, id, found.map_err(|trouble| *trouble)));
            }
            Question::ProofPage { again } => {
                self.outside.made += 1;
                let made = self.outside.made;
                let fresh = (format!("proof-{made}"), self.now.plus(LINK_PAGE_LIFE));
                let (id, until) = again.unwrap_or(fresh);
                let url = format!("https://bot.example/confirm/{id}");
                answers.proof_page = Some(FreshPage { id, url, until });
            }
            Question::PushCode { of_link, .. } => {
                self.outside.made += 1;
                let code = self.outside.app.then(|| AppCode {
                    challenge: format!("app-{}", self.outside.made),
                    digest: RIGHT.to_owned(),
                    expires_at: self.now.plus(CODE_LIFE),
                    tries: 0,
                    tried_by: Vec::new(),
                    of_link: of_link.clone(),
                });
                answers.pushed = Some((of_link, code));
            }
            Question::TryAppCode { challenge, code } => {
                let tried = self.tries_in_app(&challenge, &code, &message.sid);
                answers.tried = Some((challenge, tried));
            }
            question @ (Question::Payee { .. }
            | Question::Requests
            | Question::Asking { .. }
            | Question::OtherSide { .. }
            | Question::Marks { .. }
            | Question::BlockedNames) => self.outside.requests.answer(question, answers),
            question @ (Question::Tickets
            | Question::Draft(_)
            | Question::OpenTickets
            | Question::Ticket(_)) => self.answer_of_tickets(question, answers),
            asked @ (Question::Subject { .. }
            | Question::Status
            | Question::Model
            | Question::Report { .. }
            | Question::Announcement { .. }) => self.answer_staff(&asked, answers),
            Question::OtherChat { account } => {
                let other = self
                    .outside
                    .pointers
                    .get(&account)
                    .filter(|(owner, until)| *owner != self.state.key && self.now < *until)
                    .map(|(owner, _)| OtherChat {
                        person: owner.clone(),
                        address: Sealed("sealed address".into()),
                        language: self.outside.others_read,
                    });
                answers.other_chat = Some((account, other));
            }
        }
    }

    /// Flash's answer, with what was remembered when it was asked.
    fn balance(&self, of_link: String, currency: Option<String>) -> AskedBalance {
        let told = self.outside.balance.clone().map(|balance| Figure {
            of_link: of_link.clone(),
            currency: currency.clone(),
            at: self.now,
            balance,
        });
        AskedBalance {
            of_link,
            currency,
            generation: self.state.cached_balance.generation,
            told,
        }
    }

    /// Something has happened to the balance.
    pub(super) fn balance_changes(&mut self) {
        let generation = self
            .state
            .cached_balance
            .generation
            .unwrap_or(self.now.unix().unsigned_abs());
        self.state.cached_balance = CachedBalance {
            generation: Some(generation + 1),
            figure: None,
        };
    }

    /// Counted before it is compared; the redelivery of a message that was counted is only compared.
    fn tries(&mut self, challenge: &str, code: &TypedCode, sid: &MessageSid) -> Tried {
        let now = self.now;
        let Some(waiting) = self
            .state
            .code
            .as_mut()
            .filter(|waiting| waiting.challenge == challenge && now < waiting.expires_at)
        else {
            return Tried::Gone;
        };
        if !waiting.tried_by.contains(sid) {
            if waiting.tries >= CODE_TRIES {
                return Tried::Gone;
            }
            waiting.tries += 1;
            waiting.tried_by.push(sid.clone());
        }
        if code.expose() == waiting.digest {
            Tried::Right
        } else {
            Tried::Wrong {
                left: CODE_TRIES - waiting.tries,
            }
        }
    }

    /// Whom the account is to be moved from is looked at right before the commit.
    fn still_has_what_moves(&self, outcome: &Outcome) -> bool {
        let Some(other) = &outcome.disconnects else {
            return true;
        };
        let account = &outcome.person.link.as_ref().unwrap().account;
        let holder = self.outside.pointers.get(account);
        holder.is_some_and(|(owner, until)| owner == other && self.now < *until)
    }

    fn tries_in_app(&mut self, challenge: &str, code: &TypedCode, sid: &MessageSid) -> Tried {
        let now = self.now;
        let waiting = self.state.app_code.as_mut();
        let Some(waiting) = waiting.filter(|code| code.challenge == challenge) else {
            return Tried::Gone;
        };
        if !waiting.counted(sid, now) {
            if !waiting.is_live(now) {
                return Tried::Gone;
            }
            waiting.tries += 1;
            waiting.tried_by.push(sid.clone());
        }
        if code.expose() == waiting.digest {
            Tried::Right
        } else {
            Tried::Wrong {
                left: CODE_TRIES - waiting.tries,
            }
        }
    }

    fn pointers_allow(&self, outcome: &Outcome) -> bool {
        outcome.pointers.iter().all(|pointer| {
            let (account, over_counts, from) = match pointer {
                Pointer::Claim {
                    account,
                    moves_from,
                    ..
                } => (account, true, moves_from.as_ref()),
                Pointer::Release(account) => (account, false, None),
                Pointer::ClaimWallet { .. }
                | Pointer::ReleaseWallet(_)
                | Pointer::ClaimUser { .. }
                | Pointer::ReleaseUser(_) => return true,
            };
            match self.outside.pointers.get(account) {
                None => true,
                Some((owner, until)) => {
                    *owner == self.state.key
                        || Some(owner) == from
                        || over_counts && *until <= self.now
                }
            }
        })
    }

    pub(super) fn apply(&mut self, outcome: &Outcome) {
        self.state.person = outcome.person.clone();
        self.state.standing = outcome.standing.clone();
        self.state.guard = outcome.guard.clone();
        self.state.session = outcome.session.clone();
        if let Some((was, guard)) = outcome.act.as_ref().and_then(|act| act.guard.as_ref()) {
            let subject = self.outside.subject.as_mut().unwrap();
            assert_eq!(subject.state.guard, *was);
            subject.state.guard = guard.clone();
        }
        let cached = &mut self.state.cached_balance;
        match &outcome.balance {
            Remember::AsItWas => {}
            Remember::Figure(figure) => {
                cached
                    .generation
                    .get_or_insert(self.now.unix().unsigned_abs());
                cached.figure = Some((**figure).clone());
            }
            Remember::Nothing => *cached = CachedBalance::default(),
        }
        self.outside.requests.apply(&outcome.requests);
        self.apply_staff(outcome);
        self.apply_tickets(outcome);
        if let Some(challenge) = &outcome.destroy_code {
            let waiting = self.state.code.take().map(|code| code.challenge);
            assert_eq!(waiting.as_ref(), Some(challenge), "no such code waits");
        }
        if let Some(challenge) = &outcome.destroy_app_code {
            let waiting = self.state.app_code.take().map(|code| code.challenge);
            assert_eq!(waiting.as_ref(), Some(challenge), "no such code waits");
        }
        if let Some(code) = &outcome.await_app_code {
            assert_eq!(self.state.app_code, None, "another waits");
            self.state.app_code = Some(code.clone());
        }
        for pointer in &outcome.pointers {
            match pointer {
                Pointer::Claim { account, until, .. } => self
                    .outside
                    .pointers
                    .insert(account.clone(), (self.state.key.clone(), *until)),
                Pointer::Release(account) => self.outside.pointers.remove(account),
                Pointer::ClaimWallet { .. }
                | Pointer::ReleaseWallet(_)
                | Pointer::ClaimUser { .. }
                | Pointer::ReleaseUser(_) => None,
            };
        }
    }

    fn answer_staff(&self, asked: &Question, answers: &mut Answers) {
        match asked {
            Question::Subject { .. } => {
                answers.subject.clone_from(&self.outside.subject);
                answers.no_subject = self.outside.no_subject;
            }
            Question::Status => {
                answers.status = Some(Box::new(self.outside.status.clone()));
            }
            Question::Model => answers.model = Some(ModelStands::default()),
            Question::Report { days } => {
                let days = usize::try_from(*days).unwrap();
                answers.report = Some(self.outside.report.iter().take(days).cloned().collect());
            }
            Question::Announcement { counts } => {
                answers.announced = Some(Box::new(Announced {
                    last: self.outside.announcement.clone(),
                    readers: (*counts).then_some(self.outside.readers),
                }));
            }
            other => panic!("not of staff: {other:?}"),
        }
    }

    /// What staff change beyond their own chat.
    fn apply_staff(&mut self, outcome: &Outcome) {
        if let Some(act) = outcome.act.as_ref().filter(|act| act.unlinks.is_some()) {
            let subject = self.outside.subject.as_mut().unwrap();
            assert_eq!(subject.state.key, act.on);
            subject.state.person.link = None;
        }
        let last = &mut self.outside.announcement;
        match &outcome.announces {
            None => {}
            Some(Change::Draft { words, readers }) => {
                let runs = last
                    .as_ref()
                    .is_some_and(|last| last.stage == Stage::Running);
                assert!(!runs, "one is going out");
                *last = Some(Announcement {
                    id: format!("SM{:032x}", self.sent),
                    stage: Stage::Draft,
                    by: self.state.key.clone(),
                    words: words.clone(),
                    at: self.now,
                    readers: *readers,
                    told: 0,
                });
            }
            Some(Change::Start { id, .. }) => {
                let last = last.as_mut().unwrap();
                assert_eq!((&last.id, last.stage), (id, Stage::Draft));
                last.stage = Stage::Running;
            }
            Some(Change::Stop { id }) => {
                let last = last.as_mut().unwrap();
                assert_eq!((&last.id, last.stage), (id, Stage::Running));
                last.stage = Stage::Stopped;
            }
        }
    }
}
