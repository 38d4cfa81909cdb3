//! Where a person most likely is, for the time of day they read. Flash has no time zone setting.

mod currency;

use icu_calendar::{Date, Gregorian};
use icu_datetime::fieldsets::enums::CompositeDateTimeFieldSet;
use icu_datetime::input::{DateTime, Time};
use icu_datetime::pattern::{DateTimePattern, FixedCalendarDateTimeNames};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use writeable::TryWriteable;

pub use self::currency::currency;

use crate::address::WhatsAppAddress;
use crate::language::Language;
use crate::time::Moment;

/// Calling codes of the Caribbean (ITU E.164 assignments) and of its largest communities abroad, with an IANA zone.
/// Where a code spans several zones, the one most people live in.
const ZONES_BY_CALLING_CODE: &[(&str, &str)] = &[
    ("+1876", "America/Jamaica"),
    ("+1658", "America/Jamaica"),
    ("+1868", "America/Port_of_Spain"),
    ("+1246", "America/Barbados"),
    ("+1242", "America/Nassau"),
    ("+1345", "America/Cayman"),
    ("+1758", "America/St_Lucia"),
    ("+1784", "America/St_Vincent"),
    ("+1473", "America/Grenada"),
    ("+1767", "America/Dominica"),
    ("+1268", "America/Antigua"),
    ("+1869", "America/St_Kitts"),
    ("+1809", "America/Santo_Domingo"),
    ("+1829", "America/Santo_Domingo"),
    ("+1849", "America/Santo_Domingo"),
    ("+1787", "America/Puerto_Rico"),
    ("+1939", "America/Puerto_Rico"),
    ("+1", "America/New_York"),
    ("+44", "Europe/London"),
    ("+501", "America/Belize"),
    ("+509", "America/Port-au-Prince"),
    ("+53", "America/Havana"),
    ("+592", "America/Guyana"),
    ("+599", "America/Curacao"),
];

/// The same for addresses that show only a country (ISO 3166).
const ZONES_BY_COUNTRY: &[(&str, &str)] = &[
    ("JM", "America/Jamaica"),
    ("TT", "America/Port_of_Spain"),
    ("BB", "America/Barbados"),
    ("BS", "America/Nassau"),
    ("KY", "America/Cayman"),
    ("DO", "America/Santo_Domingo"),
    ("PR", "America/Puerto_Rico"),
    ("CU", "America/Havana"),
    ("HT", "America/Port-au-Prince"),
    ("BZ", "America/Belize"),
    ("GY", "America/Guyana"),
    ("US", "America/New_York"),
    ("CA", "America/Toronto"),
    ("GB", "Europe/London"),
];

/// Where most people speak Spanish (an official language there, after Unicode CLDR's territory information): calling code
/// (ITU E.164) and country (ISO 3166).
const SPANISH_SPEAKING: &[(&str, &str)] = &[
    ("+1809", "DO"),
    ("+1829", "DO"),
    ("+1849", "DO"),
    ("+1787", "PR"),
    ("+1939", "PR"),
    ("+53", "CU"),
    ("+52", "MX"),
    ("+502", "GT"),
    ("+503", "SV"),
    ("+504", "HN"),
    ("+505", "NI"),
    ("+506", "CR"),
    ("+507", "PA"),
    ("+57", "CO"),
    ("+58", "VE"),
    ("+51", "PE"),
    ("+54", "AR"),
    ("+56", "CL"),
    ("+591", "BO"),
    ("+593", "EC"),
    ("+595", "PY"),
    ("+598", "UY"),
    ("+34", "ES"),
    ("+240", "GQ"),
];

const ZONE_OF_MOST: &str = "America/Jamaica";

/// The person's time zone, Jamaica's where nothing better is known.
pub fn zone(address: &WhatsAppAddress) -> TimeZone {
    let name = match address {
        WhatsAppAddress::Phone(phone) => ZONES_BY_CALLING_CODE
            .iter()
            .filter(|(code, _)| phone.as_str().starts_with(code))
            .max_by_key(|(code, _)| code.len()),
        WhatsAppAddress::User(id) => ZONES_BY_COUNTRY
            .iter()
            .find(|(country, _)| id.country() == *country),
    }
    .map_or(ZONE_OF_MOST, |(_, zone)| zone);
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// What most people speak where the person most likely is, as far as the bot does, else English.
pub fn language(address: &WhatsAppAddress) -> Language {
    let spanish = SPANISH_SPEAKING
        .iter()
        .any(|(code, country)| match address {
            WhatsAppAddress::Phone(phone) => phone.as_str().starts_with(code),
            WhatsAppAddress::User(id) => id.country() == *country,
        });
    if spanish {
        Language::Spanish
    } else {
        Language::English
    }
}

/// `3:05 PM`, `3:05 p.m.`
pub fn time_of_day(l: Language, at: Moment, zone: &TimeZone) -> String {
    format(l, at, zone, "h:mm a")
}

/// `3:05 PM, Sun 22 Nov`, `3:05 p.m., dom 22 nov`.
pub fn day_and_time(l: Language, at: Moment, zone: &TimeZone) -> String {
    format(l, at, zone, "h:mm a, EEE d MMM")
}

/// `20 February 2027`, `20 de febrero de 2027`.
pub fn date(l: Language, at: Moment, zone: &TimeZone) -> String {
    let pattern = match l {
        Language::English => "d MMMM y",
        Language::Spanish => "d 'de' MMMM 'de' y",
    };
    format(l, at, zone, pattern)
}

/// `pattern` is Unicode's (UTS #35): the names in it are the language's own.
fn format(l: Language, at: Moment, zone: &TimeZone, pattern: &str) -> String {
    let there = Timestamp::from_second(at.unix())
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(zone.clone());
    // The names are compiled in; without them the figures are still right.
    named(l, &there, pattern).unwrap_or_else(|| there.strftime("%Y-%m-%d %H:%M").to_string())
}

fn named(l: Language, there: &Zoned, pattern: &str) -> Option<String> {
    type Names = FixedCalendarDateTimeNames<Gregorian, CompositeDateTimeFieldSet>;
    let part = |number: i8| u8::try_from(number).ok();
    let (month, day) = (part(there.month())?, part(there.day())?);
    let (hour, minute) = (part(there.hour())?, part(there.minute())?);
    let shown = DateTime {
        date: Date::try_new_gregorian(there.year().into(), month, day).ok()?,
        time: Time::try_new(hour, minute, 0, 0).ok()?,
    };
    let pattern = DateTimePattern::try_from_pattern_str(pattern).ok()?;
    let mut names = Names::try_new(l.locale().into()).ok()?;
    let names = names.include_for_pattern(&pattern).ok()?;
    let formatted = names.format(&shown);
    let text = formatted.try_write_to_string().ok()?;
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(address: &str) -> String {
        day_and_time(
            Language::English,
            Moment::from_unix(1_795_356_300),
            &zone(&WhatsAppAddress::parse(address).unwrap()),
        )
    }

    #[test]
    fn the_time_is_the_persons_own() {
        assert_eq!(shown("whatsapp:+18765550100"), "9:05 AM, Sun 22 Nov");
        assert_eq!(shown("whatsapp:+18685550104"), "10:05 AM, Sun 22 Nov");
        assert_eq!(shown("whatsapp:+12125550100"), "9:05 AM, Sun 22 Nov");
        assert_eq!(shown("whatsapp:+442075550100"), "2:05 PM, Sun 22 Nov");
        assert_eq!(shown("whatsapp:JM.1A2B"), "9:05 AM, Sun 22 Nov");
        assert_eq!(shown("whatsapp:ZZ.1A2B"), "9:05 AM, Sun 22 Nov");
    }

    #[test]
    fn names_of_days_and_months_are_the_languages_own() {
        let zone = TimeZone::get("America/Santo_Domingo").unwrap();
        let at = Moment::from_unix(1_795_356_300);
        for (l, time, day, date) in [
            (
                Language::English,
                "10:05 AM",
                "10:05 AM, Sun 22 Nov",
                "22 November 2026",
            ),
            (
                Language::Spanish,
                "10:05 a.m.",
                "10:05 a.m., dom 22 nov",
                "22 de noviembre de 2026",
            ),
        ] {
            assert_eq!(time_of_day(l, at, &zone), time);
            assert_eq!(day_and_time(l, at, &zone), day);
            assert_eq!(super::date(l, at, &zone), date);
        }
        let midnight = Moment::from_unix(1_795_320_300);
        assert_eq!(
            time_of_day(Language::Spanish, midnight, &zone),
            "12:05 a.m."
        );
    }

    #[test]
    fn people_are_answered_in_the_language_of_the_place_they_write_from() {
        for (address, language) in [
            ("whatsapp:+18095550100", Language::Spanish),
            ("whatsapp:+17875550100", Language::Spanish),
            ("whatsapp:+5355550100", Language::Spanish),
            ("whatsapp:+525555550100", Language::Spanish),
            ("whatsapp:DO.1A2B", Language::Spanish),
            ("whatsapp:+18765550100", Language::English),
            ("whatsapp:+12125550100", Language::English),
            ("whatsapp:+5015550100", Language::English),
            ("whatsapp:+5925550100", Language::English),
            ("whatsapp:JM.1A2B", Language::English),
            ("whatsapp:ZZ.1A2B", Language::English),
        ] {
            let from = WhatsAppAddress::parse(address).unwrap();
            assert_eq!(super::language(&from), language, "{address}");
        }
    }

    #[test]
    fn every_zone_named_here_exists() {
        for (_, zone) in ZONES_BY_CALLING_CODE.iter().chain(ZONES_BY_COUNTRY) {
            assert!(TimeZone::get(zone).is_ok(), "{zone}");
        }
    }
}
