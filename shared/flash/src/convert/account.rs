//! What an account is allowed and shown as.

use domain::flash::{Account, Level, Limit, Limited, Username};
use domain::ids::{AccountId, FlashUserId};
use domain::language::Language;
use domain::money::Cents;

use super::price;
use super::wallets::Wallets;
use crate::answer::Answer;
use crate::error::Error;
use crate::fraction::Fraction;
use crate::operation::{account, bare_account};

/// Flash's limits are by the day where they don't say otherwise.
const DAY_S: i64 = 86_400;

/// What both operations tell of an account.
macro_rules! told {
    ($module:ident, $answer:ident, $user:ident => $limits:expr) => {{
        let lacking = $answer.lacks("me");
        let $user = $answer.data.and_then(|data| data.me).ok_or(lacking)?;
        let limits = $limits;
        let account = $user.default_account;
        let wallets = Wallets::of(account.wallets);
        Ok(Account {
            user: FlashUserId($user.id),
            account: AccountId(account.id),
            username: $user.username.filter(|name| Username::parse(name).is_ok()),
            wallets: wallets.ids(),
            wallet: wallets.into_cash_id(&account.default_wallet_id)?,
            level: match account.level {
                $module::AccountLevel::Zero => Some(Level::Zero),
                $module::AccountLevel::One => Some(Level::One),
                $module::AccountLevel::Two => Some(Level::Two),
                $module::AccountLevel::Three => Some(Level::Three),
                $module::AccountLevel::Other(_) => None,
            },
            currency: price::code(&account.display_currency),
            limits,
            language: Language::of_tag(&$user.language),
        })
    }};
}

pub(crate) fn account(answer: Answer<account::ResponseData>) -> Result<Account, Error> {
    if answer.failed_at(&["limits"]) && answer.data.as_ref().is_none_or(|data| data.me.is_none()) {
        return Err(Error::Limitless);
    }
    told!(account, answer, user => {
        let limits = &user.default_account.limits;
        let of = |what, limits: &[account::LimitFields]| -> Vec<Limit> {
            let limits = limits.iter();
            limits.filter_map(|limit| limit_on(what, limit)).collect()
        };
        [
            of(Limited::Withdrawal, &limits.withdrawal),
            of(Limited::Internal, &limits.internal_send),
            of(Limited::Convert, &limits.convert),
        ]
        .concat()
    })
}

pub(crate) fn bare_account(answer: Answer<bare_account::ResponseData>) -> Result<Account, Error> {
    told!(bare_account, answer, user => Vec::new())
}

/// None where the figure is beyond any wallet.
fn limit_on(what: Limited, limit: &account::LimitFields) -> Option<Limit> {
    let cents = |figure: Fraction| Cents::floor(figure.0);
    Some(Limit {
        what,
        total: cents(limit.total_limit)?,
        left: limit.remaining_limit.and_then(cents),
        seconds: limit.interval.unwrap_or(DAY_S),
    })
}
