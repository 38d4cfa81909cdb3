//! What may happen to a conversation, at random.

use proptest::prelude::*;

use super::chat::{RIGHT, START, WRONG};
use crate::command::{COMMANDS, Category};
use crate::flash::FlashTrouble;
use crate::policy::{
    BREAKER_PAUSE, CODE_ISSUE_PAUSE, CODE_LIFE, CONFIRM_LIFE, CREDENTIAL_LIFE, LOCK_FIRST,
    SESSION_ABSOLUTE, SESSION_IDLE,
};

/// Stands in every hostile text, and in no reply.
pub(super) const MARK: &str = "ZQXJ";

#[derive(Clone, Debug)]
pub(super) enum Step {
    Say(String),
    /// So often over that it fills what WhatsApp and Twilio let through.
    SayAll(&'static str, usize),
    Tap(String),
    /// What fingers make of a command, and what is said to the answer.
    SlipThen(String, &'static str),
    /// A button of so many messages ago.
    TapOld(&'static str, u32),
    /// A button of the question that is open, if one is.
    TapOpen(&'static str),
    /// The message is decided on, but the instance dies before it commits, and Twilio delivers it again.
    SayTwice(String),
    Wait(i64),
    /// On an instance whose clock is quite wrong.
    SayAt(i64, String),
    PageShows(&'static str),
    /// A link, a page, and codes up to the one that is right, if one is.
    LinkWith {
        name: &'static str,
        wrong: usize,
        right: bool,
        /// It was confirmed on the page that the account moves from the other chat.
        moves: bool,
    },
    /// `unlink`, and an answer.
    Unlink(&'static str),
    OtherLinks(&'static str),
    Flash(Option<FlashTrouble>, Option<String>),
    FlashIsDown(bool),
    FlashAccount(Option<bool>),
    /// A code can be shown in the Flash app, or not.
    App(bool),
    /// The page that asks for a proof, if one does, brings a key of this account.
    Proves(&'static str),
    /// The same person writes from a chat that shows no number, or from one that does.
    WritesFrom(&'static str),
}

fn command() -> impl Strategy<Value = String> {
    prop::sample::select(COMMANDS)
        .prop_flat_map(|command| {
            let names = std::iter::once(&command.name).chain(command.aliases);
            prop::sample::select(names.copied().collect::<Vec<_>>())
        })
        .prop_map(str::to_owned)
}

fn code() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(RIGHT.to_owned()),
        5 => Just(WRONG.to_owned()),
        1 => "[0-9]{6}",
        1 => "[0-9]{3}[ -][0-9]{3}",
    ]
    .prop_flat_map(|code| {
        prop::sample::select(vec![
            code.clone(),
            format!("verify {code}"),
            format!("V {code}"),
            format!("verify {code}0"),
        ])
    })
}

fn misspelt() -> impl Strategy<Value = String> {
    (command(), 0_usize..12, any::<char>()).prop_map(|(name, at, wrong)| {
        let mut letters: Vec<char> = name.chars().collect();
        let at = at % letters.len();
        letters[at] = wrong;
        letters.into_iter().collect()
    })
}

/// A letter twice, left out, or exchanged with its neighbour.
fn slip() -> impl Strategy<Value = String> {
    (
        command(),
        0_usize..20,
        0_u8..3,
        prop::sample::select(vec!["", "", " 5", " 10"]),
    )
        .prop_map(|(name, at, how, rest)| {
            let mut letters: Vec<char> = name.chars().collect();
            let at = at % letters.len();
            match how {
                0 => letters.insert(at, letters[at]),
                1 => drop(letters.remove(at)),
                _ => letters.swap(at, (at + 1) % name.chars().count()),
            }
            let letters: String = letters.into_iter().collect();
            format!("{letters}{rest}")
        })
}

/// What somebody sets of news, right and wrong.
fn setting() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "notifications on",
        "notifications off",
        "notifications received off",
        "avisos saldo sí",
        "notifications minimum 5",
        "notifications minimum J$5",
        "notifications quiet 10pm-7am",
        "notifications quiet 10-7",
        "notifications zone Tokyo",
        "notifications zone santiago",
        "notifications daily",
        "notifications pause until tomorrow",
        "notifications resume",
        "notifications pause",
    ])
    .prop_map(str::to_owned)
}

/// The items of the lists under help, by their titles and ids.
fn item() -> impl Strategy<Value = String> {
    let subjects = Category::ALL.into_iter().flat_map(Category::words);
    prop::sample::select(subjects.copied().collect::<Vec<_>>()).prop_map(str::to_owned)
}

fn hostile() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        any::<String>(),
        ".{0,40}",
        "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2069}\u{feff}]{1,20}",
        "[0-9٠-٩０-９ .,+-]{0,12}",
        Just("*_~`{{1}}\0\r\n\t".to_owned()),
    ];
    parts.prop_map(|part| format!("{part}{MARK}{part}"))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => command(),
        6 => code(),
        3 => Just("balance".to_owned()),
        3 => prop::sample::select(vec!["yes", "no", "Y", "N", "YES!", "1", "ok", ""]).prop_map(str::to_owned),
        2 => misspelt(),
        2 => slip(),
        2 => setting(),
        1 => item(),
        1 => (item(), command()).prop_map(|(item, name)| format!("help {}", if item.len() % 2 == 0 { item } else { name })),
        2 => hostile(),
    ]
}

fn pause() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => 0_i64..90,
        4 => prop::sample::select(vec![
            BREAKER_PAUSE, CONFIRM_LIFE, CODE_LIFE, LOCK_FIRST, CODE_ISSUE_PAUSE, SESSION_IDLE, SESSION_ABSOLUTE,
        ]),
        1 => Just(CREDENTIAL_LIFE),
        // Clocks of two instances differ.
        1 => -100_i64..0,
    ]
}

fn flash() -> impl Strategy<Value = (Option<FlashTrouble>, Option<String>)> {
    let cents = prop::sample::select(vec![
        "0",
        "-0.5",
        "109.9346",
        "-250",
        "10000000000000",
        "10000000000001",
        "79228162514264337593543950335",
    ]);
    prop_oneof![
        4 => prop::option::of(cents).prop_map(|cents| (None, cents.map(str::to_owned))),
        1 => prop::sample::select(vec![
            FlashTrouble::CredentialGone,
            FlashTrouble::Unavailable,
            FlashTrouble::Busy { retry_after_s: 60 },
            FlashTrouble::Busy { retry_after_s: u32::MAX },
            FlashTrouble::Moving,
            FlashTrouble::NeedsSupport,
            FlashTrouble::CredentialDamaged,
        ]).prop_map(|trouble| (Some(trouble), None)),
    ]
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let account = || prop::sample::select(vec!["mine", "mine", "new"]);
    prop_oneof![
        30 => text().prop_map(Step::Say),
        1 => prop::sample::select(vec!["balance ", "*_~`{{1}}", "👩‍👩‍👧‍👦é", "9", "\u{202e}"])
            .prop_map(|text| Step::SayAll(text, 10_000 / text.len())),
        3 => text().prop_map(Step::SayTwice),
        2 => prop_oneof!["cmd:[a-z]{0,8}", "(unlink|keep):SM[0-9a-f]{32}", any::<String>()].prop_map(Step::Tap),
        1 => command().prop_map(|name| Step::Tap(format!("cmd:{name}"))),
        1 => item().prop_map(|item| Step::Tap(format!("cmd:help {item}"))),
        2 => (slip(), prop::sample::select(vec!["yes", "no", "1", "cancel", "back", "balance"]))
            .prop_map(|(text, then)| Step::SlipThen(text, then)),
        2 => (prop::sample::select(vec!["unlink", "keep", "yes", "no", "good", "bad", "decline", "block"]), 0_u32..40)
            .prop_map(|(word, before)| Step::TapOld(word, before)),
        2 => prop::sample::select(vec!["unlink", "keep", "yes", "no"]).prop_map(Step::TapOpen),
        6 => pause().prop_map(Step::Wait),
        1 => (prop::sample::select(vec![i64::MIN, 0, START.unix() - SESSION_ABSOLUTE, i64::MAX]), text())
            .prop_map(|(unix, text)| Step::SayAt(unix, text)),
        10 => account().prop_map(Step::PageShows),
        6 => (account(), 0_usize..6, any::<bool>(), any::<bool>())
            .prop_map(|(name, wrong, right, moves)| Step::LinkWith { name, wrong, right, moves }),
        2 => prop::sample::select(vec!["yes", "no", "maybe"]).prop_map(Step::Unlink),
        1 => account().prop_map(Step::OtherLinks),
        2 => flash().prop_map(|(trouble, cents)| Step::Flash(trouble, cents)),
        1 => prop::bool::weighted(0.3).prop_map(Step::FlashIsDown),
        1 => prop::sample::select(vec![None, Some(true), Some(true), Some(false)]).prop_map(Step::FlashAccount),
        1 => any::<bool>().prop_map(Step::App),
        3 => account().prop_map(Step::Proves),
        1 => prop::sample::select(vec!["whatsapp:+18765550100", "whatsapp:+442075550100", "whatsapp:JM.1A2B"])
            .prop_map(Step::WritesFrom),
    ]
}
