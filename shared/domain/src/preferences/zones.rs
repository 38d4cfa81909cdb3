//! Time zones by what people call them: a city, an island, or IANA's own name (`America/New_York`, as the IANA time zone
//! database has it).

use jiff::tz::TimeZone;

use super::typed::Unclear;

/// Where people who write here live, by names that are not IANA's own. A name that stands here twice is unclear, and so is
/// one that IANA has for another zone. Of a country with several zones, those are named where most of its people live.
const PLACES: &[(&str, &str)] = &[
    ("kingston", "America/Jamaica"),
    ("montego bay", "America/Jamaica"),
    ("portmore", "America/Jamaica"),
    ("spanish town", "America/Jamaica"),
    ("ocho rios", "America/Jamaica"),
    ("mandeville", "America/Jamaica"),
    ("negril", "America/Jamaica"),
    ("port of spain", "America/Port_of_Spain"),
    ("puerto espana", "America/Port_of_Spain"),
    ("trinidad", "America/Port_of_Spain"),
    ("tobago", "America/Port_of_Spain"),
    ("trinidad and tobago", "America/Port_of_Spain"),
    ("trinidad y tobago", "America/Port_of_Spain"),
    ("bridgetown", "America/Barbados"),
    ("bahamas", "America/Nassau"),
    ("cayman islands", "America/Cayman"),
    ("islas caiman", "America/Cayman"),
    ("turks and caicos", "America/Grand_Turk"),
    ("providenciales", "America/Grand_Turk"),
    ("sint maarten", "America/Lower_Princes"),
    ("saint lucia", "America/St_Lucia"),
    ("santa lucia", "America/St_Lucia"),
    ("castries", "America/St_Lucia"),
    ("georgetown", "America/Guyana"),
    ("george town", "America/Cayman"),
    ("georgetown", "America/Cayman"),
    ("st johns", "America/Antigua"),
    ("haiti", "America/Port-au-Prince"),
    ("port au prince", "America/Port-au-Prince"),
    ("belize city", "America/Belize"),
    ("willemstad", "America/Curacao"),
    ("dominican republic", "America/Santo_Domingo"),
    ("republica dominicana", "America/Santo_Domingo"),
    ("santo domingo", "America/Santo_Domingo"),
    ("santiago", "America/Santo_Domingo"),
    ("punta cana", "America/Santo_Domingo"),
    ("san juan", "America/Puerto_Rico"),
    ("cuba", "America/Havana"),
    ("la habana", "America/Havana"),
    ("belice", "America/Belize"),
    ("colombia", "America/Bogota"),
    ("venezuela", "America/Caracas"),
    ("mexico", "America/Mexico_City"),
    ("mexico df", "America/Mexico_City"),
    ("cdmx", "America/Mexico_City"),
    ("ciudad de mexico", "America/Mexico_City"),
    ("usa", "America/New_York"),
    ("usa", "America/Chicago"),
    ("usa", "America/Denver"),
    ("usa", "America/Los_Angeles"),
    ("estados unidos", "America/New_York"),
    ("estados unidos", "America/Chicago"),
    ("estados unidos", "America/Denver"),
    ("estados unidos", "America/Los_Angeles"),
    ("est", "America/New_York"),
    ("est", "America/Jamaica"),
    ("eastern", "America/New_York"),
    ("eastern", "America/Jamaica"),
    ("nueva york", "America/New_York"),
    ("new jersey", "America/New_York"),
    ("florida", "America/New_York"),
    ("nyc", "America/New_York"),
    ("brooklyn", "America/New_York"),
    ("miami", "America/New_York"),
    ("fort lauderdale", "America/New_York"),
    ("orlando", "America/New_York"),
    ("tampa", "America/New_York"),
    ("atlanta", "America/New_York"),
    ("boston", "America/New_York"),
    ("philadelphia", "America/New_York"),
    ("washington dc", "America/New_York"),
    ("hartford", "America/New_York"),
    ("houston", "America/Chicago"),
    ("dallas", "America/Chicago"),
    ("austin", "America/Chicago"),
    ("san francisco", "America/Los_Angeles"),
    ("seattle", "America/Los_Angeles"),
    ("las vegas", "America/Los_Angeles"),
    ("california", "America/Los_Angeles"),
    ("texas", "America/Chicago"),
    ("ottawa", "America/Toronto"),
    ("brampton", "America/Toronto"),
    ("mississauga", "America/Toronto"),
    ("calgary", "America/Edmonton"),
    ("canada", "America/Toronto"),
    ("canada", "America/Edmonton"),
    ("canada", "America/Vancouver"),
    ("londres", "Europe/London"),
    ("england", "Europe/London"),
    ("inglaterra", "Europe/London"),
    ("uk", "Europe/London"),
    ("united kingdom", "Europe/London"),
    ("reino unido", "Europe/London"),
    ("manchester", "Europe/London"),
    ("manchester", "America/Jamaica"),
    ("gmt", "Europe/London"),
    ("gmt", "UTC"),
    ("spain", "Europe/Madrid"),
    ("espana", "Europe/Madrid"),
    ("utc", "UTC"),
];

/// Of IANA's names, what a city's may begin with.
const AREAS: [&str; 9] = [
    "America",
    "Europe",
    "Africa",
    "Asia",
    "Atlantic",
    "Australia",
    "Indian",
    "Pacific",
    "Antarctica",
];

/// What may stand before a place.
const BEFORE: [&str; 5] = ["hora de ", "hora del ", "in ", "en ", "to "];

/// IANA's name of the zone that is meant. `text` is in lower case.
pub(super) fn read(text: &str) -> Result<String, Unclear> {
    if text.contains('/') {
        // Those of no place tell nobody's summer time.
        let place = Some(text.replace(' ', "_")).filter(|name| !name.starts_with("etc/"));
        let found = place.and_then(|name| named(&name));
        return found.ok_or(Unclear::Zone);
    }
    let found = match text.split_once(',') {
        Some((city, country)) => within(&called(city), &called(country)),
        None => called(text),
    };
    match found.as_slice() {
        [] => Err(Unclear::Zone),
        [zone] => Ok(zone.clone()),
        _ => Err(Unclear::Zones(found)),
    }
}

/// `georgetown, guyana`: of the zones of the first those of the second, if there are any.
fn within(city: &[String], country: &[String]) -> Vec<String> {
    let both: Vec<_> = city
        .iter()
        .filter(|zone| country.contains(zone))
        .cloned()
        .collect();
    if both.is_empty() { city.to_vec() } else { both }
}

/// The zones of all that are called so.
fn called(text: &str) -> Vec<String> {
    let text = text.trim();
    let text = text.strip_suffix(" time").unwrap_or(text);
    let name = BEFORE.iter().find_map(|word| text.strip_prefix(word));
    let name = plain(name.unwrap_or(text));
    let name = name.strip_prefix("the ").unwrap_or(&name);
    let place = name.replace('-', " ");
    let mut found: Vec<String> = Vec::new();
    let ours = PLACES.iter().filter(|(known, _)| *known == place);
    let ours = ours.filter_map(|(_, zone)| named(zone));
    let theirs = AREAS
        .iter()
        .filter_map(|area| named(&format!("{area}/{}", name.replace(' ', "_"))));
    for zone in ours.chain(theirs) {
        if !found.contains(&zone) {
            found.push(zone);
        }
    }
    found
}

/// As IANA spells it.
fn named(name: &str) -> Option<String> {
    let zone = TimeZone::get(name).ok()?;
    zone.iana_name().map(str::to_owned)
}

/// Without accents and points, as IANA writes names and people often do.
fn plain(text: &str) -> String {
    let letters = text.chars().filter(|c| !matches!(c, '.' | '\'' | '’'));
    let letters = letters.map(|c| match c {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        c => c,
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(text: &str) -> Option<String> {
        read(text).ok()
    }

    #[test]
    fn a_city_an_island_and_the_zones_own_name_are_one() {
        for (text, name) in [
            ("new york", "America/New_York"),
            ("new york time", "America/New_York"),
            ("nueva york", "America/New_York"),
            ("hora de miami", "America/New_York"),
            ("america/new_york", "America/New_York"),
            ("america/new york", "America/New_York"),
            ("kingston", "America/Jamaica"),
            ("jamaica", "America/Jamaica"),
            ("st. lucia", "America/St_Lucia"),
            ("bogotá", "America/Bogota"),
            ("london", "Europe/London"),
            ("tokyo", "Asia/Tokyo"),
            ("kingston, jamaica", "America/Jamaica"),
            ("kingston, mars", "America/Jamaica"),
            ("georgetown, guyana", "America/Guyana"),
            ("port-au-prince", "America/Port-au-Prince"),
            ("the bahamas", "America/Nassau"),
            ("in toronto", "America/Toronto"),
            ("curaçao", "America/Curacao"),
            ("utc", "UTC"),
        ] {
            assert_eq!(zone(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn two_places_of_one_name_are_named_and_what_is_no_place_is_not_taken() {
        let both = ["America/Guyana", "America/Cayman"].map(str::to_owned);
        assert_eq!(read("georgetown"), Err(Unclear::Zones(both.to_vec())));
        let both = ["America/Santo_Domingo", "America/Santiago"].map(str::to_owned);
        assert_eq!(read("santiago"), Err(Unclear::Zones(both.to_vec())));
        let both = ["America/New_York", "America/Jamaica"].map(str::to_owned);
        assert_eq!(read("est"), Err(Unclear::Zones(both.to_vec())));
        for text in [
            "utc-5",
            "gmt+1",
            "etc/gmt+5",
            "etc/unknown",
            "here",
            "mars",
            "america/",
            "/",
            "../x",
            "america",
            "",
        ] {
            assert_eq!(read(text), Err(Unclear::Zone), "{text}");
        }
    }

    #[test]
    fn only_known_doubles_are_unclear() {
        let doubles = [
            "georgetown",
            "santiago",
            "st johns",
            "usa",
            "estados unidos",
            "est",
            "eastern",
            "canada",
            "gmt",
            "manchester",
        ];
        for (place, zone_of_it) in PLACES {
            match read(place) {
                Ok(found) => assert_eq!(found, *zone_of_it),
                Err(_) => assert!(doubles.contains(place), "{place}"),
            }
        }
    }

    #[test]
    fn every_place_is_written_as_it_is_looked_for_and_has_a_zone_of_iana() {
        for (place, zone) in PLACES {
            assert_eq!(plain(&place.to_lowercase()), *place);
            assert_eq!(named(zone).as_deref(), Some(*zone));
        }
    }
}
