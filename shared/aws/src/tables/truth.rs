//! How things stand with a person at the moment of sending, and WhatsApp's word on their window.

use domain::ids::PersonKey;
use domain::sending::Truth;
use domain::time::Moment;

use super::claim::settle;
use super::items::{PersonItem, SessionItem};
use super::{Item, TableError, Tables, has_ended, n, read, s};

impl Tables {
    /// Person and session, in one read.
    pub async fn truth(&self, person: &PersonKey, now: Moment) -> Result<Truth, TableError> {
        let key = || vec![Item::from([("person".to_owned(), s(person.as_str()))])];
        let wanted = [(&self.names.people, key()), (&self.names.sessions, key())];
        let mut found = self.batch_get(&wanted).await?;
        let mut live = |table: &String| {
            let items = found.remove(table).unwrap_or_default();
            items.into_iter().find(|item| !has_ended(item, now))
        };
        let person = live(&self.names.people)
            .map(|item| read::<PersonItem>("people", item))
            .transpose()?;
        let session = live(&self.names.sessions)
            .map(|item| read::<SessionItem>("sessions", item))
            .transpose()?;
        let link = person.as_ref().and_then(|item| item.value.live_link(now));
        Ok(Truth {
            link: link.map(|link| link.key_id.clone()),
            language: link.map(|link| link.language).unwrap_or_default(),
            last_inbound: session.as_ref().map(|item| item.session.last_inbound),
            window_closed: session.is_some_and(|item| item.window_closed_at.is_some()),
        })
    }

    /// WhatsApp has refused free text that was sent at `sent_at`: the window is closed until the person writes again.
    /// False if they have written since.
    pub async fn close_window(
        &self,
        person: &PersonKey,
        sent_at: Moment,
        now: Moment,
    ) -> Result<bool, TableError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.names.sessions)
            .key("person", s(person.as_str()))
            .update_expression("SET window_closed_at = :now")
            .condition_expression("attribute_exists(person) AND #session.last_inbound <= :sent")
            .expression_attribute_names("#session", "session")
            .expression_attribute_values(":now", n(now.unix()))
            .expression_attribute_values(":sent", n(sent_at.unix()))
            .send()
            .await;
        settle(answer.map(|_| ()))
    }
}
