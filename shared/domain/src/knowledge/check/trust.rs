//! What an answer must not do to whoever trusts it: lead elsewhere, give a number to call, ask for a secret.

use super::markup::sentences;
use crate::knowledge::words;
use crate::language::Language;
use crate::policy::KNOWLEDGE_DIGITS;

/// Where answers lead, by host: Flash's own site, its pay pages, its support's chat.
pub const HOSTS: &[&str] = &["getflash.io", "pay.flashapp.me", "wa.flashapp.me"];

/// Whom answers have people write to.
pub const ADDRESSES: &[&str] = &["support@getflash.io"];

/// Ends of names that WhatsApp makes a link of where no `https://` stands before it. Enough of them to catch what is written
/// by mistake; a name of [`OWN_NAMES`] may be spoken of.
const ENDS: &[&str] = &[
    ".com", ".net", ".org", ".io", ".me", ".app", ".co", ".info", ".link", ".ly", ".to", ".gd",
];

/// Flash's two names, under which its pages stand.
const OWN_NAMES: &[&str] = &["getflash.io", "flashapp.me"];

/// Everything that would be a link or an address and is not one of ours.
pub(super) fn strange_links(answer: &str) -> impl Iterator<Item = &str> {
    reached(answer).filter(|word| !is_allowed(word))
}

/// The links and addresses of an answer.
pub fn links(answer: &str) -> impl Iterator<Item = &str> {
    reached(answer)
        .filter(|word| is_allowed(word) && (word.contains("://") || !word.starts_with('@')))
}

/// What WhatsApp would make a link or an address of, and usernames.
fn reached(answer: &str) -> impl Iterator<Item = &str> {
    answer
        .split(|c: char| {
            c.is_whitespace() || matches!(c, '*' | '_' | '(' | ')' | '«' | '»' | '“' | '”')
        })
        .map(|word| word.trim_end_matches(['.', ',', ':', ';', '?', '!']))
        .filter(|word| {
            let lower = word.to_lowercase();
            let host = lower.split('/').next().unwrap_or_default();
            lower.contains("://")
                || lower.contains('@')
                || lower.starts_with("www.")
                || ENDS.iter().any(|end| host.ends_with(end))
        })
}

/// Whether answers may lead there: a page of Flash's by `https`, its support's address, or its names by themselves. A
/// username is no address.
pub fn is_allowed(link: &str) -> bool {
    let lower = link.to_lowercase();
    if let Some(rest) = link.strip_prefix("https://") {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        return HOSTS.contains(&host);
    }
    if lower.contains('@') {
        return !lower.contains('.') && lower.starts_with('@')
            || ADDRESSES.contains(&lower.as_str());
    }
    OWN_NAMES.contains(&lower.as_str())
}

/// Longer rows of digits are numbers of telephones, cards or accounts.
pub(super) fn has_a_number(answer: &str) -> bool {
    let mut digits = 0_usize;
    for c in answer.chars() {
        match c {
            _ if c.is_numeric() => digits = digits.saturating_add(1),
            // As numbers are written.
            ' ' | '-' | '(' | ')' | '.' | '/' => {}
            _ => digits = 0,
        }
        if digits > KNOWLEDGE_DIGITS {
            return true;
        }
    }
    false
}

/// Sentences that name a secret and what to do with it, and have no "never" in them.
pub(super) fn begging(l: Language, answer: &str) -> impl Iterator<Item = &str> {
    let rules = match l {
        Language::English => &ENGLISH,
        Language::Spanish => &SPANISH,
    };
    sentences(answer).filter(move |sentence| rules.begs(&words::whole_words(l, sentence)))
}

/// Words as they are read: without accents, chat spellings written out.
struct Secrets {
    names: &'static [&'static str],
    verbs: &'static [&'static str],
    denials: &'static [&'static str],
}

const ENGLISH: Secrets = Secrets {
    names: &[
        "pin",
        "pins",
        "password",
        "passwords",
        "passcode",
        "seed",
        "recovery",
        "12 words",
        "twelve words",
        "card number",
        "card details",
        "bank details",
        "cvv",
        "otp",
        "secret",
        "secrets",
    ],
    verbs: &[
        "send",
        "type",
        "tell",
        "give",
        "share",
        "enter",
        "write",
        "text",
        "reply",
        "show",
        "confirm",
        "photograph",
    ],
    denials: &[
        "never", "neither", "not", "no", "nobody", "cannot", "leave", "without", "alone",
    ],
};

const SPANISH: Secrets = Secrets {
    names: &[
        "pin",
        "pines",
        "contrasena",
        "contrasenas",
        "clave",
        "semilla",
        "recuperacion",
        "12 palabras",
        "doce palabras",
        "numero de tarjeta",
        "numero de tu tarjeta",
        "datos de tarjeta",
        "datos de banco",
        "cvv",
        "otp",
        "secreto",
        "secretos",
    ],
    verbs: &[
        "envia",
        "enviame",
        "enviar",
        "escribe",
        "escribes",
        "escribeme",
        "escribelas",
        "di",
        "dime",
        "da",
        "dame",
        "manda",
        "mandame",
        "comparte",
        "pon",
        "ponlas",
        "muestrame",
        "confirma",
        "teclea",
    ],
    denials: &["nunca", "no", "nadie", "ni", "sin", "unicamente", "tampoco"],
};

impl Secrets {
    fn begs(&self, sentence: &[String]) -> bool {
        let sentence = format!(" {} ", sentence.join(" "));
        let has = |list: &[&str]| list.iter().any(|it| sentence.contains(&format!(" {it} ")));
        has(self.names) && has(self.verbs) && !has(self.denials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strange(text: &str) -> Vec<&str> {
        strange_links(text).collect()
    }

    #[test]
    fn only_flashs_own_pages_are_linked_to() {
        for fine in [
            "See https://getflash.io/app.",
            "Flash's pages are on getflash.io and flashapp.me, and nowhere else",
            "write to support@getflash.io, or by https://wa.flashapp.me.",
            "*block @theirname*",
            "Lightning. And e.g. this one",
        ] {
            assert_eq!(strange(fine), Vec::<&str>::new());
        }
        for (wrong, found) in [
            (
                "https://getflash.io.evil.example/app",
                "https://getflash.io.evil.example/app",
            ),
            ("http://getflash.io", "http://getflash.io"),
            ("go to flash-support.com now", "flash-support.com"),
            (
                "https://getflash.io@evil.example",
                "https://getflash.io@evil.example",
            ),
            ("www.example", "www.example"),
            ("getflash.io/app", "getflash.io/app"),
            ("write help@getflash.io", "help@getflash.io"),
            ("HTTPS://GETFLASH.IO", "HTTPS://GETFLASH.IO"),
            ("bit.ly/x", "bit.ly/x"),
        ] {
            assert_eq!(strange(wrong), [found], "{wrong}");
        }
    }

    #[test]
    fn no_number_can_be_called() {
        for fine in ["*verify 123456*", "100,000,000 sats", "90 days, 7 days"] {
            assert!(!has_a_number(fine), "{fine}");
        }
        for wrong in ["+1 876 555-0100", "call 8765550100", "(876) 555 0100"] {
            assert!(has_a_number(wrong), "{wrong}");
        }
    }

    #[test]
    fn asking_for_a_secret_is_seen_and_warning_of_it_is_not() {
        let begs = |l, text| begging(l, text).count() > 0;
        for text in [
            "Please send your PIN.",
            "Tell me the recovery words.",
            "To be safe, confirm your card number here.",
            "Never share a code. Now send me your password",
        ] {
            assert!(begs(Language::English, text), "{text}");
        }
        for text in [
            "Never send your PIN.",
            "Nobody will ask you to tell a password.",
            "Send *help*. A PIN is a secret.",
        ] {
            assert!(!begs(Language::English, text), "{text}");
        }
        for text in ["Envía tu contraseña.", "Dime tus palabras de recuperación"] {
            assert!(begs(Language::Spanish, text), "{text}");
        }
        for text in [
            "Nunca envíes tu contraseña.",
            "Nadie te pide que le envíes tu PIN.",
        ] {
            assert!(!begs(Language::Spanish, text), "{text}");
        }
    }
}
