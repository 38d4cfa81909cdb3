//! What a conversation so far leaves for the next question: as much as fits a budget, for a day.
//!
//! It is shortened by rule, from its oldest end: an exchange first leaves its question's beginning alone, then nothing.

use super::{Exchange, Memory, Thread};
use crate::policy::{MEMORY_CHARACTERS_PER_TOKEN, MEMORY_HEAD, MEMORY_LIFE, MEMORY_TOKENS};
use crate::time::Moment;

/// Tokens that every line of a chat costs beside its words, as the first makers of chat models count them (3, and 1 for the role).
const PER_LINE: usize = 4;

/// No fewer than a model counts: whoever writes English needs about four characters for a token, Spanish a little less.
pub fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(MEMORY_CHARACTERS_PER_TOKEN)
}

impl Exchange {
    /// What was asked, shortly; the answer is forgotten.
    pub const fn is_topic(&self) -> bool {
        self.answer.is_empty()
    }

    /// For whoever looks at what was answered.
    pub fn in_words(&self) -> String {
        format!("Asked: {}\n\nAnswered: {}", self.question, self.answer)
    }

    fn tokens(&self) -> usize {
        let lines = if self.is_topic() { 1 } else { 2_usize };
        let words = tokens(&self.question).saturating_add(tokens(&self.answer));
        words.saturating_add(lines.saturating_mul(PER_LINE))
    }

    fn into_topic(self) -> Self {
        let head: String = self.question.chars().take(MEMORY_HEAD).collect();
        let question = if head.len() < self.question.len() {
            format!("{}…", head.trim_end())
        } else {
            head
        };
        Self {
            question,
            answer: String::new(),
            at: self.at,
        }
    }
}

impl Memory {
    /// With one more exchange, and without what is too old or too much.
    #[must_use]
    pub fn with(mut self, exchange: Exchange, now: Moment) -> Self {
        self.said.push(exchange);
        self.said.retain(|said| now.since(said.at) < MEMORY_LIFE);
        let mut shortened = 0;
        while self.tokens() > MEMORY_TOKENS {
            // The last one stays whole for as long as there is another to shorten.
            if shortened < self.said.len().saturating_sub(1) {
                let said = self.said.get_mut(shortened);
                if let Some(said) = said {
                    *said = said.clone().into_topic();
                }
                shortened = shortened.saturating_add(1);
            } else if self.said.is_empty() {
                break;
            } else {
                self.said.remove(0);
                shortened = shortened.saturating_sub(1);
            }
        }
        self
    }

    /// What was asked at `at` in the present thread, if its answer is still known.
    pub fn answered(&self, thread: &Thread, at: Moment) -> Option<&Exchange> {
        let is_present = thread.id.as_ref() == Some(&self.thread);
        let said = self.said.iter().rev().filter(|_| is_present);
        said.filter(|said| !said.is_topic())
            .find(|said| said.at == at)
    }

    /// No fewer than the model counts for it.
    pub fn tokens(&self) -> usize {
        let each = self.said.iter().map(Exchange::tokens);
        each.fold(0, usize::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Moment = Moment::from_unix(1_795_356_300);

    fn said(question: &str, answer: &str, at: Moment) -> Exchange {
        Exchange {
            question: question.to_owned(),
            answer: answer.to_owned(),
            at,
        }
    }

    #[test]
    fn a_long_conversation_keeps_its_end_whole_and_of_its_beginning_the_topics() {
        let mut memory = Memory::default();
        for nth in 0..8 {
            let question = format!("{nth} {}", "how do I get paid ".repeat(8));
            let answer = "Send *username*. ".repeat(30);
            memory = memory.with(said(&question, &answer, NOW.plus(nth)), NOW.plus(nth));
        }
        assert!(memory.tokens() <= MEMORY_TOKENS);
        let last = memory.said.last().unwrap();
        assert!(last.question.starts_with("7 ") && !last.is_topic());
        let first = memory.said.first().unwrap();
        assert!(
            first.is_topic() && first.question.ends_with('…'),
            "{}",
            first.question
        );
        let whole: Vec<bool> = memory.said.iter().map(|said| !said.is_topic()).collect();
        assert!(
            whole.is_sorted(),
            "topics come before what is whole: {whole:?}"
        );
    }

    #[test]
    fn what_was_said_more_than_a_day_ago_is_forgotten() {
        let memory = Memory::default().with(said("old", "yes", NOW), NOW);
        let later = NOW.plus(MEMORY_LIFE);
        let memory = memory.with(said("new", "no", later), later);
        let questions: Vec<_> = memory
            .said
            .iter()
            .map(|said| said.question.as_str())
            .collect();
        assert_eq!(questions, ["new"]);
    }

    #[test]
    fn an_answer_is_found_by_its_moment_in_its_own_thread_while_it_is_known() {
        let mut memory = Memory {
            thread: "SM1".to_owned(),
            ..Memory::default()
        };
        memory = memory.with(said("how?", "so", NOW), NOW);
        memory = memory.with(said("why?", "", NOW.plus(1)), NOW.plus(1));
        let thread = Thread::default().asks("SM1", NOW).unwrap();
        let found = memory.answered(&thread, NOW).unwrap();
        let written = "Asked: how?\n\nAnswered: so";
        assert_eq!(found.in_words(), written);
        assert_eq!(memory.answered(&thread, NOW.plus(1)), None);
        assert_eq!(memory.answered(&thread, NOW.plus(2)), None);
        assert_eq!(memory.answered(&thread.ended(), NOW), None);
        assert_eq!(Memory::default().answered(&Thread::default(), NOW), None);
    }

    #[test]
    fn a_token_is_counted_for_every_three_characters_begun() {
        assert_eq!(
            (tokens(""), tokens("abc"), tokens("abcd"), tokens("ñandú")),
            (0, 1, 2, 2)
        );
    }

    proptest! {
        #[test]
        fn it_never_costs_more_than_its_budget(sizes in proptest::collection::vec((0_usize..6_000, 0_usize..2_000), 0..40)) {
            let mut memory = Memory::default();
            for (asked, answered) in sizes {
                memory = memory.with(said(&"q".repeat(asked), &"a".repeat(answered), NOW), NOW);
                prop_assert!(memory.tokens() <= MEMORY_TOKENS);
            }
        }
    }
}
