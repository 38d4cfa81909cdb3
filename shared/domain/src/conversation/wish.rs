//! Sentences that ask for a person and for nothing else, however politely: "can I talk to somebody real please?"

/// Words that name whoever is wished for.
const SOMEBODY: &[&str] = &[
    "person",
    "human",
    "people",
    "somebody",
    "someone",
    "anybody",
    "anyone",
    "agent",
    "representative",
    "operator",
    "persona",
    "personas",
    "humano",
    "humana",
    "alguien",
    "agente",
    "representante",
    "operador",
];

/// Words that wish.
const WISHES: &[&str] = &[
    "want",
    "wanna",
    "need",
    "like",
    "can",
    "could",
    "may",
    "let",
    "give",
    "get",
    "put",
    "connect",
    "talk",
    "speak",
    "chat",
    "please",
    "quiero",
    "quisiera",
    "necesito",
    "puedo",
    "podría",
    "puedes",
    "pueden",
    "dame",
    "deme",
    "hablar",
    "pasar",
    "pásame",
    "páseme",
    "comunícame",
    "comunicar",
    "conéctame",
    "favor",
];

/// What else may stand in such a sentence and changes nothing of it.
const BESIDE: &[&str] = &[
    "i",
    "i'd",
    "id",
    "i'll",
    "would",
    "you",
    "me",
    "us",
    "we",
    "to",
    "with",
    "a",
    "an",
    "the",
    "real",
    "actual",
    "live",
    "being",
    "instead",
    "now",
    "just",
    "only",
    "here",
    "there",
    "from",
    "at",
    "in",
    "through",
    "on",
    "of",
    "your",
    "team",
    "staff",
    "support",
    "service",
    "customer",
    "flash",
    "hi",
    "hello",
    "hey",
    "ok",
    "thanks",
    "thank",
    "some",
    "directly",
    "about",
    "this",
    "un",
    "una",
    "con",
    "de",
    "del",
    "el",
    "la",
    "al",
    "me",
    "que",
    "sea",
    "verdad",
    "viva",
    "vivo",
    "por",
    "hola",
    "ahora",
    "mejor",
    "solo",
    "sólo",
    "equipo",
    "soporte",
    "gracias",
    "aquí",
    "directamente",
    "ya",
    "en",
    "les",
    "le",
    "se",
    "poder",
    "gustaría",
];

/// Longer ones tell something, which an answer or a person has to read.
const LONGEST: usize = 14;

/// `text` is in lower case.
pub(crate) fn is_for_a_person(text: &str) -> bool {
    let words = text
        .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
        .filter(|word| !word.is_empty())
        .map(|word| word.replace('’', "'"));
    let words: Vec<_> = words.collect();
    let is_one_of = |all: &[&str]| words.iter().any(|word| all.contains(&word.as_str()));
    let all = [SOMEBODY, WISHES, BESIDE];
    words.len() <= LONGEST
        && is_one_of(SOMEBODY)
        && is_one_of(WISHES)
        && words
            .iter()
            .all(|word| all.iter().any(|known| known.contains(&word.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_for_a_person_in_a_sentence_is_understood() {
        for text in [
            "can i talk to a human please",
            "i want to speak with somebody real",
            "give me a person",
            "i'd like to talk to someone from flash",
            "could you put me through to a real person?",
            "hi, i need to speak to someone on your team now",
            "please let me chat with a live agent",
            "quiero hablar con una persona de verdad",
            "hola, necesito hablar con alguien por favor",
            "¿puedo hablar con un humano?",
            "pásame con un agente",
        ] {
            assert!(is_for_a_person(text), "{text}");
        }
    }

    #[test]
    fn what_tells_or_asks_more_is_a_question_like_any_other() {
        for text in [
            "are you a person",
            "can i send money to a person in miami",
            "somebody took my phone",
            "i want to talk",
            "can someone see my balance",
            "is a human reading this",
            "can i pay an agent",
            "necesito enviar dinero a alguien",
            "¿eres una persona?",
            "someone",
            "",
        ] {
            assert!(!is_for_a_person(text), "{text}");
        }
    }
}
