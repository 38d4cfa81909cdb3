//! What a person can type: one table of commands, from which parsing and help both come.
//!
//! Grammar, after tidying (lower case, one space between words, no invisible characters, nothing but letters and digits at the ends):
//! `command := name | alias`, `verify := ("verify" | "v") [":"] code | code`, `code := 6 digits, optionally 3 and 3`.
//! Only the whole text is matched: a command inside a sentence is a sentence.

use std::fmt;

use crate::role::Role;
use crate::step_up::Proof;

/// What the person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    Help,
    Link,
    Verify,
    Balance,
    Unlink,
    /// Nothing more that was not just asked for. Heard before anything else.
    Stop,
    Start,
    /// Ends what is open.
    End,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    pub verb: Verb,
    /// What help tells people to type.
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    /// What follows the name, shown after it in help; empty where nothing does.
    pub argument: &'static str,
    /// One line for help.
    pub summary: &'static str,
    /// To whom help offers it.
    pub offered: Offered,
    /// Who may run it.
    pub role: Role,
    /// What must be proven before it runs.
    pub proof: Proof,
}

/// To whom help shows a command. All are understood from everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    Always,
    Linked,
    Unlinked,
    /// To whoever has not opted out.
    Receiving,
    /// To nobody: it is told where it matters.
    Never,
}

impl Offered {
    pub const fn is_to(self, linked: bool, opted_out: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Linked => linked,
            Self::Unlinked => !linked,
            Self::Receiving => !opted_out,
            Self::Never => false,
        }
    }
}

pub const COMMANDS: &[Command] = &[
    Command {
        verb: Verb::Balance,
        name: "balance",
        aliases: &["bal", "my balance", "b"],
        argument: "",
        summary: "see what is in your wallet",
        offered: Offered::Linked,
        role: Role::User,
        proof: Proof::ForReading,
    },
    Command {
        verb: Verb::Link,
        name: "link",
        aliases: &[
            "connect",
            "link my account",
            "link account",
            "start linking",
        ],
        argument: "",
        summary: "connect your Flash account",
        offered: Offered::Unlinked,
        role: Role::User,
        proof: Proof::Never,
    },
    Command {
        verb: Verb::Verify,
        name: "verify",
        aliases: &["v"],
        argument: "123456",
        summary: "finish linking with the code from the page",
        offered: Offered::Unlinked,
        role: Role::User,
        proof: Proof::Never,
    },
    Command {
        verb: Verb::Unlink,
        name: "unlink",
        aliases: &["disconnect", "unlink my account", "unlink account"],
        argument: "",
        summary: "disconnect your Flash account",
        offered: Offered::Linked,
        role: Role::User,
        proof: Proof::Never,
    },
    Command {
        verb: Verb::Stop,
        name: "stop",
        // As WhatsApp's and the carriers' rules name them, and as phones correct them.
        aliases: &[
            "stopall",
            "stop all",
            "unsubscribe",
            "revoke",
            "optout",
            "opt out",
            "opt-out",
        ],
        argument: "",
        summary: "get nothing from me but answers",
        offered: Offered::Receiving,
        role: Role::User,
        proof: Proof::Never,
    },
    Command {
        verb: Verb::Start,
        name: "start",
        aliases: &["unstop"],
        argument: "",
        summary: "get my messages again",
        offered: Offered::Never,
        role: Role::User,
        proof: Proof::Never,
    },
    Command {
        verb: Verb::End,
        name: "cancel",
        aliases: &["end", "quit"],
        argument: "",
        summary: "end what is open",
        offered: Offered::Never,
        role: Role::User,
        proof: Proof::Never,
    },
    Command {
        verb: Verb::Help,
        name: "help",
        aliases: &["menu", "?", "hi", "hello", "commands"],
        argument: "",
        summary: "this list",
        offered: Offered::Always,
        role: Role::User,
        proof: Proof::Never,
    },
];

/// Six digits somebody typed. Not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedCode(String);

impl TypedCode {
    /// Six ASCII digits, optionally split 3 and 3 by a space or a dash, as people read them from a screen.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = match text.split_once([' ', '-']) {
            Some((left, right)) if left.len() == 3 => format!("{left}{right}"),
            Some(_) => return None,
            None => text.to_owned(),
        };
        (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(Self(digits))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedCode(…)")
    }
}

/// What a text means, before anything is known about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    Do(Verb),
    Code(TypedCode),
    /// `verify` with something that is no code.
    MalformedCode,
    Yes,
    No,
    Unknown,
}

/// Reads a message's text.
pub fn parse(body: &str) -> Parsed {
    let text = tidy(body);
    if let Some(code) = TypedCode::parse(&text) {
        return Parsed::Code(code);
    }
    match text.as_str() {
        "yes" | "y" | "yes please" => return Parsed::Yes,
        "no" | "n" | "no thanks" => return Parsed::No,
        _ => {}
    }
    for command in COMMANDS {
        for name in std::iter::once(&command.name).chain(command.aliases) {
            if text == *name {
                return if command.verb == Verb::Verify {
                    Parsed::MalformedCode
                } else {
                    Parsed::Do(command.verb)
                };
            }
            if command.verb == Verb::Verify
                && let Some(rest) = text.strip_prefix(name)
            {
                // `verify: 123456` and `verify123456` can mean nothing else.
                let argument = rest.trim_start_matches([' ', ':']);
                match TypedCode::parse(argument) {
                    Some(code) => return Parsed::Code(code),
                    None if argument.len() < rest.len() => return Parsed::MalformedCode,
                    None => {}
                }
            }
        }
    }
    Parsed::Unknown
}

/// Reads a button's payload, `cmd:balance` or a bare name; buttons carry no free text.
pub fn parse_payload(payload: &str) -> Option<Verb> {
    let name = payload.strip_prefix("cmd:")?;
    COMMANDS
        .iter()
        .find(|command| command.name == name && command.verb != Verb::Verify)
        .map(|command| command.verb)
}

/// Lower case, single spaces, nothing invisible, no punctuation, formatting or emoji around it.
fn tidy(body: &str) -> String {
    let visible: String = body
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_invisible(*c))
        .collect();
    let words = visible
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    if words == "?" {
        return words;
    }
    words
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase()
}

/// Controls, zero-width characters and direction marks: they make equal texts unequal and show nothing.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_of_a_command_is_forgiving_about_case_space_and_punctuation() {
        for text in [
            "balance",
            "Balance",
            " BALANCE! ",
            "bal",
            "my  balance",
            "*balance*",
            "bal\u{200b}ance",
            "\u{202e}balance\n",
        ] {
            assert_eq!(parse(text), Parsed::Do(Verb::Balance), "{text:?}");
        }
        assert_eq!(parse("?"), Parsed::Do(Verb::Help));
    }

    #[test]
    fn a_code_is_six_digits_however_it_is_sent() {
        for text in [
            "verify 012345",
            "V 012345",
            "012345",
            "verify 012 345",
            "012-345",
            "Verify  012345.",
            "*012345*",
            "verify: 012345",
            "verify012345",
            "v012345",
        ] {
            assert_eq!(
                parse(text),
                Parsed::Code(TypedCode("012345".into())),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_no_code_is_never_one() {
        for text in [
            "verify",
            "v",
            "verify 12345",
            "verify 1234567",
            "verify abcdef",
            "verify 12 3456",
            "verify ١٢٣٤٥٦",
            "verify 123456 now",
        ] {
            assert_eq!(parse(text), Parsed::MalformedCode, "{text:?}");
        }
        for text in ["12345", "1234567", "١٢٣٤٥٦", "12 3456", "1 2 3 4 5 6"] {
            assert_eq!(parse(text), Parsed::Unknown, "{text:?}");
        }
    }

    #[test]
    fn a_command_inside_a_sentence_is_not_run() {
        for text in [
            "what is my balance then",
            "please unlink",
            "unlink balance",
            "verifying",
            "linked",
        ] {
            assert_eq!(parse(text), Parsed::Unknown, "{text:?}");
        }
    }

    #[test]
    fn names_and_aliases_are_unique_and_understood() {
        let mut seen = std::collections::HashSet::new();
        for command in COMMANDS {
            for name in std::iter::once(&command.name).chain(command.aliases) {
                assert!(seen.insert(*name), "{name} stands twice");
                let expected = if command.verb == Verb::Verify {
                    Parsed::MalformedCode
                } else {
                    Parsed::Do(command.verb)
                };
                assert_eq!(parse(name), expected);
            }
        }
    }

    #[test]
    fn a_button_carries_a_command_or_nothing() {
        assert_eq!(parse_payload("cmd:balance"), Some(Verb::Balance));
        for payload in [
            "",
            "balance",
            "cmd:",
            "cmd:verify",
            "cmd:nonsense",
            "unlink:yes:1",
        ] {
            assert_eq!(parse_payload(payload), None, "{payload}");
        }
    }
}
