//! The local world: every function, an embedded DynamoDB, an in-process queue, and strict stand-ins for Twilio, Flash and
//! Maple.

pub mod clock;
pub mod database;
pub mod fault;
pub mod flash;
pub mod gateway;
pub mod happening;
pub mod maple;
pub mod meter;
pub mod pump;
pub mod queue;
pub mod rabbitmq;
pub mod refuser;
pub mod routes;
pub mod secrets;
pub mod silence;
pub mod topic;
pub mod trace;
pub mod twilio;
mod wiring;
pub mod world;
