use super::*;
use crate::assistant::Completion;

fn ground(l: Language, question: &str) -> Ground {
    let base = Base::ours();
    let found = base.find(l, question);
    assert!(!found.is_empty(), "{question}");
    let entries: Vec<Entry> = found.iter().map(|found| found.entry.clone()).collect();
    Ground::of(l, question, &entries, &[], base)
}

fn said(text: &str, is_whole: bool) -> Completion {
    Completion {
        text: text.to_owned(),
        tokens: (1, 1),
        is_whole,
    }
}

fn judged(text: &str) -> Verdict {
    let ground = ground(Language::English, "How do I connect my Flash account?");
    judge(&said(text, true), &ground)
}

/// What may be published may be said: each answer of the knowledge base, as if the model had written it.
#[test]
fn every_answer_of_the_knowledge_base_passes() {
    let base = Base::ours();
    let mut wrong = Vec::new();
    for l in Language::ALL {
        for entry in base.entries(l) {
            let ground = Ground::of(l, &entry.question, std::slice::from_ref(entry), &[], base);
            let verdict = judge(&said(&entry.answer, true), &ground);
            if verdict != Verdict::Fine(entry.answer.clone()) {
                wrong.push(format!("{} ({}): {verdict:?}", entry.id, l.code()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_model_may_say_that_it_has_no_answer() {
    for text in ["NO ANSWER", " NO ANSWER.\n", "*NO ANSWER*"] {
        assert_eq!(judged(text), Verdict::NoAnswer, "{text}");
    }
    assert_eq!(judged("OFF TOPIC"), Verdict::OffTopic);
}

#[test]
fn an_answer_is_whole_and_short_and_there() {
    let ground = ground(Language::English, "How do I connect my Flash account?");
    let fine = "Send *link* to connect your account to this chat.";
    assert_eq!(
        judge(&said(fine, true), &ground),
        Verdict::Fine(fine.to_owned())
    );
    assert_eq!(
        judge(&said(fine, false), &ground),
        Verdict::Not(Because::Cut)
    );
    assert_eq!(judged(" \n\u{200b}"), Verdict::Not(Because::Empty));
    let long = fine.repeat(20);
    assert_eq!(judged(&long), Verdict::Not(Because::Long));
}
