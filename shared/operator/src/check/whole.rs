//! Parameters that want each other: the template's `Rules`, and what only AWS would find wrong, long after.

use super::Finding;
use super::parameters::Parameters;

/// One of the template's `Rules`: if any of `given` is, all of `wants` must be.
struct Rule {
    name: &'static str,
    given: &'static [&'static str],
    wants: &'static [&'static str],
}

const RULES: [Rule; 4] = [
    Rule {
        name: "BrokerIsWhole",
        given: &["BrokerArn"],
        wants: &["BrokerSecretArn"],
    },
    Rule {
        name: "DomainIsWhole",
        given: &["DomainName"],
        wants: &["DomainCertificateArn", "PublicBaseUrl"],
    },
    Rule {
        name: "FlashAdminIsWhole",
        given: &["StepUpByApp", "FlashAdminSecretArn", "FlashAdminUrl"],
        wants: &["FlashAdminUrl", "FlashAdminSecretArn"],
    },
    Rule {
        name: "MapleIsWhole",
        given: &["MapleSecretArn"],
        wants: &["MapleModel"],
    },
];

/// A function reads no secret of another account, and Lambda no broker there.
const OF_ONE_ACCOUNT: [&str; 7] = [
    "TwilioAuthSecretArn",
    "TwilioApiKeySecretArn",
    "BrokerArn",
    "BrokerSecretArn",
    "FlashAdminSecretArn",
    "FlashEventsSecretArn",
    "MapleSecretArn",
];

pub(super) fn look(parameters: &Parameters) -> Vec<Finding> {
    let mut found = Vec::new();
    for Rule { name, given, wants } in RULES {
        let Some(on) = given.iter().find(|name| is_on(parameters, name)) else {
            continue;
        };
        for missing in wants.iter().filter(|name| parameters.get(name).is_none()) {
            let why = format!("{on} wants {missing} beside it");
            found.push(Finding::wrong(name, why));
        }
    }
    let home = parameters.get("KeysSecretArn").and_then(place);
    for name in OF_ONE_ACCOUNT {
        let there = parameters.get(name).and_then(place);
        if there.is_some() && home.is_some() && there != home {
            found.push(Finding::wrong(
                name,
                "it is of another account or region than KeysSecretArn",
            ));
        }
    }
    found
}

fn is_on(parameters: &Parameters, name: &str) -> bool {
    parameters.get(name).is_some_and(|value| value != "false")
}

/// Region and account of an ARN.
fn place(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.split(':').skip(3);
    Some((parts.next()?, parts.next()?))
}

#[cfg(test)]
mod tests {
    use yaml_rust2::YamlLoader;

    use super::*;

    #[test]
    fn the_rules_are_the_template_s() {
        let template = YamlLoader::load_from_str(include_str!("../../../../template.yaml"));
        let template = template.unwrap();
        let rules = template[0]["Rules"].as_hash().unwrap();
        let mut names: Vec<_> = rules.keys().filter_map(|name| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, RULES.map(|rule| rule.name));
    }
}
