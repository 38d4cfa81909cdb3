//! Every number the bot lives by, with where it comes from. Seconds unless the name says otherwise.

/// A link page may be used for so long. OWASP ASVS 5 §6.5.5 bounds out-of-band requests at 10 minutes.
pub const LINK_PAGE_LIFE: i64 = 600;

/// A code's life. NIST SP 800-63B §3.1.3.2 allows at most 10 minutes; half of it is enough to type six digits.
pub const CODE_LIFE: i64 = 300;

/// Wrong tries that destroy a code: with 10⁶ codes, odds of 5 in a million for each.
/// NIST SP 800-63B §3.2.2 allows up to 100 in a row.
pub const CODE_TRIES: u32 = 5;

/// The same page and key may be shown a fresh code so many times in all, because answers get lost on bad networks.
pub const CODE_ISSUES_PER_PAGE: u32 = 3;

/// Between two codes of different pages. Flash's own log-in lets a person ask again after a minute.
pub const CODE_ISSUE_GAP: i64 = 60;

/// Codes an hour, and the pause after them: Flash's own limit on log-in codes (4 an hour, 3 h block).
pub const CODE_ISSUES_PER_HOUR: usize = 4;
pub const CODE_ISSUE_WINDOW: i64 = 3_600;
pub const CODE_ISSUE_PAUSE: i64 = 10_800;

/// Wrong codes within the window that lock the chat: Flash's own limit on log-ins (8 in 20 min, 1 h block).
pub const FAILURES_TO_LOCK: usize = 8;
pub const FAILURE_WINDOW: i64 = 1_200;

/// The first lock's length; each further one doubles it up to the longest. Locks are forgotten a week after the last.
pub const LOCK_FIRST: i64 = 3_600;
pub const LOCK_LONGEST: i64 = 86_400;
pub const LOCK_MEMORY: i64 = 604_800;

/// The bot's key at Flash ends after 90 days: a lost credential dies by itself within a quarter.
pub const CREDENTIAL_LIFE: i64 = 7_776_000;

/// How long "Reply YES" waits for its YES.
pub const CONFIRM_LIFE: i64 = 300;

/// A conversation ends after a day of silence, or a week in all (NIST SP 800-63B §2.2.3 for AAL2 allows 24 h in all,
/// of a session that can spend; this one can only read).
pub const SESSION_IDLE: i64 = 86_400;
pub const SESSION_ABSOLUTE: i64 = 604_800;

/// A person without a link is forgotten after 30 days of silence.
pub const STRANGER_MEMORY: i64 = 2_592_000;

/// Receipts and outbox entries are kept 30 days: a replayed webhook verifies for ever, so its receipt must outlive any use.
pub const MESSAGE_MEMORY: i64 = 2_592_000;

/// The audit is kept seven years, as financial records are in Jamaica (Proceeds of Crime regulations).
pub const AUDIT_MEMORY: i64 = 220_752_000;

/// A reply is worth sending while the person may still wait for it, well inside WhatsApp's 24 h window.
pub const REPLY_LIFE: i64 = 3_600;

/// Twilio's call takes at most 10 s; a claim outlives the function's own time-out of 30 s.
pub const SEND_LEASE: i64 = 60;

/// A refused send waits 2, 4, 8 … seconds (Twilio's advice for 429), at most five minutes, until its end.
pub const SEND_WAIT_FIRST: i64 = 2;
pub const SEND_WAIT_LONGEST: i64 = 300;
/// Twilio's own `Retry-After` is honoured up to here.
pub const SEND_WAIT_ASKED: i64 = 900;

/// A price older than this is not shown: Flash answers from a cache of up to 10 minutes when its price source is down.
pub const PRICE_STALE: i64 = 900;

/// All of Flash's work for one message, milliseconds: Twilio waits 15 s, the function 12 s.
pub const FLASH_BUDGET_MS: u64 = 7_000;

/// Flash failing so often in a row is down; asked again after the pause, which doubles up to the longest.
pub const BREAKER_FAILURES: u32 = 5;
pub const BREAKER_PAUSE: i64 = 15;
pub const BREAKER_PAUSE_LONGEST: i64 = 240;

/// Tries to commit one message when another message of the same person got in between.
pub const COMMIT_TRIES: usize = 4;

/// The relay takes so many due entries of each index shard at a time; what is left comes a minute later.
pub const RELAY_SHARD_PAGE: i32 = 100;

/// An entry in doubt is first looked for after this: Twilio's list shows a message within seconds of taking it.
pub const DOUBT_FIRST_LOOK: i64 = 30;

/// Between two looks at Twilio's list, and the absences that prove that a message was not taken (the design's rule).
pub const DOUBT_GAP: i64 = 60;
pub const DOUBT_ABSENCES: u32 = 2;

/// Twilio's clock and ours may differ by so much.
pub const DOUBT_CLOCKS_DIFFER: i64 = 60;

/// How long the entries of a message are published again with the next one. The queue swallows a repeat for five
/// minutes; after that the relay has long seen to them.
pub const REPUBLISH_WITHIN: i64 = 240;

/// A secret that was refused is read again at most so often: a forged request must not cost a call each.
pub const SECRET_REFRESH_GAP: i64 = 30;
