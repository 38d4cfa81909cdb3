//! From the wire's types to the bot's own.

mod account;
mod history;
mod price;
mod receiving;
mod wallets;

use domain::address::PhoneNumber;
use domain::flash::{Balance, Owner, Reach};
use domain::ids::{AccountId, FlashUserId};
use domain::language::Language;
use domain::money::{Currency, Price};

use self::price::{Listed, price};
use self::wallets::{Wallets, balance_of};
use crate::answer::Answer;
use crate::error::Error;
use crate::operation::{
    balance, balance_in, bare_balance, currencies, me, realtime_price, send_probe,
};

pub(crate) use self::account::{account, bare_account};
pub(crate) use self::history::{details, history, rows};
pub(crate) use self::receiving::{invoice, invoice_status, payee};

/// Where a price that is missing fails: it is non-null, and takes all else with it.
const PRICES: [&str; 2] = ["realtimePrice", "currencyList"];

pub(crate) fn owner(answer: Answer<me::ResponseData>) -> Result<Owner, Error> {
    let lacking = answer.lacks("me");
    let user = answer.data.and_then(|data| data.me).ok_or(lacking)?;
    Ok(Owner {
        user: FlashUserId(user.id),
        account: AccountId(user.default_account.id),
        phone: user.phone.and_then(|phone| PhoneNumber::parse(&phone).ok()),
        username: user.username,
        language: Language::of_tag(&user.language),
        totp: user.totp_enabled,
    })
}

pub(crate) fn balance(answer: Answer<balance::ResponseData>) -> Result<Balance, Error> {
    let (lacking, refusal) = (priceless(&answer), answer.refusal());
    let Some((user, list)) = answer
        .data
        .and_then(|data| Some((data.me?, data.currency_list)))
    else {
        return Err(lacking);
    };
    let account = user.default_account;
    balance_of(
        refusal,
        (user.id, account.id),
        &account.default_wallet_id,
        Wallets::of(account.wallets),
        price(account.realtime_price, list),
    )
}

pub(crate) fn balance_in(answer: Answer<balance_in::ResponseData>) -> Result<Balance, Error> {
    let (lacking, refusal) = (priceless(&answer), answer.refusal());
    let Some((user, quoted, list)) = answer
        .data
        .and_then(|data| Some((data.me?, data.realtime_price, data.currency_list)))
    else {
        return Err(lacking);
    };
    let account = user.default_account;
    balance_of(
        refusal,
        (user.id, account.id),
        &account.default_wallet_id,
        Wallets::of(account.wallets),
        price(quoted, list),
    )
}

fn priceless<D>(answer: &Answer<D>) -> Error {
    if answer.failed_at(&PRICES) {
        Error::Priceless
    } else {
        answer.lacks("me")
    }
}

pub(crate) fn bare_balance(answer: Answer<bare_balance::ResponseData>) -> Result<Balance, Error> {
    let (lacking, refusal) = (answer.lacks("me"), answer.refusal());
    let user = answer.data.and_then(|data| data.me).ok_or(lacking)?;
    let account = user.default_account;
    balance_of(
        refusal,
        (user.id, account.id),
        &account.default_wallet_id,
        Wallets::of(account.wallets),
        None,
    )
}

/// The price in `code`; None where Flash does not list that currency.
pub(crate) fn realtime_price(
    answer: Answer<realtime_price::ResponseData>,
    code: &str,
) -> Result<Option<Price>, Error> {
    let lacking = priceless(&answer);
    let data = answer.data.ok_or(lacking)?;
    if data.realtime_price.denominator_currency != code {
        return Err(Error::Incomplete("a price in the currency asked for"));
    }
    if !data.currency_list.iter().any(|listed| listed.id == code) {
        return Ok(None);
    }
    let price = price(data.realtime_price, data.currency_list);
    price
        .map(Some)
        .ok_or(Error::Incomplete("a price that is one"))
}

pub(crate) fn currencies(answer: Answer<currencies::ResponseData>) -> Result<Vec<Currency>, Error> {
    let lacking = answer.lacks("currencyList");
    let listed = answer.data.ok_or(lacking)?.currency_list.into_iter();
    Ok(listed
        .filter_map(|row| Listed::from(row).currency())
        .collect())
}

/// Only the exact refusal is trusted; what the gateway answered in Flash's place is no verdict.
pub(crate) fn reach(answer: &Answer<send_probe::ResponseData>) -> Result<Reach, Error> {
    if answer.refuses_sending() {
        Ok(Reach::ReadOnly)
    } else if answer.is_from_the_gateway() {
        Err(answer.lacks("a verdict"))
    } else {
        Ok(Reach::MayMoveMoney)
    }
}
