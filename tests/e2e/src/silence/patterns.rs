//! How each kind of private value is looked for.
//!
//! What is long and random is looked for anywhere, in any spelling. What is short (a name, a code, an amount) only counts
//! as a word of its own outside ids and ciphertext, where six digits may stand by chance. Of a text, any four words in a
//! row count; a text of fewer words only if it is eight characters long, or all that a field holds. The bot's own commands
//! are nobody's secret.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::assistant;
use domain::command::COMMANDS;
use domain::consent;
use domain::ids::MessageSid;
use domain::language::Language;
use domain::preferences::Topic;
use domain::request::Code;
use domain::texts::privacy::question;
use domain::ticket;
use sandbox::silence::{Kind, Private};
use uuid::Uuid;

use super::reading::{self, opaque, squeezed, unescaped, words};

/// Words in a row by which a text is known.
const RUN: usize = 4;
/// From here on a value is too long to be met by chance.
const LONG: usize = 8;
/// Of a longer one, its beginning is enough.
const VERY_LONG: usize = 64;
/// Shorter ones are met everywhere.
const SHORTEST_NAME: usize = 3;
/// Pages whose address ends in what is for one chat alone.
const PAGES: [&str; 4] = ["/link/", "/confirm/", "/export/", "/qr/"];
/// How a JSON Web Token begins.
const JWT: &str = "eyJ";

/// Everything private of one process, ready to be looked for.
#[derive(Debug)]
pub struct Patterns {
    anywhere: AhoCorasick,
    anywhere_kinds: Vec<Kind>,
    apart: AhoCorasick,
    apart_kinds: Vec<Kind>,
    /// Texts that count only as all of a field, in lower case.
    whole: HashSet<String>,
    /// Of runs of words.
    runs: HashSet<u64>,
    /// What was read already, by its hash: most texts come again and again.
    read: HashMap<u64, BTreeSet<Kind>>,
}

#[derive(Default)]
struct Wanted {
    anywhere: BTreeSet<(Vec<u8>, Kind)>,
    apart: BTreeSet<(String, Kind)>,
    whole: HashSet<String>,
    runs: HashSet<u64>,
}

impl Patterns {
    pub fn of(values: &[Private]) -> Self {
        let mut wanted = Wanted::default();
        for Private { kind, value } in values {
            wanted.add(*kind, value);
        }
        // What the bot asks is kept with the answer, and the same for everybody.
        for l in [Language::English, Language::Spanish] {
            for kind in consent::Kind::ALL {
                for run in words(&question(l, kind)).windows(RUN) {
                    wanted.runs.remove(&hash(run));
                }
            }
        }
        let engine = |patterns: Vec<&[u8]>| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .build(patterns)
                .unwrap()
        };
        let anywhere = wanted.anywhere.iter();
        let apart = wanted.apart.iter();
        Self {
            anywhere: engine(
                anywhere
                    .clone()
                    .map(|(bytes, _)| bytes.as_slice())
                    .collect(),
            ),
            anywhere_kinds: anywhere.map(|(_, kind)| *kind).collect(),
            apart: engine(apart.clone().map(|(text, _)| text.as_bytes()).collect()),
            apart_kinds: apart.map(|(_, kind)| *kind).collect(),
            whole: wanted.whole,
            runs: wanted.runs,
            read: HashMap::new(),
        }
    }

    /// The kinds of what a line gives away.
    pub fn found_in(&mut self, line: &str) -> BTreeSet<Kind> {
        let mut all = BTreeSet::new();
        for text in reading::texts(line) {
            let name = hash(&text);
            if !self.read.contains_key(&name) {
                let mut found = BTreeSet::new();
                self.read(&text, &mut found);
                if let Some(plain) = unescaped(&text) {
                    self.read(&plain, &mut found);
                }
                self.read.insert(name, found);
            }
            all.extend(&self.read[&name]);
        }
        all
    }

    fn read(&self, text: &str, found: &mut BTreeSet<Kind>) {
        let close = squeezed(text);
        for form in [text, close.as_str()] {
            let places = self.anywhere.find_overlapping_iter(form);
            found.extend(places.map(|place| self.anywhere_kinds[place.pattern()]));
        }
        let runs = opaque(text);
        for place in self.apart.find_overlapping_iter(text) {
            let (start, end) = (place.start(), place.end());
            let hidden = runs.iter().any(|run| run.start < end && start < run.end);
            if !hidden && is_apart(text, start, end) {
                found.insert(self.apart_kinds[place.pattern()]);
            }
        }
        if self.whole.contains(&text.trim().to_lowercase()) {
            found.insert(Kind::Text);
        }
        let words = words(text);
        if words.windows(RUN).any(|run| self.runs.contains(&hash(run))) {
            found.insert(Kind::Text);
        }
    }
}

/// No letter goes on where a letter ends, and no digit where a digit does.
fn is_apart(text: &str, start: usize, end: usize) -> bool {
    let goes_on = |one: Option<char>, other: Option<char>| match (one, other) {
        (Some(one), Some(other)) => {
            (one.is_numeric() && other.is_numeric())
                || (one.is_alphabetic() && other.is_alphabetic())
        }
        _ => false,
    };
    let (before, inside, after) = (&text[..start], &text[start..end], &text[end..]);
    !goes_on(before.chars().next_back(), inside.chars().next())
        && !goes_on(inside.chars().next_back(), after.chars().next())
}

impl Wanted {
    fn add(&mut self, kind: Kind, value: &str) {
        match kind {
            Kind::Address | Kind::Canary => self.address(kind, value),
            Kind::Name if value.chars().count() >= SHORTEST_NAME => self.text_apart(kind, value),
            Kind::Name => {}
            Kind::Text => self.text(value),
            Kind::Place | Kind::Amount => self.number(kind, value),
            Kind::Code => self.text_apart(kind, value),
            Kind::ApiKey => {
                self.random(kind, value);
                // `fk_ID_SECRET`, and the id is public.
                self.random(kind, value.splitn(3, '_').nth(2).unwrap_or_default());
            }
            Kind::LinkToken => {
                self.random(kind, value);
                // That of a picture begins with the person's key, which stands everywhere, and the id of ours.
                if value.starts_with(JWT) {
                    value.split('.').for_each(|part| self.random(kind, part));
                } else if let Some((_, signature)) = value.rsplit_once('.') {
                    self.random(kind, signature);
                }
            }
            Kind::Session => {
                self.random(kind, value);
                self.random(kind, value.trim_start_matches("ory_st_"));
            }
            Kind::Secret => self.secret(value),
        }
    }

    /// As it begins, and as that stands in base64, wherever it begins there.
    fn long(&mut self, kind: Kind, value: &str) {
        let end = value.char_indices().nth(VERY_LONG);
        let value = end.map_or(value, |(end, _)| &value[..end]);
        self.anywhere.insert((value.into(), kind));
        for before in 0..3 {
            let bytes = [&[0; 2][..before.min(2)], value.as_bytes()].concat();
            // What depends on this value alone: not on what stands before, nor after.
            let (from, to) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
            for encoded in [STANDARD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
                if to >= from + LONG {
                    self.anywhere.insert((encoded[from..to].into(), kind));
                }
            }
        }
    }

    fn random(&mut self, kind: Kind, value: &str) {
        if value.len() >= LONG {
            self.long(kind, value);
        }
    }

    fn text_apart(&mut self, kind: Kind, value: &str) {
        if value.len() < VERY_LONG {
            self.apart.insert((value.to_owned(), kind));
        }
        if value.len() > LONG {
            self.long(kind, value);
        }
    }

    /// A number however it is written, a user id with its country or without.
    fn address(&mut self, kind: Kind, value: &str) {
        let bare = value.trim_start_matches("whatsapp:");
        let digits = bare.trim_start_matches('+');
        if digits.bytes().all(|b| b.is_ascii_digit()) {
            // North America's numbers are told without the 1, too.
            let national = digits.strip_prefix('1').filter(|rest| rest.len() == 10);
            self.random(kind, national.unwrap_or(digits));
        } else {
            self.random(kind, bare);
            self.random(kind, bare.split_once('.').map_or("", |(_, id)| id));
        }
    }

    fn number(&mut self, kind: Kind, value: &str) {
        // A whole number may count anything.
        if value.contains('.') {
            self.apart.insert((value.to_owned(), kind));
        }
    }

    fn secret(&mut self, value: &str) {
        if value.len() < LONG {
            return self.text_apart(Kind::Secret, value);
        }
        self.long(Kind::Secret, value);
        if let Ok(bytes) = STANDARD.decode(value)
            && bytes.len() >= LONG
        {
            let hex = bytes
                .iter()
                .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            self.long(Kind::Secret, &hex);
            self.long(Kind::Secret, &URL_SAFE_NO_PAD.encode(&bytes));
        }
    }

    /// The text, and what in it is a secret of its own: codes, amounts, the tokens of link pages.
    fn text(&mut self, value: &str) {
        for word in value.split(|c: char| !c.is_ascii_alphanumeric() && !".,-_".contains(c)) {
            let number = word.trim_matches(['.', ',', '-', '_']);
            let is_digits =
                |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            if number.len() == 6 && is_digits(number) {
                self.add(Kind::Code, number);
            }
            if let Some((whole, part)) = number.rsplit_once('.')
                && part.len() >= 2
                && is_digits(part)
                && is_digits(&whole.replace(',', ""))
            {
                self.number(Kind::Amount, number);
                self.number(Kind::Amount, &number.replace(',', ""));
            }
        }
        for page in PAGES {
            for rest in value.split(page).skip(1) {
                let token = rest.split_whitespace().next();
                self.add(Kind::LinkToken, token.unwrap_or_default());
            }
        }
        // Those are looked for by themselves, and ids say nothing to anybody.
        let apart = |word: &&str| PAGES.iter().any(|page| word.contains(page)) || is_id(word);
        let said: Vec<_> = value
            .split_whitespace()
            .filter(|word| !apart(word))
            .collect();
        let said = said.join(" ");
        let words = words(&said);
        if is_command(&words) {
            return;
        }
        if words.len() >= RUN {
            // Figures alone may count anything.
            let telling = |run: &&[String]| run.concat().chars().any(char::is_alphabetic);
            self.runs
                .extend(words.windows(RUN).filter(telling).map(hash::<[String]>));
        } else {
            let text = said.as_str();
            match text.chars().count() {
                // A number alone may count anything.
                0..LONG if text.chars().any(char::is_alphabetic) => {
                    self.whole.insert(text.to_lowercase());
                }
                0..LONG => {}
                LONG..VERY_LONG => {
                    self.apart.insert((text.to_owned(), Kind::Text));
                }
                _ => self.long(Kind::Text, text),
            }
        }
    }
}

/// A message's name at Twilio, a payment's at Flash, a request's on its buttons, an answer's on its thumbs, or a ticket's.
fn is_id(word: &str) -> bool {
    let is_request = word.split_once('.').is_some_and(|(code, random)| {
        Code::parse(code).is_ok()
            && URL_SAFE_NO_PAD
                .decode(random)
                .is_ok_and(|id| id.len() == 16)
    });
    let is_answer = assistant::named(word).is_some();
    let is_ticket = word.starts_with("T-") && ticket::Code::parse(word).is_some();
    is_request
        || is_answer
        || is_ticket
        || MessageSid::parse(word).is_ok()
        || Uuid::try_parse(word).is_ok()
}

/// Is it what the bot itself tells people to type? Whoever logs that tells nothing of anybody.
fn is_command(words: &[String]) -> bool {
    let typed = words.join(" ");
    // What is offered in lists; of what somebody sets by figures or names the rest is theirs.
    let offered = |rest: &str| rest.len() <= LONG && rest.chars().all(char::is_alphabetic);
    words.is_empty()
        || typed.strip_prefix("notifications ").is_some_and(offered)
        || Topic::ALL.iter().any(|topic| topic.as_str() == typed)
        || COMMANDS
            .iter()
            .any(|command| command.name == typed || command.aliases.contains(&typed.as_str()))
}

fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: Kind, value: &str, line: &str) -> Vec<Kind> {
        let value = value.to_owned();
        let mut patterns = Patterns::of(&[Private { kind, value }]);
        patterns.found_in(line).into_iter().collect()
    }

    #[track_caller]
    fn finds(kind: Kind, value: &str, lines: &[&str]) {
        for line in lines {
            assert_eq!(found(kind, value, line), [kind], "{value} in {line}");
        }
    }

    #[track_caller]
    fn lets_pass(kind: Kind, value: &str, lines: &[&str]) {
        for line in lines {
            assert_eq!(found(kind, value, line), [], "{value} in {line}");
        }
    }

    #[test]
    fn a_number_is_found_in_every_spelling_and_not_where_it_is_masked() {
        let lines = [
            r#"{"error":"+18765550100"}"#,
            r#"{"error":"to whatsapp:+18765550100 in vain"}"#,
            r#"{"error":"GET /Messages.json?To=whatsapp%3A%2B18765550100"}"#,
            r#"{"error":"+1 (876) 555-0100"}"#,
            r#"{"body":"{\"to\":\"8765550100\"}"}"#,
            r#"{"count":18765550100}"#,
            r#"{"body":"RnJvbT13aGF0c2FwcDorMTg3NjU1NTAxMDAmVG89"}"#,
            "thread 'main' panicked: no such person: +18765550100",
        ];
        finds(Kind::Address, "whatsapp:+18765550100", &lines);
        let masked = [
            r#"{"error":"+1 876 ••• ••00"}"#,
            "+1876555XXXX",
            "18765550101",
        ];
        lets_pass(Kind::Address, "whatsapp:+18765550100", &masked);
    }

    #[test]
    fn a_user_id_is_found_with_its_country_and_without() {
        let lines = [
            r#"{"error":"JM.1A2B3C4D5E"}"#,
            "whatsapp%3AJM.1a2b3c4d5e",
            "id 1A2B3C4D5E",
        ];
        finds(Kind::Address, "whatsapp:JM.1A2B3C4D5E", &lines);
    }

    #[test]
    fn a_code_is_found_in_the_place_of_a_value_and_not_in_an_id() {
        let lines = [
            r#"{"code":"012345"}"#,
            r#"{"error":"012345 is wrong"}"#,
            r#"{"error":"code=012345."}"#,
            r#"{"error":"verify012345"}"#,
            r#"{"error":"v_012345"}"#,
        ];
        finds(Kind::Code, "012345", &lines);
        let ids = [
            r#"{"message_sid":"SM0000000000000000000000aa012345aa"}"#,
            r#"{"entry":"k1.Zm-012345-3vJ9qWn0aBcDeFgHiJkLmN"}"#,
            r#"{"at":1012345}"#,
            r#"{"at":0123456}"#,
        ];
        lets_pass(Kind::Code, "012345", &ids);
    }

    #[test]
    fn a_name_is_found_as_a_word() {
        finds(
            Kind::Name,
            "Devon",
            &[r#"{"error":"devon has gone"}"#, "username#devon", "Devon_1"],
        );
        lets_pass(
            Kind::Name,
            "Devon",
            &["devonian", r#"{"to":"x.9devon-9aBcDeFgHiJkLmNop"}"#],
        );
    }

    #[test]
    fn a_text_is_found_by_any_four_of_its_words() {
        let text = "Your balance is *J$171.45 JMD*.\nThat's US$1.09 — \"at today's price\".";
        let lines = [
            r#"{"error":"could not send: \"Your balance is *J$"}"#,
            r#"{"error":"Reply { text: \"…JMD*.\\nThat's US$1\" }"}"#,
            "…at+today%27s+price+at+today%27s+price=your+balance+is+j",
        ];
        finds(Kind::Text, text, &lines[..2]);
        finds(Kind::Text, text, &lines[2..]);
        lets_pass(
            Kind::Text,
            text,
            &[r#"{"operation":"balance","outcome":"your balance is"}"#],
        );
    }

    #[test]
    fn a_text_is_found_by_the_amounts_codes_and_tokens_in_it() {
        let text = "See https://bot.example.com/link/eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl now";
        finds(
            Kind::LinkToken,
            "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl",
            &["…c2lnbmF0dXJl"],
        );
        assert_eq!(found(Kind::Text, text, "eyJzdWIiOi"), [Kind::LinkToken]);
        assert_eq!(
            found(Kind::Text, "J$20,171.45", r#"{"N":"20171.45"}"#),
            [Kind::Amount]
        );
        assert_eq!(
            found(Kind::Text, "verify 123456", r#"{"N":"123456"}"#),
            [Kind::Code]
        );
    }

    #[test]
    fn a_short_text_is_found_and_a_command_is_not() {
        finds(
            Kind::Text,
            "what is this",
            &[r#"{"error":"not a command: what is this"}"#],
        );
        finds(Kind::Text, "yo", &[r#"{"error":"YO "}"#]);
        finds(Kind::Text, &"x".repeat(500), &[&"x".repeat(100)]);
        lets_pass(Kind::Text, "hi", &[r#"{"error":"hi there"}"#]);
        lets_pass(Kind::Text, "Balance", &[r#"{"command":"balance"}"#]);
        lets_pass(
            Kind::Text,
            "Talk to a person",
            &[r#"{"command":"talk to a person"}"#],
        );
        let thumb = r#"{"about":"model-1795434239"}"#;
        lets_pass(Kind::Text, "model-1795434239", &[thumb]);
        lets_pass(Kind::Text, "T-PKV3", &[r#"{"id":"T-PKV3"}"#]);
        finds(
            Kind::Text,
            "models-1795434239",
            &[r#"{"about":"models-1795434239"}"#],
        );
    }

    #[test]
    fn secrets_are_found_in_part_and_in_other_alphabets() {
        finds(
            Kind::ApiKey,
            "fk_0123abcd_Secret-Part_of64",
            &["secret-part_of64"],
        );
        lets_pass(
            Kind::ApiKey,
            "fk_0123abcd_Secret-Part_of64",
            &[r#"{"key_id":"0123abcd"}"#],
        );
        finds(Kind::Session, "ory_st_abcdefghij", &["abcdefghij"]);
        finds(Kind::Secret, "12345", &[r#"{"error":"token 12345"}"#]);
        lets_pass(Kind::Secret, "12345", &[r#"{"at":1234567}"#]);
        let pepper = STANDARD.encode([0xfb; 32]);
        let hex = "fb".repeat(32);
        finds(
            Kind::Secret,
            &pepper,
            &[&pepper, &pepper.replace('+', "-").replace('/', "_"), &hex],
        );
    }
}
