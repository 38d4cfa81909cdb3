//! One question: answered from the knowledge base, or with the model's help.

use std::fmt;

use super::judge::{Because, Ground, Verdict, judge};
use super::{Asked, Completion, Exchange, Memory, ModelTrouble, Prompt, Record, Source, prompt};
use crate::knowledge::{Base, Entry, is_asked_so};
use crate::language::Language;
use crate::outbox::{QuickSet, Reply};
use crate::policy::{FOLLOW_UP_WORDS, KNOWLEDGE_FOUND};
use crate::texts;

/// What to do about a question.
#[derive(Clone, Debug)]
pub enum Plan {
    Say(Answer),
    /// The model is asked first, and what it says is judged.
    Ask(Prompt, Pending),
}

/// What is said, and what is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub reply: Reply,
    pub record: Record,
    /// None where nobody has agreed that more than the answer is made of a question.
    pub remembers: Option<Exchange>,
}

/// A question that the model is being asked. It is the person's own and not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Pending {
    question: Question,
    ground: Ground,
    prompt: &'static str,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({:?}, …)", self.question.asked.language)
    }
}

/// A question with the entries that may answer it.
#[derive(Clone, PartialEq, Eq)]
struct Question {
    asked: Asked,
    /// The best first.
    entries: Vec<Entry>,
    knowledge: String,
    /// Nothing was said in this conversation before.
    is_first: bool,
}

/// The knowledge base comes first: what it does not know at all, the model is not asked either, since nothing could tell
/// whether it answers rightly. A question in an entry's own words is answered in the entry's own words, which somebody has
/// reviewed: nothing has to leave for it.
pub fn plan(
    asked: &Asked,
    memory: &Memory,
    base: &Base,
    can_ask: Result<(), ModelTrouble>,
) -> Plan {
    let l = asked.language;
    let said = if memory.thread == asked.thread {
        memory.said.as_slice()
    } else {
        &[]
    };
    let last = said.last().map(|said| said.question.as_str());
    let question = Question {
        asked: asked.clone(),
        entries: found(base, l, &asked.question, last),
        knowledge: base.version().to_owned(),
        is_first: said.is_empty(),
    };
    let Some(best) = question.entries.first() else {
        // What nothing here is about was not asked, and does not follow the next question to the model either.
        return Plan::Say(question.nothing(Source::Nothing, false));
    };
    // After something else was said, few words may mean something else.
    let stands_alone = said.is_empty() || !is_short(&asked.question);
    let in_its_words = stands_alone && is_asked_so(l, best, &asked.question);
    match can_ask {
        Err(ModelTrouble::Off) => Plan::Say(question.by_entry(Source::Knowledge, false)),
        _ if in_its_words => Plan::Say(question.by_entry(Source::Knowledge, true)),
        Err(ModelTrouble::NotNow | ModelTrouble::Failed) => {
            Plan::Say(question.by_entry(Source::Fallback, true))
        }
        Ok(()) => {
            let prompt = prompt::of(&asked.question, l, said, &question.entries);
            let ground = Ground::of(l, &asked.question, &question.entries, said, base);
            let pending = Pending {
                question,
                ground,
                prompt: prompt.version,
            };
            Plan::Ask(prompt, pending)
        }
    }
}

/// The entries that answer: those for the question as it stands, and, where it is so short that it may go on with the one
/// before, those for both together beside them.
fn found(base: &Base, l: Language, question: &str, last: Option<&str>) -> Vec<Entry> {
    let own = base.find(l, question);
    let last = last.filter(|_| is_short(question) || own.is_empty());
    let both = last.map(|last| base.find(l, &format!("{last} {question}")));
    let both = both.unwrap_or_default();
    let mut entries: Vec<Entry> = Vec::new();
    for nth in 0..own.len().max(both.len()) {
        for found in [own.get(nth), both.get(nth)].into_iter().flatten() {
            if !entries.iter().any(|entry| entry.id == found.entry.id) {
                entries.push(found.entry.clone());
            }
        }
    }
    entries.truncate(KNOWLEDGE_FOUND);
    entries
}

fn is_short(question: &str) -> bool {
    question.split_whitespace().count() <= FOLLOW_UP_WORDS
}

impl Pending {
    /// What the person is told, whatever the model said.
    pub fn answered(self, completion: Result<Completion, ModelTrouble>) -> Answer {
        let Self {
            question,
            ground,
            prompt,
        } = self;
        let Ok(completion) = completion else {
            let answer = question.by_entry(Source::Fallback, true);
            return answer.asked_with(prompt, (0, 0), None);
        };
        let (answer, because) = match judge(&completion, &ground) {
            Verdict::Fine(text) => (question.by_model(&text), None),
            Verdict::NoAnswer => (question.nothing(Source::Nothing, true), None),
            Verdict::OffTopic => (question.nothing(Source::Refused, true), None),
            Verdict::Not(because) => (question.by_entry(Source::Filtered, true), Some(because)),
        };
        answer.asked_with(prompt, completion.tokens, because)
    }
}

impl Answer {
    fn asked_with(mut self, prompt: &str, tokens: (u64, u64), because: Option<Because>) -> Self {
        self.record.prompt = Some(prompt.to_owned());
        self.record.tokens = tokens;
        self.record.because = because.map(|because| because.name().to_owned());
        self
    }
}

impl Question {
    fn by_model(&self, text: &str) -> Answer {
        let said = texts::answer(self.asked.language, text, self.is_first);
        self.answer(Source::Model, said, Some(text))
    }

    /// By the best entry alone.
    fn by_entry(&self, source: Source, remembers: bool) -> Answer {
        let l = self.asked.language;
        let Some(best) = self.entries.first() else {
            return self.nothing(source, remembers);
        };
        let text = if source == Source::Knowledge {
            texts::answer_of_entry(l, &best.question, &best.answer)
        } else {
            texts::answer_instead(l, &best.question, &best.answer)
        };
        let said = texts::answer(l, &text, self.is_first);
        self.answer(source, said, remembers.then_some(best.answer.as_str()))
    }

    /// Whom else to ask.
    fn nothing(&self, source: Source, remembers: bool) -> Answer {
        let l = self.asked.language;
        let text = if source == Source::Refused {
            texts::answer_off_topic(l)
        } else {
            texts::answer_unknown(l)
        };
        let said = texts::answer(l, &text, self.is_first);
        self.answer(source, said, remembers.then_some(text.as_str()))
    }

    fn answer(&self, source: Source, said: String, remembered: Option<&str>) -> Answer {
        let ids = self
            .entries
            .iter()
            .map(|entry| entry.id.as_str().to_owned());
        Answer {
            reply: Reply::from(said)
                .language(self.asked.language)
                .quick(QuickSet::Answer, vec![self.name(source)]),
            record: Record {
                source,
                entries: ids.collect(),
                knowledge: self.knowledge.clone(),
                prompt: None,
                tokens: (0, 0),
                because: None,
            },
            remembers: remembered.map(|answer| Exchange {
                question: self.asked.question.clone(),
                answer: answer.to_owned(),
                at: self.asked.at,
            }),
        }
    }

    /// By which thumbs name it: from where it came, and when it was asked, which is also when its exchange is kept under.
    fn name(&self, source: Source) -> String {
        format!("{}-{}", source.name(), self.asked.at.unix())
    }
}

#[cfg(test)]
mod tests;
