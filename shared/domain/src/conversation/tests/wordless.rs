//! Pictures, voice notes and the rest; thanks; and what people think of the bot.

use super::super::*;
use super::chat::{Chat, RIGHT};
use crate::consent::{self, Consent};
use crate::minimise::Secret;
use crate::policy::FEEDBACK_CHARACTERS;

const EVERYTHING: [Brings; 10] = [
    Brings::Text,
    Brings::Picture,
    Brings::Voice,
    Brings::Video,
    Brings::Document,
    Brings::Location,
    Brings::Contact,
    Brings::Sticker,
    Brings::Reaction,
    Brings::Other,
];

fn sends(chat: &mut Chat, brings: Brings, body: &str) -> super::chat::Heard {
    let message = Message {
        brings,
        ..chat.message(body, None)
    };
    chat.receives(&message)
}

#[test]
fn each_kind_has_its_own_answer_and_changes_nothing() {
    for mut chat in [Chat::linked(), Chat::of_a_stranger()] {
        let linked = chat.state.person.link.is_some();
        let mut seen = std::collections::HashSet::new();
        for brings in EVERYTHING {
            let before = chat.state.clone();
            for body in ["", " \u{200b}\u{202e}\n"] {
                chat.wait(10);
                let heard = sends(&mut chat, brings, body);
                if brings == Brings::Reaction {
                    assert!(heard.outcome.says.is_empty());
                } else {
                    let answer = texts::wordless(Language::English, brings, linked);
                    assert_eq!(heard.text(), answer);
                    seen.insert(answer);
                }
            }
            assert_eq!(chat.state.person, before.person);
            assert_eq!(chat.state.session.question(), before.session.question());
        }
        assert_eq!(seen.len(), EVERYTHING.len() - 1);
    }
}

#[test]
fn a_caption_is_read_as_any_text() {
    let mut chat = Chat::linked();
    let heard = sends(&mut chat, Brings::Picture, "balance");
    assert!(heard.text().contains("US$1.09"), "{}", heard.text());
    let heard = sends(&mut chat, Brings::Picture, "my new hat");
    let answer = texts::wordless(Language::English, Brings::Picture, true);
    assert_eq!(heard.text(), answer);
    let mut linking = Chat::with_a_code();
    sends(&mut linking, Brings::Picture, RIGHT);
    assert!(linking.state.person.link.is_some());
    sends(&mut linking, Brings::Voice, "STOP");
    assert!(linking.state.standing.opted_out_at.is_some());
}

#[test]
fn no_reaction_and_no_thanks_answers_a_question() {
    for (brings, body) in [
        (Brings::Reaction, "👍"),
        (Brings::Text, "ok"),
        (Brings::Text, "thanks"),
        (Brings::Picture, "look"),
        (Brings::Sticker, ""),
    ] {
        let mut chat = Chat::linked();
        chat.hears("unlink");
        let open = chat.state.session.question().map(|(asks, ..)| asks);
        sends(&mut chat, brings, body);
        let still = chat.state.session.question().map(|(asks, ..)| asks);
        assert_eq!((still, still.is_some()), (open, true), "{body}");
        assert!(chat.state.person.link.is_some());
    }
}

#[test]
fn thanks_are_returned() {
    for text in ["Thanks!", "thank you 🙏", "ok", "gracias"] {
        let answer = texts::welcome(Language::English);
        assert_eq!(Chat::linked().hears(text).text(), answer, "{text}");
    }
}

#[test]
fn feedback_is_kept_as_it_was_said_but_tame() {
    let mut chat = Chat::of_a_stranger();
    let heard = chat.hears("Feedback  *More* of this,\nplease");
    let words = Feedback::Words("∗More∗ of this, please".to_owned());
    assert_eq!(heard.outcome.feedback, Some(words));
    assert_eq!(heard.text(), texts::feedback_kept(Language::English));
    for (text, answer) in [
        (
            "feedback".to_owned(),
            texts::feedback_how(Language::English),
        ),
        (
            format!("feedback {}", "x".repeat(FEEDBACK_CHARACTERS + 1)),
            texts::feedback_too_long(Language::English),
        ),
    ] {
        let heard = chat.hears(&text);
        assert_eq!(
            (heard.text(), heard.outcome.feedback.clone()),
            (&*answer, None)
        );
    }
    assert!(!format!("{:?}", Feedback::Words("my secret".to_owned())).contains("secret"));
}

#[test]
fn feedback_is_kept_without_what_is_private_and_not_at_all_with_a_secret() {
    let mut chat = Chat::of_a_stranger();
    let heard = chat.hears("feedback write to marcia.b@example.com");
    let words = Feedback::Words("write to [email]".to_owned());
    assert_eq!(heard.outcome.feedback, Some(words));
    let heard = chat.hears("feedback my card 4242 4242 4242 4242 was refused");
    assert_eq!(heard.text(), texts::secret(Language::English, Secret::Card));
    assert_eq!(heard.outcome.feedback, None);
}

#[test]
fn a_bad_answer_may_be_read_only_if_its_person_agrees() {
    let at = Moment::from_unix(1_795_356_300);
    let bad = format!("bad:model-{}", at.unix());
    let good = format!("good:model-{}", at.unix());
    let mut chat = Chat::of_a_stranger();
    assert_eq!(chat.taps(&bad).outcome.reviews, None);
    for (given, wanted) in [(true, Some(at)), (false, None)] {
        let mut chat = Chat::of_a_stranger();
        let consent = Consent::now(given, at);
        chat.state
            .standing
            .consents
            .set(consent::Kind::Assistant, consent);
        assert_eq!(chat.taps(&good).outcome.reviews, None);
        assert_eq!(chat.taps(&bad).outcome.reviews, wanted);
        assert_eq!(chat.taps("bad:help balance").outcome.reviews, None);
    }
}

#[test]
fn the_other_thumb_takes_the_place_of_the_first_and_the_same_again_is_only_thanked_for() {
    let l = Language::English;
    let mut chat = Chat::linked();
    let about = "help balance".to_owned();
    for (payload, said, kept) in [
        ("good:help balance", texts::feedback_good(l), true),
        ("good:help balance", texts::feedback_before(l), true),
        ("bad:help balance", texts::feedback_changed(l, false), false),
        ("bad:help balance", texts::feedback_before(l), false),
        ("good:help balance", texts::feedback_changed(l, true), true),
    ] {
        assert_eq!(chat.taps(payload).text(), said, "{payload}");
        assert_eq!(chat.outside.thumbs.get(&about), Some(&kept), "{payload}");
    }
    let other = chat.taps("bad:help history");
    assert_eq!(other.text(), texts::feedback_bad(l));
}

#[test]
fn a_thumb_counts_and_leaves_what_is_open() {
    let mut chat = Chat::linked();
    chat.hears("unlink");
    for (payload, good) in [("good:help balance", true), ("bad:help balance", false)] {
        chat.outside.thumbs.clear();
        let heard = chat.taps(payload);
        let about = "help balance".to_owned();
        assert_eq!(
            heard.outcome.feedback,
            Some(Feedback::Thumb { about, good })
        );
        assert!(chat.state.session.question().is_some());
    }
    for payload in [
        "good:",
        "good",
        "bad:a/b",
        &format!("good:{}", "a".repeat(41)),
    ] {
        let heard = chat.taps(payload);
        assert_eq!(heard.outcome.feedback, None, "{payload}");
        assert_eq!(heard.text(), texts::old_button(Language::English));
    }
}
