//! As what a message was understood: by name only, for counts.

use super::{By, HeardAs, Turn, UNKNOWN, asked, flow, guess, help, opting, question, wordless};
use crate::command::{self, Command, Parsed};

/// None: it is no command and was not meant as one.
pub(super) fn heard_as(turn: &Turn<'_>) -> Option<HeardAs> {
    let heard = |command: &Command, by| {
        Some(HeardAs {
            command: command.name,
            by,
        })
    };
    let suggested = asked::suggested(turn);
    if let Some(payload) = &turn.message.payload {
        let (command, _) = command::parse_payload(payload)?;
        let offered = suggested.is_some_and(|(suggested, _)| suggested == command);
        return heard(command, if offered { By::Suggestion } else { By::Button });
    }
    if wordless::answer(turn).is_some() {
        return None;
    }
    let body = &turn.message.body;
    match command::parse(body) {
        Parsed::Run(command, _) if command::is_by_name(body, command) => heard(command, By::Name),
        Parsed::Run(command, _) => heard(command, By::Alias),
        Parsed::Code(_) | Parsed::MalformedCode => heard(Command::named("verify")?, By::Name),
        Parsed::Yes => heard(suggested?.0, By::Suggestion),
        Parsed::No => None,
        Parsed::Unknown if asked::waits(turn) || wordless::beside_words(turn).is_some() => None,
        Parsed::Unknown if flow::is_asked_for(body) => heard(Command::named("problem")?, By::Alias),
        Parsed::Unknown if flow::is_open(turn) && flow::answer(turn).is_some() => None,
        Parsed::Unknown if opting::in_words(turn).is_some() => heard(&opting::STOP, By::Miss),
        Parsed::Unknown if question::is_one(turn) => heard(Command::named("question")?, By::Words),
        Parsed::Unknown => {
            let meant = guess::guess(body, help::reader(turn));
            Some(HeardAs {
                command: meant.map_or(UNKNOWN, |meant| meant.command.name),
                by: By::Miss,
            })
        }
    }
}
