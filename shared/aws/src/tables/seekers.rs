//! Which chats have lately tried to link an account.

use domain::conversation::{Audit, Event};
use domain::ids::{AccountId, PersonKey};
use domain::policy::COMMIT_TRIES;
use domain::risk::{self, Level, Seekers, Sign};
use domain::time::Moment;
use serde::{Deserialize, Serialize};

use super::commit::{CommitError, pause};
use super::{Known, TableError, Tables, has_ended, read, write};

/// `people`, key `seekers#account`.
#[derive(Debug, Serialize, Deserialize)]
struct SeekersItem {
    person: String,
    version: u64,
    expires_at: Moment,
    #[serde(flatten)]
    seekers: Seekers,
}

impl Tables {
    /// `chat`, which does not have it, tries to link `account`. Where it is one chat too many, that is held against the
    /// chat which has the account, never as a lock, and recorded as an alert where that makes one: then true. Of an
    /// account that nobody has linked the chat that tries keeps the record.
    pub async fn sought(
        &self,
        account: &AccountId,
        chat: &PersonKey,
        cause: &str,
        now: Moment,
    ) -> Result<bool, TableError> {
        for attempt in 0..COMMIT_TRIES {
            pause(attempt).await;
            let item = self.get_person_item(&seekers_key(account)).await?;
            let item = item.filter(|item| !has_ended(item, now));
            let item = item.map(|item| read::<SeekersItem>("people", item));
            let item = item.transpose()?;
            let version = item.as_ref().map(|item| item.version);
            let before = item.map_or_else(Seekers::default, |item| item.seekers);
            let owner = self.other_chat(account, chat, now).await?;
            let owns = owner.as_ref().map(|owner| &owner.person);
            let (seekers, odd) = before.with(chat, owns, now);
            let owner = match owner {
                Some(owner) if odd => Some(self.read_person(&owner.person, None, now).await?),
                _ => None,
            };
            let item = SeekersItem {
                person: seekers_key(account),
                version: version.unwrap_or(0) + 1,
                expires_at: Seekers::ends_at(now),
                seekers,
            };
            let mut transaction = self.transaction(chat, now);
            transaction.seekers(write(&item), version);
            let line = Audit {
                event: Event::RiskAlert,
                account: Some(account.clone()),
            };
            let alert = odd && owner.as_ref().is_none_or(|owner| is_calm(owner, now));
            match &owner {
                Some(owner) => {
                    let mut theirs = self.transaction(&owner.state.key, now);
                    theirs.guard(owner, &owner.state.guard.noted(Sign::Sought, now));
                    if alert {
                        theirs.audit_by(&line, chat.as_str(), cause);
                    }
                    transaction.join(theirs);
                }
                None if alert => transaction.audit(&line, cause),
                None => {}
            }
            match transaction.commit().await {
                Ok(()) => return Ok(alert),
                Err(CommitError::Table(error)) => return Err(error),
                Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {}
            }
        }
        Err(TableError::Retryable {
            operation: "TransactWriteItems",
            code: "Contended".to_owned(),
            source: None,
        })
    }
}

fn is_calm(owner: &Known, now: Moment) -> bool {
    risk::level(&owner.state.guard, now) < Level::Alert
}

fn seekers_key(account: &AccountId) -> String {
    format!("seekers#{}", account.0)
}
