//! Twilio fetches the pictures that it is to deliver, once, soon after it has taken their message. What it can't fetch, it
//! can't deliver, and says so by callback.

use super::TwilioStandIn;

/// WhatsApp's most, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// What WhatsApp shows as a picture.
const TYPES: [&str; 2] = ["image/jpeg", "image/png"];

/// A picture to be fetched for a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub message: String,
    pub url: String,
}

/// What came of fetching one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// 0: nobody answered.
    pub status: u16,
    pub content_type: String,
    pub bytes: usize,
}

impl Fetched {
    fn failure(&self) -> Option<(u32, &'static str)> {
        let essence = self.content_type.split(';').next().unwrap_or_default();
        if self.bytes > LARGEST {
            Some((63034, "Media exceeds size limit"))
        } else if self.status != 200 || !TYPES.contains(&essence.trim()) || self.bytes == 0 {
            Some((63019, "Media failed to download"))
        } else {
            None
        }
    }
}

impl TwilioStandIn {
    /// The pictures that nobody has fetched yet; asked for, they count as being fetched.
    pub fn pictures(&self) -> Vec<Wanted> {
        let mut state = self.state();
        let mut wanted = Vec::new();
        for message in &state.messages {
            if !state.fetched.contains(&message.sid) {
                wanted.extend(message.media.iter().map(|url| Wanted {
                    message: message.sid.clone(),
                    url: url.clone(),
                }));
            }
        }
        let fetched = wanted.iter().map(|it| it.message.clone());
        let fetched: Vec<_> = fetched.collect();
        state.fetched.extend(fetched);
        wanted
    }

    /// A message whose picture could not be had goes no further.
    pub fn has_fetched(&self, message: &str, fetched: &Fetched, now_millis: i64) {
        let Some(failure) = fetched.failure() else {
            return;
        };
        let mut state = self.state();
        state.due.retain(|_, due| due.is_not_of(message));
        state.plan(message, Some(failure), false, now_millis);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_whatsapp_would_not_show_fails() {
        let png = Fetched {
            status: 200,
            content_type: "image/png".into(),
            bytes: 4_000,
        };
        let code = |fetched: Fetched| fetched.failure().map(|(code, _)| code);
        assert_eq!(code(png.clone()), None);
        for (status, content_type, bytes, wanted) in [
            (404, "image/png", 4_000, 63019),
            (0, "", 0, 63019),
            (200, "text/html; charset=utf-8", 4_000, 63019),
            (200, "image/png", 0, 63019),
            (200, "image/png", LARGEST + 1, 63034),
        ] {
            let fetched = Fetched {
                status,
                content_type: content_type.into(),
                bytes,
            };
            assert_eq!(code(fetched), Some(wanted));
        }
    }
}
