//! `operator keys`: a new key for the ring, what still stands under an older one, and the end of a key that nothing stands
//! under. Key material is never shown.

mod standing;

use std::fmt;

use aws::keys::random_key;
use aws::ring::document::{Document, DocumentError, KeyFacts, Made};
use aws::secrets::{SecretError, Secrets};
use aws::tables::Names;
use aws_sdk_dynamodb::Client;
use domain::time::Moment;

pub use standing::{ScanError, Standing, standing};

/// Why the ring stays as it is, or nobody can say how it stands.
#[derive(Debug, thiserror::Error)]
pub enum RingError {
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Ring(#[from] DocumentError),
    #[error(transparent)]
    Scan(#[from] ScanError),
    #[error("{standing}nothing was dropped: {count} values stand under {id}")]
    InUse {
        id: String,
        count: u64,
        standing: Box<Standing>,
    },
}

/// How the ring and what is sealed under it stand.
#[derive(Debug)]
pub struct Report {
    pub ring: Vec<KeyFacts>,
    pub standing: Standing,
    pub now: Moment,
}

/// A key that is no more.
#[derive(Debug)]
pub struct Dropped {
    pub id: String,
    pub report: Report,
}

/// Makes a new key the current one; the one before stays in the ring as an older one.
pub async fn new(secrets: &Secrets, secret: &str, now: Moment) -> Result<Made, RingError> {
    let version = secrets.version(secret).await?;
    let before = Document::parse(&version.text)?;
    let (after, made) = before.with_new_key(&random_key(), now)?;
    secrets.replace(secret, &version, &after.text()).await?;
    Ok(made)
}

/// Counts what is sealed in the tables, by key. Nothing is changed.
pub async fn report(
    secrets: &Secrets,
    secret: &str,
    tables: &Client,
    names: &Names,
    now: Moment,
) -> Result<Report, RingError> {
    let ring = Document::parse(&secrets.version(secret).await?.text)?.ring();
    let standing = standing(tables, names, now).await?;
    Ok(Report {
        ring,
        standing,
        now,
    })
}

/// Takes an older key out of the ring, if nothing stands under it.
pub async fn drop_key(
    secrets: &Secrets,
    secret: &str,
    id: &str,
    tables: &Client,
    names: &Names,
    now: Moment,
) -> Result<Dropped, RingError> {
    let version = secrets.version(secret).await?;
    let before = Document::parse(&version.text)?;
    before.may_lose(id, now)?;
    let standing = standing(tables, names, now).await?;
    let after = without(&before, id, &standing, now)?;
    secrets.replace(secret, &version, &after.text()).await?;
    let ring = after.ring();
    let report = Report {
        ring,
        standing,
        now,
    };
    let id = id.to_owned();
    Ok(Dropped { id, report })
}

/// The ring without a key, if nothing stands under that.
pub fn without(
    ring: &Document,
    id: &str,
    standing: &Standing,
    now: Moment,
) -> Result<Document, RingError> {
    let count = standing.count(id);
    if count > 0 {
        return Err(RingError::InUse {
            id: id.to_owned(),
            count,
            standing: Box::new(standing.clone()),
        });
    }
    Ok(ring.without(id, now)?)
}

impl Report {
    /// False where something stands under a key that the ring does not have.
    pub fn is_good(&self) -> bool {
        self.unknown().next().is_none()
    }

    fn unknown(&self) -> impl Iterator<Item = &str> {
        let known = |id: &&str| self.ring.iter().any(|key| key.id == *id);
        self.standing.ids().filter(move |id| !known(id))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for key in &self.ring {
            writeln!(f, "{key}")?;
            write!(f, "{}", self.standing.of(&key.id))?;
            if key.has_run_out(self.now) && self.standing.count(&key.id) == 0 {
                writeln!(f, "  can be dropped")?;
            }
        }
        for id in self.unknown() {
            writeln!(
                f,
                "{id}: NOT IN THE RING, what is sealed with it can't be read"
            )?;
            write!(f, "{}", self.standing.of(id))?;
        }
        write!(f, "{}", self.standing)
    }
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, report } = self;
        writeln!(
            f,
            "{report}{id} is dropped; tables restored to a moment before this one need it: AWSPREVIOUS still has it, until the ring changes again"
        )
    }
}

#[cfg(test)]
mod tests {
    use domain::policy::KEY_DROP_AFTER;
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_key_is_lost_only_if_nothing_stands_under_it() {
        let now = Moment::from_unix(1_795_000_000);
        let (pepper, key) = (random_key(), random_key());
        let text = serde_json::json!({
            "pepper": pepper.expose_secret(),
            "ring": [{"id": "k1", "key": key.expose_secret(), "state": "current"}],
        });
        let ring = Document::parse(&text.to_string().into()).unwrap();
        let (ring, made) = ring.with_new_key(&random_key(), now).unwrap();
        let later = now.plus(KEY_DROP_AFTER);
        let mut standing = Standing::default();
        standing.note(&made.id, "people");
        assert_eq!(
            without(&ring, "k1", &standing, later).unwrap().ring().len(),
            1
        );
        standing.note("k1", "people");
        let refused = without(&ring, "k1", &standing, later).unwrap_err();
        assert!(
            refused.to_string().contains("1 values stand under k1"),
            "{refused}"
        );
    }
}
