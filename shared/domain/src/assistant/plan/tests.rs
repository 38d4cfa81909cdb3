use super::*;
use crate::time::Moment;

const NOW: Moment = Moment::from_unix(1_795_356_300);
const HOW: &str = "so how can I hook my flash account up with this chat";

fn asked(question: &str) -> Asked {
    Asked {
        thread: "SM1".to_owned(),
        question: question.to_owned(),
        language: Language::English,
        at: NOW,
    }
}

fn planned(question: &str, memory: &Memory, can_ask: Result<(), ModelTrouble>) -> Plan {
    plan(&asked(question), memory, Base::ours(), can_ask)
}

fn answer(plan: Plan) -> Answer {
    match plan {
        Plan::Say(answer) => answer,
        Plan::Ask(..) => panic!("the model is asked"),
    }
}

fn pending(plan: Plan) -> (Prompt, Pending) {
    match plan {
        Plan::Ask(prompt, pending) => (prompt, pending),
        Plan::Say(answer) => panic!("{:?}", answer.record),
    }
}

fn says(text: &str) -> Completion {
    Completion {
        text: text.to_owned(),
        tokens: (900, 40),
        is_whole: true,
    }
}

fn after(question: &str) -> Memory {
    let exchange = Exchange {
        question: question.to_owned(),
        answer: "Send *link*.".to_owned(),
        at: NOW,
    };
    Memory {
        thread: "SM1".to_owned(),
        ..Memory::default()
    }
    .with(exchange, NOW)
}

#[test]
fn without_a_model_the_best_entry_answers_and_nothing_more_is_kept() {
    let answer = answer(planned(HOW, &Memory::default(), Err(ModelTrouble::Off)));
    let entry = Base::ours().entry(Language::English, "link-how").unwrap();
    assert_eq!(answer.record.source, Source::Knowledge);
    assert_eq!(answer.record.entries.first().unwrap(), "link-how");
    assert!(
        answer.reply.text.contains(&entry.question) && answer.reply.text.contains(&entry.answer)
    );
    assert_eq!((answer.record.prompt, answer.remembers), (None, None));
}

#[test]
fn an_entry_asked_for_in_its_own_words_needs_no_model() {
    let answer = answer(planned(
        "How do I link my Flash account?",
        &Memory::default(),
        Ok(()),
    ));
    assert_eq!(answer.record.source, Source::Knowledge);
    assert!(answer.remembers.is_some());
}

#[test]
fn what_the_knowledge_base_knows_nothing_of_the_model_is_not_asked() {
    for can_ask in [Ok(()), Err(ModelTrouble::Off), Err(ModelTrouble::Failed)] {
        let answer = answer(planned(
            "who won the cricket in Barbados",
            &Memory::default(),
            can_ask,
        ));
        assert_eq!(answer.record.source, Source::Nothing);
        assert!(answer.record.entries.is_empty() && answer.reply.text.contains("*help*"));
    }
}

#[test]
fn the_models_words_are_said_with_what_they_are_and_how_to_reach_a_person() {
    let fine = "Send *link* to connect your account to this chat.";
    let (prompt, waits) = pending(planned(HOW, &Memory::default(), Ok(())));
    let first = waits.answered(Ok(says(fine)));
    assert_eq!(first.record.source, Source::Model);
    assert_eq!(first.record.prompt.as_deref(), Some(prompt.version));
    assert_eq!(
        (first.record.tokens, first.record.because),
        ((900, 40), None)
    );
    assert!(first.reply.text.starts_with(fine) && first.reply.text.contains("automated"));
    assert_eq!(first.remembers.unwrap().answer, fine);
    let (_, waits) = pending(planned(HOW, &after("what is a sat"), Ok(())));
    let later = waits.answered(Ok(says(fine)));
    assert!(
        later.reply.text.len() < first.reply.text.len() && later.reply.text.contains("Automated")
    );
}

#[test]
fn what_the_model_may_not_say_is_answered_by_the_entry_with_the_reason_kept() {
    let (_, waits) = pending(planned(HOW, &Memory::default(), Ok(())));
    let answer = waits.answered(Ok(says("I have linked your account.")));
    assert_eq!(answer.record.source, Source::Filtered);
    assert_eq!(answer.record.because.as_deref(), Some("claim"));
    assert!(
        answer
            .reply
            .text
            .contains("Open it and log in to Flash there.")
    );
    assert!(!answer.reply.text.contains("I have linked"));
    assert!(!answer.remembers.unwrap().answer.contains("I have linked"));
}

#[test]
fn the_model_may_pass_and_may_fail() {
    for (said, source) in [
        (Ok(says("NO ANSWER")), Source::Nothing),
        (Ok(says("OFF TOPIC")), Source::Refused),
        (Err(ModelTrouble::Failed), Source::Fallback),
        (Err(ModelTrouble::NotNow), Source::Fallback),
    ] {
        let (_, waits) = pending(planned(HOW, &Memory::default(), Ok(())));
        let answer = waits.answered(said);
        assert_eq!(answer.record.source, source);
        assert!(answer.record.prompt.is_some() && answer.record.because.is_none());
    }
}

#[test]
fn a_short_question_goes_on_with_the_one_before() {
    let alone = planned(
        "and then after that?",
        &Memory::default(),
        Err(ModelTrouble::Off),
    );
    assert_eq!(answer(alone).record.source, Source::Nothing);
    let memory = after("what does the history of my payments show");
    let (prompt, waits) = pending(planned("and then after that?", &memory, Ok(())));
    assert!(
        prompt
            .lines
            .iter()
            .any(|line| line.text.contains("history of my payments"))
    );
    let record = waits.answered(Err(ModelTrouble::Failed)).record;
    assert!(
        record.entries.iter().any(|entry| entry == "history-see"),
        "{:?}",
        record.entries
    );
}

#[test]
fn what_was_said_in_another_thread_counts_for_nothing() {
    let memory = Memory {
        thread: "SM0".to_owned(),
        ..after("what does the history of my payments show")
    };
    let answer = answer(planned("and then after that?", &memory, Ok(())));
    assert_eq!(answer.record.source, Source::Nothing);
    let (prompt, _) = pending(planned(HOW, &memory, Ok(())));
    assert!(
        !prompt
            .lines
            .iter()
            .any(|line| line.text.contains("history of my payments"))
    );
}

#[test]
fn thumbs_name_the_answer_by_its_source_and_moment() {
    let answer = answer(planned(HOW, &Memory::default(), Err(ModelTrouble::Off)));
    let fills = answer.reply.quick.unwrap().fills;
    assert_eq!(fills, [format!("knowledge-{}", NOW.unix())]);
}
