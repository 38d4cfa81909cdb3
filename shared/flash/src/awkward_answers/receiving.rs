//! Names, invoices, and what became of them. The invoices are the examples of BOLT 11 (with its hash 0001…0102): made
//! by others, and good for ever.

use domain::flash::{FlashTrouble, InvoiceStatus, PaymentRequest, Username, WalletCurrency};
use domain::ids::WalletId;
use domain::money::{Cents, Sats};
use domain::time::Moment;
use serde_json::{Value, json};

use super::{Scripted, ok};

const HASH: &str = "0001020304050607080900010203040506070809000102030405060708090102";

/// 250,000 sat for `1 cup coffee`, within 60 s.
const COFFEE: &str = "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh";

/// 250,000 sat for `ナンセンス 1杯`, within 60 s.
const NONSENSE: &str = "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpquwpc4curk03c9wlrswe78q4eyqc7d8d0xqzpu9qrsgqhtjpauu9ur7fw2thcl4y9vfvh4m9wlfyz2gem29g5ghe2aak2pm3ps8fdhtceqsaagty2vph7utlgj48u0ged6a337aewvraedendscp573dxr";

/// As much as the payer likes.
const DONATION: &str = "lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls087fxdwk8qakdyafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql";

/// Of the test network.
const TESTNET: &str = "lntb20m1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygshp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqfpp3x9et2e20v6pu37c5d9vax37wxq72un989qrsgqdj545axuxtnfemtpwkc45hx9d2ft7x04mt8q7y6t0k2dge9e7h8kpy9p34ytyslj3yu569aalz2xdk8xkd7ltxqld94u8h2esmsmacgpghe9k8";

/// 2,000,000 sat for what only a hash tells.
const HASHED: &str = "lnbc20m1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqhp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqs9qrsgq7ea976txfraylvgzuxs8kgcw23ezlrszfnh8r6qtfpr6cxga50aj6txm9rxrydzd06dfeawfk6swupvz4erwnyutnjq7x39ymw6j38gp7ynn44";

fn wallet() -> WalletId {
    WalletId("f3c1d9b2-7e64-4a8f-8b15-90d2a6c40100".to_owned())
}

fn made(request: &str, hash: &str) -> Value {
    json!({"data":{"lnUsdInvoiceCreateOnBehalfOfRecipient":{"errors":[],"invoice":{"paymentRequest":request,"paymentHash":hash}}}})
}

async fn asked(
    answer: &Value,
    memo: Option<&str>,
) -> (Result<domain::flash::Invoice, String>, usize) {
    let flash = Scripted::new([ok(answer)]).await;
    let invoice = flash.client.invoice(&wallet(), Cents(15_875), memo).await;
    (invoice.map_err(|error| error.to_string()), flash.heard())
}

#[tokio::test]
async fn an_invoice_is_what_it_says_of_itself() {
    let flash = Scripted::new([ok(&made(COFFEE, HASH))]).await;
    let into = wallet();
    let invoice = flash
        .client
        .invoice(&into, Cents(15_875), Some("1 cup coffee"));
    let invoice = invoice.await.unwrap();
    assert_eq!(invoice.sats, Sats(250_000));
    assert_eq!(invoice.cents, Cents(15_875));
    assert_eq!(invoice.created_at, Moment::from_unix(1_496_314_658));
    assert_eq!(invoice.expires_at, Moment::from_unix(1_496_314_718));
    assert_eq!(invoice.payment_hash.as_str(), HASH);
    assert_eq!(invoice.payment_request.as_str(), COFFEE);
    assert_eq!(invoice.memo.as_deref(), Some("1 cup coffee"));
    let shown = format!("{invoice:?}");
    assert!(
        !shown.contains("coffee") && !shown.contains("lnbc") && !shown.contains(HASH),
        "{shown}"
    );

    let heard = flash.heard.lock().unwrap();
    let (headers, body) = &heard[0];
    assert!(!headers.contains_key("x-api-key"), "anybody may ask for it");
    assert_eq!(
        headers["x-flash-client-capabilities"],
        "cash-wallet-usdt-v1"
    );
    assert_eq!(
        body["variables"]["input"],
        json!({"recipientWalletId": wallet().0, "amount": 15_875, "memo": "1 cup coffee", "expiresIn": 1})
    );
}

#[tokio::test]
async fn a_memo_may_be_in_any_script_and_may_be_missing() {
    let (invoice, _) = asked(&made(NONSENSE, HASH), Some("ナンセンス 1杯")).await;
    assert_eq!(invoice.unwrap().memo.as_deref(), Some("ナンセンス 1杯"));
    let (invoice, _) = asked(&made(HASHED, HASH), None).await;
    assert_eq!(invoice.unwrap().memo, None);
}

#[tokio::test]
async fn another_invoice_than_the_one_asked_for_is_none() {
    let wrong_end = format!("{}q", COFFEE.strip_suffix('h').unwrap());
    let other_hash = "1".repeat(64);
    for (request, hash, why) in [
        (COFFEE, HASH, "another description"),
        (HASHED, HASH, "another description"),
        (COFFEE, other_hash.as_str(), "another payment hash"),
        (DONATION, HASH, "no amount"),
        (TESTNET, HASH, "another network"),
        (wrong_end.as_str(), HASH, "it cannot be read"),
        ("lnbc1", HASH, "it cannot be read"),
        ("", HASH, "it cannot be read"),
    ] {
        let memo = match why {
            "another description" => Some("lunch"),
            "another payment hash" => Some("1 cup coffee"),
            _ => None,
        };
        let (invoice, asked) = asked(&made(request, hash), memo).await;
        let error = invoice.unwrap_err();
        assert!(error.ends_with(why), "{error}");
        assert_eq!(asked, 1, "an invoice is asked for once");
    }
    // Nobody has written a note, and whoever pays would read one.
    let (invoice, _) = asked(&made(COFFEE, HASH), None).await;
    assert!(invoice.unwrap_err().ends_with("another description"));
}

#[tokio::test]
async fn why_there_is_no_invoice_is_named_by_what_to_do_next() {
    let refused = |message: &str, code: Option<&str>| json!({"data":{"lnUsdInvoiceCreateOnBehalfOfRecipient":{"errors":[{"__typename":"GraphQLApplicationError","message":message,"code":code}],"invoice":null}}});
    let thrown = json!({"data":null,"errors":[{"message":"upstream","extensions":{"code":"SUBREQUEST_HTTP_ERROR","status_code":500}}]});
    let nothing =
        json!({"data":{"lnUsdInvoiceCreateOnBehalfOfRecipient":{"errors":[],"invoice":null}}});
    for (answer, trouble) in [
        (
            refused("Too many requests", Some("TOO_MANY_REQUEST")),
            FlashTrouble::Busy { retry_after_s: 300 },
        ),
        (
            refused("Account is inactive.", Some("INVALID_INPUT")),
            FlashTrouble::NeedsSupport,
        ),
        (
            refused(
                "Cash Wallet cutover is in progress. Please try again shortly.",
                Some("INVALID_INPUT"),
            ),
            FlashTrouble::Moving,
        ),
        (
            refused(
                "An error occurred. Contact support if error persists.",
                Some("IBEX_ERROR"),
            ),
            FlashTrouble::Unavailable,
        ),
        (
            refused("Invalid value for WalletId", None),
            FlashTrouble::Declined,
        ),
        (
            refused("Wallet does not exist", Some("NOT_FOUND")),
            FlashTrouble::Declined,
        ),
        (refused("?", None), FlashTrouble::Unavailable),
        (thrown, FlashTrouble::Unavailable),
        (nothing, FlashTrouble::Unavailable),
    ] {
        let flash = Scripted::new([ok(&answer)]).await;
        let error = flash
            .client
            .invoice(&wallet(), Cents(1), None)
            .await
            .unwrap_err();
        assert_eq!(error.trouble(), trouble, "{answer}");
        assert_eq!(flash.heard(), 1, "never asked again by itself");
    }
}

#[tokio::test]
async fn what_flash_would_not_take_is_not_asked() {
    let flash = Scripted::new([ok(&made(COFFEE, HASH))]).await;
    let long = "ß".repeat(320);
    for (cents, memo) in [(0, None), (-5, None), (5, Some(long.as_str()))] {
        let error = flash
            .client
            .invoice(&wallet(), Cents(cents), memo)
            .await
            .unwrap_err();
        assert_eq!(error.trouble(), FlashTrouble::Declined);
    }
    assert_eq!(flash.heard(), 0);
}

#[tokio::test]
async fn an_invoice_is_pending_paid_or_over() {
    let told = |status: Value, errors: Value| json!({"data":{"lnInvoicePaymentStatus":{"errors":errors,"status":status}}});
    let request = PaymentRequest::parse(COFFEE).unwrap();
    for (word, status) in [
        ("PENDING", InvoiceStatus::Pending),
        ("PAID", InvoiceStatus::Paid),
        ("EXPIRED", InvoiceStatus::Expired),
    ] {
        let flash = Scripted::new([ok(&told(json!(word), json!([])))]).await;
        assert_eq!(flash.client.invoice_status(&request).await.unwrap(), status);
        let heard = flash.heard.lock().unwrap();
        assert!(!heard[0].0.contains_key("x-api-key"));
        assert_eq!(heard[0].1["variables"]["input"]["paymentRequest"], COFFEE);
    }
    let decode = json!([{"__typename":"GraphQLApplicationError","message":"?","code":"INVOICE_DECODE_ERROR"}]);
    for (answer, trouble, asked) in [
        (told(json!("LOST"), json!([])), FlashTrouble::Unavailable, 2),
        (told(Value::Null, json!([])), FlashTrouble::Unavailable, 2),
        (told(Value::Null, decode), FlashTrouble::Declined, 1),
    ] {
        let flash = Scripted::new([ok(&answer)]).await;
        let error = flash.client.invoice_status(&request).await.unwrap_err();
        assert_eq!(
            (error.trouble(), flash.heard()),
            (trouble, asked),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_name_has_a_wallet_or_nobody_has_it() {
    let marcia = Username::parse("@Marcia").unwrap();
    let found = json!({"data":{"accountDefaultWallet":{"id":"w","walletCurrency":"USDT"}}});
    let flash = Scripted::new([ok(&found)]).await;
    let payee = flash.client.payee(&marcia).await.unwrap().unwrap();
    assert_eq!(
        (payee.wallet.0.as_str(), payee.currency),
        ("w", WalletCurrency::Usdt)
    );
    {
        let heard = flash.heard.lock().unwrap();
        assert!(!heard[0].0.contains_key("x-api-key"));
        assert_eq!(heard[0].1["variables"], json!({"username": "marcia"}));
    }

    for nobody in [
        json!({"data":null,"errors":[{"message":"Account does not exist for username marcia","path":["accountDefaultWallet"]}]}),
        json!({"data":null,"errors":[{"message":"upstream","code":"NOT_FOUND"}]}),
        json!({"data":null,"errors":[{"message":"Invalid value for Username"}]}),
    ] {
        let flash = Scripted::new([ok(&nobody)]).await;
        assert_eq!(flash.client.payee(&marcia).await.unwrap(), None, "{nobody}");
    }
    for (answer, trouble) in [
        (
            json!({"data":null,"errors":[{"message":"?"}]}),
            FlashTrouble::Unavailable,
        ),
        (
            json!({"data":null,"errors":[{"message":"Cash Wallet cutover is in progress."}]}),
            FlashTrouble::Moving,
        ),
        (
            json!({"data":{"accountDefaultWallet":{"id":"w","walletCurrency":"DOGE"}}}),
            FlashTrouble::Unavailable,
        ),
    ] {
        let flash = Scripted::new([ok(&answer)]).await;
        let error = flash.client.payee(&marcia).await.unwrap_err();
        assert_eq!(error.trouble(), trouble, "{answer}");
    }
}
