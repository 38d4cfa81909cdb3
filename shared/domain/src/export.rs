//! What is kept of one person, as a text for them to read: every field of every item, under headings that say what it
//! is for and how long it stays. A field that nobody has given a name here is shown by its own.

use jiff::tz::TimeZone;

use crate::consent::POLICY;
use crate::format;
use crate::language::Language;
use crate::money::Cents;
use crate::place;
use crate::policy::{
    AUDIT_MEMORY, EXPORT_BYTES, FEEDBACK_MEMORY, MESSAGE_MEMORY, REQUEST_LIFE, REQUEST_MEMORY,
    REVIEW_MEMORY, TICKET_LIFE,
};
use crate::time::Moment;

/// A value as a table keeps it, opened where it was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Text(String),
    Number(i64),
    Yes(bool),
    List(Vec<Fact>),
    Fields(Vec<(String, Fact)>),
}

/// Part of what is kept, by what it is for. The order is that of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Person,
    Agreed,
    Limits,
    Pointers,
    Conversation,
    Assistant,
    Codes,
    Said,
    Received,
    Feedback,
    Requests,
    Tickets,
    Log,
}

/// One item of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub part: Part,
    /// By what items of a part are ordered, the earliest first.
    pub at: Moment,
    pub fields: Vec<(String, Fact)>,
}

impl Part {
    pub const ALL: [Self; 13] = [
        Self::Person,
        Self::Agreed,
        Self::Limits,
        Self::Pointers,
        Self::Conversation,
        Self::Assistant,
        Self::Codes,
        Self::Said,
        Self::Received,
        Self::Feedback,
        Self::Requests,
        Self::Tickets,
        Self::Log,
    ];

    const fn title(self) -> &'static str {
        match self {
            Self::Person => "YOU, AND YOUR LINK TO FLASH",
            Self::Agreed => "STOP, WHAT YOU AGREED TO, AND ANY ROLE YOU HAVE",
            Self::Limits => "LIMITS AND LOCKS AGAINST MISUSE",
            Self::Pointers => "BY WHAT YOU ARE FOUND",
            Self::Conversation => "WHERE OUR CONVERSATION STANDS",
            Self::Assistant => "WHAT YOU HAVE ASKED THE ASSISTANT, AND WHAT IT ANSWERED",
            Self::Codes => "CODES THAT WAIT TO BE TYPED",
            Self::Said => "WHAT I WROTE TO YOU, AND WHAT I HAVE TO DO FOR YOU",
            Self::Received => "YOUR MESSAGES THAT WERE DEALT WITH",
            Self::Feedback => "WHAT YOU THINK OF ME",
            Self::Requests => "REQUESTS FOR MONEY, AND NAMES OF PEOPLE YOU HAVE BLOCKED",
            Self::Tickets => "WHAT YOU HAVE PASSED ON TO PEOPLE AT FLASH",
            Self::Log => "THE LOG OF WHAT HAPPENED",
        }
    }

    fn about(self) -> String {
        let days = |seconds: i64| seconds / 86_400;
        match self {
            Self::Person => "Kept while an account is linked, else for 30 days after you last wrote. Your number and the key to read your account are stored sealed; the key is never shown, not even here.".to_owned(),
            Self::Agreed => "Kept with no end, so that it holds; which news you want, and when, until you delete your data. What exactly you were asked stands in the log.".to_owned(),
            Self::Limits => "Kept until they run out, also when you delete your data.".to_owned(),
            Self::Pointers => "From your Flash account, and from your WhatsApp user id as a keyed hash, to this chat. Kept as long as what they point to, seven years at most.".to_owned(),
            Self::Conversation => "Kept for a day after your last message, seven days at most.".to_owned(),
            Self::Assistant => "Kept sealed for a day after the last answer, so that you can ask on, or until you send \"forget\". What was private in your words was taken out before.".to_owned(),
            Self::Codes => "Kept for five minutes. A code itself is never stored, only a digest of it.".to_owned(),
            Self::Said => format!("Kept sealed for {} days.", days(MESSAGE_MEMORY)),
            Self::Received => format!("Their ids alone, for {} days, so that none is taken twice. What you wrote is not kept.", days(MESSAGE_MEMORY)),
            Self::Feedback => format!("What you wrote after the word feedback, sealed, and your thumbs up and down, for {} days; an answer of the assistant that you marked 👎, with your question, sealed, for {} days, if you agreed. Flash's team reads it.", days(FEEDBACK_MEMORY), days(REVIEW_MEMORY)),
            Self::Requests => format!("How much, with whom and what for is sealed. Requests are kept for {} days, or until you unlink; names for a year.", days(REQUEST_LIFE.saturating_add(REQUEST_MEMORY))),
            Self::Tickets => format!("Sealed until it is closed, {} days after your last words at most. Flash's support reads it.", days(TICKET_LIFE)),
            Self::Log => format!("Kept for {} years, without your number or name.", days(AUDIT_MEMORY) / 365),
        }
    }
}

/// The whole text. `cut`: there was more than can be handed out at once.
pub fn text(chat: &str, mut held: Vec<Held>, cut: bool, now: Moment, zone: &TimeZone) -> String {
    held.sort_by_key(|held| (held.part, held.at));
    let mut lines = vec![
        "WHAT FLASH'S WHATSAPP BOT KEEPS OF YOU".to_owned(),
        String::new(),
        format!("Chat: {chat}"),
        format!("As of: {}", moment(now, zone)),
        format!("Privacy notice: {POLICY} (send \"privacy\" in the chat)"),
        format!("Times are those of {}.", zone.iana_name().unwrap_or("UTC")),
    ];
    if cut {
        let more = "There is more than fits into one file. Ask support@getflash.io for the rest.";
        lines.extend([String::new(), more.to_owned()]);
    }
    for part in Part::ALL {
        let heading = [String::new(), String::new(), part.title().to_owned()];
        lines.extend(heading);
        lines.push(part.about());
        let mut nothing = true;
        for item in held.iter().filter(|held| held.part == part) {
            nothing = false;
            lines.push(String::new());
            fields(&mut lines, &item.fields, (part, ""), zone);
        }
        if nothing {
            lines.extend([String::new(), "Nothing.".to_owned()]);
        }
    }
    lines.extend(
        [
            "",
            "",
            "NOT IN THIS FILE",
            "The balance that I remember for half a minute after I have shown it, so that you need not wait when you ask again; what Flash itself keeps of your account, what WhatsApp and Twilio keep of our messages, and backups and technical logs, which hold no number and no text in the clear.",
            "",
        ]
        .map(str::to_owned),
    );
    lines.join("\n")
}

/// What an item takes in the text, about: more than [`EXPORT_BYTES`] of all together is cut.
pub fn weight(fields: &[(String, Fact)]) -> usize {
    fields
        .iter()
        .map(|(name, fact)| name.len().saturating_add(heavy(fact)).saturating_add(8))
        .fold(0, usize::saturating_add)
}

/// Whether `taken` bytes are all that goes into a file.
pub const fn is_full(taken: usize) -> bool {
    taken >= EXPORT_BYTES
}

fn heavy(fact: &Fact) -> usize {
    match fact {
        Fact::Text(text) => text.len(),
        Fact::Number(_) | Fact::Yes(_) => 32,
        Fact::List(facts) => facts.iter().map(heavy).fold(0, usize::saturating_add),
        Fact::Fields(fields) => weight(fields),
    }
}

/// Of an item of that part, so far from the left.
type At<'a> = (Part, &'a str);

fn fields(lines: &mut Vec<String>, fields: &[(String, Fact)], at: At<'_>, zone: &TimeZone) {
    for (name, fact) in fields {
        let said = wanted(at.0, name, fact);
        field(
            lines,
            &label(at.0, name),
            said.as_ref().unwrap_or(fact),
            at,
            zone,
        );
    }
}

/// What somebody has said of news, where a number alone says nothing: cents, and minutes of a day.
fn wanted(part: Part, name: &str, fact: &Fact) -> Option<Fact> {
    let Fact::Number(number) = fact else {
        return None;
    };
    let clock = |minute: i64| {
        let at = Moment::from_unix(minute.saturating_mul(60));
        place::time_of_day(Language::English, at, &TimeZone::UTC)
    };
    let text = match (part, name) {
        (Part::Agreed, "minimum") => format::usd(Language::English, Cents(*number)),
        (Part::Agreed, "from" | "until") if (0..1_440).contains(number) => clock(*number),
        _ => return None,
    };
    Some(Fact::Text(text))
}

fn field(
    lines: &mut Vec<String>,
    label: &str,
    fact: &Fact,
    (part, indent): At<'_>,
    zone: &TimeZone,
) {
    let deeper = format!("{indent}    ");
    match fact {
        Fact::Fields(inner) => {
            lines.push(format!("{indent}{label}:"));
            fields(lines, inner, (part, &deeper), zone);
        }
        Fact::List(facts) => {
            lines.push(format!("{indent}{label}:"));
            for fact in facts {
                field(lines, "-", fact, (part, &deeper), zone);
            }
        }
        Fact::Text(value) if value.contains('\n') => {
            lines.push(format!("{indent}{label}:"));
            lines.extend(value.lines().map(|line| format!("{deeper}| {line}")));
        }
        Fact::Text(value) => lines.push(format!("{indent}{label}: {value}")),
        Fact::Yes(yes) => {
            let word = if *yes { "yes" } else { "no" };
            lines.push(format!("{indent}{label}: {word}"));
        }
        Fact::Number(number) => {
            lines.push(format!("{indent}{label}: {}", number_of(*number, zone)));
        }
    }
}

/// Nothing that is counted here comes near the first second of this century in Unix time; every time is past it.
const EARLIEST_TIME: i64 = 946_684_800;

fn number_of(number: i64, zone: &TimeZone) -> String {
    if number >= EARLIEST_TIME {
        moment(Moment::from_unix(number), zone)
    } else {
        number.to_string()
    }
}

fn moment(at: Moment, zone: &TimeZone) -> String {
    format!(
        "{}, {}",
        place::date(Language::English, at, zone),
        place::time_of_day(Language::English, at, zone)
    )
}

/// A field's name as people read it.
fn label(part: Part, name: &str) -> String {
    let known = match name {
        "to" if part == Part::Pointers => "Leads to this chat (a keyed hash)",
        "preferences" => "Which news you want, and when",
        "topics" => "Switched on or off",
        "service" if part == Part::Agreed => "News from Flash",
        "minimum" => "Minimum for payments",
        "quiet" => "Quiet hours",
        "zone" => "Time zone",
        "frequency" => "How often",
        "person" => "Kept under (a keyed hash, or a pointer)",
        "address" | "to" => "Your WhatsApp address",
        "user" => "Your WhatsApp user id (a keyed hash)",
        "key_id" => "Public id of the key at Flash",
        "credential" => "The key itself",
        "at_entry" => "When, and by which message",
        "expires_at" => "Deleted at the latest",
        "reply" => "What it says",
        "memory" => "What was said",
        "question" => "Your question that waits",
        "asked" => "Your question that is being answered",
        "sid" => "Id at Twilio",
        _ => {
            let mut words = name.replace('_', " ");
            if let Some(first) = words.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            return words;
        }
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_unix(1_795_356_300);

    fn named(fields: &[(&str, Fact)]) -> Vec<(String, Fact)> {
        let owned = fields.iter();
        owned
            .map(|(name, fact)| ((*name).to_owned(), fact.clone()))
            .collect()
    }

    fn words(text: &str) -> Fact {
        Fact::Text(text.to_owned())
    }

    #[test]
    fn everything_held_is_read_under_its_heading_in_order() {
        let zone = TimeZone::get("America/Jamaica").unwrap();
        let said = |at: i64, text: &str| Held {
            part: Part::Said,
            at: NOW.plus(at),
            fields: named(&[
                ("created_at", Fact::Number(NOW.plus(at).unix())),
                ("reply", words(text)),
            ]),
        };
        let person = Held {
            part: Part::Person,
            at: NOW,
            fields: named(&[
                ("address", words("whatsapp:+18765550100")),
                ("version", Fact::Number(3)),
                (
                    "link",
                    Fact::Fields(named(&[
                        ("linked_at", Fact::Number(NOW.unix())),
                        ("credential", words("held sealed, never shown")),
                    ])),
                ),
                ("something_of_a_later_release", Fact::Yes(true)),
                (
                    "times",
                    Fact::List(vec![Fact::Number(NOW.unix()), Fact::Number(7)]),
                ),
            ]),
        };
        let pointer = Held {
            part: Part::Pointers,
            at: NOW,
            fields: named(&[
                ("person", words("account#0123")),
                ("to", words(&"h".repeat(43))),
            ]),
        };
        let agreed = Held {
            part: Part::Agreed,
            at: NOW,
            fields: named(&[(
                "preferences",
                Fact::Fields(named(&[
                    ("frequency", words("daily")),
                    ("minimum", Fact::Number(500)),
                    ("paused_until", Fact::Number(NOW.unix())),
                    (
                        "quiet",
                        Fact::Fields(named(&[
                            ("from", Fact::Number(1_320)),
                            ("until", Fact::Number(405)),
                        ])),
                    ),
                    (
                        "topics",
                        Fact::Fields(named(&[("service", Fact::Yes(false))])),
                    ),
                    ("zone", words("America/New_York")),
                ])),
            )]),
        };
        let first = said(0, "First,\nin two lines");
        let held = vec![said(60, "Second"), person, pointer, first, agreed];
        let text = text("+18765550100", held, true, NOW, &zone);
        insta::with_settings!({
            snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true,
        }, {
            insta::assert_snapshot!("export", text);
        });
    }

    #[test]
    fn what_is_heavy_is_weighed() {
        let light = named(&[("a", words("b"))]);
        assert!(weight(&light) < 20);
        let deep = named(&[(
            "a",
            Fact::List(vec![Fact::Fields(named(&[(
                "b",
                words(&"x".repeat(1_000)),
            )]))]),
        )]);
        assert!(weight(&deep) > 1_000);
        assert!(!is_full(EXPORT_BYTES - 1) && is_full(EXPORT_BYTES));
    }
}
