//! The message templates, as Twilio and WhatsApp have them, and the stack's map of them.

use aws::secrets::TwilioApiKey;
use twilio::content::read_sids;
use twilio::content_api::{Config, ContentApi, ContentApiError};

use super::Finding;
use crate::templates::{self, Report, TemplatesError};

const TEMPLATES: &str = "templates at Twilio and WhatsApp";
const MAP: &str = "TwilioContentSids";
const NONE_YET: &str = "none is in use, so news do not reach whoever has been silent for a day: `templates push`, and once WhatsApp has approved \
    them, give what the last line of `templates status` says";

/// As whom Twilio is asked, and what the stack has of its answer.
#[derive(Debug)]
pub(super) struct Asking<'a> {
    pub url: &'a str,
    pub bot: TwilioApiKey,
    pub operator: Option<TwilioApiKey>,
    /// The stack's map of templates.
    pub sids: &'a str,
}

/// Whether every template is there, none refused, and the map the one that Twilio has by now. The bot answers without any.
pub(super) async fn look(asking: Asking<'_>) -> Vec<Finding> {
    let has_map = !asking.sids.is_empty();
    match report(asking.url, asking.bot, asking.operator).await {
        Ok(report) if has_map => compared(&report, asking.sids),
        Ok(report) if report.is_good() => {
            vec![Finding::good(TEMPLATES), Finding::note(MAP, NONE_YET)]
        }
        Ok(_) => vec![Finding::note(MAP, NONE_YET)],
        Err(unread) if has_map => {
            let map = read_sids(asking.sids).err();
            vec![unread, Finding::unless(MAP, map.map(|it| it.to_string()))]
        }
        Err(unread) => vec![unread, Finding::note(MAP, NONE_YET)],
    }
}

/// The operator's key is asked with where there is one: the bot's own need not read content.
async fn report(
    url: &str,
    bot: TwilioApiKey,
    operator: Option<TwilioApiKey>,
) -> Result<Report, Finding> {
    let closed = if operator.is_some() {
        "Twilio lets TWILIO_API_KEY read no content"
    } else {
        "the bot's key may not read content: set TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET as for `templates status`"
    };
    let account = bot.account_sid.clone();
    let key = operator.unwrap_or(bot);
    if key.account_sid != account {
        let why = "TWILIO_ACCOUNT_SID is another account than the bot's";
        return Err(Finding::not_checked(TEMPLATES, why));
    }
    let config = Config::new(
        url.to_owned(),
        &key.account_sid,
        &key.api_key_sid,
        key.api_key_secret,
    );
    let api = config
        .map_err(|error| error.to_string())
        .and_then(|config| ContentApi::new(config).map_err(|error| error.to_string()))
        .map_err(|error| Finding::wrong(TEMPLATES, error))?;
    match templates::status(&api).await {
        Ok(report) => Ok(report),
        Err(TemplatesError::Twilio {
            source:
                ContentApiError::NotAccepted
                | ContentApiError::Refused {
                    http_status: 403, ..
                },
            ..
        }) => Err(Finding::not_checked(TEMPLATES, closed)),
        Err(error) => Err(Finding::wrong(TEMPLATES, error.to_string())),
    }
}

fn compared(report: &Report, sids: &str) -> Vec<Finding> {
    let refused = (!report.is_good()).then(|| {
        "some are missing or not approved; `templates status` names them, and news in words of their own do not reach whoever has been silent for a day".to_owned()
    });
    let map = match read_sids(sids) {
        Err(error) => Some(error.to_string()),
        Ok(map) => {
            let usable = report.content_sids();
            let other = usable
                .iter()
                .filter(|(key, sid)| map.get(*key) != Some(*sid))
                .count();
            (other > 0).then(|| format!("{other} of its templates are others than Twilio has by now: take over the last line of `templates status`"))
        }
    };
    vec![
        Finding::unless(TEMPLATES, refused),
        Finding::unless(MAP, map),
    ]
}
