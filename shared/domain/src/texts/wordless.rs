//! To whoever sends no words, or words without a wish.

use super::words;
use crate::conversation::Brings;
use crate::language::Language;

/// What was sent can't be read.
pub fn wordless(l: Language, brings: Brings, linked: bool) -> String {
    let cannot = words(
        l,
        match brings {
            Brings::Text | Brings::Reaction => "wordless-empty",
            Brings::Picture => "wordless-picture",
            Brings::Voice => "wordless-voice",
            Brings::Video => "wordless-video",
            Brings::Document => "wordless-document",
            Brings::Location => "wordless-location",
            Brings::Contact => "wordless-contact",
            Brings::Sticker => "wordless-sticker",
            Brings::Other => "wordless-other",
        },
        &[],
    );
    let next = words(
        l,
        if linked {
            "wordless-next-linked"
        } else {
            "wordless-next-unlinked"
        },
        &[],
    );
    format!("{cannot} {next}")
}

pub fn welcome(l: Language) -> String {
    words(l, "welcome", &[])
}
