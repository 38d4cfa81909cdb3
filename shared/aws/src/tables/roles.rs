//! Roles as the operator grants, takes and lists them; no function does.

use domain::conversation::{Audit, Event};
use domain::ids::PersonKey;
use domain::role::Grant;
use domain::state::{Person, Session, Standing};
use domain::time::Moment;

use super::commit::CommitError;
use super::items::{PersonItem, SessionItem, StandingItem};
use super::read::standing_key;
use super::{Item, Known, TableError, Tables, has_ended, read, s};
use crate::keys::random_id;

/// Items of one page of a scan: an operator's command, slowed, takes no capacity from people.
const PAGE: i32 = 100;
const OPERATOR: &str = "operator";

/// Somebody who has, or may get, a role.
#[derive(Clone, Debug)]
pub struct Holder {
    pub key: PersonKey,
    pub person: Person,
    pub standing: Standing,
    standing_version: Option<u64>,
    session: Option<(Session, u64)>,
}

impl Tables {
    /// How somebody stands, as far as a role is concerned: person, standing and session.
    pub async fn holder(&self, key: &PersonKey, now: Moment) -> Result<Holder, TableError> {
        let standing_key = standing_key(key);
        let by_person = |key: &str| Item::from([("person".to_owned(), s(key))]);
        let wanted = [
            (
                &self.names.people,
                vec![by_person(key.as_str()), by_person(&standing_key)],
            ),
            (&self.names.sessions, vec![by_person(key.as_str())]),
        ];
        let mut found = self.batch_get(&wanted).await?;
        let mut live = |table: &String| -> Vec<Item> {
            let items = found.remove(table).unwrap_or_default().into_iter();
            items.filter(|item| !has_ended(item, now)).collect()
        };
        let (mut person, mut standing) = (None, None);
        for item in live(&self.names.people) {
            if item.get("person") == Some(&s(&standing_key)) {
                standing = Some(read::<StandingItem>("people", item)?);
            } else {
                person = Some(read::<PersonItem>("people", item)?);
            }
        }
        let session = live(&self.names.sessions).into_iter().next();
        let session = session.map(|item| read::<SessionItem>("sessions", item));
        let session = session.transpose()?;
        Ok(Holder {
            key: key.clone(),
            person: person.map_or_else(Person::default, |item| item.value),
            standing_version: standing.as_ref().map(|item| item.version),
            standing: standing.map_or_else(Standing::default, |item| item.value),
            session: session.map(|item| (item.session, item.version)),
        })
    }

    /// Gives `holder` this role, or none: in force from their next message on, whatever they had begun is over, and their
    /// record says so. [`CommitError::Changed`] if they have written or been changed since they were read.
    pub async fn set_role(
        &self,
        holder: &Holder,
        role: Option<Grant>,
        now: Moment,
    ) -> Result<(), CommitError> {
        let mut transaction = self.transaction(&holder.key, now);
        let line = Audit {
            event: match role {
                Some(_) => Event::RoleGranted,
                None => Event::RoleRevoked,
            },
            account: role.as_ref().map(|grant| grant.account.clone()),
        };
        let known = Known::of_holder(
            &holder.key,
            (holder.standing.clone(), holder.standing_version),
            holder.session.clone(),
            now,
        );
        let standing = Standing {
            role,
            ..holder.standing.clone()
        };
        transaction.standing(&known, &standing);
        if let Some((session, _)) = &holder.session {
            transaction.session(&known, &session.anew(now));
        }
        let cause = format!("{OPERATOR}-{}", random_id());
        transaction.audit_by(&line, OPERATOR, &cause);
        transaction.commit().await
    }

    /// A page of those who have a role, in force or not, and where the next page begins. It reads the whole table, so only
    /// an operator's command may, and slowly.
    pub async fn roles(
        &self,
        from: Option<Item>,
    ) -> Result<(Vec<(PersonKey, Grant)>, Option<Item>), TableError> {
        let scan = self.client.scan().table_name(&self.names.people);
        let scan = scan
            .limit(PAGE)
            .filter_expression("attribute_exists(#role)")
            .expression_attribute_names("#role", "role")
            .set_exclusive_start_key(from);
        let page = scan.send().await;
        let page = page.map_err(|error| TableError::of("Scan", error))?;
        let mut found = Vec::new();
        for item in page.items.unwrap_or_default() {
            let item: StandingItem = read("people", item)?;
            let key = item.person.strip_prefix("standing#");
            let key = key.and_then(|key| PersonKey::from_digest(key.to_owned()).ok());
            found.extend(key.zip(item.value.role));
        }
        Ok((found, page.last_evaluated_key))
    }
}
