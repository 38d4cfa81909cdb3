//! What a restore tells of itself.

use std::fmt;

use domain::time::Moment;

use super::moment::shown;

/// What was done, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    pub(super) written: bool,
    /// Of when the copy is, and the newest line of `audit`.
    pub since: Option<Moment>,
    pub newest: Option<Moment>,
    /// Lines since then, and such from shortly before as count as well.
    pub lines: u64,
    pub before: u64,
    /// Brought back, and of these such as have lost something.
    pub back: u64,
    pub without_link: u64,
    pub asked_again: u64,
    pub roles_taken: u64,
    /// STOP since then that holds, and such as gave way to a later START.
    pub opted_out: u64,
    pub started: u64,
    /// Locks since then.
    pub locked: u64,
    /// Not brought back: of the erased, ended, or about what waited then.
    pub erased: u64,
    pub pointers: u64,
    pub ended: u64,
    /// Already in the stack's table: with what the copy has against them, or left as they are there.
    pub merged: u64,
    pub stood: u64,
    /// Of those who left while it was brought back.
    pub meanwhile: u64,
    /// Neither brought back nor merged, because somebody else wrote it at the same time.
    pub changed: u64,
}

impl Restored {
    /// Whether all of it is done.
    pub const fn is_whole(&self) -> bool {
        self.changed == 0
    }
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |at: Option<Moment>| at.map_or_else(|| "unknown".to_owned(), shown);
        writeln!(f, "the copy is of {}", at(self.since))?;
        writeln!(f, "the newest line of the audit is of {}", at(self.newest))?;
        let did = if self.written {
            "brought back"
        } else {
            "would be brought back, with --write"
        };
        let lines = [
            (self.lines, "lines of the audit since then"),
            (self.before, "from shortly before, which count as well"),
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
            (self.opted_out, "who have said STOP since, and are out"),
            (
                self.started,
                "who have said STOP since, and a later START stands",
            ),
            (self.locked, "chats that were locked since, and are"),
            (self.erased, "items of the erased, left out"),
            (self.pointers, "pointers to links that ended, left out"),
            (self.ended, "items past their end, left out"),
            (
                self.merged,
                "that stand in the table, with the STOP, blocks and locks of the copy",
            ),
            (self.stood, "that stand in the table, left as they are"),
            (
                self.meanwhile,
                "of those who left while it was brought back, taken out again",
            ),
            (
                self.changed,
                "NOT done, because somebody writes them: stop what writes, and run it again",
            ),
        ];
        for (count, what) in lines {
            writeln!(f, "{count} {what}")?;
        }
        Ok(())
    }
}
