//! The least shell that a conversation needs around it: tables that forget on time, pointers that refuse what is
//! another's, a try that is counted before it is compared, and a Flash that says what it is told to.

use super::super::*;
use super::chat::{Chat, Heard};
use crate::policy::{CODE_TRIES, COMMIT_TRIES, LINK_PAGE_LIFE};

/// Steps of one message: the last must be a decision, so the questions are one fewer.
const MOST_STEPS: usize = 8;

impl Chat {
    /// Reads, decides and commits, again where a pointer had changed, as often as the shell would.
    pub(super) fn receives(&mut self, message: &Message) -> Heard {
        let mut answers = Answers::default();
        let mut asked = Vec::new();
        for _ in 0..COMMIT_TRIES {
            let outcome = self.concludes(message, &mut answers, &mut asked);
            if self.pointers_allow(&outcome) {
                self.apply(&outcome);
                return Heard { asked, outcome };
            }
            let claims = |pointer: &Pointer| matches!(pointer, Pointer::Claim { .. });
            answers.account_taken = outcome.pointers.iter().any(claims);
        }
        panic!("could never be committed: it releases another's pointer");
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
        if self.now >= self.state.session.ends_at() {
            self.state.session = Session::begin(self.now);
        }
        self.state.code = self
            .state
            .code
            .take()
            .filter(|code| self.now < code.expires_at);
    }

    fn answer(&mut self, question: Question, message: &Message, answers: &mut Answers) {
        match question {
            Question::HasFlashAccount => {
                answers.has_flash_account = Some(self.outside.flash_account);
            }
            Question::LinkPage => {
                self.outside.made += 1;
                answers.link_page = Some(FreshPage {
                    id: format!("page-{}", self.outside.made),
                    url: format!("https://bot.example/link/token-{}", self.outside.made),
                    until: self.now.plus(LINK_PAGE_LIFE),
                });
            }
            Question::Try { challenge, code } => {
                let tried = self.tries(&challenge, &code, &message.sid);
                answers.tried = Some((challenge, tried));
            }
            Question::Balance { link } => {
                answers.balance = Some((link.key_id, self.outside.balance.clone()));
            }
            Question::OtherChat { account } => {
                let other = self
                    .outside
                    .pointers
                    .get(&account)
                    .filter(|(owner, until)| *owner != self.state.key && self.now < *until)
                    .map(|(owner, _)| OtherChat {
                        person: owner.clone(),
                        address: Sealed("sealed address".into()),
                    });
                answers.other_chat = Some((account, other));
            }
        }
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

    fn pointers_allow(&self, outcome: &Outcome) -> bool {
        outcome.pointers.iter().all(|pointer| {
            let (account, over_counts) = match pointer {
                Pointer::Claim { account, .. } => (account, true),
                Pointer::Release(account) => (account, false),
            };
            match self.outside.pointers.get(account) {
                None => true,
                Some((owner, until)) => {
                    *owner == self.state.key || over_counts && *until <= self.now
                }
            }
        })
    }

    fn apply(&mut self, outcome: &Outcome) {
        self.state.person = outcome.person.clone();
        self.state.standing = outcome.standing.clone();
        self.state.guard = outcome.guard.clone();
        self.state.session = outcome.session.clone();
        if let Some(challenge) = &outcome.destroy_code {
            let waiting = self.state.code.take().map(|code| code.challenge);
            assert_eq!(waiting.as_ref(), Some(challenge), "no such code waits");
        }
        for pointer in &outcome.pointers {
            match pointer {
                Pointer::Claim { account, until } => self
                    .outside
                    .pointers
                    .insert(account.clone(), (self.state.key.clone(), *until)),
                Pointer::Release(account) => self.outside.pointers.remove(account),
            };
        }
    }
}
