//! Everything the bot says, in English. Read on a small phone: who, what, what next.

pub mod privacy;

mod staff;
mod words;

use jiff::tz::TimeZone;

pub use staff::*;
pub(crate) use words::words;

use crate::command::{COMMANDS, Command};
use crate::flash::{Balance, FlashTrouble};
use crate::format;
use crate::language::Language;
use crate::money::{Cents, Price};
use crate::place;
use crate::policy::{CODE_LIFE, FLOOD_SILENCE, LINK_PAGE_LIFE, PRICE_STALE};
use crate::time::Moment;

pub fn help(l: Language, linked: bool, opted_out: bool, staff: bool) -> String {
    let opening = if linked {
        "Your account is linked."
    } else {
        "Link your Flash account to see your balance here."
    };
    let mut lines = vec![format!("*Flash on WhatsApp*\n{opening} You can send:\n")];
    let offered = COMMANDS
        .iter()
        .filter(|command| command.offered.is_to(linked, opted_out, staff));
    lines.extend(offered.map(|command| {
        let example = command.examples.first().copied().unwrap_or(command.name);
        format!("*{example}* – {}", summary(l, command))
    }));
    lines.join("\n")
}

/// The command in one line.
pub(crate) fn summary(l: Language, command: &Command) -> String {
    words(
        l,
        &format!("command-{}", command.name.replace(' ', "-")),
        &[],
    )
}

pub fn unknown(l: Language, linked: bool) -> String {
    let example = if linked {
        "*balance* to see your money"
    } else {
        "*link* to connect your Flash account"
    };
    format!("Sorry, I didn't get that. Send {example}, or *help* for all I can do.")
}

pub fn opted_out(l: Language, linked: bool, linking_cancelled: bool) -> String {
    let mut parts = vec![
        "Done. From now on you get nothing from me that you didn't just ask for, not even security alerts.",
    ];
    if linking_cancelled {
        parts.push("I've also cancelled the linking you had begun.");
    }
    if linked {
        parts.push("Your Flash account stays linked: send *unlink* to disconnect it, or *alerts* to still get its security alerts.");
    }
    format!(
        "{}\n\nWhen you write, I still answer. Send *START* to get my messages again.",
        parts.join(" ")
    )
}

pub fn missed_start(l: Language) -> String {
    "Sorry, I was away when you sent START. To be sure that you still want my messages, please send *START* once more.".to_owned()
}

pub fn moved_away_before(l: Language, at: Moment, zone: &TimeZone) -> String {
    format!(
        "⚠️ Your link to Flash was moved to another WhatsApp chat on {}, while my messages to you were stopped. If that wasn't you, write to support@getflash.io.",
        place::day_and_time(at, zone)
    )
}

pub fn opted_in(l: Language) -> String {
    "Welcome back. I'll write to you again when there is news, such as a security alert. Send *STOP* any time to end that.".to_owned()
}

/// Ends every answer to somebody who has opted out.
pub fn how_to_start(l: Language, but_alerts: bool) -> String {
    let stopped = if but_alerts {
        "Except for security alerts, my messages to you are stopped."
    } else {
        "My messages to you are stopped."
    };
    format!("{stopped} Send *START* to get them again.")
}

pub fn nothing_open(l: Language, opted_out: bool) -> String {
    let nothing = "There is nothing open to cancel.";
    if opted_out {
        nothing.to_owned()
    } else {
        format!("{nothing} To get nothing from me but answers, send *STOP*.")
    }
}

pub fn not_text(l: Language) -> String {
    "I can only read text for now. Send *help* to see what I can do.".to_owned()
}

pub fn flooded(l: Language) -> String {
    let pause = wait(u32::try_from(FLOOD_SILENCE).unwrap_or(u32::MAX));
    format!(
        "You've sent many messages in a short time, so I'll be quiet for {pause}. I haven't acted on the last one. After that, please write again what you need."
    )
}

/// Ends an answer that was too long for all of its parts.
pub fn rest_left_out(l: Language) -> String {
    "_That was too long for a chat, so I've left out the rest._".to_owned()
}

pub fn nothing_to_confirm(l: Language) -> String {
    "There is nothing waiting for your answer. Send *help* to see what I can do.".to_owned()
}

pub fn old_button(l: Language) -> String {
    "That button is from an earlier message and no longer works. Send *help* to see what I can do."
        .to_owned()
}

pub fn link_page(l: Language, url: &str) -> String {
    format!(
        "To link your Flash account, open this page and log in to Flash:\n{url}\n\nIt works for {} minutes, only for this chat. It will show you a code to send me. I can then see your balance, and can never move your money.",
        LINK_PAGE_LIFE / 60
    )
}

pub fn renewal_page(l: Language, url: &str, ends_at: Moment, zone: &TimeZone) -> String {
    format!(
        "Your link to Flash lasts until {}. To renew it now, open this page and log in to Flash once more:\n{url}\n\nIt works for {} minutes, only for this chat. It will show you a code to send me.",
        place::date(ends_at, zone),
        LINK_PAGE_LIFE / 60
    )
}

pub fn no_flash_account(l: Language) -> String {
    "I found no Flash account for this number. Get the Flash app at https://getflash.io/app and sign up with this number. Then send *link* again.".to_owned()
}

pub fn already_linked(l: Language, ends_at: Moment, zone: &TimeZone) -> String {
    format!(
        "Your Flash account is already linked, until {}. Send *balance* to see your money, or *unlink* to disconnect it.",
        place::date(ends_at, zone)
    )
}

pub fn link_first(l: Language) -> String {
    words(l, "link-first", &[])
}

pub fn linked(l: Language) -> String {
    "✅ Linked! Your Flash account is connected to this chat.\n\nSend *balance* to see your money, or *unlink* any time to disconnect.".to_owned()
}

pub fn moved_here(l: Language) -> String {
    "✅ Linked! Your Flash account is connected to this chat now, and the chat that had it is disconnected.\n\nSend *balance* to see your money, or *unlink* any time to disconnect.".to_owned()
}

pub fn renewed(l: Language, ends_at: Moment, zone: &TimeZone) -> String {
    format!(
        "✅ Renewed! Your Flash account stays linked until {}.\n\nSend *balance* to see your money, or *unlink* any time to disconnect.",
        place::date(ends_at, zone)
    )
}

pub fn linked_elsewhere(l: Language) -> String {
    "This Flash account is linked to another WhatsApp chat, and an account can have only one. To move it here, send *link* again: the page will ask you whether it shall."
        .to_owned()
}

pub fn owner_linked_elsewhere(l: Language, other_chat: &str) -> String {
    format!(
        "⚠️ Somebody logged in to your Flash account and tried to link it to another WhatsApp chat ({other_chat}). If they finish, your link moves there and I'll tell you here.\n\nIf that wasn't you, don't give anybody a code, and write to support@getflash.io."
    )
}

/// To the chat that had the link.
pub fn moved_away(l: Language, to_chat: &str) -> String {
    format!(
        "⚠️ The link to your Flash account was moved to another WhatsApp chat ({to_chat}). This chat is disconnected, and I've deleted the key it used.\n\nIf that wasn't you, write to support@getflash.io at once. Send *link* to move it back here."
    )
}

/// So many days before, the last time one.
pub fn link_ending(l: Language, days: i64, ends_at: Moment, zone: &TimeZone) -> String {
    let when = if days > 1 {
        format!("in {days} days, on {}", place::date(ends_at, zone))
    } else {
        format!("soon, at {}", place::day_and_time(ends_at, zone))
    };
    format!(
        "⏳ Your link to Flash ends {when}. To go on seeing your balance here, send *renew* and log in once more."
    )
}

pub fn link_has_ended(l: Language) -> String {
    "Your link to Flash has come to its end, so I've deleted the key I had for your account. Send *link* to connect again.".to_owned()
}

pub fn owner_chat_locked(l: Language, other_chat: &str) -> String {
    format!(
        "⚠️ Somebody typed wrong codes again and again to link your Flash account to another WhatsApp chat ({other_chat}). I've locked that chat. Your link here stays as it is.\n\nIf that wasn't you, write to support@getflash.io."
    )
}

pub fn wrong_code(l: Language, left: u32) -> String {
    let tries = tries(left);
    format!(
        "That code isn't right. You have {tries} left. Look at the page once more and send *verify* and the 6 digits."
    )
}

fn tries(left: u32) -> String {
    if left == 1 {
        "1 try".to_owned()
    } else {
        format!("{left} tries")
    }
}

pub fn code_destroyed(l: Language) -> String {
    "That code isn't right, and that was the last try. The code on the page no longer works. Send *link* to start again.".to_owned()
}

pub fn malformed_code(l: Language) -> String {
    "A code has 6 digits. Send it like this: *verify 123456*".to_owned()
}

pub fn no_code_waiting(l: Language) -> String {
    "No code is waiting for this chat. It may have run out, or been used. Send *link* to get a new one.".to_owned()
}

pub fn code_ran_out(l: Language) -> String {
    "Your code has run out, and nothing was linked. Send *link* whenever you want to try again."
        .to_owned()
}

pub fn chat_locked(l: Language, until: Moment, zone: &TimeZone) -> String {
    format!(
        "Too many wrong codes. To keep the account safe, this chat can't link until {}. After that, send *link* to start again.",
        place::day_and_time(until, zone)
    )
}

pub fn proof_page(l: Language, url: &str) -> String {
    format!(
        "To keep your account safe, please show me once more that it's you. Open this page and log in to Flash:\n{url}\n\nIt works for {} minutes, only for this chat. Then come back: your answer will be here.",
        LINK_PAGE_LIFE / 60
    )
}

pub fn code_in_app(l: Language, command: &str) -> String {
    format!(
        "To keep your account safe, please show me once more that it's you. I've sent a code to your Flash app: type it here, like this: *verify 123456*\n\nIt works for {} minutes. If none has come, send *{command}* again and I'll give you a page instead.",
        CODE_LIFE / 60
    )
}

/// Title and words of the push; Flash keeps them in its logs, so they name nobody.
pub fn push_title(l: Language) -> String {
    "Your WhatsApp code".to_owned()
}

pub fn push_body(l: Language, code: &str) -> String {
    format!(
        "{code} is the code that the Flash bot asked you for on WhatsApp. Type it there and nowhere else. If you didn't ask for anything, ignore it."
    )
}

pub fn wrong_app_code(l: Language, left: u32) -> String {
    format!(
        "That code isn't right. You have {} left. Look at your Flash app once more and send *verify* and the 6 digits.",
        tries(left)
    )
}

pub fn app_code_destroyed(l: Language) -> String {
    "That code isn't right, and that was the last try. The code in your Flash app no longer works. Please ask again for what you wanted to see.".to_owned()
}

pub fn no_app_code_waiting(l: Language) -> String {
    "That code no longer works. Please ask again for what you wanted to see.".to_owned()
}

pub fn app_code_ran_out(l: Language) -> String {
    "The code in your Flash app has run out. Please ask again for what you wanted to see."
        .to_owned()
}

pub fn codes_locked(l: Language, until: Moment, zone: &TimeZone) -> String {
    format!(
        "Too many wrong codes. To keep the account safe, I take no codes from this chat until {}. Your link stays as it is.",
        place::day_and_time(until, zone)
    )
}

pub fn proof_cancelled(l: Language) -> String {
    "All right, I no longer wait for you to show that it's you. Whenever you want, ask again."
        .to_owned()
}

pub fn proven(l: Language) -> String {
    "Thank you, I know now that it's you. Please ask once more for what you wanted.".to_owned()
}

pub fn confirm_unlink(l: Language) -> String {
    "Disconnect your Flash account from this chat? Your money stays where it is. Send *YES* to disconnect, or *NO* to keep it.".to_owned()
}

pub fn kept(l: Language) -> String {
    "All right, your account stays linked.".to_owned()
}

pub fn unlinked(l: Language, key_ends_at: Moment, zone: &TimeZone) -> String {
    format!(
        "Done. Your Flash account is disconnected, and I've deleted the key I used to see your balance. Flash still lists that key, unused, until {}. To end it there at once, write to support@getflash.io.\n\nSend *link* to connect again; that ends the old key at Flash, too.",
        place::date(key_ends_at, zone)
    )
}

pub fn link_paused(l: Language) -> String {
    "This number now writes from another WhatsApp account, so its link to Flash is paused. If the Flash account is yours, send *link* to confirm it."
        .to_owned()
}

pub fn missed_command(l: Language, command: &str) -> String {
    format!(
        "Sorry, I was away when you asked for that. To be sure that it's you, please send *{command}* once more."
    )
}

pub fn linking_cancelled(l: Language) -> String {
    "I've cancelled the linking you had begun, and deleted the key that was waiting for its code. Nothing was linked. Send *link* to start again.".to_owned()
}

pub fn yes_or_no(l: Language) -> String {
    "Please send *YES* to disconnect your Flash account, or *NO* to keep it.".to_owned()
}

pub fn codes_paused(l: Language, until: Moment, zone: &TimeZone) -> String {
    format!(
        "You've asked for several codes in a short time. To keep the account safe, the next one can be had at {}. Send *link* then.",
        place::day_and_time(until, zone)
    )
}

pub fn not_linked(l: Language) -> String {
    "No Flash account is linked to this chat. Send *link* to connect yours.".to_owned()
}

pub fn link_ended(l: Language) -> String {
    "Flash no longer accepts the key I had for your account, so I've deleted it. Send *link* to connect again.".to_owned()
}

/// Why Flash gave no answer to the command of this name.
pub fn flash_trouble(l: Language, trouble: FlashTrouble, command: &str) -> String {
    match trouble {
        FlashTrouble::CredentialGone => link_ended(l),
        FlashTrouble::Unavailable => format!("Flash isn't answering me right now. Please send *{command}* again in a few minutes."),
        FlashTrouble::Busy { retry_after_s } => format!(
            "That was a lot of questions at once. Please send *{command}* again in {}.",
            wait(retry_after_s)
        ),
        FlashTrouble::Moving => {
            format!("Flash is moving your wallet to its new system just now. Please send *{command}* again in a few minutes.")
        }
        FlashTrouble::NeedsSupport => "Flash needs to look at your wallet before it can show you anything. Please write to support@getflash.io.".to_owned(),
        FlashTrouble::CredentialDamaged => "⚠️ Something is wrong with my copy of the key to your Flash account, so I haven't used it. Your money stays where it is. Send *unlink*, then *link*, to connect again. If this happens twice, write to support@getflash.io.".to_owned(),
    }
}

/// So many seconds, never too few.
fn wait(seconds: u32) -> String {
    match seconds.div_ceil(60) {
        ..=1 => "a minute".to_owned(),
        minutes @ ..=59 => format!("{minutes} minutes"),
        _ => "a few hours".to_owned(),
    }
}

pub fn balance_not_available(l: Language) -> String {
    "Flash can't tell me your balance right now. Please send *balance* again in a few minutes."
        .to_owned()
}

/// The cash wallet in the display currency and in US dollars, and what it is in bitcoin at the price of the moment.
pub fn balance(
    l: Language,
    balance: &Balance,
    cents: Cents,
    now: Moment,
    zone: &TimeZone,
) -> String {
    let as_of = format!("As of {}.", place::day_and_time(now, zone));
    let fresh = balance
        .price
        .as_ref()
        .filter(|price| now.since(price.at) <= PRICE_STALE);
    let figures = fresh.and_then(|price| Some((price, price.display(cents)?, price.sats(cents)?)));
    let Some((price, shown, sats)) = figures else {
        return format!(
            "*{}*\n\nThere is no fresh price for other currencies just now.\n_{as_of}_",
            format::usd(cents)
        );
    };
    let money = if price.currency.code == "USD" {
        format!("*{}*", format::usd(cents))
    } else {
        format!(
            "*{}* {}\n{}",
            format::money(shown, &price.currency),
            price.currency.code,
            format::usd(cents)
        )
    };
    format!(
        "{money}\n≈ {}, at a price {}\n\n_{as_of}_",
        format::btc(sats),
        age(price, now)
    )
}

fn age(price: &Price, now: Moment) -> String {
    match now.since(price.at) / 60 {
        ..1 => "from just now".to_owned(),
        1 => "1 minute old".to_owned(),
        minutes => format!("{minutes} minutes old"),
    }
}

#[cfg(test)]
mod tests;
