//! Names and notes that others have written, judged before anybody is shown them: whether one reads as if Flash had written it,
//! asks for a code or an answer to the bot, or has a number to call or a place to pay to.
//!
//! It is judged by how it looks: wide and ornate letters, those of other scripts that look the same, accents and digits in
//! place of letters make no difference (Unicode's UTS #39, "confusables").

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::skeleton;

/// Words that belong in no note between friends.
const POSING: [&str; 15] = [
    "flash",
    "flashapp",
    "support",
    "soporte",
    "code",
    "codes",
    "codigo",
    "codigos",
    "pin",
    "pins",
    "password",
    "passwords",
    "contrasena",
    "contrasenas",
    "clave",
];

/// What makes an office of Flash's out of its name, written as one word with it: `FlashSupport`.
const OFFICES: [&str; 16] = [
    "bank", "bot", "care", "equipo", "help", "ayuda", "info", "oficial", "official", "pay",
    "pagos", "security", "service", "team", "wallet", "whatsapp",
];

/// Asking for an answer, in English, Spanish, French and Haitian.
const ANSWER: [&str; 12] = [
    "reply",
    "replying",
    "respond",
    "answer",
    "responde",
    "responda",
    "responder",
    "contesta",
    "conteste",
    "reponds",
    "repondez",
    "reponn",
];

/// The answers that do something here.
const YES: [&str; 5] = ["yes", "oui", "wi", "start", "stop"];

/// How far behind it the answer may stand: `reply to this with YES`.
const ANSWER_WITHIN: usize = 4;

/// How invoices, payment links and addresses begin.
const PAYABLE: [&str; 6] = ["lnbc", "lntb", "lnurl", "bc1", "tb1", "0x"];

/// Letters and digits of the shortest that begins so, and of the shortest address that is known by nothing else.
const PAYABLE_SHORTEST: usize = 14;
const ADDRESS_SHORTEST: usize = 25;

/// Digits of the shortest number that somebody can be called by: one without its area.
const CALLABLE: usize = 7;

/// Letters in a row that are a word with gaps: `F l a s h`.
const SPACED: usize = 3;

/// What these words look like.
struct Looks {
    posing: Vec<String>,
    offices: Vec<String>,
    answer: Vec<String>,
    yes: Vec<String>,
    flash: String,
    si: String,
    para: String,
    m: String,
}

/// A long note is looked at piece by piece, and these are the same for each.
static LOOKS: LazyLock<Looks> = LazyLock::new(|| Looks {
    posing: looks(&POSING),
    offices: looks(&OFFICES),
    answer: looks(&ANSWER),
    yes: looks(&YES),
    flash: look("flash"),
    si: look("si"),
    para: look("para"),
    m: look("m"),
});

/// Whether a name or a note must not be shown. The whole of it: a part that is left out may be what gives it away.
pub fn poses(text: &str) -> bool {
    let text: String = text.nfkc().collect();
    is_callable(&text) || is_payable(&text) || wants_an_answer(&text) || has_a_posing_word(&text)
}

/// `text` as it may be kept, `most` characters of it, made harmless; of one that poses a piece that still does.
pub fn kept(text: &str, most: usize) -> String {
    let tame = crate::outside::words(text, usize::MAX);
    let letters: Vec<char> = tame.chars().collect();
    let first = || letters.iter().take(most).collect::<String>();
    if !poses(&tame) {
        return first().trim_end().to_owned();
    }
    let step = most.div_ceil(2).max(1);
    let pieces = (0..letters.len()).step_by(step);
    let mut pieces = pieces.map(|from| letters.iter().skip(from).take(most).collect::<String>());
    let piece = pieces.find(|piece| poses(piece));
    piece.unwrap_or_else(first).trim().to_owned()
}

fn is_callable(text: &str) -> bool {
    let mut digits = 0_usize;
    for c in text.chars() {
        if c.is_numeric() {
            digits = digits.saturating_add(1);
        } else if c.is_alphabetic() {
            digits = 0;
        }
        if digits >= CALLABLE {
            return true;
        }
    }
    false
}

fn is_payable(text: &str) -> bool {
    let text = text.to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).any(|word| {
        let letters = word.chars().count();
        let mixed = word.chars().any(char::is_numeric) && word.chars().any(char::is_alphabetic);
        let begins = PAYABLE.iter().any(|start| word.starts_with(start));
        mixed && (letters >= ADDRESS_SHORTEST || begins && letters >= PAYABLE_SHORTEST)
    })
}

/// `Reply YES`; in Spanish `si` is yes only where it ends the note or says what for.
fn wants_an_answer(text: &str) -> bool {
    let words = words(text);
    let known = &*LOOKS;
    words.iter().enumerate().any(|(nth, word)| {
        let asks = known.answer.contains(word);
        let mut behind = words.iter().skip(nth.saturating_add(1)).peekable();
        let mut within = 0;
        while let Some(word) = behind.next().filter(|_| asks && within < ANSWER_WITHIN) {
            let ends = behind.peek().is_none_or(|next| **next == known.para);
            if known.yes.contains(word) || *word == known.si && ends {
                return true;
            }
            within = within.saturating_add(1);
        }
        false
    })
}

fn has_a_posing_word(text: &str) -> bool {
    let words = words(text);
    let known = &*LOOKS;
    let is_one = |word: &String| {
        let office = word.strip_prefix(&known.flash);
        known.posing.contains(word)
            || office.is_some_and(|office| {
                let is = |known: &String| office == known;
                known.offices.iter().chain(&known.posing).any(is)
            })
    };
    if words.iter().any(is_one) {
        return true;
    }
    let mut spaced = String::new();
    let mut count = 0_usize;
    // One more at the end, which is no letter.
    for word in words.iter().map(String::as_str).chain([""]) {
        // Of an `m` the look is two letters.
        if word.chars().count() == 1 || word == known.m {
            spaced.push_str(word);
            count = count.saturating_add(1);
            continue;
        }
        if count >= SPACED && is_one(&spaced) {
            return true;
        }
        spaced.clear();
        count = 0;
    }
    false
}

/// Its words, by their looks.
fn words(text: &str) -> Vec<String> {
    // What stands for an underscore in what was made harmless counts as a letter.
    let text = text.replace('\u{2cd}', " ");
    let words = text.split(|c: char| c.is_whitespace());
    // At its end it is no letter, but ends what is said.
    let words = words.map(|word| word.trim_matches(['!', '|']));
    let looks = words.map(look).collect::<Vec<_>>().join(" ");
    let words = looks.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn looks(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| look(word)).collect()
}

/// The same for all that looks alike.
fn look(word: &str) -> String {
    // An accent, and a capital, may hide what a letter looks like.
    let plain = |text: &str| -> String {
        let letters = text.nfd().filter(|c| !is_combining_mark(*c));
        letters.flat_map(char::to_lowercase).collect()
    };
    let alike: String = skeleton(&plain(word)).collect();
    let is_word = word.chars().any(char::is_alphabetic);
    let digits = |c| match c {
        '0' => 'o',
        '3' => 'e',
        '4' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        '8' => 'b',
        c => c,
    };
    let letters = plain(&alike);
    let letters = letters.chars().map(|c| match c {
        // Which of the three it is nobody sees.
        'l' | '1' | '!' | '|' => 'i',
        c if is_word => digits(c),
        c => c,
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_word_of_those_who_pose_is_one() {
        for text in [
            "Flash",
            "FLASH!",
            "Flash Support",
            "FlashSupport",
            "flash_support",
            "flashˍsupport",
            "FlashApp",
            "Flash-Team",
            "FlashTeam",
            "Ｆｌａｓｈ",
            "ｆｌａｓｈ ｓｕｐｐｏｒｔ",
            "𝓕𝓵𝓪𝓼𝓱",
            "ﬂash",
            "Fläsh",
            "fl\u{0430}sh",
            "FL\u{0391}SH",
            "\u{0455}u\u{0440}\u{0440}\u{043e}rt",
            "c0de",
            "C0DE",
            "cоde",
            "P1N",
            "p!n",
            "F1ash",
            "FIash",
            "5upport",
            "$upport",
            "p4ssw0rd",
            "F l a s h",
            "F.L.A.S.H",
            "P I N",
            "el código",
            "co\u{301}digo",
            "contraseña",
        ] {
            assert!(poses(text), "{text}");
        }
    }

    #[test]
    fn nobody_is_asked_to_answer_or_to_pay_somewhere() {
        for text in [
            "Reply YES",
            "reply yes to get US$50",
            "Reply to this with YES",
            "RЕPLY YЕS",
            "Answer: yes",
            "Responde SÍ",
            "responde sí para confirmar",
            "Responda con SI",
            "Répondez OUI",
            "Reponn wi",
            "lnbc20u1p3y0x3hpp5743k2g0fsqqxj7n8qzuhns5gmkk4djeejk3wkp64ppevgekvc0jsdqcve5k",
            "LNURL1DP68GURN8GHJ7AMPD3KX2AR0VEEKZAR0WD5XJTNRDAKJ7",
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "876 555 0000",
            "８７６５５５００００",
        ] {
            assert!(poses(text), "{text}");
        }
    }

    #[test]
    fn ordinary_names_and_notes_of_the_islands_are_shown() {
        for text in [
            "Marcia Brown",
            "Devon O'Neil",
            "Keisha-Ann Campbell",
            "Shanique Williams",
            "Tyrone Gordon-Bennett",
            "Winston \"Pops\" Clarke",
            "Miss Pinnock",
            "Claven Lee",
            "Kodi Codrington",
            "Mr. Pinto",
            "José Ángel Núñez",
            "María de la Cruz Peña",
            "Yolanda Sí Martínez",
            "Ramón Clavell",
            "Chávez & Hijos",
            "Jean-Baptiste Désir",
            "Widelène Pierre-Louis",
            "Wislande Saint-Fleur",
            "Frantz Toussaint",
            "Roseline Édouard",
            "Ti Manno",
            "Père Noël",
            "Aminata N'Diaye",
            "Ravi Ramlogan",
            "Siewdath Persad",
            "Li Na",
            "J R R Thompson",
            "D.J. Khalil",
            "B & B Cook Shop",
            "Juici Patties",
            "Island Grill Half Way Tree",
            "Digicel top up",
            "lunch",
            "2 lunches on 12/05",
            "rent for May 2026",
            "Room 555 at 0100 hours",
            "JPS light bill",
            "gas fi di bike",
            "likkle change fi di yutes",
            "bus fare + school shoes",
            "Happy birthday Grandma! 🎂",
            "God bless",
            "fish & festival at Hellshire",
            "thanks for the help yesterday",
            "sorry, no answer yet",
            "no reply needed",
            "I said yes!",
            "start of term fees",
            "bus stop, Half Way Tree",
            "flashlight batteries",
            "pinto beans",
            "hot flashes tea",
            "almuerzo",
            "para la guagua",
            "matrícula del niño",
            "responde si puedes",
            "sí, gracias",
            "un codo de tubería",
            "un clavel para mamá",
            "pou lekòl timoun yo",
            "mèsi anpil",
            "wi, se pou manje",
            "loyer du mois de mai",
            "2 pains au chocolat",
            "oui, merci",
            "3 x US$5.00",
            "Invoice 412 of 2026",
            "Irie!!! One love!",
            "order A1B2C3",
            "chq 100234",
            "谢谢你",
            "обед",
        ] {
            assert!(!poses(text), "{text}");
        }
    }

    #[test]
    fn what_is_kept_of_a_long_one_is_judged_by_the_whole_of_it() {
        let before = "for the many good days that we have had by the sea ".repeat(5);
        for end in [
            "Flash Support",
            "send your c0de",
            "Reply YES",
            "876 555 0000",
        ] {
            let whole = format!("{before}{end}");
            let piece = kept(&whole, 200);
            assert!(poses(&piece) && piece.chars().count() <= 200, "{piece}");
            for most in [before.len() + 3, before.len() - 1, 50] {
                assert!(poses(&kept(&whole, most)), "{end}, {most}");
            }
        }
        assert_eq!(kept(&before, 12), "for the many");
        assert_eq!(kept("*Lunch*", 50), "∗Lunch∗");
        assert_eq!(kept("", 50), "");
    }
}
