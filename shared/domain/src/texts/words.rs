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
    include_str!("../../texts/en/commands.ftl"),
    include_str!("../../texts/en/linking.ftl"),
];
const SPANISH: Files = &[
    include_str!("../../texts/es/commands.ftl"),
    include_str!("../../texts/es/linking.ftl"),
];

type Bundle = FluentBundle<FluentResource>;

static IN_ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en", ENGLISH));
static IN_SPANISH: LazyLock<Bundle> = LazyLock::new(|| bundle("es-419", SPANISH));

/// A file that does not parse as a whole still gives what does; a test finds what is wrong with it.
fn bundle(tag: &str, files: Files) -> Bundle {
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

/// The message called `id`, or its attribute `id.attribute`, with `fills` in its places. What a language lacks is said in
/// English; a test proves that none lacks any.
pub(crate) fn words(l: Language, id: &str, fills: &[(&'static str, FluentValue<'_>)]) -> String {
    let bundle = match l {
        Language::English => &*IN_ENGLISH,
        Language::Spanish => &*IN_SPANISH,
    };
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
        return id.to_owned();
    };
    let mut args = FluentArgs::new();
    for (name, value) in fills {
        args.set(*name, value.clone());
    }
    let mut errors = Vec::new();
    bundle
        .format_pattern(pattern, Some(&args), &mut errors)
        .into_owned()
}
