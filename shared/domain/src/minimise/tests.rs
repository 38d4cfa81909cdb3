mod own;
mod planted;

use super::*;

/// The lines of a corpus.
fn lines(file: &str) -> impl Iterator<Item = String> {
    let lines = file
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.replace("\\n", "\n"))
}

/// What people ask, as they ask it. All of it stays.
fn ordinary() -> Vec<String> {
    let files = [
        include_str!("corpus/ordinary_en.txt"),
        include_str!("corpus/ordinary_es.txt"),
    ];
    files.into_iter().flat_map(lines).collect()
}

/// Part of a phrase, or one in which words are misspelt: as a list, or where the text says what it is.
const MISSPELT_OR_NAMED: [&str; 4] = [
    "1. legal 2. winer 3. thanks 4. yearr 5. wave 6. sausag 7. worht 8. usefull 9. legal 10. winer",
    "my seed words: legal, winer, thnk, yeer, wave, sausege, worht, usefull, yelow",
    "my recovery words are lega winn than year wave saus",
    "mis palabras de recuperación: ábaco abdomen abeja abierto abogado abono",
];

/// What is warned of. Numbers and keys are the industry's own examples, or put together here.
fn secrets() -> Vec<(Secret, String)> {
    let phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    let numbered = |between: &str| {
        let words = phrase.split(' ').enumerate();
        let words: Vec<_> = words
            .map(|(n, word)| format!("{}. {word}", n + 1))
            .collect();
        words.join(between)
    };
    let key = |begin: &str, length: usize| {
        let letters = "aB3dE5gH7jK9mN2pQ4sT6vW8yZ".chars().cycle();
        format!("{begin}{}", letters.take(length).collect::<String>())
    };
    let card = |digits: &str| (Secret::Card, digits.to_owned());
    let written = MISSPELT_OR_NAMED.map(|phrase| (Secret::RecoveryPhrase, phrase.to_owned()));
    let mut secrets = vec![
        (Secret::RecoveryPhrase, phrase.to_owned()),
        (Secret::RecoveryPhrase, phrase.to_uppercase()),
        (Secret::RecoveryPhrase, phrase.replace(' ', ", ")),
        (Secret::RecoveryPhrase, phrase.replace(' ', "\n")),
        (Secret::RecoveryPhrase, numbered(" ")),
        (Secret::RecoveryPhrase, numbered("\n")),
        (
            Secret::RecoveryPhrase,
            "letter advice cage absurd amount doctor acoustic avoid letter advice cage above"
                .to_owned(),
        ),
        (
            Secret::RecoveryPhrase,
            "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong".to_owned(),
        ),
        (
            Secret::RecoveryPhrase,
            "ábaco abdomen abeja abierto abogado abono aborto abrazo abrir abuelo".to_owned(),
        ),
        card("4111 1111 1111 1111"),
        card("4111 - - 1111 - - 1111 - - 1111"),
        card("4111……1111……1111……1111"),
        card("4111 and then 1111 and then 1111 and then 1111"),
        card("4111-11 1111-1111 11"),
        card("four one one one one one one one one one one one one one one one"),
        card("4111111111111111"),
        card("4111-1111-1111-1111 12/27 123"),
        card("5555.5555.5555.4444"),
        card("3782 822463 10005"),
        card("6011 1111 1111 1117"),
        card("4222222222222"),
        card("４１１１ １１１１ １１１１ １１１１"),
        card("4111\u{200b}1111\u{200b}1111\u{200b}1111"),
        card("٤١١١ ١١١١ ١١١١ ١١١١"),
        (Secret::PrivateKey, key("xprv", 107)),
        (Secret::PrivateKey, key("K", 51)),
        (
            Secret::PrivateKey,
            format!("nsec1{}", "q3x7".repeat(14) + "ab"),
        ),
        (
            Secret::PrivateKey,
            format!("my private key {}", "0f3a".repeat(16)),
        ),
        (Secret::ApiKey, key("fk_0a1b2c3d_", 64)),
        (Secret::ApiKey, "fk_ 3f9a8b7c6d5e4f30".to_owned()),
        (Secret::ApiKey, key("sk-", 32)),
        (Secret::ApiKey, format!("SK{}", "0a1b".repeat(8))),
        (Secret::ApiKey, key("ory_st_", 32)),
        (
            Secret::ApiKey,
            format!("{}.{}", key("eyJ", 20), key("", 20)),
        ),
        (Secret::ApiKey, key("Bearer ", 24)),
        (Secret::ApiKey, key("", 40)),
        (Secret::Password, "my password is hunter2".to_owned()),
        (Secret::Password, "Password: letmein".to_owned()),
        (Secret::Password, "mi contraseña es Sol2026!".to_owned()),
        (Secret::Password, "the pin for my wallet is 4821".to_owned()),
        (Secret::Password, "PIN 4821".to_owned()),
        (Secret::Password, "my pin is four eight two one".to_owned()),
        (
            Secret::Password,
            "mi pin es cuatro, ocho, dos, uno".to_owned(),
        ),
        (
            Secret::Code,
            "my code is four eight two nine one three".to_owned(),
        ),
        (Secret::Code, "my code is 012345".to_owned()),
        (Secret::Code, "the code they sent me 012 345".to_owned()),
        (Secret::Code, "mi código es 012345".to_owned()),
        (Secret::Code, "el codigo que me llegó: 012-345".to_owned()),
        (Secret::Code, "OTP 4829".to_owned()),
    ];
    secrets.extend(written);
    secrets
}

/// What is private, with what of it must not be seen.
const PRIVATE: &[(Private, &str)] = &[
    (Private::Email, "marcia.brown@example.com"),
    (Private::Email, "MARCIA+flash@mail.example.org"),
    (Private::Email, "marcia@flashapp.me"),
    (Private::Email, "marcia (at) example dot com"),
    (Private::Email, "marcia(a)example(.)com"),
    (Private::Email, "marcia dot brown at example dot com"),
    (Private::Phone, "+1 876 555 0100"),
    (Private::Phone, "+18765550100"),
    (Private::Phone, "876-555-0100"),
    (Private::Phone, "(876) 555-0100"),
    (Private::Phone, "8765550100"),
    (Private::Phone, "1 876 555 0100"),
    (Private::Phone, "1-809-555-0134"),
    (Private::Phone, "555-0100"),
    (Private::Phone, "876.555.0100"),
    (Private::Phone, "+44 20 7946 0958"),
    (Private::Phone, "+509 34 55 0100"),
    (Private::Code, "012345"),
    (Private::Code, "012 345"),
    (Private::Number, "123456789"),
    (Private::Number, "00112233445566"),
    (Private::Number, "GB82 WEST 1234 5698 7654 32"),
    (
        Private::Address,
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    ),
    (
        Private::Address,
        "BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ",
    ),
    (
        Private::Address,
        "bc1q ar0s rrr7 xfkv y5l6 43ly dnw9 re59 gtzz wf5m dq",
    ),
    (Private::Address, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
    (Private::Address, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
    (
        Private::Address,
        "0x52908400098527886E0F7030069857D2E4169EE7",
    ),
    (
        Private::Invoice,
        "lnbc10u1p3pj257pp5yztkwjcz5ftl5laxkav23zmzekaw37zk6kmv80pk4xaev5qhtz7q",
    ),
    (
        Private::Invoice,
        "LIGHTNING:LNBC10U1P3PJ257PP5YZTKWJCZ5FTL5LAXKAV23ZMZEKAW37ZK6KMV80PK4XAEV5QHTZ7Q",
    ),
    (
        Private::Invoice,
        "lnurl1dp68gurn8ghj7um9wfmxjcm99e3k7mf0v9cxj0m385ekvcenxc6r2c35xvukxefcv5mkvv34x5ekzd3ev56nyd3hxqurzepexejxxepnxscrvwfnv9nxzcn9xq6xyefhvgcxxcmyxymnserxfq5fns",
    ),
    (
        Private::Id,
        "5f3c1e0a9b8d7c6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e",
    ),
    (Private::Id, "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f"),
    (Private::Id, "655cd1926445716f60b89418"),
    (Private::Username, "@marcia_b"),
    (Private::Link, "https://pay.example/marcia?amount=5&to=me"),
    (Private::Link, "www.example.com/marcia"),
];

#[test]
fn what_stands_beside_a_placeholder_is_written_as_beside_any_end_of_a_word() {
    let once = minimise("pay lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqf_b");
    assert_eq!(once.text, "pay [invoice]b");
    assert_eq!(minimise(&once.text).text, once.text);
}

#[test]
fn what_people_ask_stays_as_it_is() {
    let changed = |text: &String| minimise(text).text != *text;
    let changed: Vec<_> = ordinary().into_iter().filter(changed).collect();
    assert_eq!(changed, [""; 0]);
}

/// The questions that the search of the knowledge base is measured with: written for that, by people who did not think of this.
#[test]
fn what_people_ask_the_knowledge_base_stays_as_it_is() {
    let files = [
        include_str!("../../tests/knowledge/questions.toml"),
        include_str!("../../tests/knowledge/held_out.toml"),
    ];
    let quoted = files.into_iter().flat_map(str::lines).filter_map(|line| {
        let line = line.trim().trim_end_matches(',');
        line.strip_prefix('"')?.strip_suffix('"')
    });
    // Somebody's name is private there as well.
    let questions = quoted.map(plain).filter(|text| !text.contains('@'));
    let questions: Vec<_> = questions.collect();
    assert!(questions.len() > 1_000, "{}", questions.len());
    let changed = |text: &String| minimise(text).text != *text;
    let changed: Vec<_> = questions.into_iter().filter(changed).collect();
    assert_eq!(changed, [""; 0]);
}

#[test]
fn every_secret_is_found_wherever_it_stands_and_nothing_of_the_message_is_left() {
    for (secret, value) in secrets() {
        for text in [
            value.clone(),
            format!("please check {value}"),
            format!("hello,\n{value}\nwhat now?"),
            format!("is this right: {value}. thanks"),
            format!("({value})"),
        ] {
            let minimised = minimise(&text);
            assert!(
                minimised.secrets.contains(&secret),
                "{secret:?}: {text}: {minimised:?}"
            );
            assert_eq!(minimised.text, "");
        }
    }
}

#[test]
fn everything_private_is_replaced_by_what_it_is() {
    for (private, value) in PRIVATE {
        for text in [
            (*value).to_owned(),
            format!("please ask {value} for me"),
            format!("my number or so: {value}."),
            format!("({value})"),
            format!("{value}\nis what I have, ok?"),
        ] {
            let minimised = minimise(&text);
            assert_eq!(minimised.secrets, [], "{text}");
            assert!(
                minimised.replaced.contains(private),
                "{private:?}: {text}: {minimised:?}"
            );
            assert!(
                minimised.text.contains(private.placeholder()),
                "{text}: {}",
                minimised.text
            );
            for part in value
                .split([' ', '-', '.', '(', ')', '/', '@'])
                .filter(|part| part.len() > 5)
            {
                assert!(!minimised.text.contains(part), "{text}: {}", minimised.text);
            }
        }
    }
}

#[test]
fn a_card_that_is_none_and_a_key_that_is_none_are_no_secrets() {
    for text in [
        "order 4111 1111 1111 1112",
        "my TRN is 123-456-789",
        "payment 5f3c1e0a9b8d7c6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e",
    ] {
        assert_eq!(minimise(text).secrets, [], "{text}");
    }
}

#[test]
fn ten_thousand_of_anything_come_out() {
    for piece in [
        "1 ",
        "a@",
        "a",
        "1",
        "@a ",
        "lnbc",
        "zoo ",
        "(",
        "+1",
        "\u{200b}",
        "١",
        "pin ",
        "code is ",
        "4111 1111 ",
    ] {
        let text = piece.repeat(10_000 / piece.len().max(1));
        let _ = minimise(&text);
    }
}
