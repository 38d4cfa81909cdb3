//! What a person can type: what a command is, and how a text is read as one. Which commands there are stands in
//! [`COMMANDS`].
//!
//! Grammar, after tidying (one space between words, no invisible characters, nothing but letters and digits at the ends;
//! names in lower case): `command := (name | alias) [" " rest]` where the command takes a rest and this looks like one,
//! `verify := ("verify" | "v") [":"] code | code`, `code := 6 digits, optionally 3 and 3`.
//! Only the whole text is matched: a command inside a sentence is a sentence, but for one that asks for a person and
//! nothing else.

use std::fmt;

pub use crate::conversation::COMMANDS;
use crate::conversation::{self, Decision, Turn};
use crate::role::Role;
use crate::step_up::Proof;

/// One command: all that there is to say of it, beside its words in `texts`.
#[derive(Clone, Copy)]
pub struct Command {
    /// What help tells people to type. It also names the command in logs, metrics and what waits for a proof.
    pub name: &'static str,
    /// Other words for it, in any language.
    pub aliases: &'static [&'static str],
    pub takes: Takes,
    /// Under what help lists it.
    pub category: Category,
    /// To whom help offers it. All are understood from everybody.
    pub offered: Offered,
    /// Who may run it.
    pub role: Role,
    /// It is about the linked account.
    pub needs_link: bool,
    /// What must be proven before it runs.
    pub proof: Proof,
    /// It changes something at once, without a question first: it is never run or offered on a guess.
    pub changes: bool,
    /// What can be typed, as help shows it. A test types each of them.
    pub examples: &'static [&'static str],
    /// What follows from it, once whoever sent it may have it. With what was typed after its name, as it was typed.
    pub(crate) run: Run,
}

pub(crate) type Run = for<'t, 's, 'r> fn(&'t Turn<'s>, Option<&'r str>) -> Decision;

impl Command {
    /// The command of this name, which is not one of its aliases.
    pub fn named(name: &str) -> Option<&'static Self> {
        COMMANDS.iter().find(|command| command.name == name)
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

impl Command {
    /// This reader may have it, here and now; it may still need a link.
    pub fn is_for(&self, reader: Reader) -> bool {
        self.role <= reader.role && (self.category != Category::Receiving || reader.receiving)
    }

    /// It does for this reader what it is there for.
    pub fn works_for(&self, reader: Reader) -> bool {
        let linked = !self.needs_link || reader.linked;
        self.is_for(reader)
            && linked
            && (self.offered == Offered::Never || self.offered.is_to(reader))
    }

    /// Help lists it to this reader under its subject: all that works, and what will once they have linked.
    pub fn is_listed_for(&self, reader: Reader) -> bool {
        let later = self.offered == Offered::Linked && !reader.linked;
        self.is_for(reader) && (later || self.works_for(reader))
    }
}

/// Who asks what there is, as far as that decides what they are told.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// With a link that they may use.
    pub linked: bool,
    pub opted_out: bool,
    pub role: Role,
    /// Being paid is switched on.
    pub receiving: bool,
}

impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Command {}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({})", self.name)
    }
}

/// What may follow a command's name.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    Nothing,
    /// With or without a rest. What does not look like one makes a sentence of the whole, which is no command.
    Rest {
        looks_like_one: fn(&str) -> bool,
    },
    /// The same, and the rest changes something at once: it is never run or offered on a guess, as the name alone may be.
    Setting {
        looks_like_one: fn(&str) -> bool,
    },
}

/// Under what help lists a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// What the account holds and what happened on it.
    Money,
    /// Being paid.
    Receiving,
    /// The link to the Flash account.
    Account,
    /// What the bot may send, and how it says it.
    Settings,
    Help,
    /// For Flash's staff.
    Staff,
}

impl Category {
    pub const ALL: [Self; 6] = [
        Self::Money,
        Self::Receiving,
        Self::Account,
        Self::Settings,
        Self::Help,
        Self::Staff,
    ];

    /// What is typed after `help` to see it, first, and other words for that, in any language. The titles that a list shows
    /// are among them.
    pub const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Money => &["money", "dinero"],
            Self::Receiving => &["receiving", "getting paid", "cobros"],
            Self::Account => &["account", "your account", "cuenta", "tu cuenta"],
            Self::Settings => &["settings", "ajustes", "configuración"],
            Self::Help => &["help", "ayuda"],
            Self::Staff => &["staff", "personal"],
        }
    }

    pub fn named(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|category| category.words().contains(&text))
    }
}

/// What `help` may be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Category(Category),
    Command(&'static Command),
}

/// A subject first: `account` is also a command.
pub fn topic(text: &str) -> Option<Topic> {
    let text = text.to_lowercase();
    let category = Category::named(&text).map(Topic::Category);
    let command = || {
        COMMANDS
            .iter()
            .find(|command| command.names().any(|name| name == text))
    };
    category.or_else(|| command().map(Topic::Command))
}

/// To whom help shows a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    Always,
    Linked,
    Unlinked,
    /// To whoever has not opted out.
    Receiving,
    /// To whoever is on Flash's staff.
    Staff,
    /// To nobody of itself: it is told where it matters, and under its subject.
    Never,
}

impl Offered {
    pub fn is_to(self, reader: Reader) -> bool {
        match self {
            Self::Always => true,
            Self::Linked => reader.linked,
            Self::Unlinked => !reader.linked,
            Self::Receiving => !reader.opted_out,
            Self::Staff => reader.role > Role::User,
            Self::Never => false,
        }
    }
}

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
#[derive(Clone, PartialEq, Eq)]
pub enum Parsed {
    /// With what was typed after the name, in the sender's own spelling.
    Run(&'static Command, Option<String>),
    Code(TypedCode),
    /// `verify` with something that is no code.
    MalformedCode,
    Yes,
    No,
    Unknown,
}

/// What was typed after a name is the person's own and not printed.
impl fmt::Debug for Parsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(command, None) => write!(f, "Run({})", command.name),
            Self::Run(command, Some(_)) => write!(f, "Run({}, …)", command.name),
            Self::Code(_) => f.write_str("Code(…)"),
            Self::MalformedCode => f.write_str("MalformedCode"),
            Self::Yes => f.write_str("Yes"),
            Self::No => f.write_str("No"),
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}

impl Parsed {
    /// It is this command, with nothing after its name.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Self::Run(command, None) if command.name == name)
    }
}

/// Reads a message's text.
pub fn parse(body: &str) -> Parsed {
    let spelt = tidy(body);
    let text = spelt.to_lowercase();
    // A code is no amount that a sign could change.
    let number = text.trim_end_matches(|c: char| COUNTS_ON.contains(c));
    if let Some(code) = TypedCode::parse(number) {
        return Parsed::Code(code);
    }
    match text.as_str() {
        "yes" | "y" | "yes please" | "sí" | "si" => return Parsed::Yes,
        "no" | "n" | "no thanks" => return Parsed::No,
        _ => {}
    }
    if let Some(code) = verifying(number) {
        return code;
    }
    let whole = |command: &&Command| command.names().any(|name| name == text);
    if let Some(command) = COMMANDS.iter().find(whole) {
        return Parsed::Run(command, None);
    }
    // The longest name first: `unlink user` is not `unlink`.
    let names = COMMANDS
        .iter()
        .flat_map(|command| command.names().map(move |name| (name, command)));
    let with_rest =
        names.filter_map(|(name, command)| Some((name, command, rest(command, name, &spelt)?)));
    if let Some((_, command, rest)) = with_rest.max_by_key(|(name, ..)| name.len()) {
        return Parsed::Run(command, Some(rest));
    }
    // A subject of help alone, as a list of subjects shows it.
    match Command::named("help").filter(|_| Category::named(&text).is_some()) {
        Some(help) => Parsed::Run(help, Some(text)),
        None if conversation::is_for_a_person(&text) => Parsed::Run(&conversation::PERSON, None),
        None => Parsed::Unknown,
    }
}

/// The text calls the command by its own name, not by another word for it.
pub fn is_by_name(body: &str, command: &Command) -> bool {
    let text = tidy(body).to_lowercase();
    let rest = text.strip_prefix(command.name);
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// `verify: 123456` and `verify123456` can mean nothing else.
fn verifying(text: &str) -> Option<Parsed> {
    let command = Command::named("verify")?;
    for name in command.names() {
        let Some(rest) = text.strip_prefix(name) else {
            continue;
        };
        let argument = rest.trim_start_matches([' ', ':']);
        match TypedCode::parse(argument) {
            Some(code) => return Some(Parsed::Code(code)),
            None if rest.is_empty() || argument.len() < rest.len() => {
                return Some(Parsed::MalformedCode);
            }
            None => {}
        }
    }
    None
}

/// What follows `name` in `spelt`, if that may belong to it.
fn rest(command: &Command, name: &str, spelt: &str) -> Option<String> {
    let (Takes::Rest { looks_like_one } | Takes::Setting { looks_like_one }) = command.takes else {
        return None;
    };
    let words = name.split(' ').count();
    let mut spelt = spelt.splitn(words.saturating_add(1), ' ');
    let own = spelt.by_ref().take(words).collect::<Vec<_>>().join(" ");
    let rest = spelt.next()?;
    (own.to_lowercase() == name && looks_like_one(rest)).then(|| rest.to_owned())
}

/// What nobody says after a word but as a number, right or wrong: otherwise it is a sentence.
pub(crate) fn looks_like_a_number(text: &str) -> bool {
    let fits = |c: char| c.is_numeric() || matches!(c, '+' | ' ' | '-' | '.' | '(' | ')');
    text.chars().all(fits) && text.chars().any(char::is_numeric)
}

/// Reads a button's payload: `cmd:` and what could be typed.
pub fn parse_payload(payload: &str) -> Option<(&'static Command, Option<String>)> {
    match parse(payload.strip_prefix("cmd:")?) {
        Parsed::Run(command, rest) => Some((command, rest)),
        _ => None,
    }
}

/// Single spaces, nothing invisible, no punctuation, formatting or emoji around it, but for what may begin an amount or a
/// number.
pub(crate) fn tidy(body: &str) -> String {
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
    // At its end a sign may make another amount of a number.
    let begun = words.trim_start_matches(|c: char| !c.is_alphanumeric());
    let ended = begun.trim_end_matches(|c: char| !c.is_alphanumeric() && !"$€£¢¥₿%".contains(c));
    let after = begun.strip_prefix(ended).unwrap_or_default();
    // `5-`, `5+`; but `*5*` is bold.
    let before = words.strip_suffix(begun).unwrap_or_default();
    let stuck = after.chars().take_while(|c| {
        ended.ends_with(char::is_numeric) && COUNTS_ON.contains(*c) && !before.contains(*c)
    });
    ended.chars().chain(stuck).collect()
}

/// What goes on with the number that it follows directly.
const COUNTS_ON: &str = "-\u{2212}\u{2013}\u{2014}+*/×÷";

/// Controls, zero-width characters and direction marks: they make equal texts unequal and show nothing.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::PhoneNumber;

    fn run(name: &str, rest: Option<&str>) -> Parsed {
        Parsed::Run(Command::named(name).unwrap(), rest.map(str::to_owned))
    }

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
            assert_eq!(parse(text), run("balance", None), "{text:?}");
        }
        assert_eq!(parse("?"), run("help", None));
    }

    #[test]
    fn a_sign_stuck_to_the_last_number_stays() {
        for (text, rest) in [
            ("receive 5-", "5-"),
            ("receive 5+!", "5+"),
            ("receive 5*", "5*"),
            ("receive 5/", "5/"),
            ("receive 5\u{2014}", "5\u{2014}"),
            ("receive 5 -", "5"),
            ("receive 5.", "5"),
            ("*receive 5*", "5"),
            ("_*receive 5*_", "5"),
            ("receive 5 lunch-", "5 lunch"),
        ] {
            assert_eq!(parse(text), run("receive", Some(rest)), "{text}");
        }
    }

    #[test]
    fn a_code_is_six_digits_however_it_is_sent() {
        for text in [
            "012345-",
            "verify 012345*",
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
            for name in command.names() {
                assert!(seen.insert(name), "{name} stands twice");
                let expected = match command.name {
                    "verify" => Parsed::MalformedCode,
                    _ => Parsed::Run(command, None),
                };
                assert_eq!(parse(name), expected);
            }
        }
    }

    #[test]
    fn every_command_says_whom_it_is_for_and_what_must_be_proven() {
        for command in COMMANDS {
            let staff = command.role > Role::User;
            assert_eq!(
                staff,
                command.proof == Proof::ForStaff,
                "{command:?}: staff prove who they are at every turn, and only they"
            );
            assert_eq!(staff, command.offered == Offered::Staff, "{command:?}");
            assert_eq!(staff, command.category == Category::Staff, "{command:?}");
        }
        for name in ["balance", "export my data"] {
            let shows_what_is_held = Command::named(name).unwrap();
            assert_ne!(shows_what_is_held.proof, Proof::Never, "{name}");
        }
    }

    #[test]
    fn what_people_are_told_to_type_is_that_command() {
        for command in COMMANDS {
            assert!(!command.examples.is_empty(), "{command:?}");
            for example in command.examples {
                match parse(example) {
                    Parsed::Run(found, _) => assert_eq!(found, command, "{example}"),
                    Parsed::Code(_) => assert_eq!(command.name, "verify"),
                    other => panic!("{example}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn a_number_is_the_whole_number_with_its_plus_or_none() {
        for (text, rest, whole) in [
            ("unlock +18765550100", Some("+18765550100"), true),
            (" UNLOCK  +18765550100! ", Some("+18765550100"), true),
            ("unlock", None, false),
            ("unlock 18765550100", Some("18765550100"), false),
            ("unlock +1 876 555-0100", Some("+1 876 555-0100"), false),
            (
                "unlock +1876555010\u{661}",
                Some("+1876555010\u{661}"),
                false,
            ),
            ("unlock +1", Some("+1"), false),
            (
                "unlock +18765550100 +18765550101",
                Some("+18765550100 +18765550101"),
                false,
            ),
            ("unlock ++18765550100", Some("++18765550100"), false),
        ] {
            assert_eq!(parse(text), run("unlock", rest), "{text}");
            let number = rest.and_then(|rest| PhoneNumber::parse(rest).ok());
            assert_eq!(number.is_some(), whole, "{text}");
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
        let tapped = |payload| parse_payload(payload).map(|(command, _)| command.name);
        assert_eq!(tapped("cmd:balance"), Some("balance"));
        assert_eq!(tapped("cmd:export my data"), Some("export my data"));
        for payload in [
            "",
            "balance",
            "cmd:",
            "cmd:verify",
            "cmd:123456",
            "cmd:yes",
            "cmd:nonsense",
            "unlink:yes:1",
        ] {
            assert_eq!(parse_payload(payload), None, "{payload}");
        }
    }
}
