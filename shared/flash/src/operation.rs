//! The operations, typed and checked against `schema.graphql` while the crate is built.

use std::sync::LazyLock;

use graphql_client::{GraphQLQuery, QueryBody};

use crate::document::{Document, split};

/// Flash's custom scalars as they look on the wire.
mod scalar {
    pub(crate) use crate::fraction::Fraction as FractionalCentAmount;
    pub(crate) use crate::fraction::Fraction as CentAmount;
    pub(crate) type AuthToken = String;
    pub(crate) type DisplayCurrency = String;
    pub(crate) type LnPaymentRequest = String;
    pub(crate) type Memo = String;
    pub(crate) type Minutes = i64;
    pub(crate) type OneTimeAuthCode = String;
    pub(crate) type PaymentHash = String;
    pub(crate) type Phone = String;
    pub(crate) type SafeInt = i64;
    pub(crate) type Seconds = i64;
    pub(crate) type SignedDisplayMajorAmount = String;
    pub(crate) type Timestamp = i64;
    pub(crate) type Language = String;
    pub(crate) type Username = String;
    pub(crate) type WalletId = String;
}

macro_rules! operation {
    ({ $($attributes:tt)* } $path:tt $operation:ident) => {
        $($attributes)*
        #[derive(GraphQLQuery)]
        #[graphql(
            schema_path = "graphql/schema.graphql",
            query_path = $path,
            custom_scalars_module = "crate::operation::scalar",
            normalization = "rust",
            skip_serializing_none,
            fragments_other_variant = "true"
        )]
        pub(crate) struct $operation;
    };
}

macro_rules! operations {
    ($attributes:tt $path:tt: $($operation:ident)*) => {
        $( operation!($attributes $path $operation); )*
    };
}

operations!(
    {} "graphql/server.graphql":
    Me Balance BareBalance BalanceIn Account BareAccount Rows History SendProbe
    RealtimePrice Currencies PayeeOf InvoiceCreate InvoiceStatus
);

/// `Details`, whose generated answer would hold money as floats.
mod with_floats {
    use super::GraphQLQuery;

    operations!(
        {} "graphql/server.graphql": Details
    );
}

/// The details of one transaction, with every digit of what Flash writes as floats.
pub(crate) mod details {
    use graphql_client::{GraphQLQuery, QueryBody};
    use serde::Deserialize;

    pub(crate) use super::with_floats::details::{
        DetailsMe as Me, TransactionDetailsInput, TransactionFields,
        TransactionFieldsSettlementVia, TxDirection, TxStatus, Variables, WalletCurrency,
        WalletFields,
    };
    use crate::fraction::Fraction;

    pub(crate) struct Details;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct ResponseData {
        pub(crate) me: Option<Me>,
        pub(crate) transaction_details: Payload,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct Payload {
        pub(crate) transaction_details: Option<Told>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct Told {
        pub(crate) id: String,
        pub(crate) account_id: Option<String>,
        pub(crate) memo: Option<String>,
        pub(crate) payment_hash: Option<String>,
        pub(crate) fee: Option<Fraction>,
    }

    impl GraphQLQuery for Details {
        type Variables = Variables;
        type ResponseData = ResponseData;

        fn build_query(variables: Variables) -> QueryBody<Variables> {
            super::with_floats::Details::build_query(variables)
        }
    }
}

/// What the browser sends.
mod page {
    use super::GraphQLQuery;

    operations!(
        { #[expect(dead_code, reason = "derived so that a mistake in it stops the build; the browser reads the answer")] }
        "graphql/page.graphql": CaptchaCreateChallenge CaptchaRequestAuthCode UserLogin Me ApiKeys ApiKeyCreate ApiKeyRevoke UserLogout
    );
}

pub(crate) static SERVER: LazyLock<Vec<Document>> =
    LazyLock::new(|| split(include_str!("../graphql/server.graphql")));

pub(crate) static ADMIN: LazyLock<Vec<Document>> =
    LazyLock::new(|| split(include_str!("../graphql/admin.graphql")));

pub(crate) static PAGE: LazyLock<[(&str, String); 8]> = LazyLock::new(|| {
    [
        page::captcha_create_challenge::OPERATION_NAME,
        page::captcha_request_auth_code::OPERATION_NAME,
        page::user_login::OPERATION_NAME,
        page::me::OPERATION_NAME,
        page::api_keys::OPERATION_NAME,
        page::api_key_create::OPERATION_NAME,
        page::api_key_revoke::OPERATION_NAME,
        page::user_logout::OPERATION_NAME,
    ]
    .map(|name| (name, find(&split(page::me::QUERY), name).to_owned()))
});

/// The link page's operations: name, and a document that holds this one operation.
pub fn page_operations() -> [(&'static str, &'static str); 8] {
    PAGE.each_ref().map(|(name, text)| (*name, text.as_str()))
}

/// The body of one request: the operation alone, not the file it stands in.
pub(crate) fn body<Q: GraphQLQuery>(variables: Q::Variables) -> QueryBody<Q::Variables> {
    let body = Q::build_query(variables);
    QueryBody {
        query: find(&SERVER, body.operation_name),
        ..body
    }
}

pub(crate) fn find<'a>(documents: &'a [Document], name: &str) -> &'a str {
    documents
        .iter()
        .find(|document| document.name == name)
        .map_or("", |document| document.text.as_str())
}
