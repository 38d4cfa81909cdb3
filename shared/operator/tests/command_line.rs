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
