//! What a message looks like to Twilio: free text, text with buttons, or an approved template.

use std::collections::BTreeMap;

use aws::tables::Entry;
use domain::language::Language;
use domain::outbox::Buttons;
use twilio::client::Content;
use twilio::content::{self, BODY_MAX, TemplateName};
use twilio::sid::ContentSid;

/// A template with what fills it.
pub(crate) struct Filled<'a> {
    sid: &'a ContentSid,
    variables: BTreeMap<String, String>,
}

impl Filled<'_> {
    pub(crate) fn content(&self) -> Content<'_> {
        Content::Template {
            content_sid: self.sid,
            variables: &self.variables,
        }
    }
}

/// The entry's text with its buttons, if Twilio has them and the text fits beside them.
pub(crate) fn buttons<'a>(
    sids: &'a BTreeMap<String, ContentSid>,
    entry: &Entry,
) -> Option<Filled<'a>> {
    let text = &entry.reply.text;
    if text.chars().count() > BODY_MAX {
        return None;
    }
    let mut variables = BTreeMap::from([("1".to_owned(), text.clone())]);
    let mut naming = |nonce: &String| variables.insert("2".to_owned(), nonce.clone());
    let name = match (&entry.reply.buttons, &entry.reply.yes_or_no) {
        (Some(Buttons::StartUnlinked), _) => TemplateName::StartUnlinked,
        (Some(Buttons::StartLinked), _) => TemplateName::StartLinked,
        (Some(Buttons::UnlinkConfirm { nonce }), _) => {
            naming(nonce);
            TemplateName::UnlinkConfirm
        }
        (None, Some(nonce)) => {
            naming(nonce);
            TemplateName::YesNo
        }
        (None, None) => return None,
    };
    let sid = content::sid(sids, name, Language::English)?;
    Some(Filled { sid, variables })
}

/// The entry's news as WhatsApp has approved them, in `language` or else in English.
pub(crate) fn approved<'a>(
    sids: &'a BTreeMap<String, ContentSid>,
    entry: &Entry,
    language: Language,
) -> Option<Filled<'a>> {
    let (name, variables) = content::of_notice(entry.reply.notice.as_ref()?);
    let sid = content::sid(sids, name, language)?;
    Some(Filled { sid, variables })
}
