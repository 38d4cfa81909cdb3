//! What kind of message somebody sent.

/// Twilio's `MessageType`. Twilio adds kinds without notice: those not named here are [`Other`](Self::Other).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageType {
    Text,
    /// A tap on a button or a list.
    Interactive,
    /// A tap on an approved template's button.
    Button,
    Location,
    Contacts,
    Image,
    Audio,
    Video,
    Document,
    Sticker,
    Reaction,
    Other,
}

impl MessageType {
    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "text" => Self::Text,
            "interactive" => Self::Interactive,
            "button" => Self::Button,
            "location" => Self::Location,
            "contacts" => Self::Contacts,
            "image" => Self::Image,
            "audio" => Self::Audio,
            "video" => Self::Video,
            "document" => Self::Document,
            "sticker" => Self::Sticker,
            "reaction" => Self::Reaction,
            _ => Self::Other,
        }
    }
}
