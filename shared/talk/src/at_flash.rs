//! Asking Flash, with what its answers and its silence say to the breaker that all instances share.

use aws::clock::Clock;
use aws::tables::{Known, TableError, Tables, Upstream};
use aws::telemetry;
use aws::traffic::Traffic;
use domain::counts;
use domain::flash::FlashTrouble;
use domain::money::Price;
use domain::policy::PRICE_STALE;
use domain::state::Link;
use domain::time::Moment;
use secrecy::SecretString;

use crate::Talk;

/// What it takes to ask Flash, whoever does.
#[derive(Clone, Copy, Debug)]
pub struct AtFlash<'a> {
    pub clock: &'a Clock,
    pub tables: &'a Tables,
    pub flash: &'a flash::Client,
    /// Where its failures are counted. None: they are only logged.
    pub traffic: Option<&'a Traffic>,
}

impl Talk {
    pub(crate) fn at_flash(&self) -> AtFlash<'_> {
        AtFlash {
            clock: &self.clock,
            tables: &self.tables,
            flash: &self.flash,
            traffic: Some(&self.traffic),
        }
    }
}

impl AtFlash<'_> {
    /// Asks Flash with the key of this link.
    pub async fn by_key<T>(
        self,
        known: &Known,
        link: &Link,
        now: Moment,
        ask: impl AsyncFnOnce(&SecretString) -> Result<T, flash::Error>,
    ) -> Result<Result<T, FlashTrouble>, TableError> {
        let api_key = self
            .tables
            .open_credential(&known.state.key, &link.credential, now)
            .await;
        let api_key = match api_key {
            // Swapped or damaged: Flash is not asked with it, and the person hears what to do. An unknown key may come back.
            Err(error) if error.is_damage() => {
                telemetry::failure("credential", &error);
                return Ok(Err(FlashTrouble::CredentialDamaged));
            }
            opened => opened?,
        };
        let answer = ask(&api_key).await;
        Ok(self.judged(known, answer, now).await)
    }

    /// What Flash's answer, or its silence, says to the breaker and to the person.
    pub async fn judged<T>(
        self,
        known: &Known,
        answer: Result<T, flash::Error>,
        now: Moment,
    ) -> Result<T, FlashTrouble> {
        let answer = answer.map_err(|error| {
            telemetry::failure("flash", &error);
            let trouble = error.trouble();
            self.failed(trouble);
            trouble
        });
        let before = known.flash_breaker;
        let after = match &answer {
            Err(FlashTrouble::Unavailable) => before.failed(self.clock.now()),
            Ok(_) | Err(_) => before.succeeded(),
        };
        if after != before {
            if after.is_open(now) {
                telemetry::count("flash_breaker_opened");
            }
            // The breaker is a courtesy: the person's answer does not wait for it.
            if let Err(error) = self
                .tables
                .save_breaker(Upstream::Flash, before, after, now)
                .await
            {
                telemetry::failure("flash_breaker", &error);
            }
        }
        answer
    }

    /// One call to a table more than other commands have, and once a minute another: without them a crowd that asks for
    /// prices would use up what Flash allows our address, and nobody would see a balance. A table that fails holds up no
    /// price.
    pub async fn price(
        self,
        known: &Known,
        code: &str,
        now: Moment,
    ) -> Result<Option<Price>, FlashTrouble> {
        match self.tables.cached_price(code, now).await {
            Ok(Some(price)) => return Ok(Some(price)),
            Ok(None) => {}
            Err(error) => telemetry::failure("cached_price", &error),
        }
        if known.state.flash_is_down {
            return Err(FlashTrouble::Unavailable);
        }
        let answer = self.flash.price(code).await;
        let price = self.judged(known, answer, now).await?;
        let fresh = price
            .as_ref()
            .filter(|price| now.since(price.at) <= PRICE_STALE);
        if let Some(price) = fresh
            && let Err(error) = self.tables.save_price(price, now).await
        {
            telemetry::failure("cached_price", &error);
        }
        Ok(price)
    }

    /// Flash did not say what it was asked.
    fn failed(self, trouble: FlashTrouble) {
        let what = match trouble {
            FlashTrouble::CredentialGone => "flash_credential_gone",
            FlashTrouble::Unavailable => "flash_unavailable",
            FlashTrouble::Busy { .. } => "flash_busy",
            FlashTrouble::Moving => "flash_moving",
            FlashTrouble::NeedsSupport => "flash_needs_support",
            FlashTrouble::Declined => "flash_declined",
            FlashTrouble::CredentialDamaged => "credential_damaged",
        };
        if let Some(traffic) = self.traffic {
            let name = format!("{}{what}", counts::FAILED);
            traffic.count(&name, self.clock.now());
        }
    }
}
