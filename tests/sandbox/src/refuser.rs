//! Answers that DynamoDB gives under load and no engine on one machine ever does: throttled, in conflict with another
//! transaction, incomplete, behind the times. A request that is sent here instead is never carried out.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Serves `/throttled` and `/busy` on a port of its own until the process ends.
pub async fn serve() -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route(
            "/throttled",
            post(async || error("ProvisionedThroughputExceededException", json!({}))),
        )
        .route("/busy", post(busy));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// What the operation gets where others are at the same items: a conflict, an incomplete batch, an index that lags.
async fn busy(headers: HeaderMap, body: Bytes) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    match target.rsplit('.').next().unwrap_or_default() {
        "TransactWriteItems" => {
            let lines = request["TransactItems"].as_array().map_or(0, Vec::len);
            let reason = |index| {
                if index == 0 {
                    json!({"Code": "TransactionConflict"})
                } else {
                    json!({"Code": "None"})
                }
            };
            let reasons: Vec<Value> = (0..lines).map(reason).collect();
            error(
                "TransactionCanceledException",
                json!({ "CancellationReasons": reasons }),
            )
        }
        "BatchGetItem" => answer(
            StatusCode::OK,
            &json!({"Responses": {}, "UnprocessedKeys": request["RequestItems"]}),
        ),
        "Query" => answer(
            StatusCode::OK,
            &json!({"Items": [], "Count": 0, "ScannedCount": 0}),
        ),
        _ => error("ThrottlingException", json!({})),
    }
}

fn error(kind: &str, mut body: Value) -> Response {
    body["__type"] = format!("com.amazonaws.dynamodb.v20120810#{kind}").into();
    body["message"] = "on purpose".into();
    answer(StatusCode::BAD_REQUEST, &body)
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/x-amz-json-1.0")],
        body.to_string(),
    )
        .into_response()
}
