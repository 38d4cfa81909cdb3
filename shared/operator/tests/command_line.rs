//! What the program says, and with which exit code, where it asks nobody.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail it")]

use std::process::{Command, Output};

fn operator(args: &[&str], env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_operator"));
    command.args(args).env_clear().envs(env.iter().copied());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn the_templates_of_this_repository_are_as_they_must_be() {
    let checked = operator(&["templates", "check"], &[]);
    assert_eq!(checked.status.code(), Some(0));
    let count = twilio::content::all().count();
    let told = format!("{count} templates, all as they must be\n");
    assert_eq!(text(&checked.stdout), told);
    assert_eq!(text(&checked.stderr), "");
}

#[test]
fn push_and_status_name_all_settings_that_are_missing_and_ask_nobody() {
    for command in ["push", "status"] {
        let refused = operator(
            &["templates", command],
            &[("TWILIO_API_SECRET", "key-secret")],
        );
        assert_eq!(refused.status.code(), Some(1), "{command}");
        assert_eq!(text(&refused.stdout), "");
        assert_eq!(
            text(&refused.stderr),
            "configuration: missing or invalid TWILIO_ACCOUNT_SID, TWILIO_API_KEY\n"
        );
    }
}

#[test]
fn a_setting_that_is_no_sid_is_refused_without_showing_it() {
    let refused = operator(
        &["templates", "status"],
        &[
            ("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000001"),
            ("TWILIO_API_KEY", "a-secret-in-the-wrong-place"),
            ("TWILIO_API_SECRET", "key-secret"),
        ],
    );
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(said.contains("SK"), "{said}");
    assert!(!said.contains("secret"), "{said}");
}

#[test]
fn a_broker_s_password_is_shown_by_no_refusal() {
    // Nobody listens on port 1.
    for url in [
        "amqps://flash:hidden@127.0.0.1:1",
        "amqp://flash:hidden@127.0.0.1:port",
        "hidden",
    ] {
        for refused in [
            operator(&["broker", "declare", "--url", url], &[]),
            operator(&["broker", "declare"], &[("BROKER_URL", url)]),
            operator(
                &["broker", "declare", "--queue", ""],
                &[("BROKER_URL", url)],
            ),
            operator(&["broker", "declare", "--help"], &[("BROKER_URL", url)]),
        ] {
            let said = [text(&refused.stdout), text(&refused.stderr)].concat();
            assert!(!said.is_empty());
            assert!(!said.contains("hidden"), "{said}");
        }
    }
    let refused = operator(&["broker", "declare"], &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("--url"));
}

#[test]
fn an_event_is_signed_and_the_secret_is_shown_by_nothing() {
    let body = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let sign = |secret: &str| {
        operator(
            &["sign-event", "--message-id", "msg_1", "--file", body],
            &[("FLASH_SIGNING_SECRET", secret)],
        )
    };
    let signed = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assert_eq!(signed.status.code(), Some(0));
    let names: Vec<_> = text(&signed.stdout)
        .lines()
        .map(|line| line.split_once(": ").unwrap().0)
        .collect();
    let wanted = [
        "content-type",
        "svix-id",
        "svix-timestamp",
        "svix-signature",
    ];
    assert_eq!(names, wanted, "as curl -H @FILE takes them");
    let refused = sign("whsec_too-short-a-secret");
    assert_eq!(refused.status.code(), Some(1));
    for said in [&signed.stdout, &refused.stdout, &refused.stderr] {
        assert!(!text(said).contains("MfKQ") && !text(said).contains("too-short"));
    }
}
