//! `Query` and `Mutation` of the public API: every field a deed of the state.

use std::cell::RefCell;

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use serde_json::{Value, json};
use uuid::Uuid;

use super::State;
use super::keys::{Caller, refusal};
use super::market;
use super::tree::{Node, arguments, failure};
use super::view::{self, Manner};

/// Who asks, how, and from where.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) caller: Caller,
    pub(super) manner: Manner,
    pub(super) ip: String,
}

/// The root of one operation.
pub(super) struct Root<'a> {
    pub(super) is_query: bool,
    pub(super) state: RefCell<&'a mut State>,
    pub(super) context: &'a Context,
}

impl ObjectValue for Root<'_> {
    fn type_name(&self) -> &'static str {
        if self.is_query { "Query" } else { "Mutation" }
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        let field = info.field_name();
        self.context.caller.may(field).map_err(failure)?;
        let all = arguments(info);
        let input = &all["input"];
        let Context { caller, manner, ip } = self.context;
        let own = caller.account().unwrap_or_default();
        let mut state = self.state.borrow_mut();
        let node = match field {
            "me" => me(&state, caller, *manner),
            "apiKeys" => state.api_keys(own, manner.now),
            "currencyList" => market::currency_list(),
            "realtimePrice" => price(&all, *manner)?,
            "accountDefaultWallet" => payee(&state, &all, *manner)?,
            "transactionDetails" => view::details(
                &state,
                input["transactionId"].as_str().unwrap_or_default(),
                *manner,
            ),
            "lnUsdInvoiceCreateOnBehalfOfRecipient" => state.create_invoice(input, *manner),
            "lnInvoicePaymentStatus" => state.invoice_status(input, *manner)?,
            "captchaCreateChallenge" => state.create_challenge(manner.now),
            "captchaRequestAuthCode" => state.request_code(input, ip, manner.now),
            "userLogin" => state.log_in(input, ip, manner.now),
            "userLogout" => state.log_out(caller),
            "apiKeyCreate" => state.create_key(own, input, manner.now),
            "apiKeyRevoke" => state.revoke_key(own, input, manner.now),
            "intraLedgerUsdPaymentSend" => send(&state, own, input),
            _ => return Err(self.unknown_field_error(info)),
        };
        Ok(node.into_resolved())
    }
}

fn me(state: &State, caller: &Caller, manner: Manner) -> Node {
    caller
        .account()
        .and_then(|id| state.account(id))
        .map_or_else(Node::null, |(person, account)| {
            view::user(person, account, caller, manner)
        })
}

fn price(arguments: &Value, manner: Manner) -> Result<Node, FieldError> {
    let code = arguments["currency"].as_str().unwrap_or("USD");
    if !(3..=4).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Err(failure("Invalid value for DisplayCurrency"));
    }
    match view::price(code, manner) {
        Node::Failed(message) => Err(failure(message)),
        price => Ok(price),
    }
}

/// Where a username is paid to, for anybody who asks.
fn payee(state: &State, arguments: &Value, manner: Manner) -> Result<Node, FieldError> {
    let name = arguments["username"]
        .as_str()
        .unwrap_or_default()
        .to_lowercase();
    if domain::flash::Username::parse(&name).is_err() {
        return Err(failure("Invalid value for Username"));
    }
    let mut accounts = state
        .people
        .iter()
        .filter_map(|person| person.account.as_ref());
    let account = accounts
        .find(|account| account.username.as_ref() == Some(&name))
        .ok_or_else(|| failure(format!("Account does not exist for username {name}")))?;
    if let Some(message) = account.in_the_way() {
        return Err(failure(message));
    }
    let unit = if manner.knows_usdt {
        account.wallet_currency.as_str()
    } else {
        "USD"
    };
    if arguments["walletCurrency"]
        .as_str()
        .is_some_and(|asked| asked != unit)
    {
        return Err(failure(format!(
            "Account does not exist for username {name}"
        )));
    }
    let wallet = json!({"id": account.wallet_id, "walletCurrency": unit});
    Ok(Node::object("PublicWallet", wallet))
}

/// Nothing is ever sent here: the bot must not get this far.
fn send(state: &State, own: &str, input: &Value) -> Node {
    let wallet = input["walletId"].as_str().unwrap_or_default();
    let (message, code) = if Uuid::try_parse(wallet).is_err() {
        ("Invalid value for WalletId", "")
    } else if state
        .account(own)
        .is_none_or(|(_, account)| account.wallet_id != wallet)
    {
        ("Invalid walletId for account.", "INVALID_INPUT")
    } else {
        ("The local world moves no money", "TRANSACTION_RESTRICTED")
    };
    refusal("PaymentSendPayload", "status", message, code)
        .with([("status", Node::Leaf(json!("FAILURE")))])
}
