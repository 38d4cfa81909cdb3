//! What the account holds and no parameter shows: under which key a secret is, and whether a topic reaches anybody.

use std::collections::HashMap;

use aws_sdk_secretsmanager::Client as SecretsManager;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use aws_sdk_sns::Client as Sns;

use super::Finding;
use super::parameters::Parameters;

/// Parameters that name a secret.
const SECRETS: [&str; 7] = [
    "KeysSecretArn",
    "TwilioAuthSecretArn",
    "TwilioApiKeySecretArn",
    "BrokerSecretArn",
    "FlashAdminSecretArn",
    "FlashEventsSecretArn",
    "MapleSecretArn",
];

/// Whether the functions could open each secret: their roles may use Secrets Manager's own key, and no other.
pub async fn keys_of_secrets(client: &SecretsManager, parameters: &Parameters) -> Vec<Finding> {
    const ABOUT: &str = "keys under which the secrets are";
    const OWN: &str = "alias/aws/secretsmanager";
    let mut found = Vec::new();
    for name in SECRETS {
        let Some(secret) = parameters.get(name) else {
            continue;
        };
        match client.describe_secret().secret_id(secret).send().await {
            // Not said of Secrets Manager's own key, unless somebody has named that.
            Ok(secret) if secret.kms_key_id().is_some_and(|key| !key.ends_with(OWN)) => {
                let why = format!("it is under a key that no function may use: change it to {OWN}");
                found.push(Finding::wrong(name, why));
            }
            Ok(_) => {}
            Err(error) => {
                let why = error.code().unwrap_or("no answer").to_owned();
                found.push(Finding::not_checked(format!("{ABOUT}, {name}"), why));
            }
        }
    }
    if found.is_empty() {
        found.push(Finding::good(ABOUT));
    }
    found
}

/// Who publishes to a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Publisher {
    /// May use no key of AWS's own.
    CloudWatch,
    /// Our function: may use no key but AWS's own.
    Function,
}

/// Whether each topic is there, and publishing to it reaches somebody.
pub async fn topics(client: &Sns, parameters: &Parameters) -> Vec<Finding> {
    let mut found = Vec::new();
    for (name, publisher) in [
        ("AlarmTopicArn", Publisher::CloudWatch),
        ("SupportTopicArn", Publisher::Function),
    ] {
        let Some(topic) = parameters.get(name) else {
            let without = "none is given: nobody is told";
            found.push(Finding::note(name, without));
            continue;
        };
        let answer = client.get_topic_attributes().topic_arn(topic).send().await;
        found.push(match answer {
            Ok(topic) => {
                let attributes = topic.attributes.unwrap_or_default();
                Finding::unless(name, deaf(&attributes, publisher).map(str::to_owned))
            }
            Err(error) => match error.code() {
                Some("NotFound" | "InvalidParameter") => {
                    Finding::wrong(name, "there is no such topic in this region")
                }
                why => Finding::not_checked(name, why.unwrap_or("no answer")),
            },
        });
    }
    found
}

/// Why nobody hears what is published.
fn deaf(topic: &HashMap<String, String>, publisher: Publisher) -> Option<&'static str> {
    let key = topic.get("KmsMasterKeyId").map(String::as_str);
    let is_aws_s = key.map(|key| key.ends_with("alias/aws/sns"));
    let confirmed = topic.get("SubscriptionsConfirmed");
    match (publisher, is_aws_s) {
        (Publisher::CloudWatch, Some(true)) => {
            Some("it is under alias/aws/sns, which CloudWatch may not use: no alarm gets through")
        }
        (Publisher::Function, Some(false)) => {
            Some("it is under a key of yours, which no function may use")
        }
        _ if confirmed.is_none_or(|many| many == "0") => {
            Some("nobody has confirmed a subscription: the mail with the link is not answered")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use yaml_rust2::YamlLoader;

    use super::*;

    #[test]
    fn every_secret_of_the_template_is_looked_at() {
        let template = YamlLoader::load_from_str(include_str!("../../../../template.yaml"));
        let template = template.unwrap();
        let parameters = template[0]["Parameters"].as_hash().unwrap();
        let all = parameters.keys().filter_map(|name| name.as_str());
        let mut secrets: Vec<_> = all.filter(|name| name.ends_with("SecretArn")).collect();
        let mut looked_at = SECRETS;
        secrets.sort_unstable();
        looked_at.sort_unstable();
        assert_eq!(secrets, looked_at);
    }

    #[test]
    fn a_topic_is_heard_under_a_key_that_its_publisher_may_use_and_once_somebody_has_confirmed() {
        use Publisher::{CloudWatch, Function};
        let topic = |confirmed: &str, key: &str| {
            let mut topic = HashMap::new();
            topic.insert("SubscriptionsConfirmed".to_owned(), confirmed.to_owned());
            if !key.is_empty() {
                topic.insert("KmsMasterKeyId".to_owned(), key.to_owned());
            }
            topic
        };
        let own = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000000";
        for (confirmed, key, publisher, is_heard) in [
            ("1", "", CloudWatch, true),
            ("0", "", CloudWatch, false),
            ("2", own, CloudWatch, true),
            ("2", "alias/aws/sns", CloudWatch, false),
            ("1", "alias/aws/sns", Function, true),
            ("1", own, Function, false),
            ("0", "", Function, false),
        ] {
            let why = deaf(&topic(confirmed, key), publisher);
            assert_eq!(why.is_none(), is_heard, "{confirmed} {key} {publisher:?}");
        }
        assert!(deaf(&HashMap::new(), CloudWatch).is_some());
    }
}
