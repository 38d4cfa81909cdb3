//! What a wallet holds and what money costs: asked of Flash, unless somebody has asked a moment ago.

use aws::tables::Known;
use aws::telemetry;
use domain::cached::{AskedBalance, Figure};
use domain::flash::FlashTrouble;
use domain::money::Price;
use domain::policy::PRICE_STALE;
use domain::state::Link;
use domain::time::Moment;

use crate::ask::{by_key, judged};
use crate::{Fault, Talk};

/// What was remembered of it has been read with all the rest ([`Known`]); here Flash is asked.
pub(crate) async fn balance(
    talk: &Talk,
    known: &Known,
    link: &Link,
    currency: Option<String>,
    now: Moment,
) -> Result<AskedBalance, Fault> {
    let at = talk.clock.now();
    let asked = by_key(talk, known, link, now, async |key| {
        talk.flash.balance(key, currency.as_deref()).await
    });
    let told = asked.await?.map(|balance| Figure {
        of_link: link.key_id.clone(),
        currency: currency.clone(),
        at,
        balance,
    });
    Ok(AskedBalance {
        of_link: link.key_id.clone(),
        currency,
        generation: known.state.cached_balance.generation,
        told,
    })
}

/// One call to a table more than other commands have, and once a minute another: without them a crowd that asks for
/// prices would use up what Flash allows our address, and nobody would see a balance. A table that fails holds up no
/// price.
pub(crate) async fn price(
    talk: &Talk,
    known: &Known,
    code: &str,
    now: Moment,
) -> Result<Option<Price>, FlashTrouble> {
    match talk.tables.cached_price(code, now).await {
        Ok(Some(price)) => return Ok(Some(price)),
        Ok(None) => {}
        Err(error) => telemetry::failure("cached_price", &error),
    }
    let answer = talk.flash.price(code).await;
    let price = judged(talk, known, answer, now).await?;
    let fresh = price
        .as_ref()
        .filter(|price| now.since(price.at) <= PRICE_STALE);
    if let Some(price) = fresh
        && let Err(error) = talk.tables.save_price(price, now).await
    {
        telemetry::failure("cached_price", &error);
    }
    Ok(price)
}
