//! What a restore tells of itself.

use std::fmt;

/// What was done, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    pub(super) written: bool,
    /// Of `audit` that count: since then, and from shortly before.
    pub lines: u64,
    /// Brought back, and of these such as have lost something.
    pub back: u64,
    pub without_link: u64,
    pub asked_again: u64,
    pub roles_taken: u64,
    /// STOP since then.
    pub opted_out: u64,
    /// Not brought back: of the erased, ended, or about what waited then.
    pub erased: u64,
    pub pointers: u64,
    pub ended: u64,
    /// Already in the stack's table, and left as it is there.
    pub stood: u64,
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let did = if self.written {
            "brought back"
        } else {
            "would be brought back, with --write"
        };
        let lines = [
            (self.lines, "lines of the audit since then"),
            (self.back, did),
            (self.without_link, "of them without a link: they link again"),
            (
                self.asked_again,
                "of them without agreements: they are asked again",
            ),
            (
                self.roles_taken,
                "of them without the role they had: operator roles grant",
            ),
            (self.opted_out, "who have said STOP since"),
            (self.erased, "items of the erased, left out"),
            (self.pointers, "pointers to links that ended, left out"),
            (self.ended, "items past their end, left out"),
            (self.stood, "that stand in the table, left as they are"),
        ];
        for (count, what) in lines {
            writeln!(f, "{count} {what}")?;
        }
        Ok(())
    }
}
