//! What a wallet holds: asked of Flash, unless it was told a moment ago.

use aws::tables::Known;
use domain::cached::{AskedBalance, Figure};
use domain::state::Link;
use domain::time::Moment;

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
    let asked = talk.at_flash().by_key(known, link, now, async |key| {
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
