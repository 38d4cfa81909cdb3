//! Every number the bot lives by, with where it comes from. Seconds unless the name says otherwise.

use crate::money::Cents;

/// A link page may be used for so long. OWASP ASVS 5 §6.5.5 bounds out-of-band requests at 10 minutes.
pub const LINK_PAGE_LIFE: i64 = 600;

/// A code's life. NIST SP 800-63B §3.1.3.2 allows at most 10 minutes; half of it is enough to type six digits.
pub const CODE_LIFE: i64 = 300;

/// Wrong tries that destroy a code: with 10⁶ codes, odds of 5 in a million for each.
/// NIST SP 800-63B §3.2.2 allows up to 100 in a row.
pub const CODE_TRIES: u32 = 5;

/// The same page and key may be shown a fresh code so many times in all, because answers get lost on bad networks.
pub const CODE_ISSUES_PER_PAGE: u32 = 3;

/// Keys that Flash does not know end a link page, because Flash counts questions by the address they come from, which is
/// everybody's (the product's own figure: a key can end between two presses, once).
pub const KEYS_REFUSED_PER_PAGE: u32 = 5;

/// Between two codes of different pages. Flash's own log-in lets a person ask again after a minute.
pub const CODE_ISSUE_GAP: i64 = 60;

/// Codes an hour, and the pause after them: Flash's own limit on log-in codes (4 an hour, 3 h block).
pub const CODE_ISSUES_PER_HOUR: usize = 4;
pub const CODE_ISSUE_WINDOW: i64 = 3_600;
pub const CODE_ISSUE_PAUSE: i64 = 10_800;

/// STOP from somebody who has said it within the day is not confirmed again (the product's own figure): one confirmation
/// is what they expect, and after a day they may have forgotten it.
pub const STOP_CONFIRMED: i64 = 86_400;

/// Wrong codes within the window that lock the chat: Flash's own limit on log-ins (8 in 20 min, 1 h block).
pub const FAILURES_TO_LOCK: usize = 8;
pub const FAILURE_WINDOW: i64 = 1_200;

/// The first lock's length; each further one doubles it up to the longest. Locks are forgotten a week after the last.
pub const LOCK_FIRST: i64 = 3_600;
pub const LOCK_LONGEST: i64 = 86_400;
pub const LOCK_MEMORY: i64 = 604_800;

/// A wrong code is held against its chat until it is forgiven, one a day; while so many are held, no more can be typed.
/// Without this, seven in twenty minutes for ever, which lock nothing, would be 504 a day. NIST SP 800-63B §3.2.2 stops
/// at 100 in a row; a fifth of it is four whole codes, more than anybody mistypes. What guessing comes to is computed in
/// `conversation/tests/guessing.rs`.
pub const FAILURES_HELD: i64 = 20;
pub const FAILURE_FORGIVEN: i64 = 86_400;

/// What odd behaviour is worth, in points (the product's own figures, one wrong code being 5): a code's five tries ask for
/// a fresh proof, twice that tells somebody, four times that locks. So a lock by wrong codes tells somebody at once;
/// whoever once tries what only staff may do does not, seven times in a day locks. One account after which
/// three chats are ([`SEEKERS_ODD`]) tells somebody whatever else there is.
pub const RISK_WRONG_CODE: i64 = 5;
pub const RISK_LOCKED: i64 = 40;
pub const RISK_CODES_PAUSED: i64 = 20;
pub const RISK_PAGE_AGAIN: i64 = 5;
pub const RISK_FLOODED: i64 = 10;
pub const RISK_PROBED: i64 = 4;
pub const RISK_STAFF_REFUSED: i64 = 15;
pub const RISK_KEY_REFUSED: i64 = 5;
pub const RISK_SOUGHT: i64 = 50;
pub const RISK_STEP_UP: i64 = 25;
pub const RISK_ALERT: i64 = 50;
pub const RISK_LOCK: i64 = 100;

/// A sign counts in full for a day, then fades until it is forgotten with the locks, a week after.
pub const RISK_FRESH: i64 = 86_400;
pub const RISK_MEMORY: i64 = LOCK_MEMORY;

/// Signs remembered of one chat: more than lead to any threshold, and 2 kB at most.
pub const RISK_SIGNS: usize = 40;

/// Chats that try to link one account within a day: one is its owner's new phone, two are a mistake besides; the third is
/// odd (the product's own figure). So many are kept.
pub const SEEKERS_ODD: usize = 3;
pub const SEEKERS_WINDOW: i64 = 86_400;
pub const SEEKERS_KEPT: usize = 16;

/// The bot's key at Flash ends after 90 days: a lost credential dies by itself within a quarter.
pub const CREDENTIAL_LIFE: i64 = 7_776_000;

/// A link's person is told that its key ends so long before it does, and once more (the product's own figures). From the
/// first of them on `link` gives a page for a new key: earlier, each would only leave one more unused at Flash.
pub const LINK_ENDING_FIRST: i64 = 604_800;
pub const LINK_ENDING_LAST: i64 = 86_400;

/// Who reads a balance proves now and then that the account is theirs: NIST SP 800-63B §2.1.3 asks for it after 30 days
/// at most (AAL1).
pub const PROOF_FOR_READING: i64 = 2_592_000;

/// So much is a large balance: what Flash lets a verified account (level one) send in a day. To see it a proof is good
/// for a week, the longest that one of our conversations lasts.
pub const LARGE_BALANCE: Cents = Cents(100_000);
pub const PROOF_FOR_LARGE: i64 = SESSION_ABSOLUTE;

/// The most that can be asked for at once: what Flash lets its best known accounts move in a day.
pub const LARGEST_AMOUNT: Cents = Cents(5_000_000);

/// What hands over everything, or reaches into other people's records, wants a proof of just now (OWASP ASVS 5 §7.5.3),
/// as old at most as a page may be that asks for one.
pub const PROOF_AT_ONCE: i64 = LINK_PAGE_LIFE;

/// The throw-away key that such a page mints outlives what the page does with it, and little more.
pub const CHECK_KEY_LIFE: i64 = 300;

/// A page that asks for a proof is shown again while at least so much of its life is left: time to log in twice.
pub const PROOF_PAGE_LEFT: i64 = 300;

/// A misspelt command is told from an ordinary word by two measures of strsim, of which both must hold: letters changed,
/// added, left out or exchanged with their neighbour, so many at most by the length of the name; and a Jaro-Winkler
/// likeness, which weighs the first letters most. The first letter must be right: of 50,000 misspellings 3.3 % begin with
/// a wrong one (Pollock and Zamora 1984), but rice is not price. The shorter the name, the more words are one letter from
/// it, so below six letters they may only have changed places or been typed twice, below seven also been added or left out.
/// Shorter names than the shortest are never guessed. Measured by `conversation/tests/misspelt.rs`: of 76 misspellings all
/// are understood, of 110 ordinary words and sentences none is taken for a command.
pub const GUESS_SHORTEST: usize = 4;
pub const GUESS_ADDED_FROM: usize = 6;
pub const GUESS_TWO_FROM: usize = 7;
pub const GUESS_THREE_FROM: usize = 12;
pub const GUESS_LIKENESS: f64 = 0.9;
/// Nobody misspells a command over more characters than this, and longer texts are not measured.
pub const GUESS_LONGEST: usize = 60;

/// What Flash could not answer is offered again to whoever writes something else so soon after (the product's own figure:
/// as long as a question waits).
pub const TROUBLE_MEMORY: i64 = CONFIRM_LIFE;

/// Whoever has linked so short a time ago is shown what there is to try (the product's own figure, the same).
pub const JUST_LINKED: i64 = CONFIRM_LIFE;

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

/// How long a message is worth sending (the product's own figures). What opens something short-lived, such as a link
/// page, must leave time to use it; a reply is for a person who may still wait; news keeps for a day.
pub const CODE_SEND_LIFE: i64 = 240;
pub const REPLY_LIFE: i64 = 3_600;
pub const NOTICE_LIFE: i64 = 86_400;

/// Twilio's call takes at most 10 s; a claim outlives the function's own time-out of 30 s.
pub const SEND_LEASE: i64 = 60;

/// A refused send waits 2, 4, 8 … seconds (Twilio's advice for 429), news from half a minute on; at most five minutes,
/// or half an hour for news; until its end.
pub const SEND_WAIT_FIRST: i64 = 2;
pub const SEND_WAIT_LONGEST: i64 = 300;
pub const NOTICE_WAIT_FIRST: i64 = 30;
pub const NOTICE_WAIT_LONGEST: i64 = 1_800;
/// Twilio's own `Retry-After` is honoured up to here.
pub const SEND_WAIT_ASKED: i64 = 900;
/// A limit of the sender or the account is used up (63017, 63018, 63038), or our set-up is wrong (20404, 63007): waits
/// begin here and double up to the longest of news.
pub const SEND_WAIT_LIMIT: i64 = 300;

/// A message that WhatsApp could not deliver for a passing reason (63009, 63010, 63012) is sent again so often, after
/// 30 s, 1 min, 2 min … up to 10 min; one that may have arrived after all (30410, 63025) once.
pub const DELIVERY_RETRIES: u32 = 3;
pub const DELIVERY_WAIT_FIRST: i64 = 30;
pub const DELIVERY_WAIT_LONGEST: i64 = 600;

/// WhatsApp's window for free text is 24 hours from the person's last message; five minutes are kept in hand for the
/// way there.
pub const WINDOW: i64 = 86_100;

/// An entry older than this is compared with how things stand before it is sent: until then the commit it came from
/// is news enough.
pub const TRUTH_AFTER: i64 = 60;

/// How long an instance goes by what it last read of Twilio's breaker and of the stop switch.
pub const GATE_MEMORY: i64 = 5;
/// While all sending is stopped, an entry is looked at this often.
pub const STOPPED_WAIT: i64 = 300;

/// A callback without the name of its entry is kept until its message has been asked for.
pub const ORPHAN_MEMORY: i64 = 86_400;

/// A later part of one answer looks this often for what became of the part before it, if nobody told it.
pub const PART_WAIT: i64 = 60;

/// A message that Twilio has taken and that no callback has reported delivered by then is asked for once, by its SID:
/// callbacks come within seconds, and Twilio recommends to look for missing ones.
pub const CALLBACK_LATE: i64 = 900;

/// A price older than this is not shown: Flash answers from a cache of up to 10 minutes when its price source is down.
pub const PRICE_STALE: i64 = 900;

/// A balance that was told is told again for so long without asking Flash (the design's figure): people ask twice in a
/// row. What may have changed it ends it sooner. That something did is remembered as long: longer than a message is dealt
/// with (12 s).
pub const BALANCE_CACHE: i64 = 30;

/// A price is asked for once a minute at most for all who want it, because Flash counts such questions by the address they
/// come from: 60 a minute (its gateway's limit).
pub const PRICE_CACHE: i64 = 60;

/// All of Flash's work for one message, milliseconds: Twilio waits 15 s, the function 12 s.
pub const FLASH_BUDGET_MS: u64 = 7_000;

/// Rows of the history that are asked for at once: Flash gives 100 at most and has no working pages, and a list of two
/// wallets is cut off unsorted, so more than a phone shows.
pub const HISTORY_ROWS: u8 = 50;

/// Payments in one answer: what a small phone shows without scrolling, unless more are asked for; at most what one message
/// holds ([`PART_UNITS`]).
pub const HISTORY_PAGE: usize = 5;
pub const HISTORY_MOST: usize = 20;

/// How long the numbers of a list of payments are understood, and *more* goes on with it (the product's own figure):
/// longer than anybody looks at it, and shorter than a phone is forgotten.
pub const LISTED_LIFE: i64 = 900;

/// A payment older than this is dated with its year.
pub const WITH_YEAR: i64 = 15_552_000;

/// Minutes for which an invoice is asked: Flash's custodian gives no more for one in dollars.
pub const INVOICE_MINUTES: i64 = 1;

/// What an invoice is for fits on two lines of a phone, and with the invoice around it into one picture's address (the
/// product's own figure). An invoice holds 639 bytes of it.
pub const RECEIVE_MEMO: usize = 100;

/// Characters of what somebody is told to send again: it stands within one line or two of a phone (the product's own
/// figure).
pub const RETRY: usize = 60;

/// An invoice that was asked for here is looked at so many seconds after it was issued: soon for whoever pays at once, and
/// once after its end, when Flash's word is final.
pub const INVOICE_LOOKS: [i64; 5] = [5, 15, 30, 60, 75];

/// While Flash does not say, looks go on after a minute, then two, then four; for an hour (the product's own figures).
pub const INVOICE_LOOK_WAIT: i64 = 60;
pub const INVOICE_WATCH: i64 = 3_600;

/// A picture of an invoice can be had for so long: Twilio fetches it within seconds, and what is
/// sent a second time goes before its invoice has ended.
pub const PICTURE_LIFE: i64 = 600;

/// Characters under a picture, and of what a button carries besides `cmd:` (WhatsApp's limits of 1,024 and 200).
pub const CAPTION: usize = 1_024;
pub const BUTTON_ID: usize = 196;

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
/// While the list can't be read, looks are at most an hour apart, and end after a day: Twilio's longest outages are
/// shorter.
pub const DOUBT_GAP_LONGEST: i64 = 3_600;
pub const DOUBT_MEMORY: i64 = 86_400;

/// Twilio's clock and ours may differ by so much.
pub const DOUBT_CLOCKS_DIFFER: i64 = 60;

/// How long the entries of a message are published again with the next ones, in order. The queue swallows a repeat for five
/// minutes; after that the relay has long seen to them.
pub const REPUBLISH_WITHIN: i64 = 240;

/// A secret that was refused is read again at most so often: a forged request must not cost a call each.
pub const SECRET_REFRESH_GAP: i64 = 30;

/// Reading a secret again may take so long, milliseconds: with all of Flash's work it ends within the webhook's 12 s.
pub const SECRET_READ_MS: u64 = 3_000;

/// An instance goes by the key ring that it last read for so long at most (the product's own figure: a call to Secrets
/// Manager an hour is next to nothing). After it nobody seals or signs under a key that has been retired.
pub const KEY_RING_MEMORY: i64 = 3_600;

/// Between two new keys: by then every instance has read the ring with the first. A command that was repeated by mistake
/// makes none.
pub const KEY_NEW_GAP: i64 = KEY_RING_MEMORY;

/// A retired key may be dropped after so long, if nothing stands under it: [`KEY_RING_MEMORY`], the life of a page whose
/// token was signed at its end, and fifty minutes for what was under way.
pub const KEY_DROP_AFTER: i64 = 7_200;

/// A rotation makes its new version current so soon after it was made, or not at all: the older keys say in it that they were
/// retired when it was made. It takes seconds; the difference comes out of the fifty minutes of [`KEY_DROP_AFTER`].
pub const KEY_MADE_CURRENT_WITHIN: i64 = 1_800;

/// A queue's record is delivered so often. The last time, the function that can't work it sets it aside itself, with the
/// reason, before SQS does so without one: `maxReceiveCount` in template.yaml, which AWS advises to be 5 at least for
/// Lambda, and which is twice that because a throttled table costs receives, too.
pub const QUEUE_RECEIVES: u32 = 10;

/// A record is set aside only with so much time left, milliseconds: what a call to SQS may take in all.
pub const SET_ASIDE_MS: i64 = 5_000;

/// Answers to one person: so many at once, then one every so many seconds. WhatsApp bears a message about every six
/// seconds from one sender to one person (Meta's pair rate, error 131056) and lends up to 45 for a burst.
pub const FLOOD_BUCKET: i64 = 30;
pub const FLOOD_REFILL: i64 = 6;

/// Answers to one person within so many seconds, for two bots that answer each other: Twilio cuts them off at 15
/// replies in 30 s (error 14107).
pub const FLOOD_ANSWERS: usize = 12;
pub const FLOOD_WINDOW: i64 = 30;

/// The silence after the answer that announces it: by then the window is empty and the bucket has ten answers again.
pub const FLOOD_SILENCE: i64 = 60;

/// UTF-16 units of one part of a long answer. Twilio takes a `Body` of 1,600 characters (error 21617) without saying of
/// which unit, only that an emoji is several.
pub const PART_UNITS: usize = 1_500;

/// An answer is sent in at most so many parts: a phone's screen holds no more of it (the product's own figure).
pub const PARTS: usize = 3;

/// A part ends early, with its paragraph or sentence, only if that fills a third of it.
pub const PART_LEAST: usize = 500;

/// Twilio's list of what people wrote is compared with what we took this often: it answers in a second, and Twilio
/// itself tries for 15 s only (its limit), so what it gave up on is soon found.
pub const RECOVERY_GAP: i64 = 300;

/// What is younger than this may still be on its way to us, or to Twilio's list: Twilio tries for 15 s at each of our two
/// addresses, and lists a message within seconds.
pub const RECOVERY_LAG: i64 = 60;

/// Each look goes back so far behind the last, for what Twilio listed late; a message that was taken is not taken again.
pub const RECOVERY_OVERLAP: i64 = 60;

/// So much of the list is compared at once, at most (the product's own figure): an outage of minutes in one go. A
/// stretch that holds more than can be read at once is halved.
pub const RECOVERY_SPAN: i64 = 900;

/// Missed messages that the webhook is given at once: a new AWS account runs ten functions at a time.
pub const RECOVERY_AT_ONCE: usize = 5;

/// After so many refusals and nothing taken the webhook is left alone until the next look, as a breaker would do.
pub const RECOVERY_REFUSALS: usize = 5;

/// A missed message that the webhook does not take in so many looks, while it takes later ones, is left: half an hour,
/// longer than a throttled table or a deployment lasts.
pub const RECOVERY_TRIES: u32 = 6;

/// After so long without news no callback can come any more: WhatsApp's queue holds a message for 4 hours (Twilio's
/// documentation), a notice is worth sending for a day.
pub const CALLBACK_MEMORY: i64 = 86_400;

/// The watermark is kept as long as the cache keeps anything. Where it is gone nothing is looked for but what is new.
pub const WATERMARK_MEMORY: i64 = 7_776_000;

/// The page on which a person saves what is kept of them: as long as a link page.
pub const EXPORT_PAGE_LIFE: i64 = LINK_PAGE_LIFE;

/// The file may be taken so often from one page: downloads break off on bad networks (the product's own figure).
pub const EXPORT_TIMES: u32 = 3;

/// So much of the file, in bytes, may be what was said: Lambda answers with 6 MB at most.
pub const EXPORT_BYTES: usize = 4_000_000;

/// What DynamoDB's point-in-time recovery reaches back, and how long Twilio shows messages unless the account has set it
/// otherwise (AWS's and Twilio's documentation).
pub const BACKUP_DAYS: i64 = 35;
pub const TWILIO_LOG_DAYS: i64 = 400;

/// After an erasure, what was said in its very second, the confirmation among it, goes when it can no longer be sent.
pub const ERASURE_LAST_ROUND: i64 = REPLY_LIFE + SEND_LEASE;

/// What somebody tells Flash's team fits on a screen (the product's own figure), and is kept a quarter of a year, as long
/// as the counters of the days it belongs to.
pub const FEEDBACK_CHARACTERS: usize = 500;
pub const FEEDBACK_MEMORY: i64 = WATERMARK_MEMORY;
/// An answer of the assistant that was voted down is kept with its question as long as what was said.
pub const REVIEW_MEMORY: i64 = MESSAGE_MEMORY;

/// A request for money is open for a week, a pay-day apart for most, and is listed for another (the product's own figures).
pub const REQUEST_LIFE: i64 = 604_800;
pub const REQUEST_MEMORY: i64 = 604_800;

/// Requests to one person that are open or of the last day, and requests of one person in a day, whether they reach anybody
/// or not: enough for a round of friends, too few to pester with (the product's own figures). Whoever has declined three of
/// somebody's within what is remembered wants no more.
pub const REQUESTS_PER_PAIR: usize = 3;
pub const REQUESTS_PER_DAY: usize = 20;
pub const REQUEST_DAY: i64 = 86_400;
/// Requests that one person is told of in a day, whoever makes them: more is a flood (the product's own figure).
pub const REQUESTS_TOLD_PER_DAY: usize = 10;
pub const REQUEST_DECLINES: usize = 3;

/// What a request is for fits on two lines of a phone, and into a variable of an approved template, which Twilio advises to
/// keep below 250 characters.
pub const REQUEST_MEMO: usize = 80;

/// Requests of each side in one answer: what a phone's screen holds.
pub const REQUESTS_SHOWN: usize = 8;

/// Somebody blocks so many at most: 5 kB of what each of their messages reads. Their names are shown for a year.
pub const BLOCKED_MOST: usize = 50;
pub const BLOCKED_NAMES: i64 = 31_536_000;

/// Counters of a day are kept as long as the cache keeps anything, spread over so many items each: a transaction that
/// counts meets few others at its own, and one item takes 1,000 writes a second (DynamoDB's limit for a partition), which
/// traffic, written every few seconds by each of a thousand instances, never comes near.
pub const COUNTS_MEMORY: i64 = WATERMARK_MEMORY;
pub const COUNT_SHARDS: u32 = 16;
pub const TRAFFIC_SHARDS: u32 = 8;

/// Each instance writes the traffic that it has counted at most this often (the design's rule).
pub const TRAFFIC_GAP: i64 = 5;

/// A report goes back so many days at most: two weeks show a week beside the one before (the product's own figure).
pub const REPORT_DAYS: u32 = 14;

/// A chat that staff have locked is free again after so long at the latest: time enough for its owner to reach support, and
/// a mistake heals by itself (the product's own figure).
pub const STAFF_LOCK: i64 = 604_800;

/// What an announcement may say: WhatsApp shows 1,024 characters of a template, with its own words, and advises short
/// variables (Twilio's documentation: below 250; twice that still reads well).
pub const ANNOUNCEMENT_CHARACTERS: usize = 500;

/// An announcement is written for so many people a minute: ten a second, an eighth of WhatsApp's 80 for a sender, so that
/// answers find room between. An operator whose sender has a lower messaging limit sets less.
pub const ANNOUNCE_PER_MINUTE: u32 = 600;

/// So many of the list are looked at in one go: DynamoDB reads 100 items at once, and each person is two.
pub const ANNOUNCE_PAGE: u32 = 50;

/// Between two rounds of an announcement: the relay comes by every minute.
pub const ANNOUNCE_GAP: i64 = 60;

/// Who has agreed to news is listed in so many shards, and counted for a draft over so many pages of each, at most: a page
/// is 1 MB (DynamoDB's limit), some ten thousand people, so that a count ends within the webhook's time.
pub const NEWS_SHARDS: u32 = 16;
pub const NEWS_COUNT_PAGES: u32 = 5;

/// An announcement is remembered as long as the cache keeps anything.
pub const ANNOUNCEMENT_MEMORY: i64 = WATERMARK_MEMORY;

/// One of Flash's events is read up to so many bytes: a hundred times what the longest of them needs, and sealed still a
/// third of what a queue carries (SQS's limit was 256 KiB for most of its life).
pub const EVENT_BYTES: usize = 65_536;

/// Characters of an id that an event carries: Flash's are UUIDs and hashes of 64 digits, twice that is room enough. The
/// name of a message is whatever AMQP's short strings hold, 255 bytes.
pub const EVENT_ID: usize = 128;
pub const EVENT_ENVELOPE: usize = 255;

/// No amount in an event is larger, in major units of whichever currency: Flash's own bound of ±10¹³ cents.
pub const EVENT_AMOUNT: i64 = 100_000_000_000;

/// An event may be so far ahead of our clock: as far as a signature's time may be.
pub const EVENT_AHEAD: i64 = SIGNATURE_TOLERANCE;

/// Characters of a payer's name, as many as Flash's longest username has, and of a memo, as in a list of payments.
pub const EVENT_NAME: usize = 50;
pub const EVENT_MEMO: usize = 200;

/// A signed event is taken within so long of its signature's time, before or after: Svix's own tolerance.
pub const SIGNATURE_TOLERANCE: i64 = 300;

/// Bytes of a signing secret: Standard Webhooks wants 24 at least, and Svix makes so many.
pub const SIGNING_SECRET_BYTES: usize = 24;

/// News that were not asked for, in an hour, to one person; then the rest come together when that hour is over. Ten are more
/// payments than anybody makes in an hour, and few enough not to be a nuisance (the product's own figures, as is that less
/// weighty news may only use a part of it).
pub const NEWS_HOUR: i64 = 3_600;
pub const NEWS_PER_HOUR: usize = 10;
pub const NEWS_PER_HOUR_SENT: usize = 6;
pub const NEWS_PER_HOUR_OTHER: usize = 3;

/// What happened longer ago is no news when it is first heard of: as long as a message of it would be worth sending.
pub const NEWS_OLDEST: i64 = NOTICE_LIFE;

/// The hour of the person's own day at which the news of a day come together: work is over, and nobody sleeps (the
/// product's own figure).
pub const DIGEST_HOUR: i8 = 18;

/// A pause of news ends after so long at the latest: who wants none for longer says so, and does not wonder later why none
/// come. One until tomorrow ends in the morning, at this hour of the person's own day (the product's own figures).
pub const PAUSE_LONGEST: i64 = 2_592_000;
pub const MORNING_HOUR: i8 = 8;

/// So many news wait for one person at most: a digest shows fewer lines than that, and one transaction, of which DynamoDB
/// takes 100 lines, ends them all. Of any more only the number is kept.
pub const HELD_MOST: u32 = 50;

/// What waits is put off by a pause so long at most: it is kept as long as any message, and a day is left to send it.
pub const HELD_LONGEST: i64 = MESSAGE_MEMORY - 86_400;

/// So many of what waited are told one by one, if they wait for quiet hours or for the hour to end; more come as one
/// message (the product's own figure: what a phone shows of a chat without scrolling).
pub const HELD_ONE_BY_ONE: usize = 3;

/// Lines of a digest, and characters of a name in one of them: with its sums it is one message then, and a few screens of a
/// phone (the product's own figures).
pub const DIGEST_LINES: usize = 8;
pub const DIGEST_NAME: usize = 24;

/// Questions of one person to the assistant in an hour: enough for a long talk, too few to use it as anything else (the
/// product's own figures). A whole community's in an hour are bounded by what they cost.
pub const ASSISTANT_HOUR: i64 = 3_600;
pub const ASSISTANT_PER_HOUR: usize = 20;
pub const ASSISTANT_ALL_PER_HOUR: u64 = 3_000;

/// The model has so long for one question, retries and all; then the knowledge base answers alone. Who waits longer than a
/// moment is told so (the product's own figures).
pub const MODEL_BUDGET_MS: u64 = 45_000;
pub const MODEL_MOMENT_MS: u64 = 8_000;

/// The model may write so many tokens, those included that models of the thinking kind spend before they speak: an answer
/// of 900 characters is about 300 (the product's own figure).
pub const MODEL_ANSWER_TOKENS: u32 = 1_000;

/// Who is told to wait has no use for it once the answer is there (the product's own figure), so it is not sent late.
pub const MODEL_MOMENT_LIFE: i64 = 15;

/// The model's time is counted by these seconds, so that a report can tell how long it mostly takes (the product's own
/// figures).
pub const MODEL_SECONDS: [u64; 9] = [1, 2, 3, 5, 8, 13, 20, 30, 45];

/// A claim of a question outlives the function's own time-out, which is 60 s: the model's budget, and what is read and
/// written around it.
pub const ASK_LEASE: i64 = 75;

/// What was said in a conversation with the assistant is kept for the next question for a day, as a session is; and as much of
/// it as half of what a prompt costs without it (the product's own figures). A token is counted for so many characters: four
/// is the usual figure for English, and Spanish needs more tokens, so that it is never more than this. Of what is too much,
/// this many characters of each question stay at first, enough to tell what it was about.
pub const MEMORY_LIFE: i64 = 86_400;
pub const MEMORY_TOKENS: usize = 1_200;
pub const MEMORY_CHARACTERS_PER_TOKEN: usize = 3;
pub const MEMORY_HEAD: usize = 80;

/// A question of no more words may go on with the one before it (“and how long does that take?”): then what both say together
/// is looked for as well (the product's own figure).
pub const FOLLOW_UP_WORDS: usize = 8;

/// An answer of the model: with what stands under it, it is within the 1,024 characters that WhatsApp shows of a message with
/// buttons.
pub const ANSWER_CHARACTERS: usize = 850;

/// In percent: how many of an answer's words are the commonest ones of its language, and how much of what it is about, and of
/// what each of its sentences is about, the notes are about too. Tried out on the good answers of `tests/assistant.rs`, which have as much.
/// One that is refused for less costs little: the entry itself answers.
pub const ANSWER_TONGUE: usize = 20;
pub const ANSWER_SUBJECT_WHOLE: usize = 75;
pub const ANSWER_SUBJECT_SENTENCE: usize = 60;

/// A question to the assistant fits on a screen or two; a longer one is no question (the product's own figure).
pub const QUESTION_CHARACTERS: usize = 1_000;

/// A step of a guided flow waits for a choice so long (the product's own figure): time to look into one's wallet, or to ask whoever
/// paid.
pub const FLOW_LIFE: i64 = 900;

/// Tickets that one person opens in a day, and times that words are added to one; and for how long a ticket is kept after its
/// last words: as long as what was said (the product's own figures). With so many characters of them the question whether to
/// pass them on stays within WhatsApp's 1,024, as a message with buttons must.
pub const TICKETS_A_DAY: usize = 3;
pub const TICKET_DAY: i64 = 86_400;
pub const TICKET_WORDS: usize = 10;
pub const TICKET_CHARACTERS: usize = 500;
pub const TICKET_LIFE: i64 = MESSAGE_MEMORY;

/// That a customer waits for a person is told the operator within a day, or not (the product's own figure): by then whoever is there
/// has looked.
pub const ALERT_LIFE: i64 = 86_400;

/// Tickets that support reads at once, the oldest first (the product's own figure: two or three screens).
pub const TICKETS_SHOWN: usize = 5;

/// An answer of support's, with the words of its template around it, stays within WhatsApp's 1,024 characters.
pub const SUPPORT_ANSWER_CHARACTERS: usize = 700;

/// From this score on, an entry of the knowledge base answers; 1 is about all that could be found. Measured
/// (`tests/knowledge.rs`): of the questions without an answer none comes as far, and nearly all others do.
pub const KNOWLEDGE_ANSWERS: f32 = 0.8;

/// The best entry is sure to answer from this score on, if it scores so many times the next. Measured likewise: nothing else
/// than the right one was first, with questions that the entries were not written for too. Two of three questions are.
pub const KNOWLEDGE_SURE: f32 = 2.5;
pub const KNOWLEDGE_SURE_LEAD: f32 = 1.6;

/// So many entries are handed on for one question: the best is among them in all but a few of the measured ones.
pub const KNOWLEDGE_FOUND: usize = 3;

/// Of a question so many characters are searched for (the product's own figure): a few sentences, and what the search costs
/// is bounded by it.
pub const KNOWLEDGE_QUESTION_READ: usize = 500;

/// What a character trigram, and a word of an answer, counts beside a word of a question. Measured: so most is found.
pub const KNOWLEDGE_TRIGRAMS: f32 = 0.15;
pub const KNOWLEDGE_ANSWER_WORDS: f32 = 0.2;

/// Where an entry has a question's word in its answer alone, half of it is covered. A word that the base has not weighs more
/// than the rarest that it has: the question may be about something else. Measured: so most is found, and least where there
/// is nothing to find.
pub const KNOWLEDGE_SAID: f32 = 0.5;
pub const KNOWLEDGE_UNKNOWN: f32 = 1.5;

/// What a filler (`the`, `what`) adds to what there is to find, and how much of a question that is fillers alone is covered,
/// by whatever. In a short question there is always as much to find as in one of two rare words, so that one lucky word is
/// not enough. Measured likewise.
pub const KNOWLEDGE_FILLER: f32 = 0.2;
pub const KNOWLEDGE_FILLERS_ALONE: f32 = 0.3;
pub const KNOWLEDGE_TO_FIND: f32 = 8.0;

/// How alike a misspelt word must be to one of the knowledge base (1 is equal, Damerau-Levenshtein), and from how many
/// characters on: two letters of seven may be wrong, and one of five. Measured. The lengths bound what is compared.
pub const KNOWLEDGE_LIKENESS: f64 = 0.7;
pub const KNOWLEDGE_LIKENESS_SHORT: f64 = 0.79;
pub const KNOWLEDGE_SHORT_WORD: usize = 5;
pub const KNOWLEDGE_WORD: usize = 4;
pub const KNOWLEDGE_LENGTHS_APART: usize = 2;

/// An answer of the knowledge base is one bubble on a small phone: WhatsApp shows 1,024 characters of a message with buttons,
/// and half of it is read. A question is one line (the product's own figures).
pub const KNOWLEDGE_ANSWER: usize = 600;
pub const KNOWLEDGE_QUESTION: usize = 100;

/// Other ways to ask a question: fewer find too little (the product's own figures).
pub const KNOWLEDGE_VARIANTS: std::ops::RangeInclusive<usize> = 4..=40;

/// WhatsApp shows three quick replies under a message; an answer has one at least.
pub const KNOWLEDGE_NEXT: std::ops::RangeInclusive<usize> = 1..=3;

/// Bytes of a whole base, so that one can be published as an item: DynamoDB takes 400 KB, and sealing makes a third more of
/// it.
pub const KNOWLEDGE_BYTES: usize = 280_000;

/// An instance of `assistant` asks so often whether another base was published: within minutes all answer from it, and in
/// between nobody's question waits for that read (the product's own figure).
pub const KNOWLEDGE_FRESH: i64 = 60;

/// So many published versions are kept to go back to (the product's own figure): some 3 MB of the table at most.
pub const KNOWLEDGE_KEPT: usize = 10;

/// Characters of an entry's id, and of a base's version (the product's own figure).
pub const KNOWLEDGE_NAME: usize = 40;

/// Digits in a row that answers may show: a code's example has six, and longer ones are somebody's number.
pub const KNOWLEDGE_DIGITS: usize = 6;

/// The check before traffic asks so often, if IAM says no: a right that a deployment has just given is known everywhere within
/// seconds, AWS says no more precisely. With the pause 21 s of the function's 60, for one of its two calls at most.
pub const PREFLIGHT_TRIES: u32 = 8;

/// Between two of these, milliseconds.
pub const PREFLIGHT_PAUSE_MS: u64 = 3_000;
