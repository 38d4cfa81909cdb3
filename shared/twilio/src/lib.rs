//! Twilio's WhatsApp messaging: what it posts to us, proven and typed; what we ask of it; and what its answers mean for a message.
//!
//! | module | holds |
//! |---|---|
//! | [`signature`] | `X-Twilio-Signature` over a raw request |
//! | [`inbound`] | a message that somebody sent to the bot |
//! | [`status`] | how far a message of ours has come |
//! | [`client`] | sending one message |
//! | [`failure`] | what a refusal or silence says about the message |
//! | [`action`] | what to do about an error code |
//! | [`list`] | what Twilio itself knows of messages |
//! | [`repost`] | what Twilio posted in vain, posted again |
//! | [`content`] | the message templates and their limits |
//! | [`content_api`] | the templates at Twilio: listing, creating, approval |

pub mod action;
pub mod client;
pub mod content;
pub mod content_api;
pub mod debugger;
pub mod failure;
pub mod form;
pub mod inbound;
pub mod list;
mod message_type;
pub mod repost;
pub mod sid;
pub mod signature;
pub mod status;
