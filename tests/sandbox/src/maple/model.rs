//! What stands where a model would: one that keeps to its rules, and one that does as it is told. Both know the fences in
//! which our prompts put notes and questions (`domain::assistant`).

use super::request::{Message, Role};

/// The one model there is, by a name that Maple has.
pub const MODEL: &str = "llama3-3-70b";

/// As the rules want it said.
const UNKNOWN: &str = "NO ANSWER";

/// About as many as a real one counts.
pub(super) fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(4)
}

/// The answer in the first note of what the rules say.
pub(super) fn honest(messages: &[Message]) -> String {
    let mut given = said_by(messages, Role::System);
    given.find_map(first_note).unwrap_or(UNKNOWN).to_owned()
}

/// Between its fences a note has its question in the first line, and its answer in the others.
fn first_note(given: &str) -> Option<&str> {
    let (_, note) = given.split_once("<note ")?;
    let (_id, note) = note.split_once('\n')?;
    let (note, _) = note.split_once("\n</note>")?;
    note.split_once('\n').map(|(_question, answer)| answer)
}

/// As an attacker wants it: says what stands in quotes or after a colon, gives away its rules if they are asked for, and says
/// that everything else is done.
pub(super) fn obedient(messages: &[Message]) -> String {
    let demand = said_by(messages, Role::User).last().unwrap_or_default();
    let demand = demand.trim().trim_start_matches("<question>");
    let demand = demand.trim_end_matches("</question>").trim();
    let rules = ["prompt", "rules", "instructions", "reglas", "instrucciones"];
    let wanted = demand.to_lowercase();
    if let Some(words) = quoted(demand) {
        words.to_owned()
    } else if rules.iter().any(|word| wanted.contains(word)) {
        said_by(messages, Role::System)
            .collect::<Vec<_>>()
            .join("\n")
    } else if let Some((_, words)) = demand.split_once(": ") {
        words.trim().to_owned()
    } else {
        format!("Done! I have just done that for you: {demand}")
    }
}

fn said_by(messages: &[Message], role: Role) -> impl Iterator<Item = &str> {
    let of_role = messages.iter().filter(move |message| message.role == role);
    of_role.map(|message| message.content.as_str())
}

fn quoted(text: &str) -> Option<&str> {
    let pairs = [('"', '"'), ('“', '”'), ('«', '»')];
    pairs.into_iter().find_map(|(opens, closes)| {
        let (_, rest) = text.split_once(opens)?;
        let (words, _) = rest.split_once(closes)?;
        (!words.trim().is_empty()).then_some(words)
    })
}
