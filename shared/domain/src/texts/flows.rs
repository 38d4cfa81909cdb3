//! Around guided flows, whose own words stand in `flows/`.

use super::words;
use crate::flow::{Node, all};
use crate::language::Language;

/// What there is, to choose from.
pub fn flows(l: Language) -> String {
    let titles = all().iter().map(|flow| flow.title.text(l));
    let first = words(l, "flow-which", &[]);
    choose(l, &first, titles)
}

/// A step, with what can be chosen; or the end, with the way to a person.
pub fn flow_step(l: Language, node: &Node) -> String {
    if node.choices.is_empty() {
        return format!("{}\n\n{}", node.text(l), words(l, "flow-end", &[]));
    }
    let titles = node.choices.iter().map(|choice| choice.title(l));
    let back = node.offers_back().then(|| words(l, "flow-back", &[]));
    choose(l, node.text(l), titles.chain(back.as_deref()))
}

fn choose<'a>(l: Language, first: &str, titles: impl Iterator<Item = &'a str>) -> String {
    let numbered = (1..).zip(titles);
    let lines: Vec<_> = numbered
        .map(|(number, title): (u32, _)| format!("{number}. {title}"))
        .collect();
    let how = words(l, "flow-how", &[]);
    format!("{first}\n\n{}\n\n{how}", lines.join("\n"))
}

/// There is no choice of that number.
pub fn flow_number(l: Language, most: usize) -> String {
    words(l, "flow-number", &[("most", most.into())])
}

pub fn flow_closed(l: Language) -> String {
    words(l, "flow-closed", &[])
}
