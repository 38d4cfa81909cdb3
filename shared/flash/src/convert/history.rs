//! What was paid.

use domain::flash::{
    Details, Direction, History, PaymentHash, Rail, Transaction, TransactionId, TransactionStatus,
};
use domain::outside;
use domain::time::Moment;
use rust_decimal::Decimal;

use super::wallets::Wallets;
use crate::answer::Answer;
use crate::error::Error;
use crate::fraction::decimal;
use crate::operation::{details, history, rows};

/// Half a cent: on the new ledger what is received below it counts as no whole cent, and so as sent.
const DUST: Decimal = Decimal::from_parts(5, 0, 0, false, 3);

/// A memo is shown in one line of a chat.
const MEMO_LETTERS: usize = 200;

/// A row as Flash lists it, whichever operation read it.
struct Row {
    id: String,
    at: i64,
    amount: String,
    received: bool,
    rail: Rail,
    status: TransactionStatus,
}

macro_rules! row {
    ($($module:ident)*) => {$(
        impl From<$module::TransactionFields> for Row {
            fn from(row: $module::TransactionFields) -> Self {
                use $module::TransactionFieldsSettlementVia as Via;
                Self {
                    id: row.id,
                    at: row.created_at,
                    amount: row.settlement_display_amount,
                    received: matches!(row.direction, $module::TxDirection::Receive),
                    rail: match row.settlement_via {
                        Via::SettlementViaLn => Rail::Lightning,
                        Via::SettlementViaIntraLedger => Rail::Flash,
                        Via::SettlementViaOnChain => Rail::OnChain,
                        Via::Unknown => Rail::Other,
                    },
                    status: match row.status {
                        $module::TxStatus::Success => TransactionStatus::Settled,
                        $module::TxStatus::Failure => TransactionStatus::Failed,
                        _ => TransactionStatus::Pending,
                    },
                }
            }
        }
    )*};
}
row!(rows history details);

impl From<Row> for Transaction {
    /// The sign is that of the display amount. Where that has none though Flash calls the row sent, it is dust received, or
    /// Flash is one that writes amounts without a sign.
    fn from(row: Row) -> Self {
        let written = decimal(&row.amount);
        let received = match written {
            Some(amount) if amount < Decimal::ZERO => false,
            Some(amount) if amount > Decimal::ZERO => row.received || amount <= DUST,
            _ => row.received,
        };
        let signed = |amount: Decimal| {
            if received {
                amount.abs()
            } else {
                -amount.abs()
            }
        };
        Self {
            id: TransactionId(row.id),
            at: Moment::from_unix(row.at),
            dollars: written.map(signed),
            direction: if received {
                Direction::Received
            } else {
                Direction::Sent
            },
            rail: row.rail,
            status: row.status,
        }
    }
}

/// Newest first: Flash lists an account's wallets one after the other.
fn sorted<R: Into<Row>>(listed: impl IntoIterator<Item = R>) -> Vec<Transaction> {
    let mut rows: Vec<Transaction> = listed.into_iter().map(|row| row.into().into()).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    rows
}

pub(crate) fn rows(answer: Answer<rows::ResponseData>) -> Result<Vec<Transaction>, Error> {
    let lacking = answer.lacks("transactions");
    let edges = answer
        .data
        .and_then(|data| data.me)
        .and_then(|user| user.default_account.transactions)
        .and_then(|connection| connection.edges)
        .ok_or(lacking)?;
    Ok(sorted(edges.into_iter().map(|edge| edge.node)))
}

pub(crate) fn history(answer: Answer<history::ResponseData>) -> Result<History, Error> {
    let lacking = answer.lacks("transactions");
    let account = answer
        .data
        .and_then(|data| data.me)
        .map(|user| user.default_account);
    let (wallets, edges) = account
        .and_then(|account| {
            let edges = account
                .transactions
                .and_then(|connection| connection.edges)?;
            Some((Wallets::of(account.wallets), edges))
        })
        .ok_or(lacking)?;
    let rows = sorted(edges.into_iter().map(|edge| edge.node));
    Ok(History {
        doubtful: rows.is_empty() && wallets.leave_doubt(),
        wallets: wallets.ids(),
        rows,
    })
}

/// None: there is no such payment among the owner's latest ones, `asked` of which were asked for; that it is somebody else's
/// is never said.
pub(crate) fn details(
    answer: Answer<details::ResponseData>,
    id: &TransactionId,
    asked: usize,
) -> Result<Option<Details>, Error> {
    let lacking = answer.lacks("transactions");
    let missing = answer.lacks("the payment's row");
    let Some((account, payload)) = answer
        .data
        .and_then(|data| Some((data.me?.default_account, data.transaction_details)))
    else {
        return Err(lacking);
    };
    let edges = account
        .transactions
        .and_then(|connection| connection.edges)
        .ok_or(lacking)?;
    let wallets = Wallets::of(account.wallets);
    let rows = sorted(edges.into_iter().map(|edge| edge.node));
    let told = payload.transaction_details.filter(|told| {
        let owned = told
            .account_id
            .as_deref()
            .is_some_and(|wallet| wallets.holds(wallet));
        owned && told.id == id.0
    });
    let listed = rows.len();
    let Some(transaction) = rows.into_iter().find(|row| row.id == *id) else {
        // Theirs, and not in a list that had room for it; or in no list at all: Flash's custodian is down.
        let hidden = told.is_some() && listed < asked;
        return if hidden || listed == 0 && wallets.leave_doubt() {
            Err(missing)
        } else {
            Ok(None)
        };
    };
    // On chain Flash writes the fee in satoshis or in dollars, and does not say which.
    let in_dollars = transaction.rail == Rail::Lightning;
    Ok(Some(Details {
        memo: told
            .as_ref()
            .and_then(|told| told.memo.as_deref())
            .map(|memo| outside::words(memo, MEMO_LETTERS))
            .filter(|memo| !memo.is_empty()),
        payment_hash: told
            .as_ref()
            .and_then(|told| PaymentHash::parse(told.payment_hash.as_deref()?).ok()),
        fee: told
            .and_then(|told| told.fee)
            .map(|fee| fee.0.abs())
            .filter(|fee| in_dollars && !fee.is_zero()),
        transaction,
    }))
}
