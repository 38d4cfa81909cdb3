//! Twilio's OpenAPI documents.

use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;

#[derive(Clone, Copy)]
pub(crate) enum Document {
    /// Messages, among much else.
    Api,
    /// Templates.
    Content,
}

impl Document {
    /// Where Prism finds it.
    pub(crate) fn file(self) -> PathBuf {
        match self {
            Self::Api => {
                static CORRECTED: OnceLock<PathBuf> = OnceLock::new();
                CORRECTED.get_or_init(corrected).clone()
            }
            Self::Content => original("twilio_content_v1.json"),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the documents are another's and not kept here"
)]
fn original(name: &str) -> PathBuf {
    let folder = std::env::var_os("TWILIO_OPENAPI")
        .expect("TWILIO_OPENAPI names the folder with Twilio's documents");
    PathBuf::from(folder).join(name)
}

/// The document says that a list's addresses of pages are whole URIs; its own examples, and Twilio, have only the path.
/// Of the list's examples the full one is left, because Prism shows the first. Nothing else is changed.
fn corrected() -> PathBuf {
    let text = std::fs::read_to_string(original("twilio_api_v2010.json")).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    let list = "/2010-04-01/Accounts/{AccountSid}/Messages.json";
    let answer = &mut document["paths"][list]["get"]["responses"]["200"];
    let answer = &mut answer["content"]["application/json"];
    let examples = answer["examples"].as_object_mut().unwrap();
    examples.retain(|name, _| name == "readFullPage1");
    assert_eq!(examples.len(), 1);
    let fields = &mut answer["schema"]["properties"];
    for name in [
        "first_page_uri",
        "next_page_uri",
        "previous_page_uri",
        "uri",
    ] {
        let format = fields[name].as_object_mut().unwrap().remove("format");
        assert_eq!(format, Some("uri".into()), "{name} needs no correction");
    }
    let copy = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("twilio_api_v2010.json");
    std::fs::write(&copy, document.to_string()).unwrap();
    copy
}
