//! `template.yaml` and the code say the same: tables, routes, time-outs, dead letters.

#[path = "template/alarms.rs"]
mod alarms;

use std::collections::BTreeSet;

use aws::tables::schema::{DUE_INDEX, DUE_KEY, NEWS_INDEX, NEWS_KEY, TABLES, TTL};
use domain::policy::{ASK_LEASE, MODEL_BUDGET_MS, QUEUE_RECEIVES, SEND_LEASE};
use yaml_rust2::{Yaml, YamlLoader};

fn template() -> Yaml {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    YamlLoader::load_from_str(&std::fs::read_to_string(path).unwrap())
        .unwrap()
        .remove(0)
}

fn of_type(template: &Yaml, kind: &str) -> Vec<(String, Yaml)> {
    let resources = template["Resources"].as_hash().unwrap().iter();
    let wanted = resources.filter(|(_, resource)| resource["Type"].as_str() == Some(kind));
    wanted
        .map(|(name, resource)| {
            (
                name.as_str().unwrap().to_owned(),
                resource["Properties"].clone(),
            )
        })
        .collect()
}

fn key(schema: &Yaml, kind: &str) -> Option<String> {
    let of_kind = |element: &&Yaml| element["KeyType"].as_str() == Some(kind);
    schema
        .as_vec()
        .unwrap()
        .iter()
        .find(of_kind)
        .map(|element| element["AttributeName"].as_str().unwrap().to_owned())
}

#[test]
fn every_table_has_the_keys_that_the_code_uses() {
    let template = template();
    let tables = of_type(&template, "AWS::DynamoDB::Table");
    assert_eq!(tables.len(), TABLES.len());
    for shape in TABLES {
        let (_, table) = tables
            .iter()
            .find(|(name, _)| name.to_lowercase().starts_with(shape.table))
            .unwrap();
        assert_eq!(
            key(&table["KeySchema"], "HASH").as_deref(),
            Some(shape.partition),
            "{}",
            shape.table
        );
        assert_eq!(
            key(&table["KeySchema"], "RANGE").as_deref(),
            shape.sort,
            "{}",
            shape.table
        );
        assert_eq!(
            table["TimeToLiveSpecification"]["AttributeName"].as_str(),
            Some(TTL),
            "{}",
            shape.table
        );
        assert_eq!(
            table["BillingMode"].as_str(),
            Some("PAY_PER_REQUEST"),
            "{}",
            shape.table
        );
        if shape.table == "messages" {
            has_index(table, DUE_INDEX, DUE_KEY);
        }
        if shape.table == "people" {
            has_index(table, NEWS_INDEX, NEWS_KEY);
        }
    }
}

fn has_index(table: &Yaml, name: &str, (shard, sort): (&str, &str)) {
    let index = &table["GlobalSecondaryIndexes"][0];
    assert_eq!(index["IndexName"].as_str(), Some(name));
    assert_eq!(key(&index["KeySchema"], "HASH").as_deref(), Some(shard));
    assert_eq!(key(&index["KeySchema"], "RANGE").as_deref(), Some(sort));
    let projection = &index["Projection"]["ProjectionType"];
    assert_eq!(projection.as_str(), Some("KEYS_ONLY"));
}

#[test]
fn the_routes_are_those_that_the_functions_answer() {
    let template = template();
    let mut routes: Vec<String> = of_type(&template, "AWS::ApiGatewayV2::Route")
        .iter()
        .map(|(_, route)| route["RouteKey"].as_str().unwrap().to_owned())
        .collect();
    routes.sort();
    let expected = [
        "GET /confirm/{token}",
        "GET /export/{token}",
        "GET /health",
        "GET /link/captcha-frame",
        "GET /link/{token}",
        "GET /qr/{name}",
        "HEAD /qr/{name}",
        "POST /confirm/{token}/proof",
        "POST /export/{token}",
        "POST /flash/events",
        "POST /link/{token}/credential",
        "POST /whatsapp/debugger",
        "POST /whatsapp/status",
        "POST /whatsapp/status/{entry}",
        "POST /whatsapp/webhook",
    ];
    assert_eq!(routes, expected);
}

#[test]
fn a_record_stays_hidden_six_times_as_long_as_its_function_runs_and_a_lease_outlives_it() {
    let template = template();
    let mut consumed = 0;
    for (name, function) in of_type(&template, "AWS::Serverless::Function") {
        let timeout = function["Timeout"]
            .as_i64()
            .unwrap_or_else(|| panic!("{name} has no time-out"));
        let lease = if name == "Assistant" {
            ASK_LEASE
        } else {
            SEND_LEASE
        };
        let events = function["Events"].as_hash();
        for (_, event) in events.into_iter().flatten() {
            if event["Type"].as_str() != Some("SQS") {
                continue;
            }
            consumed += 1;
            assert!(lease > timeout, "{name}");
            let queue = of_arn(&event["Properties"]["Queue"]);
            let queue = resource(&template, "AWS::SQS::Queue", queue);
            let visibility = queue["VisibilityTimeout"].as_i64().unwrap();
            assert!(visibility >= 6 * timeout, "{name}");
            assert!(visibility > lease, "{name}");
        }
    }
    assert_eq!(consumed, 6);
}

#[test]
fn a_question_is_thought_about_by_itself_and_has_time_to_be_answered_without_the_model() {
    let template = template();
    let function = resource(&template, "AWS::Serverless::Function", "Assistant");
    let event = &function["Events"]["Ask"]["Properties"];
    assert_eq!(event["BatchSize"].as_i64(), Some(1));
    let timeout = function["Timeout"].as_i64().unwrap() * 1_000;
    let budget = i64::try_from(MODEL_BUDGET_MS).unwrap();
    assert!(timeout >= budget + 10_000, "{timeout} ms");
}

#[test]
fn a_changed_variable_is_published_as_a_new_version_too() {
    for (name, function) in of_type(&template(), "AWS::Serverless::Function") {
        let all = function["AutoPublishAliasAllProperties"].as_bool();
        assert_eq!(all, Some(true), "{name}");
    }
}

/// The resource that `!GetAtt Resource.Arn` names.
fn of_arn(arn: &Yaml) -> &str {
    arn.as_str().unwrap().strip_suffix(".Arn").unwrap()
}

fn resource(template: &Yaml, kind: &str, wanted: &str) -> Yaml {
    let mut all = of_type(template, kind).into_iter();
    let found = all.find(|(name, _)| name == wanted);
    found.unwrap_or_else(|| panic!("no {kind} {wanted}")).1
}

#[test]
fn a_record_is_set_aside_with_its_reason_before_sqs_would_do_it_without() {
    let template = template();
    let mut redriven = 0;
    for (name, queue) in of_type(&template, "AWS::SQS::Queue") {
        let policy = &queue["RedrivePolicy"];
        if policy.is_badvalue() {
            continue;
        }
        redriven += 1;
        let receives = policy["maxReceiveCount"].as_i64();
        assert_eq!(receives, Some(i64::from(QUEUE_RECEIVES)), "{name}");
        let letters = of_arn(&policy["deadLetterTargetArn"]);
        let letters = resource(&template, "AWS::SQS::Queue", letters);
        assert_eq!(queue["FifoQueue"], letters["FifoQueue"], "{name}");
        let kept = |queue: &Yaml| queue["MessageRetentionPeriod"].as_i64().unwrap();
        assert!(kept(&letters) > kept(&queue), "{name}");
    }
    assert_eq!(redriven, 6);
}

/// AWS takes 4 kB of a function's environment variables, names and values together; `outbound` has the map of all templates
/// among them.
#[test]
fn the_map_of_templates_leaves_room_in_the_environment() {
    const LIMIT: usize = 4_096;
    let template = template();
    let functions = of_type(&template, "AWS::Serverless::Function");
    let (_, outbound) = functions
        .iter()
        .find(|(name, _)| name == "Outbound")
        .unwrap();
    let sids = twilio::content::all().map(|(name, language)| {
        let sid = twilio::sid::ContentSid::parse(&format!("HX{}", "0".repeat(32))).unwrap();
        (twilio::content::sid_key(name, language), sid)
    });
    let sids: std::collections::BTreeMap<_, _> = sids.collect();
    let sids = twilio::content::write_sids(&sids);
    // What AWS makes of a stack whose name is as long as anybody types: of a table, of a queue, of a secret.
    let stack = "flash-whatsapp-production-jamaica";
    let suffix = "ABCDEFGHIJKL";
    let mut bytes = 0;
    for (name, value) in outbound["Environment"]["Variables"].as_hash().unwrap() {
        let name = name.as_str().unwrap();
        let resource = value.as_str().unwrap_or_default();
        let value = match name {
            "TWILIO_CONTENT_SIDS" => sids.clone(),
            "PUBLIC_BASE_URL" => format!(
                "https://{}.execute-api.ap-southeast-1.amazonaws.com",
                "a".repeat(32)
            ),
            "TWILIO_SENDER" => "whatsapp:+12345678901234".to_owned(),
            "TWILIO_API_URL" => format!("https://{}", "a".repeat(40)),
            _ if name.starts_with("TABLE_") => format!("{stack}-{resource}-{suffix}"),
            _ if name.starts_with("QUEUE_") => format!(
                "https://sqs.ap-southeast-1.amazonaws.com/123456789012/{stack}-{resource}-{suffix}.fifo"
            ),
            _ if name.ends_with("_SECRET_ID") => format!(
                "arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:{stack}/{resource}-abcdef"
            ),
            _ => panic!("how long is {name}?"),
        };
        bytes += name.len() + value.len();
    }
    // One more template needs 120.
    assert!(bytes < LIMIT - 128, "{bytes} of {LIMIT} bytes");
}

#[test]
fn each_consumer_may_put_into_its_own_queues_dead_letters_and_no_others() {
    let template = template();
    for (name, function) in of_type(&template, "AWS::Serverless::Function") {
        let events = function["Events"].as_hash();
        let consumed = events.into_iter().flatten();
        let letters: Vec<String> = consumed
            .filter(|(_, event)| event["Type"].as_str() == Some("SQS"))
            .map(|(_, event)| {
                let queue = of_arn(&event["Properties"]["Queue"]);
                let queue = resource(&template, "AWS::SQS::Queue", queue);
                of_arn(&queue["RedrivePolicy"]["deadLetterTargetArn"]).to_owned()
            })
            .collect();

        let variables = function["Environment"]["Variables"].as_hash().unwrap();
        let dead = variables
            .iter()
            .filter(|(variable, _)| variable.as_str().unwrap().ends_with("_DEAD"));
        let told: Vec<&str> = dead.map(|(_, queue)| queue.as_str().unwrap()).collect();
        // Webhook tells staff how much is in each, and may put nothing into any. Web sets aside what Flash posts and nobody
        // can read, where Flash posts at all.
        let told = match name.as_str() {
            "Webhook" | "Web" => Vec::new(),
            _ => told,
        };
        assert_eq!(told, letters, "{name}");

        let role = function["Role"].as_str().unwrap();
        let role = role.strip_suffix(".Arn").unwrap();
        let role = resource(&template, "AWS::IAM::Role", role);
        let statements = role["Policies"][0]["PolicyDocument"]["Statement"].clone();
        let mut may = Vec::new();
        for statement in statements {
            let resources = statement["Resource"].as_vec().unwrap();
            let named = resources.iter().filter_map(Yaml::as_str);
            let actions = statement["Action"].as_vec().unwrap();
            let counts = |action: &Yaml| action.as_str() == Some("sqs:GetQueueAttributes");
            if name == "Webhook" && actions.iter().all(counts) {
                continue;
            }
            for queue in named.filter(|arn| arn.contains("DeadLetters")) {
                may.push((
                    actions.clone(),
                    queue.strip_suffix(".Arn").unwrap().to_owned(),
                ));
            }
        }
        let only_send = vec![Yaml::String("sqs:SendMessage".to_owned())];
        let expected: Vec<_> = letters
            .into_iter()
            .map(|queue| (only_send.clone(), queue))
            .collect();
        assert_eq!(may, expected, "{name}");
    }
}

#[test]
fn the_broker_is_only_read_where_there_is_one_and_by_the_function_alone() {
    let template = template();
    let condition = |name: &str| template["Resources"][name]["Condition"].as_str();
    let mapping = resource(&template, "AWS::Lambda::EventSourceMapping", "BrokerEvents");
    assert_eq!(condition("BrokerEvents"), Some("FromBroker"));
    assert_eq!(mapping["FunctionName"].as_str(), Some("EventBridge.Alias"));
    let policy = resource(&template, "AWS::IAM::ManagedPolicy", "ReadBroker");
    assert_eq!(condition("ReadBroker"), Some("FromBroker"));
    let roles = policy["Roles"].as_vec().unwrap();
    assert_eq!(roles.as_slice(), [Yaml::from_str("EventBridgeRole")]);
    let actions: Vec<String> = statements(&template)
        .into_iter()
        .filter(|(_, actions, _)| actions.iter().any(|action| action.starts_with("ec2:")))
        .map(|(name, ..)| name)
        .collect();
    assert_eq!(actions, ["ReadBroker"]);

    // What Lambda's poller may do, the function's own code, with the same role, may not.
    let all = policy["PolicyDocument"]["Statement"].as_vec().unwrap();
    let (allowed, denied): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|statement| statement["Effect"].as_str() == Some("Allow"));
    let actions = |statements: Vec<&Yaml>| -> BTreeSet<String> {
        let all = statements
            .into_iter()
            .flat_map(|it| it["Action"].as_vec().unwrap());
        all.map(|action| action.as_str().unwrap().to_owned())
            .collect()
    };
    for statement in &denied {
        let code = &statement["Condition"]["ArnEquals"]["lambda:SourceFunctionArn"];
        assert_eq!(code.as_str(), Some("EventBridge.Arn"));
    }
    assert_eq!(actions(allowed), actions(denied));
}

/// Every statement of every role and policy that allows something: its name, its actions, what it is about.
fn statements(template: &Yaml) -> Vec<(String, Vec<String>, String)> {
    let mut all = Vec::new();
    let mut of = |name: &str, document: &Yaml| {
        let allows = |statement: &&Yaml| statement["Effect"].as_str() == Some("Allow");
        for statement in document["Statement"]
            .as_vec()
            .unwrap()
            .iter()
            .filter(allows)
        {
            let actions = match &statement["Action"] {
                Yaml::Array(actions) => actions.clone(),
                action => vec![action.clone()],
            };
            let actions = actions
                .iter()
                .map(|action| action.as_str().unwrap().to_owned());
            let about = format!("{:?}", statement["Resource"]);
            all.push((name.to_owned(), actions.collect(), about));
        }
    };
    for (name, role) in of_type(template, "AWS::IAM::Role") {
        for policy in role["Policies"].as_vec().unwrap() {
            of(&name, &policy["PolicyDocument"]);
        }
    }
    for (name, policy) in of_type(template, "AWS::IAM::ManagedPolicy") {
        of(&name, &policy["PolicyDocument"]);
    }
    all
}

#[test]
fn no_function_may_change_what_the_audit_holds() {
    let template = template();
    let mut writes = 0;
    for (name, actions, about) in statements(&template) {
        if !about.contains("Audit") {
            continue;
        }
        for action in actions {
            assert!(
                ["dynamodb:PutItem", "dynamodb:Query"].contains(&action.as_str()),
                "{name}: {action}"
            );
            writes += usize::from(action == "dynamodb:PutItem");
        }
    }
    assert!(writes > 0, "the audit is written by nobody");
}

#[test]
fn no_function_may_scan_a_table_or_do_anything_to_all_of_them() {
    let template = template();
    let statements = statements(&template);
    assert!(statements.len() > 20);
    for (name, actions, about) in statements {
        for action in actions {
            // KMS has no other names for some of them, and the key's use is bound to our tables and queues.
            let whole = action.starts_with("kms:") || !action.contains('*');
            let harmless = action != "dynamodb:Scan" && whole;
            assert!(harmless, "{name}: {action}");
            let of_all = about.contains("\"*\"") && action.starts_with("dynamodb:");
            assert!(!of_all, "{name}: {action} on {about}");
        }
    }
}
