//! The stack's parameters, as `.ci/deploy` would give them: those of `samconfig.toml` under those that are given beside it, and held
//! to what `template.yaml` says of each.

use std::collections::BTreeMap;

use regex_lite::Regex;
use yaml_rust2::{Yaml, YamlLoader};

use super::Finding;

/// What can't be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("the template is no YAML with Parameters")]
    Template,
    #[error("samconfig.toml has no [{0}.deploy.parameters]")]
    Stage(String),
    #[error("not Name=Value, but begins with {0}")]
    Pair(String),
}

/// Every parameter of the template with the value that it would have. What has none is missing.
#[derive(Clone, Debug, Default)]
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Empty counts as none.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// As a number; what is none has been found wrong before.
    pub fn number(&self, name: &str) -> u64 {
        self.get(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(0)
    }
}

/// Of this stage, and what is wrong with them. A value is never repeated.
pub fn read(
    template: &str,
    samconfig: &str,
    stage: &str,
    given: &[String],
) -> Result<(Parameters, Vec<Finding>), Unreadable> {
    let template = YamlLoader::load_from_str(template).map_err(|_| Unreadable::Template)?;
    let declared = template.first().map(|template| &template["Parameters"]);
    let declared = declared
        .and_then(Yaml::as_hash)
        .ok_or(Unreadable::Template)?;
    let samconfig: toml::Table =
        toml::from_str(samconfig).map_err(|_| Unreadable::Stage(stage.to_owned()))?;
    let configured = samconfig
        .get(stage)
        .and_then(|stage| {
            stage
                .get("deploy")?
                .get("parameters")?
                .get("parameter_overrides")
        })
        .and_then(toml::Value::as_array)
        .ok_or_else(|| Unreadable::Stage(stage.to_owned()))?;
    let configured = configured.iter().filter_map(toml::Value::as_str);
    let mut values = BTreeMap::new();
    for pair in configured.chain(given.iter().map(String::as_str)) {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| Unreadable::Pair(pair.chars().take(20).collect()))?;
        values.insert(
            name.trim().to_owned(),
            value.trim().trim_matches('"').to_owned(),
        );
    }
    let mut found: Vec<Finding> = Vec::new();
    for name in values.keys() {
        if !declared.contains_key(&Yaml::String(name.clone())) {
            found.push(Finding::wrong(name, "the template has no such parameter"));
        }
    }
    for (name, parameter) in declared {
        let name = name.as_str().unwrap_or_default();
        let default = plain(&parameter["Default"]);
        if !values.contains_key(name)
            && let Some(default) = default
        {
            values.insert(name.to_owned(), default);
        }
        match values.get(name) {
            None => found.push(Finding::wrong(name, "it has no default and is not given")),
            Some(value) => {
                found.extend(misfit(parameter, value).map(|why| Finding::wrong(name, why)));
            }
        }
    }
    let many = values.len();
    let parameters = Parameters(values);
    found.extend(super::whole::look(&parameters));
    if found.is_empty() {
        let many = format!("{many} parameters, each as the template wants it");
        found.push(Finding::good(many));
    }
    Ok((parameters, found))
}

/// A default as `CloudFormation` takes it: as text.
fn plain(value: &Yaml) -> Option<String> {
    match value {
        Yaml::String(text) => Some(text.clone()),
        Yaml::Integer(number) => Some(number.to_string()),
        Yaml::Boolean(is) => Some(is.to_string()),
        _ => None,
    }
}

fn misfit(parameter: &Yaml, value: &str) -> Option<String> {
    if let Some(pattern) = parameter["AllowedPattern"].as_str() {
        let fits = Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(value));
        if !fits {
            return Some(format!("it does not have the form {pattern}"));
        }
    }
    if let Some(allowed) = parameter["AllowedValues"].as_vec() {
        let allowed: Vec<String> = allowed.iter().filter_map(plain).collect();
        if !allowed.iter().any(|one| one == value) {
            return Some(format!("it is none of {}", allowed.join(", ")));
        }
    }
    if parameter["Type"].as_str() == Some("Number") {
        let Ok(number) = value.parse::<i64>() else {
            return Some("it is no whole number".to_owned());
        };
        let (least, most) = (&parameter["MinValue"], &parameter["MaxValue"]);
        if least.as_i64().is_some_and(|least| number < least)
            || most.as_i64().is_some_and(|most| number > most)
        {
            return Some("it is too small or too large".to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Report;

    const TEMPLATE: &str = include_str!("../../../../template.yaml");
    const SAMCONFIG: &str = include_str!("../../../../samconfig.toml");

    /// All that an account of its own has to say.
    fn given() -> Vec<String> {
        let secret = |name: &str| {
            format!("{name}=arn:aws:secretsmanager:us-east-1:111122223333:secret:{name}-AAAAAA")
        };
        let mut all = vec![
            "PublicBaseUrl=https://bot.example.com".to_owned(),
            "TwilioSender=whatsapp:+18765550100".to_owned(),
        ];
        all.extend(
            [
                "TwilioAuthSecretArn",
                "TwilioApiKeySecretArn",
                "KeysSecretArn",
            ]
            .map(secret),
        );
        all
    }

    fn found(stage: &str, given: &[String]) -> Report {
        Report(read(TEMPLATE, SAMCONFIG, stage, given).unwrap().1)
    }

    #[test]
    fn what_each_stage_needs_is_named_and_enough() {
        for stage in ["dev", "staging", "prod"] {
            let missing = found(stage, &[]).to_string();
            for name in [
                "TwilioAuthSecretArn",
                "TwilioApiKeySecretArn",
                "KeysSecretArn",
            ] {
                let line = format!("WRONG        {name}: it has no default and is not given");
                assert!(missing.contains(&line), "{stage}: {missing}");
            }
            let whole = found(stage, &given());
            assert!(whole.is_good(), "{stage}: {whole}");
        }
        let (prod, _) = read(TEMPLATE, SAMCONFIG, "prod", &given()).unwrap();
        assert_eq!(
            prod.get("FlashGraphqlUrl"),
            Some("https://api.flashapp.me/graphql")
        );
        assert_eq!(prod.number("OutboundMaxConcurrency"), 20);
        assert_eq!(prod.get("BrokerArn"), None);
    }

    #[test]
    fn what_does_not_fit_is_named_and_not_repeated() {
        for (pair, why) in [
            (
                "KeysSecretArn=not-an-arn",
                "KeysSecretArn: it does not have the form",
            ),
            (
                "Architecture=riscv",
                "Architecture: it is none of arm64, x86_64",
            ),
            ("ThrottleRate=many", "ThrottleRate: it is no whole number"),
            (
                "OutboundMaxConcurrency=1",
                "OutboundMaxConcurrency: it is too small or too large",
            ),
            (
                "TwilloSender=x",
                "TwilloSender: the template has no such parameter",
            ),
        ] {
            let mut given = given();
            given.push(pair.to_owned());
            let report = found("prod", &given);
            let shown = report.to_string();
            assert!(!report.is_good() && shown.contains(why), "{shown}");
            let (_, value) = pair.split_once('=').unwrap();
            assert!(value.len() < 2 || !shown.contains(value), "{shown}");
        }
    }

    #[test]
    fn what_wants_something_beside_it_and_what_lies_elsewhere_is_named() {
        let secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:x-AAAAAA";
        let abroad = "arn:aws:mq:eu-west-1:111122223333:broker:flash:b-0000";
        for (pairs, why) in [
            (
                vec!["StepUpByApp=true".to_owned()],
                "FlashAdminIsWhole: StepUpByApp wants FlashAdminUrl beside it",
            ),
            (
                vec![format!("FlashAdminSecretArn={secret}")],
                "FlashAdminSecretArn wants FlashAdminUrl",
            ),
            (
                vec![format!("MapleSecretArn={secret}")],
                "MapleSecretArn wants MapleModel",
            ),
            (
                vec![
                    format!("BrokerArn={abroad}"),
                    format!("BrokerSecretArn={secret}"),
                ],
                "BrokerArn: it is of another account or region",
            ),
        ] {
            let given = [given(), pairs].concat();
            let report = found("prod", &given);
            let shown = report.to_string();
            assert!(!report.is_good() && shown.contains(why), "{shown}");
        }
    }

    #[test]
    fn what_can_not_be_read_is_said() {
        let unreadable = |stage: &str, given: &[String]| {
            read(TEMPLATE, SAMCONFIG, stage, given)
                .unwrap_err()
                .to_string()
        };
        assert!(unreadable("qa", &[]).contains("[qa.deploy.parameters]"));
        assert!(unreadable("dev", &["Stage".to_owned()]).contains("not Name=Value"));
        assert!(read("x: 1", SAMCONFIG, "dev", &[]).is_err());
    }
}
