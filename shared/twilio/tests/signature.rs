//! Twilio's public signature vectors, and everything that must not pass.

use twilio::signature::{AuthToken, SignatureError, sign, verify};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const U: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
const BODY: &str = r#"{"property": "value", "boolean": true}"#;
const HASH: &str = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
const P: &[(&str, &str)] = &[
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
];

fn token(text: &str) -> AuthToken {
    AuthToken::from(text.to_owned())
}

fn form(params: &[(&str, &str)]) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish()
        .into_bytes()
}

fn form_verdict(url: &str, params: &[(&str, &str)], signature: &str) -> Result<(), SignatureError> {
    verify(
        &[token("12345")],
        url,
        &form(params),
        Some(FORM),
        Some(signature),
    )
}

fn json_verdict(url: &str, body: &str, signature: &str) -> Result<(), SignatureError> {
    let tokens = [token("12345")];
    verify(&tokens, url, body.as_bytes(), Some(JSON), Some(signature))
}

fn more<'a>(extra: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [P, extra].concat()
}

/// Name, the URL that was signed, the parameters, the signature.
type Vector = (
    &'static str,
    String,
    Vec<(&'static str, &'static str)>,
    &'static str,
);

#[rustfmt::skip]
fn vectors() -> Vec<Vector> {
    let at = |from: &str, to: &str| U.replacen(from, to, 1);
    let v = |name, url: &str, params: &[(&'static str, &'static str)], signature| {
        (name, url.to_owned(), params.to_vec(), signature)
    };
    vec![
        v("P1 plain", U, P, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        v("P2 :443", &at(".com", ".com:443"), P, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        v("P3 http :80", &at("https", "http").replacen(".com", ".com:80", 1), P, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        v("P4 http :1234", &at("https", "http").replacen(".com", ".com:1234", 1), P, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        v("P5 https :1234", &at(".com", ".com:1234"), P, "CYn1h0gLBdNxDGkKJg6hYohgeD8="),
        v("P6 repeated values", U, &[("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")], "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
        v("P7 list", U, &[("MessagingBinding.Address", "+1415xxxxxxx"), ("MessagingBinding.Address", "+1325xxxxxxx")], "83O6e2vORAoJHUNzJjDWN1jz+BA="),
        v("P8 one key begins another", U, &more(&[("ReasonConferenceEnded", "test"), ("Reason", "Participant")]), "vOEb5UThFn24KEfnOFLQY2AE5FY="),
        v("P12 no parameters", U, &[], "zYQTYrRWXE7LtzbG4PfP7/bkkGo="),
        v("P13 no query", "https://mycompany.com/myapp.php", P, "1xaxFBvyzXYvWplzNOSs28HWO94="),
        v("P14 escaped query", "https://mycompany.com/myapp.php?foo=hello%20world&bar=test%2Bvalue", P, "er2tvAP1Wx+iuTTE2BPgvEaN1cs="),
        v("P15 special characters", U, &[("Message", "Hello & goodbye! @#$%^*()"), ("From", "+1 (415) 867-5309"), ("Special", "unicode: ñáéíóú")], "dCPiR4WtQ6QFN6pJh81CtlCcWLQ="),
        v("P16 blank values", U, &[("Digits", ""), ("CallSid", "CA1234567890ABCDE"), ("EmptyParam", "")], "9HHp/OqQMEwdrVebHDdA/+tqjX8="),
        v("P18 order of arrival", U, &[("Zebra", "last"), ("Alpha", "first"), ("Beta", "second"), ("Gamma", "third")], "enveUe73ZTVLAekHxez3Qx6JuuQ="),
        v("P19 raw UTF-8 in the URL", "https://mycompany.com/webhook/España?año=2023", P, "G/Hx6mqqnjUNlPAoi2Sp9bGst0g="),
        v("P20 case of keys", U, &[("callSid", "lowercase"), ("CallSid", "uppercase"), ("CALLSID", "allcaps")], "jDK7WKT8wiNrwggd4ceTv4e1MJ4="),
        v("P21 case of the host", &at("mycompany", "MyCompany"), P, "g9IN/x4Cft2g517EjYvEvM/W7LU="),
        v("P22 credentials", &at("mycompany", "user:pass@mycompany"), P, "CukzLTc1tT5dXEDIHm/tKBanW10="),
        v("P23 credentials and port", &at("mycompany.com", "user:pass@mycompany.com:443"), P, "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI="),
        v("P24 escaped apostrophe", &format!("{U}&Body=It%27s+amazing"), P, "TfZzewPq8wqrGlMfyAud8+/IvJ0="),
        v("P25 a JSON body's fields as a form", U, &[("property", "value"), ("boolean", "true")], "NBdBDr/T/lgjI+tlgpXjKZQZs/k="),
        v("P26 double slash", "https://mycompany.com:443//myapp.php?foo=1&bar=2", P, "A9lH3u16NjyiiM/+wylw5rirFUs="),
    ]
}

#[test]
fn every_public_form_vector_is_accepted_and_reproduced() {
    for (name, url, params, signature) in vectors() {
        assert_eq!(form_verdict(&url, &params, signature), Ok(()), "{name}");
        let owned: Vec<_> = params
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(sign(&token("12345"), &url, &owned), signature, "{name}");
    }
}

#[test]
fn every_public_json_vector_is_accepted() {
    let with_hash = format!("{U}&bodySHA256={HASH}");
    let only_hash = format!("https://mycompany.com/myapp.php?bodySHA256={HASH}");
    let empty_object =
        format!("{U}&bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    for (name, url, body, signature) in [
        ("P9", &with_hash, BODY, "a9nBmqA0ju/hNViExpshrM61xv4="),
        ("P10", &only_hash, BODY, "y77kIzt2vzLz71DgmJGsen2scGs="),
        (
            "P11, signed with :443",
            &empty_object,
            "{}",
            "Ldidvp12m26NI7eqEvxnEpkd9Hc=",
        ),
    ] {
        assert_eq!(json_verdict(url, body, signature), Ok(()), "{name}");
    }
}

#[test]
fn the_port_may_be_there_or_not_whichever_way_the_url_is_configured() {
    let plain = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    let with_port = "kvajT1Ptam85bY51eRf/AJRuM3w=";
    let url_with_port = U.replacen(".com", ".com:443", 1);
    for url in [U, &url_with_port] {
        assert_eq!(form_verdict(url, P, plain), Ok(()));
        assert_eq!(form_verdict(url, P, with_port), Ok(()));
    }
    let http = U.replacen("https", "http", 1);
    assert_eq!(
        form_verdict(&http, P, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        Ok(())
    );
}

#[test]
fn a_get_is_signed_by_its_url_alone() {
    let tokens = [token("12345")];
    let signature = Some("zYQTYrRWXE7LtzbG4PfP7/bkkGo=");
    assert_eq!(verify(&tokens, U, b"", None, signature), Ok(()));
    assert_eq!(
        verify(&tokens, U, b"smuggled", None, signature),
        Err(SignatureError::Mismatch)
    );
}

#[test]
fn any_of_several_tokens_will_do_during_a_rotation() {
    let body = form(P);
    let current = Some("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    let verdict = |tokens: &[AuthToken]| verify(tokens, U, &body, Some(FORM), current);
    assert_eq!(verdict(&[token("next"), token("12345")]), Ok(()));
    assert_eq!(verdict(&[token("12345"), token("next")]), Ok(()));
    assert_eq!(verdict(&[token("next")]), Err(SignatureError::Mismatch));
    assert_eq!(verdict(&[]), Err(SignatureError::Mismatch));
}

#[test]
fn the_content_type_may_carry_a_charset_and_any_case() {
    let signature = Some("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    let kind = Some("Application/X-WWW-Form-Urlencoded; charset=UTF-8");
    let tokens = [token("12345")];
    assert_eq!(verify(&tokens, U, &form(P), kind, signature), Ok(()));
}

#[test]
fn a_header_that_is_no_signature_is_told_apart() {
    let verdict = |header| verify(&[token("12345")], U, &form(P), Some(FORM), header);
    assert_eq!(verdict(None), Err(SignatureError::Missing));
    for malformed in [
        "",
        " ",
        "not base64!",
        "RSOYDt4T1cUTdK1PDd93/VVr8B8",
        "RSOYDt4T1cUTdK1PDd93/VVr8A==",
        "RSOYDt4T1cUTdK1PDd93/VVr8B8AAA==",
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=RSOYDt4T1cUTdK1PDd93/VVr8B8=",
    ] {
        let verdict = verdict(Some(malformed));
        assert_eq!(verdict, Err(SignatureError::Malformed), "{malformed:?}");
    }
}

#[test]
fn another_body_url_or_account_is_refused() {
    let url = "https://bot.example.com/whatsapp/webhook";
    let message = &[
        ("AccountSid", "AC1"),
        ("Body", "balance"),
        ("From", "whatsapp:+18765550100"),
    ];
    let owned: Vec<_> = message
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    let ours = sign(&token("ours"), url, &owned);
    let check = |url: &str, params: &[(&str, &str)], signature: &str| {
        verify(
            &[token("ours")],
            url,
            &form(params),
            Some(FORM),
            Some(signature),
        )
    };
    assert_eq!(check(url, message, &ours), Ok(()));

    let refused = Err(SignatureError::Mismatch);
    let mut changed = message.to_vec();
    changed[1].1 = "balancf";
    assert_eq!(check(url, &changed, &ours), refused, "one byte of the body");
    let mut wider = message.to_vec();
    wider.push(("New", ""));
    assert_eq!(
        check(url, &wider, &ours),
        refused,
        "one blank parameter more"
    );
    assert_eq!(
        check(url, &message[1..], &ours),
        refused,
        "one parameter less"
    );
    for other in [
        "https://bot.example.com/whatsapp/status",
        "http://bot.example.com/whatsapp/webhook",
        "https://bot.example.com/whatsapp/webhook/",
        "https://bot.example.com/whatsapp/webhook?x",
        "https://evil.example.com/whatsapp/webhook",
        "https://bot.example.com:8443/whatsapp/webhook?",
    ] {
        assert_eq!(check(other, message, &ours), refused, "{other}");
    }
    let sub_account = sign(&token("their own token"), url, &owned);
    assert_eq!(check(url, message, &sub_account), refused, "other account");
}

#[test]
fn what_other_libraries_get_wrong_is_refused() {
    let repeated = &[("Digits", "5678"), ("Digits", "1234")];
    let first_only = [("Digits".to_owned(), "5678".to_owned())];
    let signature = sign(&token("12345"), U, &first_only);
    let refused = Err(SignatureError::Mismatch);
    assert_eq!(
        form_verdict(U, repeated, &signature),
        refused,
        "first value only"
    );

    let reasons = more(&[("ReasonConferenceEnded", "test"), ("Reason", "Participant")]);
    assert_eq!(
        form_verdict(U, &reasons, "95+Bu0JVPi0r/SsESZCVf0dWAjw="),
        refused,
        "sorted as joined text"
    );

    let unescaped = format!("{U}&Body=It's+amazing");
    assert_eq!(
        form_verdict(&unescaped, P, "TfZzewPq8wqrGlMfyAud8+/IvJ0="),
        refused,
        "URL re-escaped"
    );
    assert_eq!(
        form_verdict(U, P, "g9IN/x4Cft2g517EjYvEvM/W7LU="),
        refused,
        "host lower-cased"
    );
}

#[test]
fn a_json_body_must_be_the_one_its_hash_names() {
    let url = format!("{U}&bodySHA256={HASH}");
    let signature = "a9nBmqA0ju/hNViExpshrM61xv4=";
    let refused = Err(SignatureError::Mismatch);
    assert_eq!(
        json_verdict(&url, &BODY.replace("true", "trua"), signature),
        refused
    );
    assert_eq!(json_verdict(U, BODY, signature), refused, "hash removed");
    assert_eq!(
        json_verdict(U, BODY, "zYQTYrRWXE7LtzbG4PfP7/bkkGo="),
        refused,
        "URL signed, body not"
    );
}

#[test]
fn invalid_utf8_fails_quietly() {
    let tokens = [token("12345")];
    let verdict = verify(
        &tokens,
        U,
        b"Body=%ff%fe\xff",
        Some(FORM),
        Some("RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    );
    assert_eq!(verdict, Err(SignatureError::Mismatch));
}
