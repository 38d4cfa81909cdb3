//! IAM in front of AWS: a function's calls pass only if its role in `template.yaml` allows them. Behind it stand MiniStack,
//! Lambda's other functions by their versions, and `CodeDeploy`, which keeps what it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use sandbox::silence::{self, Stream};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// An action and the resource that it is done to.
pub(crate) type Right = (String, String);

struct Inner {
    may: BTreeSet<Right>,
    /// By table name, queue address or secret.
    arns: BTreeMap<String, String>,
    aws: String,
    /// Where versions of functions are invoked, by ARN.
    versions: Mutex<BTreeMap<String, String>>,
    /// So many more calls of a version are refused, whatever the role says.
    late: AtomicU32,
    http: reqwest::Client,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    used: BTreeSet<Right>,
    refused: BTreeSet<Right>,
    told_codedeploy: Vec<String>,
}

/// What no call names, and the template gives rights to.
pub(crate) const DEPLOYMENTS: &str = "deployments";

/// One function's way to AWS.
pub(crate) struct Gate {
    pub(crate) url: String,
    inner: Arc<Inner>,
}

impl Gate {
    pub(crate) async fn open(
        may: BTreeSet<Right>,
        arns: BTreeMap<String, String>,
        aws: &str,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Inner {
            may,
            arns,
            aws: aws.to_owned(),
            versions: Mutex::default(),
            late: AtomicU32::new(0),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            seen: Mutex::default(),
        });
        let router = Router::new().fallback(pass).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, inner }
    }

    /// A version of another function, which is invoked there.
    pub(crate) fn version(&self, arn: &str, url: String) {
        let mut versions = self.inner.versions.lock().unwrap();
        versions.insert(arn.to_owned(), url);
    }

    /// As long as IAM has not told all of itself of a right.
    pub(crate) fn knows_late(&self, calls: u32) {
        self.inner.late.store(calls, Ordering::SeqCst);
    }

    /// The statuses that `CodeDeploy` has been told since this was last asked.
    pub(crate) fn told_codedeploy(&self) -> Vec<String> {
        std::mem::take(&mut self.inner.seen.lock().unwrap().told_codedeploy)
    }

    /// What the function did without being allowed to.
    pub(crate) fn refused(&self) -> BTreeSet<Right> {
        self.inner.seen.lock().unwrap().refused.clone()
    }

    /// What the function is allowed and has not done. Fetching from a queue is Lambda's doing, with the function's role.
    pub(crate) fn unused(&self) -> BTreeSet<Right> {
        let pollers = [
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
        ];
        let unused = &self.inner.may - &self.inner.seen.lock().unwrap().used;
        unused
            .into_iter()
            .filter(|(action, _)| !pollers.contains(&action.as_str()))
            .collect()
    }
}

impl Inner {
    /// A secret's name is its ARN.
    fn arn(&self, name: &str) -> String {
        match name.split_once("/index/") {
            Some((table, index)) => format!("{}/index/{index}", self.arn(table)),
            None => self
                .arns
                .get(name)
                .map_or_else(|| name.to_owned(), Clone::clone),
        }
    }
}

async fn pass(
    State(inner): State<Arc<Inner>>,
    method: Method,
    uri: Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let version = invoked(uri.path());
    let needed = match (&version, published(&body).filter(|_| target.is_empty())) {
        (Some(version), _) => vec![("lambda:InvokeFunction".to_owned(), version.clone())],
        (None, Some(right)) => vec![right],
        (None, None) => needs(&target, &serde_json::from_slice(&body).unwrap_or_default()),
    };
    let needed: BTreeSet<Right> = needed
        .into_iter()
        .map(|(action, name)| (action, inner.arn(&name)))
        .collect();
    let refused: BTreeSet<Right> = &needed - &inner.may;
    {
        let mut seen = inner.seen.lock().unwrap();
        seen.used.extend(needed);
        seen.refused.extend(refused.clone());
    }
    if !refused.is_empty() {
        let denied = json!({"__type": "AccessDeniedException", "message": format!("not allowed: {refused:?}")});
        return (StatusCode::BAD_REQUEST, axum::Json(denied)).into_response();
    }
    if let Some(version) = version {
        let less = |calls: u32| calls.checked_sub(1);
        let (one, other) = (Ordering::SeqCst, Ordering::SeqCst);
        if inner.late.fetch_update(one, other, less).is_ok() {
            let denied = json!({"Type": "User", "message": "not allowed yet"});
            let kind = ("x-amzn-errortype", "AccessDeniedException");
            return (StatusCode::FORBIDDEN, [kind], axum::Json(denied)).into_response();
        }
        return invoke(&inner, &version, body).await;
    }
    if target == "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus" {
        return told(&inner, &body);
    }
    match target.split_once('.') {
        Some(("DynamoDB_20120810", operation)) => {
            silence::called(Stream::Tables, operation, &body);
        }
        Some(("AmazonSQS", operation)) => silence::called(Stream::Queues, operation, &body),
        _ => {}
    }
    headers.remove(header::HOST);
    let request = inner
        .http
        .request(method, format!("{}{uri}", inner.aws))
        .headers(headers)
        .body(body);
    let Ok(answer) = request.send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove(header::TRANSFER_ENCODING);
    (status, headers, answer.bytes().await.unwrap_or_default()).into_response()
}

/// The version that a call to Lambda invokes.
fn invoked(path: &str) -> Option<String> {
    let name = path.strip_prefix("/2015-03-31/functions/")?;
    let name = name.strip_suffix("/invocations")?;
    Some(name.replace("%3A", ":"))
}

/// As Lambda answers an invocation: a function's own error has status 200 and a header.
async fn invoke(inner: &Inner, version: &str, body: Bytes) -> Response {
    let url = inner.versions.lock().unwrap().get(version).cloned();
    let Some(url) = url else {
        let unknown = json!({"Type": "User", "Message": format!("Function not found: {version}")});
        let header = [("x-amzn-errortype", "ResourceNotFoundException")];
        return (StatusCode::NOT_FOUND, header, axum::Json(unknown)).into_response();
    };
    let Ok(answer) = inner.http.post(url).body(body).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let (status, headers) = (answer.status(), answer.headers().clone());
    let failed = headers.get("x-amz-function-error").cloned();
    let mut response = (status, answer.bytes().await.unwrap_or_default()).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/json"),
    );
    if let Some(failed) = failed {
        headers.insert("x-amz-function-error", failed);
    }
    response
}

/// What `CodeDeploy` takes of a hook, by its API reference.
fn told(inner: &Inner, body: &[u8]) -> Response {
    let call: Value = serde_json::from_slice(body).unwrap_or_default();
    let status = call["status"].as_str().unwrap_or_default();
    let deployment = call["deploymentId"].as_str().unwrap_or_default();
    let hook = &call["lifecycleEventHookExecutionId"];
    let wrong = if !deployment.starts_with("d-") {
        Some("InvalidDeploymentIdException")
    } else if hook.as_str().is_none_or(str::is_empty) {
        Some("InvalidLifecycleEventHookExecutionIdException")
    } else if !["Succeeded", "Failed"].contains(&status) {
        Some("InvalidLifecycleEventHookExecutionStatusException")
    } else {
        None
    };
    if let Some(wrong) = wrong {
        let refused = json!({"__type": wrong, "message": wrong});
        return (StatusCode::BAD_REQUEST, axum::Json(refused)).into_response();
    }
    let mut seen = inner.seen.lock().unwrap();
    seen.told_codedeploy.push(status.to_owned());
    axum::Json(json!({ "lifecycleEventHookExecutionId": hook })).into_response()
}

/// What a call to SNS needs, which still speaks in forms.
fn published(body: &[u8]) -> Option<Right> {
    let fields: BTreeMap<_, _> = form_urlencoded::parse(body).into_owned().collect();
    let action = format!("sns:{}", fields.get("Action")?);
    Some((action, fields.get("TopicArn")?.clone()))
}

/// What a call needs, by the names that stand in it. A transaction needs the right to each of its writes.
fn needs(target: &str, call: &Value) -> Vec<(String, String)> {
    let (service, operation) = target.split_once('.').unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let keys = |value: &Value| {
        value
            .as_object()
            .map(|map| map.keys().cloned().collect::<Vec<_>>())
            .unwrap_or_default()
    };
    match (service, operation) {
        ("DynamoDB_20120810", "BatchGetItem") => keys(&call["RequestItems"])
            .into_iter()
            .map(|table| ("dynamodb:BatchGetItem".to_owned(), table))
            .collect(),
        ("DynamoDB_20120810", "TransactWriteItems") => {
            let items = call["TransactItems"].as_array().into_iter().flatten();
            let writes = items.flat_map(|item| {
                keys(item)
                    .into_iter()
                    .map(move |kind| (text(&item[&kind]["TableName"]), kind))
            });
            let action = |kind: &str| {
                if kind == "ConditionCheck" {
                    "ConditionCheckItem".to_owned()
                } else {
                    format!("{kind}Item")
                }
            };
            writes
                .map(|(table, kind)| (format!("dynamodb:{}", action(&kind)), table))
                .collect()
        }
        ("DynamoDB_20120810", "Query") if call["IndexName"].is_string() => {
            vec![(
                "dynamodb:Query".to_owned(),
                format!(
                    "{}/index/{}",
                    text(&call["TableName"]),
                    text(&call["IndexName"])
                ),
            )]
        }
        ("DynamoDB_20120810", _) => {
            vec![(format!("dynamodb:{operation}"), text(&call["TableName"]))]
        }
        ("AmazonSQS", _) => vec![(
            format!("sqs:{}", operation.trim_end_matches("Batch")),
            text(&call["QueueUrl"]),
        )],
        ("secretsmanager", _) => vec![(
            format!("secretsmanager:{operation}"),
            text(&call["SecretId"]),
        )],
        ("CodeDeploy_20141006", _) => {
            vec![(format!("codedeploy:{operation}"), DEPLOYMENTS.to_owned())]
        }
        _ => vec![(target.to_owned(), String::new())],
    }
}
