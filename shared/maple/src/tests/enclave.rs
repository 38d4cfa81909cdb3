//! The fixed points of the protocol are the makers' own: the sealing is `opensecret`'s, from the other side.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opensecret::attestation::AttestationVerifier;
use opensecret::crypto::{
    KeyPair, PublicKey, decrypt_data, encrypt_data, generate_key_pair, generate_random_bytes,
    perform_static_key_exchange,
};
use serde_json::{Value, json};

use super::{KEY, config, prompt};
use crate::client::{Client, ClientConfig};
use crate::error::Error;

/// How it answers a question.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Answers,
    Slow,
    Unsealed,
    Status(StatusCode),
    Huge,
}

/// An enclave with no hardware under it.
struct LocalEnclave {
    keys: Mutex<HashMap<String, KeyPair>>,
    /// Session keys, by the session's id.
    sessions: Mutex<HashMap<String, [u8; 32]>>,
    manner: Mutex<Manner>,
    /// What it was asked, unsealed.
    asked: Mutex<Vec<Value>>,
    proofs: Mutex<usize>,
}

type Here = State<Arc<LocalEnclave>>;

impl LocalEnclave {
    async fn start() -> (Arc<Self>, String) {
        let enclave = Arc::new(Self {
            keys: Mutex::default(),
            sessions: Mutex::default(),
            manner: Mutex::new(Manner::Answers),
            asked: Mutex::default(),
            proofs: Mutex::default(),
        });
        let router = Router::new()
            .route("/attestation/{nonce}", get(attestation))
            .route("/key_exchange", post(key_exchange))
            .route("/v1/chat/completions", post(complete))
            .with_state(Arc::clone(&enclave));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (enclave, url)
    }

    fn behaves(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }
}

async fn attestation(State(here): Here, Path(nonce): Path<String>) -> Json<Value> {
    *here.proofs.lock().unwrap() += 1;
    let keys = generate_key_pair();
    let document = document(&nonce, keys.public.as_bytes());
    here.keys.lock().unwrap().insert(nonce, keys);
    Json(json!({"attestation_document": STANDARD.encode(document)}))
}

/// The frame of an attestation in CBOR, with the members that a session needs and nobody's signature: COSE's array of four,
/// a map of two in the third.
fn document(nonce: &str, public_key: &[u8; 32]) -> Vec<u8> {
    let mut payload = vec![0xa2, 0x6a];
    payload.extend_from_slice(b"public_key");
    payload.extend_from_slice(&[0x58, 32]);
    payload.extend_from_slice(public_key);
    payload.push(0x65);
    payload.extend_from_slice(b"nonce");
    payload.extend_from_slice(&[0x58, u8::try_from(nonce.len()).unwrap()]);
    payload.extend_from_slice(nonce.as_bytes());
    let length = u8::try_from(payload.len()).unwrap();
    [
        &[0x84, 0x40, 0xa0, 0x58, length],
        payload.as_slice(),
        &[0x40],
    ]
    .concat()
}

async fn key_exchange(State(here): Here, Json(body): Json<Value>) -> Json<Value> {
    let keys = here
        .keys
        .lock()
        .unwrap()
        .remove(body["nonce"].as_str().unwrap())
        .unwrap();
    let theirs = STANDARD
        .decode(body["client_public_key"].as_str().unwrap())
        .unwrap();
    let theirs = PublicKey::from(<[u8; 32]>::try_from(theirs).unwrap());
    let shared = perform_static_key_exchange(&keys.secret, &theirs);
    let session_key = generate_random_bytes::<32>();
    let mut sessions = here.sessions.lock().unwrap();
    let id = format!(
        "00000000-0000-4000-8000-{:012}",
        *here.proofs.lock().unwrap()
    );
    sessions.insert(id.clone(), session_key);
    let sealed = encrypt_data(shared.as_bytes(), &session_key).unwrap();
    Json(json!({"session_id": id, "encrypted_session_key": STANDARD.encode(sealed)}))
}

async fn complete(State(here): Here, headers: HeaderMap, body: Bytes) -> Response {
    let manner = *here.manner.lock().unwrap();
    let session = headers["x-session-id"].to_str().unwrap();
    let Some(key) = here.sessions.lock().unwrap().get(session).copied() else {
        return (StatusCode::BAD_REQUEST, "no such session").into_response();
    };
    assert_eq!(headers["authorization"], format!("Bearer {KEY}"));
    assert!(
        !String::from_utf8_lossy(&body).contains("mother"),
        "not under seal"
    );
    let sealed: Value = serde_json::from_slice(&body).unwrap();
    let sealed = STANDARD
        .decode(sealed["encrypted"].as_str().unwrap())
        .unwrap();
    let asked: Value = serde_json::from_slice(&decrypt_data(&key, &sealed).unwrap()).unwrap();
    here.asked.lock().unwrap().push(asked);
    let words = if manner == Manner::Huge {
        "x".repeat(70_000)
    } else {
        "Send *link*.".to_owned()
    };
    let answer = json!({"choices": [{"message": {"content": words}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 4}});
    match manner {
        Manner::Status(status) => (status, [("retry-after", "60")], "mother").into_response(),
        Manner::Unsealed => Json(answer).into_response(),
        Manner::Slow => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
        Manner::Answers | Manner::Huge => {
            let sealed = encrypt_data(&key, answer.to_string().as_bytes()).unwrap();
            Json(json!({"encrypted": STANDARD.encode(sealed)})).into_response()
        }
    }
}

async fn start() -> (Arc<LocalEnclave>, Client) {
    let (enclave, url) = LocalEnclave::start().await;
    let client = Client::of_local_enclave(config(&url)).unwrap();
    (enclave, client)
}

#[tokio::test]
async fn a_question_goes_under_seal_and_a_session_serves_many() {
    let (enclave, client) = start().await;
    for _ in 0..3 {
        let said = client.ask(&prompt("my mother's phone")).await.unwrap();
        assert_eq!((said.text.as_str(), said.tokens), ("Send *link*.", (9, 4)));
    }
    assert_eq!(*enclave.proofs.lock().unwrap(), 1);
    let asked = enclave.asked.lock().unwrap().remove(0);
    let messages = json!([{"role": "system", "content": "Answer."}, {"role": "user", "content": "my mother's phone"}]);
    assert_eq!(
        asked,
        json!({"model": "llama3-3-70b", "messages": messages, "max_tokens": 1000, "temperature": 0,
        "stream": false})
    );
}

#[tokio::test]
async fn a_session_that_the_enclave_has_forgotten_is_begun_again() {
    let (enclave, client) = start().await;
    client.ask(&prompt("one")).await.unwrap();
    enclave.sessions.lock().unwrap().clear();
    client.ask(&prompt("two")).await.unwrap();
    assert_eq!(*enclave.proofs.lock().unwrap(), 2);
    assert_eq!(enclave.asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn what_an_enclave_does_wrong_is_told_by_kind_and_never_in_its_words() {
    let (enclave, client) = start().await;
    let limited = Manner::Status(StatusCode::TOO_MANY_REQUESTS);
    for (manner, outcome) in [
        (Manner::Status(StatusCode::UNAUTHORIZED), "unauthorized"),
        (Manner::Status(StatusCode::NOT_FOUND), "status"),
        // A minute is more than there is.
        (limited, "limited"),
        (Manner::Unsealed, "unproven"),
        (Manner::Huge, "oversize"),
    ] {
        enclave.behaves(manner);
        let error = client.ask(&prompt("my mother's phone")).await.unwrap_err();
        assert_eq!(error.outcome(), outcome);
        assert!(
            !format!("{error} {error:?}").contains("mother"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn an_enclave_that_does_not_answer_is_left_when_the_time_is_up() {
    let (enclave, url) = LocalEnclave::start().await;
    enclave.behaves(Manner::Slow);
    let hasty = ClientConfig {
        total_timeout: Duration::from_millis(300),
        ..config(&url)
    };
    let client = Client::of_local_enclave(hasty).unwrap();
    let error = client.ask(&prompt("one")).await.unwrap_err();
    assert!(matches!(error, Error::Late), "{error:?}");
}

/// Only this machine is believed without proof: the verifier that stands in front of every other enclave refuses this one.
#[tokio::test]
async fn what_this_enclave_shows_would_convince_nobody() {
    let nonce = "00000000-0000-4000-8000-000000000000";
    let shown = STANDARD.encode(document(nonce, &[7; 32]));
    let verified = AttestationVerifier::new().verify_attestation_document(&shown, nonce);
    assert!(
        matches!(
            verified,
            Err(opensecret::Error::AttestationVerificationFailed(_))
        ),
        "{verified:?}"
    );
}
