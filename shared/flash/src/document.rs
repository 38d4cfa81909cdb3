//! A file of operations, cut into the single-operation documents that go over the wire.
//! Flash counts the cost of a whole document, so no operation may drag its neighbours along.

use std::collections::BTreeMap;

/// One operation with the fragments it spreads.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) name: &'static str,
    pub(crate) text: String,
}

/// Every operation of `file`, in the file's order. A definition begins at the start of a line; whatever lies between is comment.
pub(crate) fn split(file: &'static str) -> Vec<Document> {
    let mut fragments = BTreeMap::new();
    let mut operations = Vec::new();
    for definition in definitions(file) {
        let mut words = definition.split(|c: char| !is_name(c));
        match (words.next(), words.next()) {
            (Some("fragment"), Some(name)) => {
                fragments.insert(name, definition);
            }
            (Some("query" | "mutation"), Some(name)) => operations.push((name, definition)),
            _ => {}
        }
    }
    operations
        .into_iter()
        .map(|(name, definition)| {
            let mut parts = vec![definition];
            collect(definition, &fragments, &mut parts);
            Document {
                name,
                text: parts.join("\n"),
            }
        })
        .collect()
}

fn definitions(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.split("\n\n").map(|block| {
        let comment: usize = block
            .split_inclusive('\n')
            .take_while(|line| line.starts_with('#') || line.trim().is_empty())
            .map(str::len)
            .sum();
        block.get(comment..).unwrap_or_default().trim_end()
    })
}

fn collect(
    text: &str,
    fragments: &BTreeMap<&'static str, &'static str>,
    parts: &mut Vec<&'static str>,
) {
    for spread in text.split("...").skip(1) {
        let name: String = spread.chars().take_while(|c| is_name(*c)).collect();
        if let Some(fragment) = fragments.get(name.as_str())
            && !parts.contains(fragment)
        {
            parts.push(fragment);
            collect(fragment, fragments, parts);
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# a file\n\nfragment A on T {\n  ...B\n}\n\nfragment B on T {\n  b\n}\n\n# why\nquery One($x: Int!) {\n  t(x: $x) {\n    ...A\n    ... on T { a }\n  }\n}\n\nmutation Two {\n  two\n}\n";

    #[test]
    fn an_operation_takes_along_the_fragments_it_spreads_and_no_more() {
        let documents = split(FILE);
        let names: Vec<_> = documents.iter().map(|document| document.name).collect();
        assert_eq!(names, ["One", "Two"]);
        assert!(documents[0].text.starts_with("query One"));
        assert!(documents[0].text.contains("fragment A on T"));
        assert!(documents[0].text.contains("fragment B on T"));
        assert_eq!(documents[1].text, "mutation Two {\n  two\n}");
    }
}
