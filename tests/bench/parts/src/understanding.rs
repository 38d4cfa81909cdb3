//! What is found for free text, and what of it may leave.

use domain::knowledge::Base;
use domain::language::Language;
use domain::minimise::minimise;

use crate::{Part, part};

const QUESTIONS: [(&str, Language, &str); 3] = [
    (
        "english",
        Language::English,
        "my payment says pending since this morning, what now?",
    ),
    (
        "spanish",
        Language::Spanish,
        "perdí mi teléfono, ¿pierdo mi dinero?",
    ),
    (
        "misspelt",
        Language::English,
        "how mutch doo you charg to recieve",
    ),
];

/// With a phone number, an address and a card in it.
const PRIVATE: &str = "i sent 50 dollars from 876 555 0100 to marcia.b@example.com with card 4111 1111 1111 1111 and it never came, my friend said to write to you about it";

pub(crate) fn parts() -> Vec<Part> {
    let mut parts = vec![part("minimise", || minimise(PRIVATE))];
    for (name, language, question) in QUESTIONS {
        parts.push(part(&format!("retrieve {name}"), move || {
            Base::ours().find(language, question).len()
        }));
    }
    parts
}
