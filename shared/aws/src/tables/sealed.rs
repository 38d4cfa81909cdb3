//! What `people` keeps sealed: where a person is written to, and the API key of their link.

use domain::address::WhatsAppAddress;
use domain::ids::PersonKey;
use domain::language::Language;
use domain::notification::{self, Seen, When};
use domain::preferences::Topic;
use domain::state::{Person, Sealed, Standing};
use domain::time::Moment;
use secrecy::{ExposeSecret, SecretString};

use super::{TableError, Tables};
use crate::keys::{Keys, Place, SealError};

const TABLE: &str = "people";

fn address_of(person: &PersonKey) -> Place<'_> {
    Place {
        table: TABLE,
        field: "address",
        person,
    }
}

fn credential_of(person: &PersonKey) -> Place<'_> {
    Place {
        table: TABLE,
        field: "credential",
        person,
    }
}

impl Tables {
    /// The address that a `people` item keeps sealed.
    pub async fn open_address(
        &self,
        person: &PersonKey,
        address: &Sealed,
        now: Moment,
    ) -> Result<WhatsAppAddress, TableError> {
        let plain = self.open(address_of(person), address, now).await?;
        WhatsAppAddress::parse(plain.expose_secret()).map_err(|_| TableError::Sealed {
            table: TABLE,
            source: SealError::Refused,
        })
    }

    /// An address as `people.address` keeps it.
    pub fn seal_address(&self, person: &PersonKey, address: &WhatsAppAddress) -> Sealed {
        self.keys().seal(address_of(person), &address.to_twilio())
    }

    /// In which somebody reads who is not there to be asked. Their address is opened only if it must say so; one that is
    /// damaged gets English, as it gets no message either.
    pub async fn language_of(
        &self,
        person: &PersonKey,
        value: &Person,
        address: &Sealed,
        now: Moment,
    ) -> Language {
        if let Some(own) = value.own_language() {
            return own;
        }
        match self.open_address(person, address, now).await {
            Ok(address) => value.language(&address),
            Err(_) => Language::default(),
        }
    }

    /// When somebody who is not there to be asked may be told of a request for money, by what they have said of it and how
    /// much they were told of late. One whose address is damaged gets no message anyway.
    ///
    /// It waits for the end of an hour in which they were told enough of, but takes none of its room: what is remembered of
    /// their news is not written by what others do, whose answer would else wait for it, or show that it did. Requests have
    /// a limit of their own, for a day ([`domain::policy::REQUESTS_TOLD_PER_DAY`]).
    pub async fn may_be_asked(
        &self,
        person: &PersonKey,
        standing: &Standing,
        address: &Sealed,
        seen: &Seen,
        now: Moment,
    ) -> When {
        let Ok(address) = self.open_address(person, address, now).await else {
            return When::Now;
        };
        let zone = standing.preferences.zone(&address);
        notification::when(Topic::Requests, None, standing, seen, &zone, now)
    }

    /// The API key that a link keeps sealed.
    pub async fn open_credential(
        &self,
        person: &PersonKey,
        credential: &Sealed,
        now: Moment,
    ) -> Result<SecretString, TableError> {
        self.open(credential_of(person), credential, now).await
    }

    /// An API key as a link keeps it; it waits beside its code in the same envelope.
    pub fn seal_credential(&self, person: &PersonKey, api_key: &SecretString) -> Sealed {
        let place = credential_of(person);
        self.keys().seal(place, api_key.expose_secret())
    }

    pub(super) async fn open(
        &self,
        place: Place<'_>,
        sealed: &Sealed,
        now: Moment,
    ) -> Result<SecretString, TableError> {
        let opened = self.keys.open(place, sealed, now).await;
        opened.map_err(|source| TableError::Sealed {
            table: place.table,
            source,
        })
    }

    /// A person's item with what an older key has sealed under the current one. What can't be opened stays as it is.
    pub(super) fn renewed(
        &self,
        key: &PersonKey,
        person: &Person,
        address: &Sealed,
    ) -> (Person, Sealed) {
        let keys = self.keys();
        let mut person = person.clone();
        if let Some(link) = &mut person.link
            && let Some(credential) = renewed(&keys, credential_of(key), &link.credential)
        {
            link.credential = credential;
        }
        let address = renewed(&keys, address_of(key), address).unwrap_or_else(|| address.clone());
        (person, address)
    }
}

/// None: it is under the current key, or can't be opened.
fn renewed(keys: &Keys, place: Place<'_>, sealed: &Sealed) -> Option<Sealed> {
    if keys.is_current(sealed) {
        return None;
    }
    let plain = keys.open(place, sealed).ok()?;
    Some(keys.seal(place, plain.expose_secret()))
}
