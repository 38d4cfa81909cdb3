//! The user ids of the erased, as a copy has them.

use std::collections::BTreeSet;

use aws::tables::Item;

use super::since::text;

/// What stood under one goes with its person, but not a link that is another's.
#[derive(Clone, Debug, Default)]
pub(super) struct Ids {
    theirs: BTreeSet<String>,
    linked: BTreeSet<String>,
}

impl Ids {
    pub(super) fn note(&mut self, item: &Item, erased: &BTreeSet<String>) {
        let key = text(item, "person");
        if item.contains_key("link") {
            self.linked.insert(key.to_owned());
        }
        if erased.contains(key) {
            let ids = ["user", "writes_as"].map(|name| text(item, name));
            let ids = ids.into_iter().filter(|id| !id.is_empty());
            self.theirs.extend(ids.map(str::to_owned));
        } else if let Some(user) = key.strip_prefix("alias#")
            && erased.contains(text(item, "to"))
        {
            self.theirs.insert(user.to_owned());
        }
    }

    pub(super) fn held(self) -> impl Iterator<Item = String> {
        let Self { theirs, linked } = self;
        theirs.into_iter().filter(move |id| !linked.contains(id))
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;

    use super::*;

    fn item(of: &[(&str, &str)]) -> Item {
        let value = |value: &str| AttributeValue::S(value.to_owned());
        of.iter()
            .map(|(name, is)| ((*name).to_owned(), value(is)))
            .collect()
    }

    #[test]
    fn what_stood_under_a_user_id_goes_with_whoever_it_belonged_to() {
        let erased = BTreeSet::from(["one".to_owned()]);
        let mut ids = Ids::default();
        for noted in [
            item(&[("person", "one"), ("user", "u"), ("writes_as", "linked")]),
            item(&[("person", "linked"), ("link", "l")]),
            item(&[("person", "alias#v"), ("to", "one")]),
            item(&[("person", "alias#w"), ("to", "two")]),
            item(&[("person", "two"), ("user", "x")]),
        ] {
            ids.note(&noted, &erased);
        }
        assert_eq!(ids.held().collect::<Vec<_>>(), ["u", "v"]);
    }
}
