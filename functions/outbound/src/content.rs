//! What a message looks like to Twilio: free text, text with buttons, or an approved template.

use std::collections::BTreeMap;
use std::slice;

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
    let reply = &entry.reply;
    let (name, fills) = match (&reply.buttons, &reply.yes_or_no, &reply.quick) {
        (Some(Buttons::StartUnlinked), ..) => (TemplateName::StartUnlinked, &[][..]),
        (Some(Buttons::StartLinked), ..) => (TemplateName::StartLinked, &[][..]),
        (Some(Buttons::UnlinkConfirm { nonce }), ..) => {
            (TemplateName::UnlinkConfirm, slice::from_ref(nonce))
        }
        (None, Some(nonce), _) => (TemplateName::YesNo, slice::from_ref(nonce)),
        (None, None, Some(quick)) => (content::of_quick(quick.set)?, quick.fills.as_slice()),
        (None, None, None) => return None,
    };
    let filled = (2..).zip(fills);
    variables.extend(filled.map(|(number, fill): (usize, _)| (number.to_string(), fill.clone())));
    let sid = content::sid(sids, name, reply.language)?;
    Some(Filled { sid, variables })
}

/// The entry's news as WhatsApp has approved them, in `language` or else in English.
pub(crate) fn approved<'a>(
    sids: &'a BTreeMap<String, ContentSid>,
    entry: &Entry,
    language: Language,
) -> Option<Filled<'a>> {
    let (name, variables) = content::of_reply(&entry.reply)?;
    let sid = content::sid(sids, name, language)?;
    Some(Filled { sid, variables })
}
