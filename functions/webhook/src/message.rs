//! One message of a person, as Twilio posts it.

use aws::telemetry;
use domain::address::WhatsAppAddress;
use domain::conversation::{Brings, Message};
use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use talk::Received;
use twilio::form::Form;
use twilio::inbound::{InboundMessage, MessageType};

use crate::{App, Fault, answer, empty_twiml};

pub(crate) async fn receive(app: &App, form: &Form<'_>) -> Result<Response<Body>, Fault> {
    let inbound = match InboundMessage::read(form) {
        Ok(inbound) => inbound,
        Err(error) => {
            // Twilio signed it, so it is real, but nobody can be answered: trying again would not help.
            telemetry::count("message_not_understood");
            telemetry::failure("message", &error);
            return Ok(empty_twiml());
        }
    };
    if inbound.account_sid.as_str() != app.account_sid || inbound.to != app.sender {
        telemetry::count("message_for_somebody_else");
        return Ok(answer(StatusCode::FORBIDDEN, ""));
    }
    let keys = app.talk.tables.keys();
    let received = Received {
        person: keys.person(&inbound.from),
        message: Message {
            sid: inbound.message_sid,
            user: inbound
                .user_id
                .map(|id| keys.person(&WhatsAppAddress::User(id))),
            from: inbound.from,
            body: inbound.body,
            brings: brings(inbound.message_type),
            payload: inbound.button.map(|button| button.payload),
            found_later: inbound.found_later,
        },
        proof: None,
    };
    let span = tracing::Span::current();
    span.record("message_sid", received.message.sid.as_str());
    span.record("person", received.person.as_str());
    app.talk.hear(&received).await?;
    Ok(empty_twiml())
}

fn brings(message_type: MessageType) -> Brings {
    match message_type {
        MessageType::Text | MessageType::Interactive | MessageType::Button => Brings::Text,
        MessageType::Image => Brings::Picture,
        MessageType::Audio => Brings::Voice,
        MessageType::Video => Brings::Video,
        MessageType::Document => Brings::Document,
        MessageType::Location => Brings::Location,
        MessageType::Contacts => Brings::Contact,
        MessageType::Sticker => Brings::Sticker,
        MessageType::Reaction => Brings::Reaction,
        MessageType::Other => Brings::Other,
    }
}
