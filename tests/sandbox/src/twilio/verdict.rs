//! What WhatsApp will make of a message that Twilio has accepted: the refusals that arrive later, by callback.

use serde_json::Value;
use twilio::content::{
    BODY_MAX, BUTTONS_MAX, DESCRIPTION_MAX, ID_MAX, ITEM_MAX, ITEMS_MAX, TITLE_MAX,
};

use super::message::{List, Message};
use super::{TemplateStatus, WINDOW_MILLIS};

/// None: it will be delivered. Else the code and words of the failure. `template` is how WhatsApp stands to the message's
/// template, if that was ever submitted.
///
/// Inside the window a template that is not approved goes as any message does. Whether that also holds for one that is
/// paused or disabled is not known.
/// That line breaks are refused in the variables of approved templates alone is WhatsApp's own rule; whether Twilio
/// also applies it to templates sent in a session without approval is not known.
pub(super) fn of_whatsapp(
    message: &Message,
    template: Option<TemplateStatus>,
    last_inbound: Option<i64>,
    now: i64,
) -> Option<(u32, &'static str)> {
    let in_window = last_inbound.is_some_and(|at| now - at <= WINDOW_MILLIS);
    if !message.approved && !in_window {
        return Some(match template {
            Some(TemplateStatus::Rejected) => (63040, "Template rejected"),
            Some(TemplateStatus::Paused) => (63041, "Template paused"),
            Some(TemplateStatus::Disabled) => (63042, "Template disabled"),
            Some(TemplateStatus::Pending | TemplateStatus::Approved) | None => (
                63016,
                "Failed to send freeform message because you are outside the allowed window.",
            ),
        });
    }
    let values = || message.content_variables.values().filter_map(Value::as_str);
    if message.approved
        && values().any(|value| value.contains(['\n', '\t']) || value.contains("     "))
    {
        return Some((63013, "Message sent violates the channel provider's policy"));
    }
    let longest = message.body.chars().count() > BODY_MAX;
    if longest && (message.approved || !message.buttons.is_empty() || message.list.is_some()) {
        return Some((63021, "Channel invalid content error"));
    }
    let odd_button = message
        .buttons
        .iter()
        .any(|button| unfit(&button.title, TITLE_MAX) || unfit(&button.id, ID_MAX));
    let crowded = !message.approved && message.buttons.len() > BUTTONS_MAX;
    let odd_list = message.list.as_ref().is_some_and(is_odd);
    let wordless = message.body.is_empty() && message.media.is_empty();
    (odd_button || odd_list || crowded || wordless)
        .then_some((63005, "Channel did not accept given content."))
}

fn unfit(text: &str, most: usize) -> bool {
    !(1..=most).contains(&text.chars().count())
}

fn is_odd(list: &List) -> bool {
    let odd_item = list.items.iter().any(|item| {
        unfit(&item.title, ITEM_MAX)
            || unfit(&item.id, ID_MAX)
            || item.description.chars().count() > DESCRIPTION_MAX
    });
    odd_item || unfit(&list.button, TITLE_MAX) || list.items.len() > ITEMS_MAX
}
