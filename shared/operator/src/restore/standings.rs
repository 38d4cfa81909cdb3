//! What somebody has said of being written to, where it stands already: the stricter of that and what is to be brought back.

use aws::tables::Item;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::policy::BLOCKED_MOST;

const OUT: &str = "opted_out_at";
const IN: &str = "opted_in_at";
const BLOCKED: &str = "blocked";

fn moment(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// Since then they hear nothing, by this item.
pub(super) fn stop(item: &Item) -> Option<i64> {
    moment(item, OUT)
}

/// What stands says that they have taken this STOP back.
pub(super) fn is_taken_back(stands: &Item, said: i64) -> bool {
    stop(stands).is_none() && moment(stands, IN).is_some_and(|back| said < back)
}

fn blocked(item: &Item) -> &[AttributeValue] {
    let list = item.get(BLOCKED).and_then(|list| list.as_l().ok());
    list.map_or(&[], Vec::as_slice)
}

fn wallet(blocked: &AttributeValue) -> Option<&AttributeValue> {
    blocked.as_m().ok()?.get("wallet")
}

/// What stands, with the STOP of `wanted` and with whom that has blocked. It is `stands` where that says as much.
pub(super) fn stricter(stands: &Item, wanted: &Item) -> Item {
    let mut item = stands.clone();
    if let Some(said) = stop(wanted)
        && stop(stands).is_none_or(|known| known < said)
        && moment(stands, IN).is_none_or(|back| back <= said)
    {
        item.insert(OUT.to_owned(), AttributeValue::N(said.to_string()));
        item.remove("news_shard");
    }
    let known = blocked(stands);
    let is_known = |one: &&AttributeValue| known.iter().any(|other| wallet(other) == wallet(one));
    let missing = blocked(wanted).iter().filter(|one| !is_known(one));
    let mut all: Vec<_> = missing.chain(known).cloned().collect();
    if all.len() > known.len() {
        // The latest stand last.
        all.drain(..all.len().saturating_sub(BLOCKED_MOST));
        item.insert(BLOCKED.to_owned(), AttributeValue::L(all));
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(of: &[(&str, i64)], blocks: &[&str]) -> Item {
        let number = |(name, at): &(&str, i64)| {
            let at = AttributeValue::N(at.to_string());
            ((*name).to_owned(), at)
        };
        let mut item: Item = of.iter().map(number).collect();
        let block = |wallet: &&str| {
            let wallet = AttributeValue::S((*wallet).to_owned());
            AttributeValue::M(Item::from([("wallet".to_owned(), wallet)]))
        };
        if !blocks.is_empty() {
            let blocks = blocks.iter().map(block).collect();
            item.insert(BLOCKED.to_owned(), AttributeValue::L(blocks));
        }
        item
    }

    #[test]
    fn a_stop_is_put_into_what_stands_unless_a_later_start_does() {
        let wanted = item(&[(OUT, 50)], &[]);
        let merged = |stands: &[(&str, i64)]| stop(&stricter(&item(stands, &[]), &wanted));
        assert_eq!(merged(&[]), Some(50));
        assert_eq!(merged(&[(OUT, 40)]), Some(50), "the later ends more");
        assert_eq!(merged(&[(OUT, 60)]), Some(60));
        assert_eq!(merged(&[(IN, 49)]), Some(50));
        assert_eq!(merged(&[(IN, 50)]), Some(50));
        assert_eq!(merged(&[(IN, 51)]), None);
        assert!(is_taken_back(&item(&[(IN, 51)], &[]), 50));
        assert!(!is_taken_back(&item(&[(IN, 51), (OUT, 52)], &[]), 50));
        let listed = stricter(&item(&[("news_shard", 3)], &[]), &wanted);
        assert!(!listed.contains_key("news_shard"));
        // What stands is otherwise as it was.
        let stands = item(&[("version", 4), (OUT, 60)], &[]);
        assert_eq!(stricter(&stands, &wanted), stands);
        assert_eq!(stricter(&stands, &item(&[(IN, 99)], &[])), stands);
    }

    #[test]
    fn whom_they_have_blocked_stays_blocked() {
        let stands = item(&[], &["b", "c"]);
        let merged = stricter(&stands, &item(&[], &["a", "b"]));
        assert_eq!(blocked(&merged), blocked(&item(&[], &["a", "b", "c"])));
        assert_eq!(stricter(&stands, &item(&[], &["c"])), stands);
        let many: Vec<_> = (0..BLOCKED_MOST).map(|n| n.to_string()).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        let full = stricter(&stands, &item(&[], &many));
        assert_eq!(blocked(&full).len(), BLOCKED_MOST);
        assert_eq!(blocked(&full).last(), blocked(&stands).last());
    }
}
