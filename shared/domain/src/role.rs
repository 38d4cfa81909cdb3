//! What somebody may do beside looking after their own account.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, PersonKey};
use crate::state::{Person, Standing};
use crate::time::Moment;

/// Each includes the ones before it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    #[default]
    User,
    Support,
    Admin,
}

impl Role {
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Support => "support",
            Self::Admin => "admin",
        }
    }
}

/// A role that the operator has granted, to one person with one account who writes as one WhatsApp user.
///
/// It is suspended, not destroyed, while the person has no live link to that account (unlinked, moved, ended) or writes
/// as somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub role: Role,
    pub account: AccountId,
    /// None: WhatsApp had shown no user id by then. One that is shown later is a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<PersonKey>,
    pub at: Moment,
}

/// Why a grant is not in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Suspended {
    #[error("no Flash account is linked")]
    NotLinked,
    #[error("another Flash account is linked")]
    OtherAccount,
    #[error("the number writes as another WhatsApp user than when the role was granted")]
    OtherUser,
}

impl Grant {
    /// Whether it is in force for somebody who writes as `user`.
    pub fn stands(
        &self,
        person: &Person,
        user: Option<&PersonKey>,
        now: Moment,
    ) -> Result<(), Suspended> {
        let link = person.live_link(now).ok_or(Suspended::NotLinked)?;
        if link.account != self.account {
            return Err(Suspended::OtherAccount);
        }
        if person.is_suspended(user) || self.user.as_ref() != user {
            return Err(Suspended::OtherUser);
        }
        Ok(())
    }
}

/// The role in force for somebody who writes as `user`.
pub fn in_force(
    standing: &Standing,
    person: &Person,
    user: Option<&PersonKey>,
    now: Moment,
) -> Role {
    let grant = standing.role.as_ref();
    grant
        .filter(|grant| grant.stands(person, user, now).is_ok())
        .map_or(Role::User, |grant| grant.role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Link;

    const NOW: Moment = Moment::from_unix(1_000);

    fn key(name: &str) -> PersonKey {
        PersonKey::from_digest(format!("{name:0>43}")).unwrap()
    }

    fn person(account: &str, user: Option<&str>) -> Person {
        Person {
            user: user.map(key),
            link: Some(link(account)),
            ..Person::default()
        }
    }

    fn link(account: &str) -> Link {
        let stored = serde_json::json!({
            "account": account, "key_id": "0123abcd", "credential": "sealed",
            "linked_at": 1_000, "ends_at": 1_100,
        });
        serde_json::from_value(stored).unwrap()
    }

    fn granted(user: Option<&str>) -> Standing {
        Standing {
            role: Some(Grant {
                role: Role::Support,
                account: AccountId("mine".into()),
                user: user.map(key),
                at: NOW,
            }),
            ..Standing::default()
        }
    }

    #[test]
    fn a_role_stands_only_with_its_account_its_link_and_its_user() {
        for (granted_to, linked, known_as, writes_as, expected) in [
            (Some("u"), "mine", Some("u"), Some("u"), Ok(())),
            (None, "mine", None, None, Ok(())),
            (
                Some("u"),
                "other",
                Some("u"),
                Some("u"),
                Err(Suspended::OtherAccount),
            ),
            (
                Some("u"),
                "mine",
                Some("u"),
                Some("v"),
                Err(Suspended::OtherUser),
            ),
            (
                Some("u"),
                "mine",
                Some("v"),
                Some("v"),
                Err(Suspended::OtherUser),
            ),
            (
                Some("u"),
                "mine",
                Some("u"),
                None,
                Err(Suspended::OtherUser),
            ),
            (
                None,
                "mine",
                Some("u"),
                Some("u"),
                Err(Suspended::OtherUser),
            ),
        ] {
            let (standing, person) = (granted(granted_to), person(linked, known_as));
            let user = writes_as.map(key);
            let grant = standing.role.as_ref().unwrap();
            assert_eq!(grant.stands(&person, user.as_ref(), NOW), expected);
            let role = in_force(&standing, &person, user.as_ref(), NOW);
            assert_eq!(role == Role::Support, expected.is_ok());
        }
        let (standing, linked) = (granted(None), person("mine", None));
        let none = in_force(&standing, &linked, None, NOW.plus(100));
        assert_eq!(none, Role::User, "the link has ended");
        let grant = standing.role.as_ref().unwrap();
        let unlinked = Person::default();
        assert_eq!(
            grant.stands(&unlinked, None, NOW),
            Err(Suspended::NotLinked)
        );
        let nobody = Standing::default();
        assert_eq!(in_force(&nobody, &linked, None, NOW), Role::User);
    }

    #[test]
    fn each_role_includes_the_ones_before_it() {
        assert!(Role::User < Role::Support && Role::Support < Role::Admin);
        for role in [Role::User, Role::Support, Role::Admin] {
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        }
    }
}
