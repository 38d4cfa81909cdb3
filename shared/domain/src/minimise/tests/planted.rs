//! What must not leave is made up, written in one of the ways that people write it, and put among their words.

use bip39::Language;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// What people write around something, which stands where `{}` is.
fn around() -> Vec<String> {
    lines(include_str!("../corpus/around.txt")).collect()
}

/// `digits` in groups of these lengths.
fn grouped(digits: &str, groups: &[usize], sign: &str) -> String {
    let mut rest = digits;
    let mut parts = Vec::new();
    for length in groups {
        let (part, after) = rest.split_at((*length).min(rest.len()));
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    parts.retain(|part| !part.is_empty());
    parts.join(sign)
}

/// The same in another way of writing digits, or with what shows nothing between them.
fn mangled(text: &str, how: usize) -> String {
    let digit = |c: char, zero: u32| {
        c.to_digit(10)
            .and_then(|n| char::from_u32(zero + n))
            .unwrap_or(c)
    };
    let zeros = [0xff10, 0x660, 0x6f0, 0x1d7ce];
    match how {
        0..=3 => text.chars().map(|c| digit(c, zeros[how])).collect(),
        4 => text.chars().flat_map(|c| [c, '\u{200b}']).collect(),
        5 => format!("\u{202e}{text}\u{202c}"),
        6 => text.replace(' ', "\u{a0}"),
        7 => text.replace(' ', "  "),
        8 => text.replace('-', "\u{2011}"),
        9 => {
            let key = |c: char| {
                if c.is_ascii_digit() {
                    vec![c, '\u{fe0f}', '\u{20e3}']
                } else {
                    vec![c]
                }
            };
            text.chars().flat_map(key).collect()
        }
        10 => text.replace(' ', "\t"),
        _ => text.to_owned(),
    }
}

fn of(
    letters: &'static str,
    length: impl Into<proptest::collection::SizeRange>,
) -> impl Strategy<Value = String> {
    let letters: Vec<char> = letters.chars().collect();
    proptest::collection::vec(select(letters), length)
        .prop_map(|letters| letters.into_iter().collect())
}

const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const HEX: &str = "0123456789abcdef";

fn luhn_digit(begin: &str) -> String {
    let digits: Vec<u32> = begin.chars().rev().filter_map(|c| c.to_digit(10)).collect();
    let doubled = |(nth, digit): (usize, &u32)| match (nth % 2 == 0, digit * 2) {
        (true, twice) if twice > 9 => twice - 9,
        (true, twice) => twice,
        (false, _) => *digit,
    };
    let sum: u32 = digits.iter().enumerate().map(doubled).sum();
    format!("{begin}{}", (10 - sum % 10) % 10)
}

fn card() -> impl Strategy<Value = String> {
    let kinds = vec![
        ("4", 16),
        ("51", 16),
        ("2221", 16),
        ("34", 15),
        ("37", 15),
        ("6011", 16),
        ("36", 14),
        ("3530", 16),
        ("62", 19),
    ];
    let kind = select(kinds).prop_flat_map(|(begin, length)| {
        of("0123456789", length - begin.len() - 1)
            .prop_map(move |rest| luhn_digit(&format!("{begin}{rest}")))
    });
    let signs = vec!["", " ", "-", ".", " - ", "/", "\n", "_", ", ", "*", "  "];
    (kind, select(signs), any::<bool>()).prop_map(|(number, sign, in_pairs)| {
        let groups: &[usize] = match (number.len(), in_pairs) {
            (16, true) => &[2; 7],
            (14 | 15, _) => &[4, 6],
            _ => &[4, 4, 4, 4],
        };
        grouped(&number, groups, sign)
    })
}

fn phrase() -> impl Strategy<Value = String> {
    let lists = vec![Language::English, Language::Spanish];
    let words = select(lists).prop_flat_map(|list| {
        let words: Vec<&str> = list.word_list().to_vec();
        proptest::collection::vec(select(words), 12..=24)
    });
    let signs = vec![" ", ", ", "\n", " - ", "; ", ". ", ",", "\n- ", " / "];
    (words, select(signs), 0..6_u8).prop_map(|(words, sign, how)| match how {
        0 => words.join(sign).to_uppercase(),
        1 | 2 => {
            let after = if how == 1 { ". " } else { ") " };
            let words = words.iter().enumerate();
            let words: Vec<_> = words
                .map(|(nth, word)| format!("{}{after}{word}", nth + 1))
                .collect();
            words.join(sign)
        }
        // One word is misspelt, as somebody reads it from paper.
        3 => {
            let nth = words.len() / 2;
            let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            words[nth] = "xqz".to_owned();
            words.join(sign)
        }
        _ => words.join(sign),
    })
}

fn private_key() -> impl Strategy<Value = String> {
    prop_oneof![
        of(BASE58, 51).prop_map(|rest| format!("K{rest}")),
        of(BASE58, 50).prop_map(|rest| format!("5{rest}")),
        of(BASE58, 107).prop_map(|rest| format!("xprv{rest}")),
        of(BECH32, 58).prop_map(|rest| format!("nsec1{rest}")),
        of(HEX, 64).prop_map(|rest| format!("private key {rest}")),
        of(HEX, 64).prop_map(|rest| format!("clave privada: {rest}")),
    ]
}

fn api_key() -> impl Strategy<Value = String> {
    prop_oneof![
        (of(HEX, 8), of(BASE64, 64)).prop_map(|(id, key)| format!("fk_{id}_{key}")),
        of(BASE64, 40).prop_map(|rest| format!("sk-{rest}")),
        of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 16).prop_map(|rest| format!("AKIA{rest}")),
        of(HEX, 32).prop_map(|rest| format!("SK{rest}")),
        of(HEX, 32).prop_map(|rest| format!("auth token {rest}1")),
        of(HEX, 32).prop_map(|rest| format!("my API key is: 0{rest}")),
        of(BASE64, 32).prop_map(|rest| format!("Bearer {rest}")),
        (of(BASE64, 20), of(BASE64, 40)).prop_map(|(head, body)| format!("eyJ{head}.{body}.a")),
        of(BASE58, 39).prop_map(|rest| format!("ory_st_{rest}")),
        (of(BASE64, 60)).prop_map(|rest| format!("aB1cD2eF3{rest}")),
    ]
}

fn password() -> impl Strategy<Value = String> {
    let names = vec![
        "my password",
        "Password",
        "the PIN",
        "my pin for the app",
        "mi clave",
        "mi contraseña",
        "la clave de mi cuenta",
        "PASSCODE",
        "pwd",
        "my pin number",
        "the password for my Flash account",
    ];
    let links = vec![
        " is ", ": ", " = ", " es ", " is: ", ":\n", " -> ", " is now ", "=",
    ];
    let values = prop_oneof![
        "[1-9][0-9]{3,7}",
        "[A-Z][a-z]{3,8}[0-9]{1,4}[!#*]?",
        "[a-z]{3,6}[!@#$%&*][a-z]{2,6}",
    ];
    let told = (select(names), select(links), values.clone())
        .prop_map(|(name, link, value)| format!("{name}{link}{value}"));
    let before = (
        values,
        select(vec![
            " is my password",
            " es mi clave",
            " is the pin",
            " es mi nueva contraseña",
        ]),
    );
    prop_oneof![4 => told, 1 => before.prop_map(|(value, name)| format!("{value}{name}"))]
}

fn code() -> impl Strategy<Value = String> {
    let names = vec![
        "my code is ",
        "the code they sent me: ",
        "code ",
        "CODE: ",
        "OTP ",
        "el código es ",
        "mi codigo: ",
        "el código que me llegó es ",
        "your Flash verification code is ",
        "código de verificación ",
        "the code: *",
        "code I got by sms\n",
    ];
    let digits = prop_oneof!["[0-9]{6}", "[0-9]{3} [0-9]{3}", "[0-9]{3}-[0-9]{3}"];
    let after = (
        digits.clone(),
        select(vec![
            " is my code",
            " is your Flash verification code",
            " es tu código",
        ]),
    );
    prop_oneof![
        4 => (select(names), digits).prop_map(|(name, digits)| format!("{name}{digits}")),
        1 => "(OTP|my code is|mi código es|the code:) [3-9][0-9]{3}",
        1 => after.prop_map(|(digits, name)| format!("{digits}{name}")),
    ]
}

fn secret() -> impl Strategy<Value = (Secret, String)> {
    prop_oneof![
        phrase().prop_map(|value| (Secret::RecoveryPhrase, value)),
        card().prop_map(|value| (Secret::Card, value)),
        private_key().prop_map(|value| (Secret::PrivateKey, value)),
        api_key().prop_map(|value| (Secret::ApiKey, value)),
        password().prop_map(|value| (Secret::Password, value)),
        code().prop_map(|value| (Secret::Code, value)),
    ]
}

fn phone() -> impl Strategy<Value = String> {
    let areas = vec![
        "876", "658", "809", "829", "849", "868", "246", "345", "242", "758", "784", "473", "305",
    ];
    let begins = vec!["", "+1", "1", "+1 ", "1-", "1 ", "(+1) ", "001 "];
    let signs = vec!["", " ", "-", ".", " - ", "_", "/", "  ", "*", "\n"];
    (
        select(areas),
        0..100_u32,
        select(begins),
        select(signs),
        0..5_u8,
    )
        .prop_map(|(area, last, begin, sign, how)| {
            let number = format!("{area}55501{last:02}");
            match how {
                0 => format!(
                    "{begin}({area}){sign}{}",
                    grouped(&number[3..], &[3], if sign == "\n" { " " } else { sign })
                ),
                // Without its area.
                1 => grouped(
                    &number[3..],
                    &[3],
                    if sign.trim().is_empty() { "" } else { "-" },
                ),
                2 => grouped(&number, &[1; 9], " "),
                3 => format!("{begin}{number}"),
                _ => format!("{begin}{}", grouped(&number, &[3, 3], sign)),
            }
        })
}

fn email() -> impl Strategy<Value = String> {
    let ats = vec!["@", " @ ", " (at) ", "[at]", " arroba ", "@ "];
    let dots = vec![".", " . ", " punto ", " dot "];
    let hosts = vec!["example", "post.example", "example-post"];
    let ends = vec!["com", "net", "org", "me", "com.jm", "com.do"];
    let name = "[a-z]{4,9}[._+][a-z]{4,9}[0-9]{0,2}";
    let odd = (name, select(ats), select(hosts.clone()), select(dots))
        .prop_map(|(name, at, host, dot)| format!("{name}{at}{host}{dot}com"));
    let usual = (name, select(hosts), select(ends))
        .prop_map(|(name, host, end)| format!("{name}@{host}.{end}"));
    let bare = "[a-z]{5,9}".prop_map(|name| format!("{name}@flash"));
    prop_oneof![
        odd,
        usual.clone(),
        usual.prop_map(|address| address.to_uppercase()),
        bare
    ]
}

fn number() -> impl Strategy<Value = String> {
    // No date is among them: a month and a day are at most 31.
    prop_oneof![
        "[4-9][0-9]{2}-[0-9]{3}-[0-9]{3}",
        "[1-9][0-9]{8}",
        "[1-9][0-9]{9,12}",
        "00[0-9]-[0-9]{7}-[0-9]",
        "[0-9]{5}[1-9]",
        "[0-9]{3} [0-9]{2}[1-9]",
    ]
}

fn id() -> impl Strategy<Value = (Private, String)> {
    prop_oneof![
        of(HEX, 64).prop_map(|id| (Private::Id, format!("{id}0"))),
        of(HEX, 23).prop_map(|id| (Private::Id, format!("{id}0"))),
        (of(HEX, 8), of(HEX, 4), of(HEX, 12))
            .prop_map(|(a, b, c)| (Private::Id, format!("{a}-{b}-4{}-{b}-{c}", &b[1..]))),
        of(BECH32, 38..59).prop_map(|rest| (Private::Address, format!("bc1q{rest}"))),
        of(BECH32, 38).prop_map(|rest| (Private::Address, format!("BC1Q{}", rest.to_uppercase()))),
        of(BASE58, 33).prop_map(|rest| (Private::Address, format!("1{rest}"))),
        of(BASE58, 33).prop_map(|rest| (Private::Address, format!("3{rest}"))),
        of(HEX, 40).prop_map(|rest| (Private::Address, format!("0x{rest}"))),
        of(BASE58, 107).prop_map(|rest| (Private::Address, format!("xpub{rest}"))),
        of(BECH32, 180..300).prop_map(|rest| (Private::Invoice, format!("lnbc25u1{rest}"))),
        of(BECH32, 180).prop_map(|rest| (
            Private::Invoice,
            format!("lightning:LNBC1{}", rest.to_uppercase())
        )),
        of(BECH32, 90).prop_map(|rest| (Private::Invoice, format!("lnurl1{rest}"))),
        "[a-z]{4,12}_[a-z0-9]{2,8}".prop_map(|name| (Private::Username, format!("@{name}"))),
        "[a-z]{6,12}".prop_map(|name| (
            Private::Link,
            format!("https://pay.example/{name}?amount=5")
        )),
        "[a-z]{6,12}"
            .prop_map(|name| (Private::Link, format!("https://{name}:{name}@pay.example/"))),
        "[a-z]{6,12}".prop_map(|name| (Private::Link, format!("wa.me/{name}?text=hi"))),
        of(BECH32, 40).prop_map(|rest| (
            Private::Link,
            format!("bitcoin:bc1q{rest}?amount=0.1&label=x")
        )),
    ]
}

fn private() -> impl Strategy<Value = (Option<Private>, String)> {
    prop_oneof![
        phone().prop_map(|value| (Some(Private::Phone), value)),
        email().prop_map(|value| (Some(Private::Email), value)),
        number().prop_map(|value| (None, value)),
        id().prop_map(|(private, value)| (Some(private), value)),
    ]
}

/// Letters and digits alone, small: what is left of a value however it is written.
fn core(text: &str) -> String {
    let text: String = text.nfkc().collect();
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Nothing of `value` can be read in `text`: no piece of six signs that isn't in what stood beside it as well.
fn is_gone(value: &str, beside: &str, text: &str) -> bool {
    let (value, text): (Vec<char>, String) = (core(value).chars().collect(), core(text));
    let piece = value.len().clamp(1, 6);
    let beside = core(beside);
    let pieces = value.windows(piece).map(String::from_iter);
    !pieces
        .filter(|piece: &String| !beside.contains(piece))
        .any(|piece| text.contains(&piece))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn a_secret_is_found_among_any_words_and_nothing_is_left(
        (secret, value) in secret(),
        around in select(around()),
        how in 0..24_usize,
    ) {
        // A phrase has no digits, and is found by its words: what shows nothing goes before that.
        let text = around.replace("{}", &mangled(&value, how));
        let minimised = minimise(&text);
        prop_assert!(minimised.secrets.contains(&secret), "{secret:?}: {text}: {minimised:?}");
        prop_assert_eq!(minimised.text, "");
    }

    #[test]
    fn what_is_private_is_gone_among_any_words_and_the_words_are_left(
        (private, value) in private(),
        around in select(around()),
        how in 0..24_usize,
    ) {
        let text = around.replace("{}", &mangled(&value, how));
        let minimised = minimise(&text);
        prop_assert!(is_gone(&value, &around, &minimised.text), "{text}: {}", minimised.text);
        if minimised.secrets.is_empty() {
            // A number to call may be taken for another number.
            let is_named = |private| match private {
                Private::Phone => !minimised.replaced.is_empty(),
                private => minimised.replaced.contains(&private),
            };
            prop_assert!(private.is_none_or(is_named), "{private:?}: {text}: {minimised:?} {}", minimised.text);
            let twice = minimise(&minimised.text);
            prop_assert_eq!(&twice.text, &minimised.text);
        }
    }

    #[test]
    fn what_is_private_beside_an_ordinary_question_is_gone(
        (_, value) in private(),
        question in select(ordinary()),
        before in any::<bool>(),
    ) {
        let text = if before { format!("{value}. {question}") } else { format!("{question}. {value}") };
        let minimised = minimise(&text);
        prop_assert!(is_gone(&value, &question, &minimised.text), "{text}: {}", minimised.text);
    }

    #[test]
    fn a_secret_beside_an_ordinary_question_is_found(
        (secret, value) in secret(),
        question in select(ordinary()),
        before in any::<bool>(),
    ) {
        let text = if before { format!("{value}. {question}") } else { format!("{question}. {value}") };
        let minimised = minimise(&text);
        prop_assert!(minimised.secrets.contains(&secret), "{secret:?}: {text}: {minimised:?}");
    }

    #[test]
    fn what_was_minimised_stays_so(
        text in prop_oneof!["\\PC{0,200}", "[a-z0-9 @.,:;/+()\\-\n\\[\\]$%*_]{0,120}", "([0-9]{1,5}[ .,:/\\-+()$\n]{0,2}){1,20}"],
    ) {
        let once = minimise(&text);
        let twice = minimise(&once.text);
        prop_assert_eq!(&twice.text, &once.text);
        prop_assert_eq!(twice.secrets, []);
    }
}
