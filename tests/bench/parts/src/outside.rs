//! What Twilio posts: proven and read.

use twilio::form::Form;
use twilio::inbound::InboundMessage;
use twilio::signature::{AuthToken, verify_form};
use twilio::status::StatusCallback;

use crate::{Part, part};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const URL: &str = "https://bot.example.com/whatsapp/webhook";

/// A message with all that Twilio posts beside it.
const MESSAGE: &[u8] = b"\
    SmsMessageSid=SM00000000000000000000000000000001&NumMedia=0&ProfileName=Marcia&MessageType=text\
    &SmsSid=SM00000000000000000000000000000001&WaId=18765550100&SmsStatus=received\
    &Body=what+is+my+balance%3F&To=whatsapp%3A%2B14155238886&NumSegments=1&ReferralNumMedia=0\
    &MessageSid=SM00000000000000000000000000000001&AccountSid=AC00000000000000000000000000000001\
    &ChannelMetadata=%7B%22type%22%3A%22whatsapp%22%2C%22data%22%3A%7B%22context%22%3A%7B%22ProfileName%22%3A%22Marcia%22%2C%22WaId%22%3A%2218765550100%22%7D%7D%7D\
    &From=whatsapp%3A%2B18765550100&ExternalUserId=JM.4566546130240823&ApiVersion=2010-04-01";
/// Of the message, under the token.
const SIGNATURE: &str = "qaL1RJdKlfgEqYgZ/Nh72qX3axE=";

const CALLBACK: &[u8] = b"\
    ChannelPrefix=whatsapp&ApiVersion=2010-04-01&MessageStatus=delivered\
    &SmsSid=SM00000000000000000000000000000001&SmsStatus=delivered&To=whatsapp%3A%2B18765550100\
    &From=whatsapp%3A%2B14155238886&MessageSid=SM00000000000000000000000000000001\
    &AccountSid=AC00000000000000000000000000000001";

pub(crate) fn parts() -> Vec<Part> {
    let tokens = [AuthToken::from(TOKEN.to_owned())];
    let form = Form::parse(MESSAGE);
    vec![
        part("form", || InboundMessage::parse(MESSAGE)),
        part("callback", || StatusCallback::parse(CALLBACK)),
        part("signature", move || {
            let proven = verify_form(&tokens, URL, &form, Some(SIGNATURE));
            assert!(proven.is_ok(), "what is refused costs something else");
        }),
    ]
}
