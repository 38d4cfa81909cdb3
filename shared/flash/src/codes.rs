//! What Flash's codes and words mean: data, in the order in which they decide.

/// What an error asks of whoever gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// The credential is gone or lacks a scope.
    Credential,
    /// A limit, and the seconds to wait where the error does not say how long.
    Limited(u32),
    /// The wallet is being moved to another ledger.
    Moving,
    /// Flash's support must look at the account.
    Support,
    /// There is no such account, wallet or transaction.
    Absent,
    /// The same question will always have this answer.
    Declined,
    /// Once more may help.
    Passing,
}

/// Seconds to wait where the gateway limits without saying for how long; it counts by the minute.
pub(crate) const GATEWAY_WAIT_S: u32 = 60;

/// The block of the limiter inside Flash that the bot can meet: 20 invoices of an account in 120 s, then 300 s without.
pub(crate) const INVOICE_BLOCK_S: u32 = 300;

/// Codes that decide. A `*` stands for any beginning or end.
const DECISIVE: [(&str, Means); 30] = [
    ("TOO_MANY_REQUESTS", Means::Limited(GATEWAY_WAIT_S)),
    ("TOO_MANY_REQUEST", Means::Limited(INVOICE_BLOCK_S)),
    ("NOT_AUTHENTICATED", Means::Credential),
    ("NOT_AUTHORIZED", Means::Credential),
    ("SUBREQUEST_HTTP_ERROR", Means::Passing),
    ("DB_ERROR", Means::Passing),
    ("LND_OFFLINE", Means::Passing),
    ("DEALER_OFFLINE", Means::Passing),
    ("DEALER_ERROR", Means::Passing),
    ("IBEX_ERROR", Means::Passing),
    ("NOT_FOUND", Means::Absent),
    ("INVOICE_DECODE_ERROR", Means::Declined),
    ("USERNAME_ERROR", Means::Declined),
    ("INVALID_LNURL", Means::Declined),
    ("PHONE_CODE_ERROR", Means::Declined),
    ("PHONE_PROVIDER_ERROR", Means::Declined),
    ("CODE_EXPIRED_ERROR", Means::Declined),
    ("PHONE_ALREADY_*", Means::Declined),
    ("EMAIL_*", Means::Declined),
    ("*_NOT_ALLOWED_TO_ONBOARD_ERROR", Means::Declined),
    ("SESSION_REFRESH_REQUIRED_ERROR", Means::Declined),
    ("TRANSACTION_RESTRICTED", Means::Declined),
    ("INSUFFICIENT_BALANCE", Means::Declined),
    ("CANT_PAY_SELF", Means::Declined),
    ("LIGHTNING_PAYMENT_ERROR", Means::Declined),
    ("ROUTE_FINDING_ERROR", Means::Declined),
    ("LIQUIDITY_ERROR", Means::Declined),
    ("PUSH_*", Means::Declined),
    ("GRAPHQL_VALIDATION_FAILED", Means::Declined),
    ("GRAPHQL_PARSE_FAILED", Means::Declined),
];

/// How messages begin that decide: the gateway's router drops the code of most errors, and some codes say little.
const MESSAGES: [(&str, Means); 9] = [
    ("Cash Wallet cutover is in progress", Means::Moving),
    ("Cash Wallet migration needs support review", Means::Support),
    ("Account is inactive", Means::Support),
    ("API key missing required scope", Means::Credential),
    (
        "API key rate limit exceeded",
        Means::Limited(GATEWAY_WAIT_S),
    ),
    ("Not authorized", Means::Credential),
    ("Account does not exist for username", Means::Absent),
    ("Invalid value for ", Means::Declined),
    ("An error occurred. Contact support", Means::Passing),
];

/// Codes that stand for many things: they decide where the message says nothing.
const VAGUE: [(&str, Means); 4] = [
    ("INVALID_INPUT", Means::Declined),
    ("UNKNOWN_CLIENT_ERROR", Means::Passing),
    ("UNEXPECTED_CLIENT_ERROR", Means::Passing),
    ("INTERNAL_SERVER_ERROR", Means::Passing),
];

/// `codes`: of the extensions, then of the root or the payload, as far as there are any. None: nothing that is known here.
pub(crate) fn meaning(codes: [Option<&str>; 2], message: &str) -> Option<Means> {
    let in_table = |table: &'static [(&'static str, Means)]| {
        codes.into_iter().flatten().find_map(|code| {
            let row = table.iter().find(|(known, _)| fits(known, code));
            row.map(|(_, means)| *means)
        })
    };
    let by_message = || {
        let row = MESSAGES
            .iter()
            .find(|(start, _)| message.starts_with(start));
        row.map(|(_, means)| *means)
    };
    in_table(&DECISIVE)
        .or_else(by_message)
        .or_else(|| in_table(&VAGUE))
}

fn fits(known: &str, code: &str) -> bool {
    match (known.strip_prefix('*'), known.strip_suffix('*')) {
        (Some(end), _) => code.ends_with(end),
        (_, Some(start)) => code.starts_with(start),
        (None, None) => known == code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_decides_before_the_message_and_a_vague_one_after_it() {
        for (code, message, means) in [
            ("NOT_FOUND", "Not authorized", Some(Means::Absent)),
            (
                "INVALID_INPUT",
                "Account is inactive.",
                Some(Means::Support),
            ),
            (
                "INVALID_INPUT",
                "Invalid value for Memo",
                Some(Means::Declined),
            ),
            ("INVALID_INPUT", "something else", Some(Means::Declined)),
            (
                "INTERNAL_SERVER_ERROR",
                "Cash Wallet cutover is in progress. Please try again shortly.",
                Some(Means::Moving),
            ),
            ("INTERNAL_SERVER_ERROR", "oh", Some(Means::Passing)),
            ("EMAIL_UNVERIFIED_ERROR", "", Some(Means::Declined)),
            (
                "COUNTRY_NOT_ALLOWED_TO_ONBOARD_ERROR",
                "",
                Some(Means::Declined),
            ),
            ("PHONE_ALREADY_ATTACHED_ERROR", "", Some(Means::Declined)),
            ("SOMETHING_NEW", "?", None),
        ] {
            let met = meaning([None, Some(code)], message);
            assert_eq!(met, means, "{code} {message}");
        }
    }

    #[test]
    fn the_first_code_that_is_known_decides() {
        for (codes, means) in [
            (["SOMETHING_NEW", "IBEX_ERROR"], Means::Passing),
            (["NOT_FOUND", "IBEX_ERROR"], Means::Absent),
        ] {
            assert_eq!(meaning(codes.map(Some), ""), Some(means));
        }
    }
}
