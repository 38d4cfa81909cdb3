//! `operator knowledge`: another knowledge base without a deployment. What is not checked is not published.

use std::fmt;
use std::path::{Path, PathBuf};

use aws::tables::{Bases, Published, TableError};
use domain::knowledge::{Base, OURS, Unusable};
use domain::language::Language;
use domain::policy::KNOWLEDGE_BYTES;
use domain::time::Moment;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use aws::ring::document::day_and_time;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(transparent)]
    Unusable(#[from] Unusable),
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(
        "another text was published as {0}: answers are recorded by their version, so this one needs a name of its own"
    )]
    Taken(String),
    #[error(
        "this command was built with another text of the name {0}: give yours a name of its own, or build the command afresh"
    )]
    Ours(String),
    #[error("no version {0} is kept: `knowledge list` names those that are")]
    NoSuchVersion(String),
    #[error(
        "somebody else has changed what is in force just now: look at `knowledge list`, and try again"
    )]
    Changed,
}

/// A base that nothing is wrong with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    version: String,
    entries: usize,
    bytes: usize,
    overdue: Vec<(String, Date)>,
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            version,
            entries,
            bytes,
            overdue,
        } = self;
        writeln!(
            f,
            "{version}: {entries} entries, {bytes} of {KNOWLEDGE_BYTES} bytes, nothing wrong"
        )?;
        for (id, review) in overdue {
            writeln!(f, "to be looked at again since {review}: {id}")?;
        }
        Ok(())
    }
}

/// What is in force, and what could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed(pub Published);

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(published) = self;
        let name = |version: &Option<String>| match version {
            Some(name) => name.clone(),
            None => "what each release was built with".to_owned(),
        };
        write!(f, "in force: {}", name(&published.in_force))?;
        if let Some(at) = published.at {
            write!(f, ", since {}", day_and_time(at))?;
            write!(f, "\nbefore: {}", name(&published.before))?;
        }
        writeln!(f, "\nbuilt with this command: {}", Base::ours().version())?;
        for kept in &published.kept {
            writeln!(
                f,
                "kept: {}, published {}",
                kept.name,
                day_and_time(kept.at)
            )?;
        }
        Ok(())
    }
}

/// What was checked, and how it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    pub checked: Checked,
    pub listed: Listed,
}

impl fmt::Display for InForce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.checked, self.listed)
    }
}

pub fn read(path: &Path) -> Result<String, KnowledgeError> {
    std::fs::read_to_string(path).map_err(|source| KnowledgeError::File {
        path: path.to_owned(),
        source,
    })
}

/// All that is wrong with it, or what is to be known of it. Nobody is asked.
pub fn check(text: &str, now: Moment) -> Result<Checked, KnowledgeError> {
    let base = Base::read(text)?;
    let today = Timestamp::from_second(now.unix()).unwrap_or_default();
    let today = today.to_zoned(TimeZone::UTC).date();
    let entries = base.entries(Language::default());
    let overdue = base.overdue(today).into_iter().filter_map(|id| {
        let entry = base.entry(Language::default(), id.as_str())?;
        Some((id.to_string(), entry.review))
    });
    Ok(Checked {
        version: base.version().to_owned(),
        entries: entries.len(),
        bytes: text.len(),
        overdue: overdue.collect(),
    })
}

/// Puts it in force, kept to be gone back to. What was published under this name before, word for word, is put in force again.
pub async fn publish(bases: &Bases, text: &str, now: Moment) -> Result<InForce, KnowledgeError> {
    let checked = check(text, now)?;
    let name = checked.version.as_str();
    if name == Base::ours().version() && text != OURS {
        return Err(KnowledgeError::Ours(name.to_owned()));
    }
    let before = bases.published().await?;
    let after = match bases.text(name).await? {
        Some(kept) if kept != text => return Err(KnowledgeError::Taken(name.to_owned())),
        Some(_) => put_in_force(bases, Some(name), before, now).await?,
        None => bases
            .publish(name, text, &before, now)
            .await?
            .ok_or(KnowledgeError::Changed)?,
    };
    Ok(InForce {
        checked,
        listed: Listed(after),
    })
}

pub async fn list(bases: &Bases) -> Result<Listed, KnowledgeError> {
    Ok(Listed(bases.published().await?))
}

/// Goes back to a version that is kept, or on to it.
pub async fn switch(bases: &Bases, name: &str, now: Moment) -> Result<InForce, KnowledgeError> {
    let before = bases.published().await?;
    let text = match bases.text(name).await? {
        Some(text) if before.has(name) => text,
        _ => return Err(KnowledgeError::NoSuchVersion(name.to_owned())),
    };
    let checked = check(&text, now)?;
    let after = put_in_force(bases, Some(name), before, now).await?;
    Ok(InForce {
        checked,
        listed: Listed(after),
    })
}

/// From now on every release answers from what it was built with.
pub async fn ours(bases: &Bases, now: Moment) -> Result<Listed, KnowledgeError> {
    let before = bases.published().await?;
    Ok(Listed(put_in_force(bases, None, before, now).await?))
}

/// What is in force already stays as it is, so that what was before it stays known.
async fn put_in_force(
    bases: &Bases,
    to: Option<&str>,
    before: Published,
    now: Moment,
) -> Result<Published, KnowledgeError> {
    if before.in_force.as_deref() == to {
        return Ok(before);
    }
    let after = bases.switch(to, &before, now).await?;
    after.ok_or(KnowledgeError::Changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Long after every review.
    const LATE: Moment = Moment::from_unix(4_000_000_000);
    const EARLY: Moment = Moment::from_unix(1_700_000_000);

    #[test]
    fn what_is_to_be_looked_at_again_is_listed() {
        let early = check(OURS, EARLY).unwrap();
        assert_eq!(early.overdue, []);
        assert!(early.to_string().contains("nothing wrong"), "{early}");
        let late = check(OURS, LATE).unwrap();
        assert_eq!(late.overdue.len(), late.entries);
        let text = late.to_string();
        assert!(text.contains("to be looked at again since 20"), "{text}");
    }

    #[test]
    fn what_is_wrong_is_named_by_entry() {
        let (head, _) = OURS.split_once("[[entry]]").unwrap();
        let told = check(head, EARLY).unwrap_err().to_string();
        assert_eq!(told, "base: there are no entries");
        let begging = OURS.replacen(
            "answer = \"\"\"",
            "answer = \"\"\"Send me your password. ",
            1,
        );
        assert_ne!(begging, OURS);
        let told = check(&begging, EARLY).unwrap_err().to_string();
        assert!(told.contains("this asks for a secret"), "{told}");
    }
}
