//! When the person must prove anew that the Flash account is theirs.

/// How fresh that proof must be for a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Proof {
    /// None is needed.
    Never,
    /// It shows what the account holds.
    ForReading,
    /// It hands over everything that is known about the person.
    ForExport,
    /// It reaches into other people's records.
    ForStaff,
}
