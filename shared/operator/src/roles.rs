//! `operator roles`: what somebody may do beside looking after their own account. Nobody grants roles by chat.
//!
//! A role is bound to the person, the Flash account they have linked and the WhatsApp user they write as; it is suspended
//! while one of the three is another. Whose it is stands on standard input, not among the arguments, which a shell keeps.

use std::fmt;
use std::time::Duration;

use aws::tables::{CommitError, Holder, TableError, Tables, pause};
use domain::address::{AddressError, WhatsAppAddress};
use domain::ids::PersonKey;
use domain::policy::COMMIT_TRIES;
use domain::role::{Grant, Role};
use domain::time::Moment;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    #[error(
        "a WhatsApp address is wanted on standard input, as +18765550100, or a user id as JM.1A2B3C"
    )]
    Address(#[source] AddressError),
    #[error("no Flash account is linked to that chat: a role is bound to one, so it must be first")]
    NotLinked,
    #[error("they write all the time; try again")]
    Busy,
    #[error(transparent)]
    Table(#[from] TableError),
}

/// How somebody stands now.
#[derive(Debug)]
pub struct Shown {
    holder: Holder,
    now: Moment,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(grant) = &self.holder.standing.role else {
            return writeln!(f, "no role");
        };
        let (role, since) = (grant.role.name(), date(grant.at));
        let person = &self.holder.person;
        match grant.stands(person, person.user.as_ref(), self.now) {
            Ok(()) => writeln!(f, "{role} since {since}, in force"),
            Err(why) => writeln!(f, "{role} since {since}, suspended: {why}"),
        }
    }
}

/// Everybody who has a role, in force or not.
#[derive(Debug)]
pub struct Listed(pub Vec<(PersonKey, Grant)>);

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (person, grant) in &self.0 {
            let (role, since) = (grant.role.name(), date(grant.at));
            writeln!(
                f,
                "{role} since {since}: person {}, account {}",
                person.as_str(),
                grant.account.0
            )?;
        }
        writeln!(f, "{} with a role", self.0.len())
    }
}

fn date(at: Moment) -> jiff::Timestamp {
    jiff::Timestamp::from_second(at.unix()).unwrap_or_default()
}

/// Lets the person do what `role` may. They must have linked their account; whatever they had begun in the chat is over.
pub async fn grant(
    tables: &Tables,
    address: &str,
    role: Role,
    now: Moment,
) -> Result<Shown, RoleError> {
    set(tables, address, now, |holder| {
        let link = holder.person.live_link(now).ok_or(RoleError::NotLinked)?;
        Ok(Some(Grant {
            role,
            account: link.account.clone(),
            user: holder.person.user.clone(),
            at: now,
        }))
    })
    .await
}

/// Takes the role away, if they have one.
pub async fn revoke(tables: &Tables, address: &str, now: Moment) -> Result<Shown, RoleError> {
    set(tables, address, now, |_| Ok(None)).await
}

pub async fn show(tables: &Tables, address: &str, now: Moment) -> Result<Shown, RoleError> {
    let key = key(tables, address)?;
    let holder = tables.holder(&key, now).await?;
    Ok(Shown { holder, now })
}

/// Reads the whole table, a page at a time with `wait` between.
pub async fn list(tables: &Tables, wait: Duration) -> Result<Listed, TableError> {
    let (mut all, mut from) = (Vec::new(), None);
    loop {
        let (found, next) = tables.roles(from).await?;
        all.extend(found);
        if next.is_none() {
            return Ok(Listed(all));
        }
        from = next;
        tokio::time::sleep(wait).await;
    }
}

async fn set(
    tables: &Tables,
    address: &str,
    now: Moment,
    wanted: impl Fn(&Holder) -> Result<Option<Grant>, RoleError>,
) -> Result<Shown, RoleError> {
    let key = key(tables, address)?;
    for attempt in 0..COMMIT_TRIES {
        pause(attempt).await;
        let holder = tables.holder(&key, now).await?;
        let role = wanted(&holder)?;
        if role.is_none() && holder.standing.role.is_none() {
            return Ok(Shown { holder, now });
        }
        match tables.set_role(&holder, role, now).await {
            Ok(()) => {
                let holder = tables.holder(&key, now).await?;
                return Ok(Shown { holder, now });
            }
            Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {}
            Err(CommitError::Table(error)) => return Err(error.into()),
        }
    }
    Err(RoleError::Busy)
}

fn key(tables: &Tables, address: &str) -> Result<PersonKey, RoleError> {
    let address = address.trim();
    let plain = address.strip_prefix("whatsapp:").unwrap_or(address);
    let address = WhatsAppAddress::parse(&format!("whatsapp:{plain}"));
    Ok(tables.keys().person(&address.map_err(RoleError::Address)?))
}
