//! What a person can type: one table of commands, from which parsing and help both come.
//!
//! Grammar, after tidying (lower case, one space between words, no invisible characters, nothing but letters and digits at the ends):
//! `command := name | alias`, `about := (name | alias) number`, `number := "+" 7 to 14 digits`, `verify := ("verify" | "v") [":"] code | code`, `code := 6 digits, optionally 3 and 3`.
//! Only the whole text is matched: a command inside a sentence is a sentence.

use std::fmt;

use crate::address::PhoneNumber;
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
    /// What is kept, and who sees it.
    Privacy,
    /// Shows all that is kept of the sender.
    Export,
    /// Destroys what is kept of the sender.
    Erase,
    /// What the sender agrees to.
    Notifications,
    Assistant,
    Alerts,
    /// Nothing more that was not just asked for. Heard before anything else.
    Stop,
    Start,
    /// Ends what is open.
    End,
    /// Staff: how another chat stands.
    User,
    /// Staff: ends another chat's lock.
    Unlock,
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

impl Command {
    /// The row of this name, which is not one of its aliases.
    pub fn named(name: &str) -> Option<&'static Self> {
        COMMANDS.iter().find(|command| command.name == name)
    }
}

/// To whom help shows a command. All are understood from everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    Always,
    Linked,
    Unlinked,
    /// To whoever has not opted out.
    Receiving,
    /// To whoever is on Flash's staff.
    Staff,
    /// To nobody: it is told where it matters.
    Never,
}

impl Offered {
    pub const fn is_to(self, linked: bool, opted_out: bool, staff: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Linked => linked,
            Self::Unlinked => !linked,
            Self::Receiving => !opted_out,
            Self::Staff => staff,
            Self::Never => false,
        }
    }
}

/// What follows a command about another chat, as an example.
const NUMBER: &str = "+18765550100";

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
            "renew",
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
        verb: Verb::Privacy,
        name: "privacy",
        aliases: &["my privacy", "privacy notice", "privacy policy"],
        argument: "",
        summary: "what I keep, and how to see or delete it",
        offered: Offered::Always,
        role: Role::User,
        proof: Proof::Never,
    },
    Command {
        verb: Verb::Export,
        name: "export my data",
        aliases: &["export", "my data", "export data"],
        argument: "",
        summary: "see all that I keep of you",
        offered: Offered::Never,
        role: Role::User,
        proof: Proof::ForExport,
    },
    Command {
        verb: Verb::Erase,
        name: "delete my data",
        aliases: &[
            "delete my account data",
            "delete data",
            "erase",
            "erase my data",
        ],
        argument: "",
        summary: "have it deleted",
        offered: Offered::Never,
        role: Role::User,
        proof: Proof::Never,
    },
    Command {
        verb: Verb::Notifications,
        name: "notifications",
        aliases: &["notification"],
        argument: "",
        summary: "agree to news of your account, or not",
        offered: Offered::Never,
        role: Role::User,
        proof: Proof::Never,
    },
    Command {
        verb: Verb::Assistant,
        name: "assistant",
        aliases: &["my assistant"],
        argument: "",
        summary: "agree to an assistant's answers, or not",
        offered: Offered::Never,
        role: Role::User,
        proof: Proof::Never,
    },
    Command {
        verb: Verb::Alerts,
        name: "alerts",
        aliases: &["alert", "security alerts"],
        argument: "",
        summary: "agree to security alerts after stop, or not",
        offered: Offered::Never,
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
    Command {
        verb: Verb::User,
        name: "user",
        aliases: &[],
        argument: NUMBER,
        summary: "how that chat stands",
        offered: Offered::Staff,
        role: Role::Support,
        proof: Proof::ForStaff,
    },
    Command {
        verb: Verb::Unlock,
        name: "unlock",
        aliases: &[],
        argument: NUMBER,
        summary: "end the lock of that chat",
        offered: Offered::Staff,
        role: Role::Support,
        proof: Proof::ForStaff,
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
    /// A command about the chat of that number; None: what follows it is none, or nothing does.
    About(Verb, Option<PhoneNumber>),
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
                return match command.verb {
                    Verb::Verify => Parsed::MalformedCode,
                    verb if verb.is_about_a_number() => Parsed::About(verb, None),
                    verb => Parsed::Do(verb),
                };
            }
            if command.verb.is_about_a_number()
                && let Some(rest) = text.strip_prefix(name)
                && let Some(number) = rest.strip_prefix(' ')
                && looks_like_a_number(number)
            {
                return Parsed::About(command.verb, PhoneNumber::parse(number).ok());
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

/// What nobody says after a word but as a number, right or wrong: otherwise it is a sentence.
fn looks_like_a_number(text: &str) -> bool {
    let fits = |c: char| c.is_numeric() || matches!(c, '+' | ' ' | '-' | '.' | '(' | ')');
    text.chars().all(fits) && text.chars().any(char::is_numeric)
}

impl Verb {
    /// Its row in the table. A test proves that each has one.
    pub fn command(self) -> Option<&'static Command> {
        COMMANDS.iter().find(|command| command.verb == self)
    }

    /// It is followed by somebody's number.
    pub const fn is_about_a_number(self) -> bool {
        matches!(self, Self::User | Self::Unlock)
    }
}

/// Reads a button's payload, `cmd:balance` or a bare name; buttons carry no free text.
pub fn parse_payload(payload: &str) -> Option<Verb> {
    let name = payload.strip_prefix("cmd:")?;
    COMMANDS
        .iter()
        .find(|command| command.name == name && command.argument.is_empty())
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
pub(crate) fn is_invisible(c: char) -> bool {
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
                let expected = match command.verb {
                    Verb::Verify => Parsed::MalformedCode,
                    verb @ (Verb::User | Verb::Unlock) => Parsed::About(verb, None),
                    verb => Parsed::Do(verb),
                };
                assert_eq!(parse(name), expected);
            }
        }
    }

    #[test]
    fn every_command_has_one_row_that_says_whom_it_is_for_and_what_must_be_proven() {
        for verb in [
            Verb::Help,
            Verb::Link,
            Verb::Verify,
            Verb::Balance,
            Verb::Unlink,
            Verb::Privacy,
            Verb::Export,
            Verb::Erase,
            Verb::Notifications,
            Verb::Assistant,
            Verb::Alerts,
            Verb::Stop,
            Verb::Start,
            Verb::End,
            Verb::User,
            Verb::Unlock,
        ] {
            let rows = COMMANDS.iter().filter(|command| command.verb == verb);
            assert_eq!(rows.count(), 1, "{verb:?}");
            let command = verb.command().unwrap();
            let shows_what_is_held = match verb {
                Verb::Balance | Verb::Export => true,
                Verb::Help
                | Verb::Link
                | Verb::Verify
                | Verb::Unlink
                | Verb::Privacy
                | Verb::Erase
                | Verb::Notifications
                | Verb::Assistant
                | Verb::Alerts
                | Verb::Stop
                | Verb::Start
                | Verb::End
                // Of a chat, not of an account.
                | Verb::User
                | Verb::Unlock => false,
            };
            assert_eq!(
                command.role > Role::User,
                command.proof == Proof::ForStaff,
                "{verb:?}: staff prove who they are at every turn, and only they"
            );
            assert_eq!(command.role > Role::User, command.offered == Offered::Staff);
            assert!(
                !shows_what_is_held || command.proof != Proof::Never,
                "{verb:?}"
            );
        }
    }

    #[test]
    fn a_number_is_the_whole_number_with_its_plus_or_none() {
        let number = |text: &str| Some(PhoneNumber::parse(text).unwrap());
        for (text, expected) in [
            ("unlock +18765550100", number("+18765550100")),
            (" UNLOCK  +18765550100! ", number("+18765550100")),
            ("unlock", None),
            ("unlock 18765550100", None),
            ("unlock 8765550100", None),
            ("unlock +1 876 555-0100", None),
            ("unlock +1876555010\u{661}", None),
            ("unlock +1", None),
            ("unlock +18765550100 +18765550101", None),
            ("unlock ++18765550100", None),
        ] {
            assert_eq!(parse(text), Parsed::About(Verb::Unlock, expected), "{text}");
        }
        for text in [
            "unlock my account",
            "user name",
            "users +18765550100",
            "unlock+18765550100",
            "user +1876555010x",
            "please unlock +18765550100",
        ] {
            assert_eq!(parse(text), Parsed::Unknown, "{text}");
        }
        assert!(!format!("{:?}", parse("user +18765550100")).contains("555"));
    }

    #[test]
    fn a_button_carries_a_command_or_nothing() {
        assert_eq!(parse_payload("cmd:balance"), Some(Verb::Balance));
        for payload in [
            "",
            "balance",
            "cmd:",
            "cmd:verify",
            "cmd:unlock",
            "cmd:nonsense",
            "unlink:yes:1",
        ] {
            assert_eq!(parse_payload(payload), None, "{payload}");
        }
    }
}
