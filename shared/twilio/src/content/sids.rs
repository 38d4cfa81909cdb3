//! The SIDs of the templates as a function's environment has them: `security_alert:…/…,start_linked:…/`, by name the one in
//! English and the one in Spanish, without their `HX`, nothing where there is none.
//!
//! AWS takes 4 kB of environment variables for a function, which a JSON map of all templates nearly fills.

use std::collections::BTreeMap;

use super::{LANGUAGES, TemplateName, sid_key};
use crate::sid::ContentSid;

const PREFIX: &str = "HX";

/// A text is no list of templates' SIDs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a list of templates and their SIDs")]
pub struct NotSids;

/// By their keys. Templates of another release are left out. A JSON map by key is taken, too: stacks have such from before.
pub fn read_sids(text: &str) -> Result<BTreeMap<String, ContentSid>, NotSids> {
    if text.starts_with('{') {
        return serde_json::from_str(text).map_err(|_| NotSids);
    }
    let mut sids = BTreeMap::new();
    for template in text.split(',').filter(|template| !template.is_empty()) {
        let (name, rest) = template.split_once(':').ok_or(NotSids)?;
        let of_name = TemplateName::ALL.into_iter().find(|it| it.as_str() == name);
        let mut rest = rest.split('/');
        for language in LANGUAGES {
            let digits = rest.next().ok_or(NotSids)?;
            if digits.is_empty() {
                continue;
            }
            let sid = ContentSid::parse(&format!("{PREFIX}{digits}")).map_err(|_| NotSids)?;
            if let Some(name) = of_name {
                sids.insert(sid_key(name, language), sid);
            }
        }
        if rest.next().is_some() {
            return Err(NotSids);
        }
    }
    Ok(sids)
}

/// What [`read_sids`] reads. A key of no template is left out.
pub fn write_sids(sids: &BTreeMap<String, ContentSid>) -> String {
    let digits = |name, language| {
        let sid = sids.get(&sid_key(name, language));
        let digits = sid.and_then(|sid| sid.as_str().strip_prefix(PREFIX));
        digits.unwrap_or_default()
    };
    let listed = TemplateName::ALL.into_iter().filter_map(|name| {
        let all = LANGUAGES.map(|language| digits(name, language));
        let any = all.iter().any(|digits| !digits.is_empty());
        any.then(|| format!("{}:{}", name.as_str(), all.join("/")))
    });
    let listed: Vec<_> = listed.collect();
    listed.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::all;

    fn sid(digit: char) -> ContentSid {
        ContentSid::parse(&format!("HX{}", digit.to_string().repeat(32))).unwrap()
    }

    #[test]
    fn what_is_written_is_read_and_what_is_missing_stays_missing() {
        let every: BTreeMap<_, _> = all()
            .map(|(name, language)| (sid_key(name, language), sid('a')))
            .collect();
        assert_eq!(read_sids(&write_sids(&every)), Ok(every));
        let (a, b) = ("a".repeat(32), "b".repeat(32));
        let some = BTreeMap::from([
            ("security_alert_es".to_owned(), sid('b')),
            ("start_linked".to_owned(), sid('a')),
        ]);
        let written = write_sids(&some);
        assert_eq!(written, format!("start_linked:{a}/,security_alert:/{b}"));
        assert_eq!(read_sids(&written), Ok(some));
        assert_eq!(write_sids(&BTreeMap::new()), "");
        assert_eq!(read_sids(""), Ok(BTreeMap::new()));
    }

    #[test]
    fn the_map_of_the_release_before_and_templates_of_another_are_read() {
        let json = format!(r#"{{"security_alert_en":"HX{}"}}"#, "a".repeat(32));
        let alert = BTreeMap::from([("security_alert_en".to_owned(), sid('a'))]);
        assert_eq!(read_sids(&json), Ok(alert.clone()));
        assert_eq!(read_sids("{}"), Ok(BTreeMap::new()));
        let (a, b) = ("a".repeat(32), "b".repeat(32));
        let later = format!("a_later_one:{b}/{b},security_alert:{a}/");
        assert_eq!(read_sids(&later), Ok(alert));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let a = "a".repeat(32);
        for text in [
            "security_alert".to_owned(),
            format!("security_alert:{a}"),
            format!("security_alert:{a}/{a}/{a}"),
            format!("security_alert:HX{a}/"),
            "security_alert:abc/".to_owned(),
            r#"{"security_alert_en":"abc"}"#.to_owned(),
        ] {
            assert_eq!(read_sids(&text), Err(NotSids), "{text}");
        }
    }
}
