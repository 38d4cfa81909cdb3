//! What Flash says of the linked account and of what was paid; with the id of the key that it was asked with.

use aws::tables::Known;
use domain::flash::{Account, Details, FlashTrouble, History, TransactionId};
use domain::state::Link;
use domain::time::Moment;

use crate::{Fault, Talk};

pub(crate) async fn account(
    talk: &Talk,
    known: &Known,
    link: Link,
    now: Moment,
) -> Result<(String, Result<Account, FlashTrouble>), Fault> {
    let asked = talk
        .at_flash()
        .by_key(known, &link, now, async |key| talk.flash.account(key).await);
    let answer = asked.await?;
    Ok((link.key_id, answer))
}

pub(crate) async fn history(
    talk: &Talk,
    known: &Known,
    link: Link,
    now: Moment,
) -> Result<(String, Result<History, FlashTrouble>), Fault> {
    let asked = talk
        .at_flash()
        .by_key(known, &link, now, async |key| talk.flash.history(key).await);
    let answer = asked.await?;
    Ok((link.key_id, answer))
}

type Detailed = (String, TransactionId, Result<Option<Details>, FlashTrouble>);

pub(crate) async fn transaction(
    talk: &Talk,
    known: &Known,
    (link, id): (Link, TransactionId),
    now: Moment,
) -> Result<Detailed, Fault> {
    let asked = talk.at_flash().by_key(known, &link, now, async |key| {
        talk.flash.transaction(key, &id).await
    });
    let answer = asked.await?;
    Ok((link.key_id, id, answer))
}
