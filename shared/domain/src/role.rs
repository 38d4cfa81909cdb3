//! What somebody may do beside looking after their own account.

use serde::{Deserialize, Serialize};

/// Each includes the ones before it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    #[default]
    User,
    Support,
    Admin,
}
