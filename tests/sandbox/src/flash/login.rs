//! Logging in by phone: the captcha, the code, the session. An unknown number opens an account, as at Flash.

use serde_json::{Value, json};

use super::State;
use super::keys::{Caller, Session, granted, hex, refusal, secret};
use super::people::{Account, Person, is_phone};
use super::tree::Node;
use crate::silence::{Kind, keep_private};

/// The code of every fictional person; good without having been asked for, as Flash's test accounts' codes are.
pub(super) const LOGIN_CODE: &str = "000000";

/// How long a captcha may take.
const CHALLENGE_S: i64 = 600;

/// What the captcha's script answers to a challenge. `captcha.js` computes the same.
#[derive(Debug, PartialEq, Eq)]
pub struct Solution {
    pub validation_code: String,
    pub sec_code: String,
}

/// The answer to a challenge, for those who log in without a browser.
pub fn solve_captcha(challenge_code: &str) -> Solution {
    let validation_code: String = challenge_code.chars().rev().collect();
    let sec_code = format!("{validation_code}|jordan");
    Solution {
        validation_code,
        sec_code,
    }
}

impl State {
    pub(super) fn create_challenge(&mut self, now: i64) -> Node {
        let code = hex(32);
        self.challenges.insert(code.clone(), now);
        let challenge = json!({
            "id": "5a11db0c5a11db0c5a11db0c5a11db0c", "challengeCode": code,
            "newCaptcha": true, "failbackMode": false,
        });
        let challenge = Node::object("CaptchaCreateChallengeResult", challenge);
        granted("CaptchaCreateChallengePayload", "result", challenge)
    }

    pub(super) fn request_code(&mut self, input: &Value, ip: &str, now: i64) -> Node {
        let refused =
            |message: &str, code: &str| refusal("SuccessPayload", "success", message, code);
        let text = |name: &str| input[name].as_str().unwrap_or_default();
        let phone = text("phone");
        if !is_phone(phone) {
            return refused("Invalid value for Phone", "");
        }
        let challenge = text("challengeCode");
        let solution = solve_captcha(challenge);
        let fresh = self
            .challenges
            .remove(challenge)
            .is_some_and(|issued| now - issued <= CHALLENGE_S);
        let solved = solution.validation_code == text("validationCode")
            && solution.sec_code == text("secCode");
        if !fresh || !solved {
            return refused("Captcha validation failed.", "INVALID_INPUT");
        }
        let limited = [
            self.codes_by_ip.take(ip, now),
            self.codes_by_phone.take(phone, now),
        ];
        if limited.iter().any(Result::is_err) {
            return refused("Too many codes were asked for", "TOO_MANY_REQUEST");
        }
        granted("SuccessPayload", "success", Node::Leaf(json!(true)))
    }

    pub(super) fn log_in(&mut self, input: &Value, ip: &str, now: i64) -> Node {
        let refused = |message: &str, code: &str| {
            refusal("AuthTokenPayload", "authToken", message, code)
                .with([("totpRequired", Node::null())])
        };
        let (phone, code) = (
            input["phone"].as_str().unwrap_or_default(),
            input["code"].as_str().unwrap_or_default(),
        );
        if !is_phone(phone) {
            return refused("Invalid value for Phone", "");
        }
        if code.len() < 6 || !code.bytes().take(6).all(|b| b.is_ascii_digit()) {
            return refused("Invalid value for OneTimeAuthCode", "");
        }
        let limited = [
            self.logins_by_ip.take(ip, now),
            self.logins_by_phone.take(phone, now),
        ];
        if limited.iter().any(Result::is_err) {
            return refused("Too many login attempts", "TOO_MANY_REQUEST");
        }
        if code != LOGIN_CODE {
            return refused("That is not the code", "PHONE_CODE_ERROR");
        }
        self.logins_by_ip.give_back(ip);
        self.logins_by_phone.give_back(phone);
        let (account, totp) = {
            let account = self.account_by_phone(phone);
            (account.id.clone(), account.totp)
        };
        let token = format!(
            "ory_st_{}",
            secret().replace(['-', '_'], "x").split_at(32).0
        );
        keep_private(Kind::Session, &token);
        keep_private(Kind::Address, phone);
        self.sessions.push(Session {
            token: token.clone(),
            account,
            usable: !totp,
        });
        granted("AuthTokenPayload", "authToken", Node::Leaf(json!(token)))
            .with([("totpRequired", Node::Leaf(json!(totp)))])
    }

    pub(super) fn log_out(&mut self, caller: &Caller) -> Node {
        let Caller::Session { token, .. } = caller else {
            let message = "There is no session to end";
            return refusal(
                "SuccessPayload",
                "success",
                message,
                "UNEXPECTED_CLIENT_ERROR",
            );
        };
        self.sessions.retain(|session| session.token != *token);
        granted("SuccessPayload", "success", Node::Leaf(json!(true)))
    }

    /// The account of this number, opened if there is none.
    fn account_by_phone(&mut self, phone: &str) -> &mut Account {
        let known = self.people.iter().position(|person| person.phone == phone);
        let index = known.unwrap_or_else(|| {
            self.people.push(Person {
                phone: phone.to_owned(),
                name: None,
                account: None,
            });
            self.people.len() - 1
        });
        self.people[index]
            .account
            .get_or_insert_with(Account::opened)
    }
}
