//! What is asked for: from whom, by which invoice, and what became of it.

use std::str::FromStr as _;

use domain::flash::{Invoice, InvoiceStatus, Payee, PaymentHash, PaymentRequest, WalletCurrency};
use domain::ids::WalletId;
use domain::money::{Cents, Sats};
use domain::time::Moment;
use lightning_invoice::{Bolt11Invoice, Bolt11InvoiceDescriptionRef, Currency};

use crate::answer::Answer;
use crate::error::{Error, Refusal};
use crate::operation::{invoice_create, invoice_status, payee_of};

/// All of Flash's environments settle on Bitcoin's main network, its custodian's sandbox among them.
const NETWORK: Currency = Currency::Bitcoin;

const MSATS_OF_A_SAT: u64 = 1_000;

/// None: there is no such account.
pub(crate) fn payee(answer: Answer<payee_of::ResponseData>) -> Result<Option<Payee>, Error> {
    let (lacking, refusal) = (answer.lacks("the wallet"), answer.refusal());
    match (answer.data, refusal) {
        (Some(data), _) => Ok(Some(Payee {
            wallet: WalletId(data.account_default_wallet.id),
            currency: match data.account_default_wallet.wallet_currency {
                payee_of::WalletCurrency::Btc => WalletCurrency::Btc,
                payee_of::WalletCurrency::Usd => WalletCurrency::Usd,
                payee_of::WalletCurrency::Usdt => WalletCurrency::Usdt,
                payee_of::WalletCurrency::Other(_) => return Err(lacking),
            },
        })),
        // Flash allows fewer letters in a name than this project does.
        (None, Some(Refusal::Absent | Refusal::Declined)) => Ok(None),
        (None, _) => Err(lacking),
    }
}

/// The invoice, if it is the one that was asked for; what it says of itself is believed, not what Flash says of it.
pub(crate) fn invoice(
    answer: Answer<invoice_create::ResponseData>,
    cents: Cents,
    memo: Option<&str>,
) -> Result<Invoice, Error> {
    let lacking = answer.lacks("the invoice");
    let payload = answer
        .data
        .ok_or(lacking)?
        .ln_usd_invoice_create_on_behalf_of_recipient;
    let refusals = payload
        .errors
        .iter()
        .map(|error| Refusal::of([error.code.as_deref(), None], &error.message, None));
    if let Some(refusal) = Refusal::most_telling(refusals) {
        return Err(Error::Refused(refusal));
    }
    let made = payload.invoice.ok_or(Error::Incomplete("the invoice"))?;
    let invoice = read(&made.payment_request, cents, memo)?;
    if invoice
        .payment_hash
        .as_str()
        .eq_ignore_ascii_case(&made.payment_hash)
    {
        Ok(invoice)
    } else {
        Err(Error::Invoice("another payment hash"))
    }
}

fn read(text: &str, cents: Cents, memo: Option<&str>) -> Result<Invoice, Error> {
    // Reading checks the signature, too.
    let decoded = Bolt11Invoice::from_str(text).map_err(|_| Error::Invoice("it cannot be read"))?;
    if decoded.currency() != NETWORK {
        return Err(Error::Invoice("another network"));
    }
    let sats = decoded
        .amount_milli_satoshis()
        .map(|msats| msats.div_ceil(MSATS_OF_A_SAT))
        .and_then(|sats| i64::try_from(sats).ok())
        .filter(|sats| *sats > 0)
        .ok_or(Error::Invoice("no amount"))?;
    let note = match decoded.description() {
        Bolt11InvoiceDescriptionRef::Direct(text) => Some(text.to_string()),
        Bolt11InvoiceDescriptionRef::Hash(_) => None,
    };
    // Where none was asked for there is none: whoever pays would read a note that nobody wrote.
    let as_asked = match (note.as_deref().map(str::trim), memo.map(str::trim)) {
        (None, Some(_)) => false,
        (note, memo) => note.unwrap_or_default() == memo.unwrap_or_default(),
    };
    if !as_asked {
        return Err(Error::Invoice("another description"));
    }
    let moment = |since_epoch: std::time::Duration| {
        let seconds = i64::try_from(since_epoch.as_secs()).ok();
        seconds
            .map(Moment::from_unix)
            .ok_or(Error::Invoice("no time"))
    };
    let unreadable = |_| Error::Invoice("it cannot be read");
    Ok(Invoice {
        payment_request: PaymentRequest::parse(&text.to_ascii_lowercase()).map_err(unreadable)?,
        payment_hash: PaymentHash::parse(&decoded.payment_hash().to_string())
            .map_err(unreadable)?,
        sats: Sats(sats),
        cents,
        created_at: moment(decoded.duration_since_epoch())?,
        expires_at: moment(decoded.expires_at().ok_or(Error::Invoice("no end"))?)?,
        memo: memo.map(str::to_owned),
    })
}

pub(crate) fn invoice_status(
    answer: Answer<invoice_status::ResponseData>,
) -> Result<InvoiceStatus, Error> {
    let lacking = answer.lacks("the status");
    let payload = answer.data.ok_or(lacking)?.ln_invoice_payment_status;
    let refusals = payload
        .errors
        .iter()
        .map(|error| Refusal::of([error.code.as_deref(), None], &error.message, None));
    if let Some(refusal) = Refusal::most_telling(refusals) {
        return Err(Error::Refused(refusal));
    }
    match payload.status {
        Some(invoice_status::InvoicePaymentStatus::Paid) => Ok(InvoiceStatus::Paid),
        Some(invoice_status::InvoicePaymentStatus::Pending) => Ok(InvoiceStatus::Pending),
        Some(invoice_status::InvoicePaymentStatus::Expired) => Ok(InvoiceStatus::Expired),
        _ => Err(Error::Incomplete("the status")),
    }
}
