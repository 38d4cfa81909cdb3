//! The money of the place that a person most likely is in.

use crate::address::WhatsAppAddress;

/// Where people pay in a currency that Flash lists: calling code (ITU E.164), country (ISO 3166), currency (ISO 4217).
const CURRENCIES: &[(&str, &str, &str)] = &[
    ("+1876", "JM", "JMD"),
    ("+1658", "JM", "JMD"),
    ("+1868", "TT", "TTD"),
    ("+1246", "BB", "BBD"),
    ("+1242", "BS", "BSD"),
    ("+1345", "KY", "KYD"),
    ("+1264", "AI", "XCD"),
    ("+1268", "AG", "XCD"),
    ("+1473", "GD", "XCD"),
    ("+1664", "MS", "XCD"),
    ("+1758", "LC", "XCD"),
    ("+1767", "DM", "XCD"),
    ("+1784", "VC", "XCD"),
    ("+1869", "KN", "XCD"),
    ("+1809", "DO", "DOP"),
    ("+1829", "DO", "DOP"),
    ("+1849", "DO", "DOP"),
    ("+1721", "SX", "ANG"),
    ("+5999", "CW", "ANG"),
    ("+501", "BZ", "BZD"),
    ("+509", "HT", "HTG"),
    ("+53", "CU", "CUP"),
    ("+590", "GP", "EUR"),
    ("+594", "GF", "EUR"),
    ("+596", "MQ", "EUR"),
    ("+31", "NL", "EUR"),
    ("+33", "FR", "EUR"),
    ("+34", "ES", "EUR"),
    ("+39", "IT", "EUR"),
    ("+49", "DE", "EUR"),
    ("+353", "IE", "EUR"),
    ("+44", "GB", "GBP"),
];

/// Known everywhere, and what Flash itself counts in.
const OF_MOST: &str = "USD";

/// The code of the currency that is most likely the person's own.
pub fn currency(address: &WhatsAppAddress) -> &'static str {
    let is_there = |(code, country, _): &&(&str, &str, &str)| match address {
        WhatsAppAddress::Phone(phone) => phone.as_str().starts_with(code),
        WhatsAppAddress::User(id) => id.country() == *country,
    };
    CURRENCIES
        .iter()
        .find(is_there)
        .map_or(OF_MOST, |(.., currency)| currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_that_of_the_place_or_the_dollar_that_everybody_knows() {
        for (address, code) in [
            ("whatsapp:+18765550100", "JMD"),
            ("whatsapp:+18685550104", "TTD"),
            ("whatsapp:+18095550100", "DOP"),
            ("whatsapp:+17585550100", "XCD"),
            ("whatsapp:+442075550100", "GBP"),
            ("whatsapp:+5999555010", "ANG"),
            ("whatsapp:+12125550100", "USD"),
            ("whatsapp:+17875550100", "USD"),
            ("whatsapp:+5925550100", "USD"),
            ("whatsapp:JM.1A2B", "JMD"),
            ("whatsapp:HT.1A2B", "HTG"),
            ("whatsapp:ZZ.1A2B", "USD"),
        ] {
            let from = WhatsAppAddress::parse(address).unwrap();
            assert_eq!(currency(&from), code, "{address}");
        }
    }

    #[test]
    fn no_code_hides_another() {
        for (nth, (code, ..)) in CURRENCIES.iter().enumerate() {
            let before = &CURRENCIES[..nth];
            assert!(
                before.iter().all(|(other, ..)| !code.starts_with(other)),
                "{code}"
            );
        }
    }
}
