//! API Gateway, as far as this project leans on it: an HTTP request becomes the event of an HTTP API (payload 2.0), a
//! function's answer becomes an HTTP response. Both pass through JSON, as on AWS.

use std::collections::BTreeMap;
use std::future::Future;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method, Uri};
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Body, LambdaEvent, Request, Response, service_fn};
use lambda_runtime::Context;
use serde_json::{Value, json};
use tower::ServiceExt;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// A function's answer.
#[derive(Clone, Debug)]
pub struct Answered {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// The event for `arrived`. Like API Gateway it sends text as text and everything else, forms included, as base64.
pub fn event(arrived: &Arrived, route_key: &str, at_millis: i64) -> Value {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in &arrived.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|all| *all = format!("{all},{value}"))
            .or_insert(value);
    }
    let content_type = headers
        .get("content-type")
        .map(String::as_str)
        .unwrap_or_default();
    let as_text = content_type.starts_with("application/json") || content_type.starts_with("text/");
    let (body, is_base64) = match std::str::from_utf8(&arrived.body) {
        Ok(text) if as_text => (text.to_owned(), false),
        _ => (STANDARD.encode(&arrived.body), true),
    };
    let path = arrived.uri.path();
    json!({
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": arrived.uri.query().unwrap_or_default(),
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": headers.get("host"),
            "http": {"method": arrived.method.as_str(), "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1",
                     "userAgent": headers.get("user-agent")},
            "requestId": uuid::Uuid::new_v4().to_string(),
            "routeKey": route_key,
            "stage": "$default",
            "time": "22/Nov/2026:00:00:00 +0000",
            "timeEpoch": at_millis,
        },
        "body": if arrived.body.is_empty() { Value::Null } else { body.into() },
        "isBase64Encoded": is_base64 && !arrived.body.is_empty(),
    })
}

/// Calls an HTTP function with an event's text, through the very adapter that runs it on Lambda.
pub async fn invoke<F, Fut>(event: String, deadline_millis: i64, handle: F) -> Answered
where
    F: Fn(Request) -> Fut + Send + 'static,
    Fut: Future<Output = Response<Body>> + Send + 'static,
{
    let request: LambdaRequest = match serde_json::from_str(&event) {
        Ok(request) => request,
        Err(error) => return failed(&format!("the event is not one of an HTTP API: {error}")),
    };
    let adapter = Adapter::from(service_fn(|request: Request| {
        let answer = handle(request);
        async move { Ok::<_, std::convert::Infallible>(answer.await) }
    }));
    let answer = match adapter
        .oneshot(LambdaEvent::new(request, context(deadline_millis)))
        .await
    {
        Ok(answer) => serde_json::to_value(&answer).unwrap_or_default(),
        Err(never) => match never {},
    };
    let text = answer["body"].as_str().unwrap_or_default();
    let encoded = answer["isBase64Encoded"].as_bool().unwrap_or_default();
    let body = if encoded {
        STANDARD.decode(text).unwrap_or_default()
    } else {
        text.as_bytes().to_vec()
    };
    let pairs = |name: &str| -> Vec<(String, String)> {
        let headers = answer[name].as_object().into_iter().flatten();
        headers
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect()
    };
    Answered {
        status: answer["statusCode"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok())
            .unwrap_or(502),
        headers: pairs("headers"),
        body,
    }
}

/// What a function is told about its invocation.
pub fn context(deadline_millis: i64) -> Context {
    let mut context = Context::default();
    context.request_id = uuid::Uuid::new_v4().to_string();
    context.deadline = u64::try_from(deadline_millis).unwrap_or_default();
    context
}

fn failed(why: &str) -> Answered {
    Answered {
        status: 502,
        headers: Vec::new(),
        body: why.as_bytes().to_vec(),
    }
}
