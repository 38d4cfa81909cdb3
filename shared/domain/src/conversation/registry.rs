//! Every command there is, in the order in which help lists those of one category. Each stands in the file of its name.

use super::{balance, consent, help, link, opting, privacy, staff, unlink, verify};
use crate::command::Command;

pub const COMMANDS: &[Command] = &[
    balance::COMMAND,
    link::COMMAND,
    verify::COMMAND,
    unlink::COMMAND,
    privacy::COMMAND,
    privacy::EXPORT,
    privacy::ERASE,
    consent::NOTIFICATIONS,
    consent::ASSISTANT,
    consent::ALERTS,
    opting::STOP,
    opting::START,
    opting::END,
    help::COMMAND,
    staff::USER,
    staff::UNLOCK,
];
