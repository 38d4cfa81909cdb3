//! In which language everything is said.

use super::super::*;
use super::chat::{Chat, RIGHT, WRONG};
use crate::consent::Kind;
use crate::policy::FAILURES_TO_LOCK;

const ALREADY_SPANISH: &str = "language español";

fn spanish(mut chat: Chat) -> Chat {
    chat.hears(ALREADY_SPANISH);
    chat
}

/// Everything that is said to the sender, in one.
fn read(heard: &super::chat::Heard) -> String {
    let own = heard.outcome.says.iter();
    let own = own.filter(|(recipient, _)| *recipient == Recipient::Sender);
    own.map(|(_, reply)| reply.text.as_str()).collect()
}

#[test]
fn a_language_is_chosen_by_its_name_and_answered_in() {
    for (body, language) in [
        ("language español", Language::Spanish),
        ("Idioma Español!", Language::Spanish),
        ("language es", Language::Spanish),
        ("lenguaje spanish", Language::Spanish),
        ("español", Language::Spanish),
        ("ESPANOL", Language::Spanish),
        ("spanish", Language::Spanish),
        ("english", Language::English),
        ("inglés", Language::English),
        ("language english", Language::English),
    ] {
        for mut chat in [Chat::of_a_stranger(), Chat::linked()] {
            let heard = chat.hears(body);
            assert_eq!(heard.text(), texts::language_chosen(language), "{body}");
            assert_eq!(heard.outcome.says[0].1.language, language, "{body}");
            assert_eq!(chat.state.person.language, Some(language), "{body}");
        }
    }
}

#[test]
fn what_is_no_language_of_ours_chooses_nothing() {
    let mut chat = Chat::of_a_stranger();
    let before = chat.state.person.clone();
    for (body, said) in [
        ("language", texts::language_now(Language::English)),
        ("idiomas", texts::language_now(Language::English)),
        (
            "language français",
            texts::language_which(Language::English),
        ),
        ("language 2", texts::language_which(Language::English)),
    ] {
        assert_eq!(chat.hears(body).text(), said, "{body}");
        assert_eq!(chat.state.person, before, "{body}");
    }
    assert_eq!(command::parse("language of love"), Parsed::Unknown);
    assert_eq!(command::parse("english please tell me"), Parsed::Unknown);
}

#[test]
fn every_command_answers_in_the_language_that_was_chosen() {
    let chats: [fn() -> Chat; 3] = [Chat::of_a_stranger, Chat::linked, Chat::with_an_ended_link];
    let mut compared = 0;
    for chat in chats {
        for command in command::COMMANDS {
            for body in command.examples {
                let (mut english, mut spanish) = (chat(), spanish(chat()));
                let (english, spanish) = (english.hears(body), spanish.hears(body));
                let chooses = ["language", "english", "spanish"].contains(&command.name);
                if read(&english).is_empty() || chooses {
                    continue;
                }
                compared += 1;
                assert_ne!(read(&english), read(&spanish), "{body}");
                for (_, reply) in &spanish.outcome.says {
                    assert_eq!(reply.language, Language::Spanish, "{body}");
                }
            }
        }
    }
    assert!(compared > 100, "{compared} were compared");
}

#[test]
fn whoever_reads_spanish_is_taught_spanish_words_whatever_comes_of_a_command() {
    let silent = || {
        let mut chat = Chat::linked();
        let trouble = FlashTrouble::Unavailable;
        chat.outside.balance = Err(trouble);
        chat.outside.account = Err(trouble);
        chat.outside.history = Err(trouble);
        chat.outside.price = Err(trouble);
        chat.outside.currencies = Err(trouble);
        chat.outside.invoices = Some(trouble);
        chat
    };
    let asked_again = || {
        let mut chat = Chat::linked();
        chat.wait(crate::policy::PROOF_FOR_READING);
        chat.outside.app = true;
        chat
    };
    let off = || {
        let mut chat = Chat::linked();
        chat.state.receiving = false;
        chat
    };
    let chats: [fn() -> Chat; 6] = [
        Chat::of_a_stranger,
        Chat::linked,
        Chat::with_an_ended_link,
        silent,
        asked_again,
        off,
    ];
    let (mut read_in_all, mut taught) = (0, 0);
    for chat in chats {
        for command in command::COMMANDS {
            let examples = texts::examples(Language::Spanish, command);
            let about = format!("help {}", command.name);
            // Whoever chooses English is answered in it.
            let examples = examples.iter().filter(|_| command.name != "english");
            for body in examples.chain([&about]) {
                let mut chat = spanish(chat());
                let text = read(&chat.hears(body));
                read_in_all += 1;
                taught += texts::tests::every_word_is_taught_in(Language::Spanish, &text)
                    .unwrap_or_else(|untaught| panic!("{body}: *{untaught}* in {text}"));
            }
        }
    }
    assert!(read_in_all > 500 && taught > 800, "{read_in_all}, {taught}");
}

#[test]
fn what_is_chosen_here_comes_before_what_is_chosen_at_flash_and_that_before_the_place() {
    let dominican = WhatsAppAddress::parse("whatsapp:+18095550100").unwrap();
    let jamaican = WhatsAppAddress::parse("whatsapp:+18765550100").unwrap();
    let (english, spanish) = (Some(Language::English), Some(Language::Spanish));
    for (address, at_flash, here, language) in [
        (&jamaican, None, None, Language::English),
        (&jamaican, spanish, None, Language::Spanish),
        (&jamaican, spanish, english, Language::English),
        (&dominican, None, None, Language::Spanish),
        (&dominican, english, None, Language::English),
        (&dominican, english, spanish, Language::Spanish),
    ] {
        let mut chat = Chat::linked();
        chat.from = address.clone();
        chat.state.person.link.as_mut().unwrap().language = at_flash;
        chat.state.person.language = here;
        let heard = chat.hears("unlink");
        assert_eq!(heard.text(), texts::confirm_unlink(language));
        assert_eq!(heard.outcome.says[0].1.language, language);
    }
}

#[test]
fn a_new_link_brings_flashs_language_with_its_first_word() {
    let mut chat = Chat::with_a_code();
    chat.state.code.as_mut().unwrap().link.language = Some(Language::Spanish);
    let heard = chat.hears(RIGHT);
    assert_eq!(heard.text(), texts::linked(Language::Spanish));
    assert_eq!(heard.outcome.says[0].1.language, Language::Spanish);
    let mut chat = Chat::of_a_stranger();
    chat.hears("english");
    chat.hears("link");
    chat.page_shows("mine", RIGHT).unwrap();
    chat.state.code.as_mut().unwrap().link.language = Some(Language::Spanish);
    assert_eq!(chat.hears(RIGHT).text(), texts::linked(Language::English));
}

#[test]
fn what_goes_with_the_answer_is_in_the_new_language_too() {
    let mut chat = Chat::linked();
    chat.hears("stop");
    let heard = chat.hears("español");
    let reminder = texts::how_to_start(Language::Spanish, false);
    let chosen = texts::language_chosen(Language::Spanish);
    assert_eq!(heard.text(), format!("{chosen}\n\n{reminder}"));
}

#[test]
fn what_somebody_agreed_to_is_kept_as_they_read_it() {
    let mut chat = spanish(Chat::linked());
    chat.hears("notifications");
    let evidence = chat.hears("sí").outcome.consent.unwrap();
    let asked = texts::privacy::question(Language::Spanish, Kind::Notifications);
    assert_eq!(evidence.wording, asked);
    assert_eq!(evidence.language, Language::Spanish);
}

#[test]
fn somebody_else_is_told_in_their_own_language() {
    for (mine, theirs) in [
        (Language::English, Language::Spanish),
        (Language::Spanish, Language::English),
    ] {
        let mut chat = Chat::with_a_code();
        chat.state.person.language = Some(mine);
        chat.outside.others_read = theirs;
        chat.other_links("mine");
        let mut told = None;
        for _ in 0..FAILURES_TO_LOCK {
            if chat.state.code.is_none() {
                chat.wait(crate::policy::CODE_ISSUE_GAP);
                chat.hears("link");
                chat.page_shows("mine", RIGHT).unwrap();
            }
            let mut says = chat.hears(WRONG).outcome.says.into_iter();
            told = says.find(|(recipient, _)| *recipient != Recipient::Sender);
        }
        let (_, reply) = told.expect("the owner is told of the lock");
        let chat = texts::owner_chat_locked(theirs, &chat.from.masked());
        assert_eq!((reply.text, reply.language), (chat, theirs));
    }
}
