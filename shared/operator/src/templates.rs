//! `operator templates`: the message templates, from this repository to Twilio and WhatsApp.
//!
//! A template is found at Twilio by its name, its language and its words. WhatsApp lets nobody change what it has
//! approved, so changed words are created beside the old ones and approved anew. Until then the map of SIDs goes on
//! naming the old ones, if the same variables fill them: people are told in yesterday's words rather than not at all.
//! Nothing is deleted here, because the release before may still send it.

mod report;

use std::fmt;

use aws::config::Config;
use aws::secrets::TwilioApiKey;
use domain::language::Language;
use domain::time::Moment;
use twilio::content::{
    ContentError, TemplateName, Words, all, check, sid_key, submission, template,
};
use twilio::content_api::{self, Approval, ApprovalStatus, ContentApi, ContentApiError, Resource};
use twilio::sid::ContentSid;

pub use self::report::{Report, Row, Standing};

/// What is wrong with the templates of this repository.
#[derive(Debug)]
pub struct Faults(Vec<(String, ContentError)>);

/// Why templates were not, or not all, pushed or looked at. What was done until then stays; `push` goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum TemplatesError {
    #[error("{0}")]
    Faults(Faults),
    #[error("{doing}: {source}")]
    Twilio {
        doing: String,
        source: ContentApiError,
    },
}

/// The Content API, as whom the environment says, by the names that Twilio's own command line uses.
pub fn content_api(
    mut env: Config,
) -> Result<ContentApi, Box<dyn std::error::Error + Send + Sync>> {
    let account_sid = env.required("TWILIO_ACCOUNT_SID");
    let key_sid = env.required("TWILIO_API_KEY");
    let key_secret = env.required("TWILIO_API_SECRET").into();
    let url = env.optional("TWILIO_CONTENT_URL");
    env.finish()?;
    let url = url.unwrap_or_else(|| content_api::TWILIO.to_owned());
    let config = content_api::Config::new(url, &account_sid, &key_sid, key_secret)?;
    Ok(ContentApi::new(config)?)
}

/// The key with which [`content_api()`] asks, where the environment names all of it.
pub fn own_key(env: &Config) -> Option<TwilioApiKey> {
    Some(TwilioApiKey {
        account_sid: env.optional("TWILIO_ACCOUNT_SID")?,
        api_key_sid: env.optional("TWILIO_API_KEY")?,
        api_key_secret: env.optional("TWILIO_API_SECRET")?.into(),
    })
}

/// Looks at every template of this repository, and asks nobody. How many there are.
pub fn look() -> Result<usize, Faults> {
    wanted().map(|wanted| wanted.len())
}

/// Creates what is missing at Twilio and submits what WhatsApp has to approve. Twice is once.
pub async fn push(api: &ContentApi) -> Result<Report, TemplatesError> {
    compare(api, true).await
}

/// How things stand, unchanged.
pub async fn status(api: &ContentApi) -> Result<Report, TemplatesError> {
    compare(api, false).await
}

/// A template that should exist.
struct Wanted {
    name: TemplateName,
    language: Language,
    words: Words,
}

fn wanted() -> Result<Vec<Wanted>, Faults> {
    let (mut wanted, mut faults) = (Vec::new(), Vec::new());
    for (name, language) in all() {
        match check(name, language, template(name, language)) {
            Ok(words) => wanted.push(Wanted {
                name,
                language,
                words,
            }),
            Err(error) => faults.push((sid_key(name, language), error)),
        }
    }
    if faults.is_empty() {
        Ok(wanted)
    } else {
        Err(Faults(faults))
    }
}

async fn compare(api: &ContentApi, change: bool) -> Result<Report, TemplatesError> {
    let wanted = wanted().map_err(TemplatesError::Faults)?;
    let listed = api.list().await.map_err(|source| TemplatesError::Twilio {
        doing: "listing the templates".to_owned(),
        source,
    })?;
    let mut rows = Vec::new();
    for wanted in &wanted {
        rows.push(row(api, wanted, &listed, change).await?);
    }
    Ok(Report { rows })
}

async fn row(
    api: &ContentApi,
    wanted: &Wanted,
    listed: &[Resource],
    change: bool,
) -> Result<Row, TemplatesError> {
    let (name, language) = (wanted.name.as_str(), wanted.language.code());
    let (same, others): (Vec<_>, Vec<_>) = listed
        .iter()
        .filter(|resource| resource.friendly_name == name && resource.language == language)
        .partition(|resource| resource.words.as_ref() == Some(&wanted.words));

    let mut done = Vec::new();
    let mut sid = wanted.furthest(api, &same).await?;
    if sid.is_none() && change {
        let json = template(wanted.name, wanted.language);
        let created = api.create(json).await.map_err(wanted.doing("creating"))?;
        sid = Some(created.sid);
        done.push("created");
    }
    let standing = match (&sid, submission(wanted.name)) {
        (None, _) => Standing::Missing,
        (Some(_), None) => Standing::Session,
        (Some(sid), Some(category)) => {
            let mut approval = wanted.approval(api, sid).await?;
            if change && approval.status == ApprovalStatus::Unsubmitted {
                let submitted = api.submit(sid, name, category).await;
                approval = submitted.map_err(wanted.doing("submitting"))?;
                done.push("submitted");
            }
            Standing::WhatsApp { approval, category }
        }
    };
    let in_use = if standing.is_usable() {
        sid.clone()
    } else {
        wanted.predecessor(api, &others).await?
    };
    Ok(Row {
        key: sid_key(wanted.name, wanted.language),
        name,
        language,
        sid,
        standing,
        done,
        in_use,
        others: others.iter().map(|other| other.sid.clone()).collect(),
    })
}

impl Wanted {
    fn doing(&self, what: &str) -> impl FnOnce(ContentApiError) -> TemplatesError {
        let doing = format!("{what} {}", sid_key(self.name, self.language));
        |source| TemplatesError::Twilio { doing, source }
    }

    async fn approval(
        &self,
        api: &ContentApi,
        sid: &ContentSid,
    ) -> Result<Approval, TemplatesError> {
        let approval = api.approval(sid).await;
        approval.map_err(self.doing("asking for the approval of"))
    }

    /// Of several with the same words, which only hands other than ours create, the one that is nearest to being sent.
    async fn furthest(
        &self,
        api: &ContentApi,
        same: &[&Resource],
    ) -> Result<Option<ContentSid>, TemplatesError> {
        let (Some(first), more) = (same.first(), same.len() > 1) else {
            return Ok(None);
        };
        if !more || submission(self.name).is_none() {
            return Ok(Some(first.sid.clone()));
        }
        let mut furthest = (u8::MAX, first);
        for resource in same {
            let status = self.approval(api, &resource.sid).await?.status;
            furthest = std::cmp::min_by_key(furthest, (distance(status), resource), |(d, _)| *d);
        }
        Ok(Some(furthest.1.sid.clone()))
    }

    /// The youngest template in other words that could be sent in its place just now.
    async fn predecessor(
        &self,
        api: &ContentApi,
        others: &[&Resource],
    ) -> Result<Option<ContentSid>, TemplatesError> {
        let same_variables = |words: &Words| words.takes_the_same_variables(&self.words);
        let mut fitting: Vec<_> = others
            .iter()
            .filter(|other| other.words.as_ref().is_some_and(same_variables))
            .collect();
        fitting.sort_by_key(|other| std::cmp::Reverse(other.created_at.map(Moment::unix)));
        for other in fitting {
            if submission(self.name).is_none()
                || self.approval(api, &other.sid).await?.status == ApprovalStatus::Approved
            {
                return Ok(Some(other.sid.clone()));
            }
        }
        Ok(None)
    }
}

/// How far a template is from being sent.
fn distance(status: ApprovalStatus) -> u8 {
    match status {
        ApprovalStatus::Approved => 0,
        ApprovalStatus::Pending => 1,
        ApprovalStatus::Received => 2,
        ApprovalStatus::Paused => 3,
        ApprovalStatus::Unsubmitted => 4,
        ApprovalStatus::Unknown => 5,
        ApprovalStatus::Rejected => 6,
        ApprovalStatus::Disabled => 7,
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "templates that are not as they must be:")?;
        for (key, error) in &self.0 {
            write!(f, "\n  {key}: {error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
