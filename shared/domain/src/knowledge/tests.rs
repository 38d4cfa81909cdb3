use std::collections::BTreeSet;

use super::check::{Fault, check};
use super::file::File;
use super::*;
use crate::policy::KNOWLEDGE_BYTES;
use crate::texts::tests::every_word_is_taught_in;

fn file() -> File {
    File::read(OURS).unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn broken(change: impl FnOnce(&mut File)) -> Vec<Fault> {
    let mut file = file();
    change(&mut file);
    let faults = check(OURS, &file).unwrap_err();
    faults.all().iter().map(|it| it.fault.clone()).collect()
}

#[test]
fn the_files_are_whole_and_nothing_is_wrong_with_them() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(OURS.contains(&text), "a file is not read: {text:.60}");
    }
    let base = Base::read(OURS).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(base.version(), Base::ours().version());
    for l in Language::ALL {
        assert!(base.entries(l).len() >= 65);
        assert_eq!(base.entries(l), Base::ours().entries(l));
    }
}

/// By the same rule as all that the bot says.
#[test]
fn answers_teach_the_words_of_their_own_language() {
    for l in Language::ALL {
        let mut taught = 0;
        for entry in Base::ours().entries(l) {
            let answer = &entry.answer;
            // How a link is renewed, and how Spanish is asked for by whoever reads English.
            let answer = answer.replace("*renew*", "").replace("*español*", "");
            taught += every_word_is_taught_in(l, &answer)
                .unwrap_or_else(|other| panic!("{}: *{other}*", entry.id));
            let goes_on = ["*", "https://", "support@getflash.io"];
            assert!(
                goes_on.iter().any(|next| answer.contains(next)),
                "{}",
                entry.id
            );
        }
        assert!(taught > 100, "{taught} were found");
    }
}

#[test]
fn a_languages_answers_are_its_own() {
    for entry in &file().entries {
        assert_ne!(entry.en.answer, entry.es.answer, "{}", entry.id);
        assert_ne!(entry.en.question, entry.es.question, "{}", entry.id);
    }
}

/// What the phone page offers to ask first.
#[test]
fn the_pages_own_example_finds_how_to_be_paid() {
    let found = Base::ours().find(Language::English, "How can somebody pay me?");
    assert_eq!(found[0].entry.id.as_str(), "receive-how");
}

/// Answers are recorded with it: words that differ must not share a name. Whoever changes an entry gives `base.toml` a new
/// version, and this its figure.
#[test]
fn the_version_names_these_words() {
    // FNV-1a.
    let figure = OURS.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    let named = (Base::ours().version(), format!("{figure:016x}"));
    assert_eq!(named, ("2026-11-24-2", "68126a79bcb77f51".to_owned()));
}

#[test]
fn what_a_later_release_adds_is_passed_over() {
    let more = OURS
        .replacen("[[entry]]", "voice = \"calm\"\n[[entry]]", 1)
        .replacen("[entry.en]", "[entry.ht]\nquestion = \"?\"\n[entry.en]", 1);
    let read = Base::read(&more).unwrap();
    assert_eq!(
        read.entries(Language::English),
        Base::ours().entries(Language::English)
    );
}

#[test]
fn a_newer_format_is_refused_by_name_whatever_it_looks_like() {
    let newer = OURS.replacen("format = 1", "format = 2", 1);
    assert_eq!(Base::read(&newer).unwrap_err(), Unusable::Newer(2));
    let strange = newer.replace("answer = ", "says = ");
    let error = Base::read(&strange).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the base is of format 2, and this release reads formats up to 1"
    );
}

#[test]
fn what_is_no_base_is_refused_with_the_place() {
    for (text, says) in [
        ("", "format"),
        ("format = 1", "version"),
        ("format = 1\nversion = 2", "line 2"),
        ("{\"format\": 2}", "line 1"),
        (&OURS.replacen("[entry.es]", "[entry.sp]", 1), "es"),
    ] {
        let Err(Unusable::Unreadable(error)) = Base::read(text) else {
            panic!("{text:.40}");
        };
        assert!(error.contains(says), "{error}");
    }
    let empty = Base::read("format = 1\nversion = \"none\"").unwrap_err();
    assert_eq!(empty.to_string(), "base: there are no entries");
    let padded = format!("{OURS}{}", "#".repeat(KNOWLEDGE_BYTES));
    assert!(matches!(Base::read(&padded), Err(Unusable::Faulty(_))));
}

#[test]
fn entries_past_their_review_are_named_the_longest_due_first() {
    let mut file = file();
    file.entries.truncate(3);
    for (entry, review) in file
        .entries
        .iter_mut()
        .zip(["2027-01-02", "2027-01-01", "2027-01-03"])
    {
        entry.review = date(review);
    }
    let base = Base::unchecked(&file);
    assert!(base.overdue(date("2026-12-31")).is_empty());
    let expected = [&file.entries[1].id, &file.entries[0].id];
    assert_eq!(base.overdue(date("2027-01-02")), expected);
}

#[test]
fn what_an_answer_links_to_is_named() {
    let links = |id| &Base::ours().entry(Language::Spanish, id).unwrap().links;
    assert_eq!(
        *links("reach-person"),
        ["support@getflash.io", "https://wa.flashapp.me"]
    );
    assert_eq!(*links("request-how"), Vec::<String>::new());
    let every = Base::ours().entries(Language::English).iter();
    assert!(
        every
            .flat_map(|entry| &entry.links)
            .all(|link| check::is_allowed(link))
    );
}

#[test]
fn what_is_wrong_with_a_base_is_named() {
    assert_eq!(
        broken(|base| base.version = "no name".into()),
        [Fault::Version]
    );
    assert_eq!(broken(|base| base.entries.clear()), [Fault::Empty]);
    assert_eq!(
        broken(|base| base.entries[0].review = base.entries[0].read_last),
        [Fault::Review]
    );
    assert_eq!(
        broken(|base| base.entries[0].id = EntryId("What Is".into())),
        [Fault::Id]
    );
    assert_eq!(
        broken(|base| base.entries[0].next.clear()),
        [Fault::Replies]
    );
    let twice = broken(|base| base.entries.push(base.entries[0].clone()));
    assert!(twice.contains(&Fault::IdTwice), "{twice:?}");
    let asked = broken(|base| {
        let other = base.entries[0].en.question.to_uppercase();
        base.entries[1].en.variants[0] = other;
    });
    assert!(matches!(asked[..], [Fault::AskedTwice(_)]), "{asked:?}");
    let command = broken(|base| base.entries[0].next = vec!["teleport".into()]);
    assert_eq!(command, [Fault::NoCommand("teleport".into())]);
    let staff = broken(|base| base.entries[0].next = vec!["report".into()]);
    assert_eq!(staff, [Fault::ForStaff("report".into())]);
}

#[test]
fn what_is_wrong_with_an_answer_is_named() {
    let answer = |text: &str| {
        let text = text.to_owned();
        broken(|base| base.entries[0].en.answer = text)
    };
    assert_eq!(answer(""), [Fault::Answer]);
    assert_eq!(answer(" Send *help*."), [Fault::Answer]);
    assert_eq!(answer("Send\u{200b} *help*."), [Fault::Answer]);
    assert_eq!(answer("a ".repeat(600).trim()), [Fault::Long(1_199)]);
    assert_eq!(answer("Send *help*. **No.**"), [Fault::Markup("**")]);
    assert_eq!(
        answer("Send *teleport*."),
        [Fault::NoCommand("teleport".into())]
    );
    assert_eq!(answer("Send *saldo*."), [Fault::OtherWord("saldo".into())]);
    assert_eq!(answer("Send *report*."), [Fault::ForStaff("report".into())]);
    assert_eq!(
        answer("Open https://flash.example now."),
        [Fault::Link("https://flash.example".into())]
    );
    assert_eq!(answer("Call +1 876 555 0100."), [Fault::Number]);
    assert_eq!(
        answer("Send me your password."),
        [Fault::Begs("Send me your password.".into())]
    );
    let spanish = broken(|base| base.entries[0].es.answer = "Envía *balance*.".into());
    assert_eq!(spanish, [Fault::OtherWord("balance".into())]);
}

#[test]
fn what_is_found_is_ranked_and_few_and_the_same_every_time() {
    let question = "somebody stole my phone, what can I do";
    let found = Base::ours().find(Language::English, question);
    assert_eq!(found[0].entry.id.as_str(), "lost-phone");
    assert!((1..=KNOWLEDGE_FOUND).contains(&found.len()));
    assert!(found.windows(2).all(|two| two[0].score >= two[1].score));
    let anew = Base::read(OURS).unwrap();
    let again = anew.find(Language::English, question);
    let plain = |found: &[Found<'_>]| {
        let plain = found
            .iter()
            .map(|it| (it.entry.id.clone(), it.score.to_bits()));
        plain.collect::<Vec<_>>()
    };
    assert_eq!(plain(&again), plain(&found));
}

#[test]
fn a_question_in_the_other_language_is_answered_too_in_ones_own() {
    for (l, question) in [
        (Language::English, "me robaron el celular, qué hago"),
        (Language::Spanish, "my phone was stolen what should I do"),
    ] {
        let found = Base::ours().find(l, question);
        let own = Base::ours().entry(l, "lost-phone").unwrap();
        assert_eq!(found[0].entry, own, "{question}");
    }
}

#[test]
fn nothing_is_found_where_there_is_nothing_to_find() {
    let long = "zyzzyva quux ".repeat(1_000);
    for question in ["", " ", "?", "…", "🙂🙂🙂", "\n\n", "12345", long.as_str()] {
        assert!(
            Base::ours().find(Language::English, question).is_empty(),
            "{question:.20}"
        );
    }
    let empty = Base::unchecked(&File::default());
    assert!(empty.find(Language::English, "what is Flash?").is_empty());
}

/// Buttons say it in their language, and it means the same there.
#[test]
fn quick_replies_are_commands_in_every_language() {
    for entry in Base::ours().entries(Language::English) {
        let unique: BTreeSet<_> = entry.next.iter().collect();
        assert_eq!(unique.len(), entry.next.len(), "{}", entry.id);
        for typed in &entry.next {
            for l in Language::ALL {
                let taught = crate::texts::taught(l, typed);
                let payload = format!("cmd:{taught}");
                let english = crate::command::parse_payload(&format!("cmd:{typed}"));
                let command = english.map(|(command, _)| command);
                let read = crate::command::parse_payload(&payload).map(|(command, _)| command);
                assert_eq!(read, command, "{}: {taught}", entry.id);
                assert!(read.is_some(), "{}: {taught}", entry.id);
            }
        }
    }
}
