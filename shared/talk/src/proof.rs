//! A page has brought the proof that its reader owns the linked account: what waits for it is answered.

use aws::tables::{CommitError, Known};
use aws::telemetry;
use domain::address::WhatsAppAddress;
use domain::conversation::{self, Message};
use domain::ids::{AccountId, MessageSid, PersonKey};
use domain::policy::COMMIT_TRIES;
use domain::state::StepUp;
use domain::step_up::Refusal;
use domain::time::Moment;

use crate::{Fault, Received, Talk};

/// What a page has brought, by Flash's own word.
#[derive(Clone, Debug)]
pub struct PageProof {
    /// The `jti` of the page's token.
    pub page: String,
    /// Whose key it brought.
    pub account: AccountId,
    /// The key's digest: it proves this once.
    pub key_digest: String,
}

impl PageProof {
    pub(crate) fn cause(&self) -> String {
        cause(&self.page)
    }

    pub(crate) fn names(&self) -> (&str, &AccountId) {
        (&self.page, &self.account)
    }
}

/// One page gives one answer, however often its proof is brought.
fn cause(page: &str) -> String {
    format!("proof-{page}")
}

impl Talk {
    /// Answers what waits for this page, once.
    pub async fn proven(
        &self,
        known: &Known,
        waits: &StepUp,
        from: WhatsAppAddress,
        proof: PageProof,
    ) -> Result<(), Fault> {
        let message = Message {
            sid: sid_of(&proof.page).ok_or(Refusal::PageEnded)?,
            from,
            user: waits.user.clone(),
            body: String::new(),
            brings: domain::conversation::Brings::Text,
            payload: None,
            found_later: false,
        };
        self.hear(&Received {
            message,
            person: known.state.key.clone(),
            proof: Some(proof),
        })
        .await
    }

    /// Whether this page has done its work before. What came of it is published again, in case nobody did.
    pub async fn was_proven(
        &self,
        person: &PersonKey,
        page: &str,
        now: Moment,
    ) -> Result<bool, Fault> {
        let entries = self.tables.dealt_with(person, &cause(page), now).await?;
        self.publish(entries.as_deref().unwrap_or_default()).await;
        Ok(entries.is_some())
    }

    /// Records a key that proves nothing, for a reason that counts.
    pub async fn not_proven(&self, person: &PersonKey, page: &str) -> Result<(), Fault> {
        for attempt in 0..COMMIT_TRIES {
            aws::tables::pause(attempt).await;
            let now = self.clock.now();
            let known = self.tables.read_person(person, None, now).await?;
            conversation::page_waits(&known.state, page, now)?;
            let refused = conversation::refused(&known.state, now);
            let mut transaction = self.tables.transaction(person, now);
            transaction.session(&known, &refused.session);
            transaction.guard(&known, &refused.guard);
            if let Some(challenge) = &refused.destroy_app_code {
                transaction.destroy_app_code(challenge);
            }
            // A page may be refused often: each time has a name of its own.
            let cause = aws::keys::random_id();
            for audit in &refused.audit {
                transaction.audit(audit, &cause);
            }
            match transaction.commit().await {
                Ok(()) => {
                    for audit in &refused.audit {
                        telemetry::count(audit.event.name());
                    }
                    return Ok(());
                }
                Err(CommitError::Table(error)) => return Err(error.into()),
                Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {}
            }
        }
        Err(Fault::Contended)
    }
}

/// A page's id in the form of a message's, where one is wanted that no other message has.
fn sid_of(page: &str) -> Option<MessageSid> {
    let digits = page.as_bytes().first_chunk::<16>()?;
    let digits = u128::from_be_bytes(*digits);
    MessageSid::parse(&format!("SM{digits:032x}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_a_name_in_the_form_of_a_messages() {
        let (one, other) = (aws::keys::random_id(), aws::keys::random_id());
        assert!(sid_of(&one).is_some());
        assert_ne!(sid_of(&one), sid_of(&other));
        assert_eq!(sid_of("short"), None);
    }
}
