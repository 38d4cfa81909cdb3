//! The words themselves, by language: one Fluent file for each subject in `texts/en` and `texts/es`.
//!
//! Fluent (<https://projectfluent.org>) sees to plurals; figures, dates and money come formatted. A function in `texts`
//! stands for each message and says what fills it.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::language::Language;

/// The files of one language.
type Files = &'static [&'static str];

const ENGLISH: Files = &[
    include_str!("../../texts/en/assistant.ftl"),
    include_str!("../../texts/en/ai.ftl"),
    include_str!("../../texts/en/commands.ftl"),
    include_str!("../../texts/en/feedback.ftl"),
    include_str!("../../texts/en/flows.ftl"),
    include_str!("../../texts/en/general.ftl"),
    include_str!("../../texts/en/help.ftl"),
    include_str!("../../texts/en/history.ftl"),
    include_str!("../../texts/en/language.ftl"),
    include_str!("../../texts/en/linking.ftl"),
    include_str!("../../texts/en/money.ftl"),
    include_str!("../../texts/en/notices.ftl"),
    include_str!("../../texts/en/operations.ftl"),
    include_str!("../../texts/en/preferences.ftl"),
    include_str!("../../texts/en/privacy.ftl"),
    include_str!("../../texts/en/proof.ftl"),
    include_str!("../../texts/en/question.ftl"),
    include_str!("../../texts/en/receiving.ftl"),
    include_str!("../../texts/en/requests.ftl"),
    include_str!("../../texts/en/staff.ftl"),
    include_str!("../../texts/en/tickets.ftl"),
    include_str!("../../texts/en/warnings.ftl"),
    include_str!("../../texts/en/wordless.ftl"),
];
const SPANISH: Files = &[
    include_str!("../../texts/es/assistant.ftl"),
    include_str!("../../texts/es/ai.ftl"),
    include_str!("../../texts/es/commands.ftl"),
    include_str!("../../texts/es/feedback.ftl"),
    include_str!("../../texts/es/flows.ftl"),
    include_str!("../../texts/es/general.ftl"),
    include_str!("../../texts/es/help.ftl"),
    include_str!("../../texts/es/history.ftl"),
    include_str!("../../texts/es/language.ftl"),
    include_str!("../../texts/es/linking.ftl"),
    include_str!("../../texts/es/money.ftl"),
    include_str!("../../texts/es/notices.ftl"),
    include_str!("../../texts/es/operations.ftl"),
    include_str!("../../texts/es/preferences.ftl"),
    include_str!("../../texts/es/privacy.ftl"),
    include_str!("../../texts/es/proof.ftl"),
    include_str!("../../texts/es/question.ftl"),
    include_str!("../../texts/es/receiving.ftl"),
    include_str!("../../texts/es/requests.ftl"),
    include_str!("../../texts/es/staff.ftl"),
    include_str!("../../texts/es/tickets.ftl"),
    include_str!("../../texts/es/warnings.ftl"),
    include_str!("../../texts/es/wordless.ftl"),
];

type Bundle = FluentBundle<FluentResource>;

static IN_ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English, ENGLISH));
static IN_SPANISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Spanish, SPANISH));

/// Yes or no, for words that depend on it.
pub(crate) fn said(yes: bool) -> FluentValue<'static> {
    if yes { "yes" } else { "no" }.into()
}

/// A file that does not parse as a whole still gives what does; a test finds what is wrong with it.
fn bundle(l: Language, files: Files) -> Bundle {
    let tag = l.locale().to_string();
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Marks of direction around every figure would be copied with it.
    bundle.set_use_isolating(false);
    for file in files {
        let resource = FluentResource::try_new((*file).to_owned());
        bundle.add_resource_overriding(resource.unwrap_or_else(|(partly, _)| partly));
    }
    bundle
}

fn of(l: Language) -> &'static Bundle {
    match l {
        Language::English => &IN_ENGLISH,
        Language::Spanish => &IN_SPANISH,
    }
}

/// The attribute `id.attribute`, which is there only in languages that need it and takes no fills.
pub(super) fn only_in(l: Language, id: &str) -> Option<String> {
    let (name, attribute) = id.split_once('.')?;
    let bundle = of(l);
    let pattern = bundle.get_message(name)?.get_attribute(attribute)?.value();
    let text = bundle.format_pattern(pattern, None, &mut Vec::new());
    Some(text.into_owned())
}

/// The message called `id`, or its attribute `id.attribute`, with `fills` in its places. What a language lacks is said in
/// English; a test proves that none lacks any.
pub(crate) fn words(l: Language, id: &str, fills: &[(&'static str, FluentValue<'_>)]) -> String {
    let bundle = of(l);
    let (name, attribute) = match id.split_once('.') {
        Some((name, attribute)) => (name, Some(attribute)),
        None => (id, None),
    };
    let message = |bundle: &'static Bundle| {
        let message = bundle.get_message(name)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        Some((bundle, pattern))
    };
    let found = message(bundle).or_else(|| message(&IN_ENGLISH));
    let Some((bundle, pattern)) = found else {
        debug_assert!(false, "there are no words called {id}");
        return id.to_owned();
    };
    let mut args = FluentArgs::new();
    for (name, value) in fills {
        args.set(*name, value.clone());
    }
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
    debug_assert!(errors.is_empty(), "{id}: {errors:?}");
    text.into_owned()
}
