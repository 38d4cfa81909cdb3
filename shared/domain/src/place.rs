//! Where a person most likely is, for the time of day they read. Flash has no time zone setting.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::address::WhatsAppAddress;
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
    ("HT", "America/Port-au-Prince"),
    ("BZ", "America/Belize"),
    ("GY", "America/Guyana"),
    ("US", "America/New_York"),
    ("CA", "America/Toronto"),
    ("GB", "Europe/London"),
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

/// `3:05 PM`.
pub fn time_of_day(at: Moment, zone: &TimeZone) -> String {
    format(at, zone, "%-I:%M %p")
}

/// `3:05 PM, Sun 22 Nov`.
pub fn day_and_time(at: Moment, zone: &TimeZone) -> String {
    format(at, zone, "%-I:%M %p, %a %-d %b")
}

/// `20 February 2027`.
pub fn date(at: Moment, zone: &TimeZone) -> String {
    format(at, zone, "%-d %B %Y")
}

fn format(at: Moment, zone: &TimeZone, pattern: &str) -> String {
    Timestamp::from_second(at.unix())
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(zone.clone())
        .strftime(pattern)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(address: &str) -> String {
        day_and_time(
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
    fn every_zone_named_here_exists() {
        for (_, zone) in ZONES_BY_CALLING_CODE.iter().chain(ZONES_BY_COUNTRY) {
            assert!(TimeZone::get(zone).is_ok(), "{zone}");
        }
    }
}
