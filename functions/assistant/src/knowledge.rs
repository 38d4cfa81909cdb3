//! Which knowledge base answers: what the operator has published last, taken up without a deployment.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use aws::tables::{Bases, Published, TableError};
use aws::telemetry;
use domain::knowledge::{Base, Unusable};
use domain::policy::KNOWLEDGE_FRESH;
use domain::time::Moment;

/// A base to answer from.
#[derive(Clone, Debug)]
pub enum Words {
    /// What this release was built with.
    Ours,
    Published(Arc<Base>),
}

impl Deref for Words {
    type Target = Base;

    fn deref(&self) -> &Base {
        match self {
            Self::Ours => Base::ours(),
            Self::Published(base) => base,
        }
    }
}

/// Why a version that was published is not answered from.
#[derive(Debug, thiserror::Error)]
enum NotTaken {
    #[error(transparent)]
    Table(#[from] TableError),
    /// As where somebody has deleted it.
    #[error("the published base is not there")]
    Missing,
    #[error("the published base is of format {0}, newer than this release")]
    Newer(u32),
    #[error("the published base can't be read")]
    Unreadable,
    #[error("the published base has {0} faults")]
    Faulty(usize),
    #[error("the published base calls itself otherwise")]
    Misnamed,
}

impl NotTaken {
    /// This release will never read it.
    const fn is_final(&self) -> bool {
        !matches!(self, Self::Table(_) | Self::Missing)
    }
}

/// Without the words: a log is no place for them.
impl From<Unusable> for NotTaken {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Newer(format) => Self::Newer(format),
            Unusable::Unreadable(_) => Self::Unreadable,
            Unusable::Faulty(faults) => Self::Faulty(faults.all().len()),
        }
    }
}

/// What an instance answers from. The default is what it was built with, and has looked at nothing yet.
#[derive(Default)]
pub struct Knowledge(Mutex<Held>);

struct Held {
    words: Words,
    /// What was published when `words` were taken.
    of: Published,
    looked: Option<Moment>,
}

impl Default for Held {
    fn default() -> Self {
        Self {
            words: Words::Ours,
            of: Published::default(),
            looked: None,
        }
    }
}

impl fmt::Debug for Knowledge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Knowledge(…)")
    }
}

impl Knowledge {
    /// The base that is in force, as far as this instance has heard: it looks every [`KNOWLEDGE_FRESH`], and reads a text only
    /// where another one is in force. What can't be read leaves it with what it has.
    pub async fn current(&self, bases: &Bases, now: Moment) -> Words {
        let (words, of) = {
            let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = |at| (0..KNOWLEDGE_FRESH).contains(&now.since(at));
            if held.looked.is_some_and(fresh) {
                return held.words.clone();
            }
            // Whoever comes while this is being read answers from what is here.
            held.looked = Some(now);
            (held.words.clone(), held.of.clone())
        };
        let published = match bases.published().await {
            Ok(published) => published,
            Err(error) => {
                telemetry::failure("knowledge", &error);
                return words;
            }
        };
        if published == of {
            return words;
        }
        match take(bases, &published, &words).await {
            Some(taken) => {
                let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                held.words = taken.clone();
                held.of = published;
                taken
            }
            None => words,
        }
    }

    /// Begins anew, as a new instance does.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Held::default();
    }
}

/// What is in force or, where this release will never read that, what was before: so that an instance that begins now answers
/// as one does that has run all the time. `have` if it can read neither. None: it is worth trying again.
async fn take(bases: &Bases, published: &Published, have: &Words) -> Option<Words> {
    for name in [&published.in_force, &published.before] {
        let Some(name) = name else {
            return Some(Words::Ours);
        };
        if matches!(have, Words::Published(base) if base.version() == name) {
            return Some(have.clone());
        }
        match read(bases, name).await {
            Ok(base) => {
                telemetry::count("knowledge_taken");
                return Some(Words::Published(Arc::new(base)));
            }
            Err(error) => {
                telemetry::failure("knowledge", &error);
                telemetry::count("knowledge_not_taken");
                if !error.is_final() {
                    return None;
                }
            }
        }
    }
    Some(have.clone())
}

async fn read(bases: &Bases, name: &str) -> Result<Base, NotTaken> {
    let text = bases.text(name).await?.ok_or(NotTaken::Missing)?;
    let base = Base::read(&text)?;
    if base.version() == name {
        Ok(base)
    } else {
        Err(NotTaken::Misnamed)
    }
}
