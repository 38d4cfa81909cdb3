//! Every alarm is told of in the runbook, stands on what the code counts, and rings; nothing that can go wrong is without one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use domain::conversation::Event;
use yaml_rust2::Yaml;

use super::{of_arn, of_type, resource, template};

const ALARM: &str = "AWS::CloudWatch::Alarm";
const COMPOSITE: &str = "AWS::CloudWatch::CompositeAlarm";
const RUNBOOK: &str = "docs/runbook.md, ";

/// The runbook tells of each of these families at once.
const OF_EACH_FUNCTION: [&str; 4] = ["ErrorsAlarm", "RecordsAlarm", "ThrottlesAlarm", "SlowAlarm"];

/// They serve deployments and rotation alone: nobody waits for them.
const WITHOUT_TRAFFIC: [&str; 2] = ["Preflight", "Rotation"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn runbook() -> String {
    std::fs::read_to_string(root().join("docs/runbook.md")).unwrap()
}

fn alarms(template: &Yaml) -> Vec<(String, Yaml)> {
    let mut all = of_type(template, ALARM);
    all.extend(of_type(template, COMPOSITE));
    all
}

fn description(alarm: &Yaml) -> &str {
    alarm["AlarmDescription"].as_str().unwrap()
}

/// An alarm of this metric, whose first dimension is this.
fn about<'a>(alarms: &'a [(String, Yaml)], metric: &str, dimension: &str) -> Option<&'a Yaml> {
    let wanted = |alarm: &&(String, Yaml)| {
        alarm.1["MetricName"].as_str() == Some(metric)
            && alarm.1["Dimensions"][0]["Value"].as_str() == Some(dimension)
    };
    alarms.iter().find(wanted).map(|(_, alarm)| alarm)
}

#[test]
fn every_alarm_names_its_section_of_the_runbook_and_stands_there() {
    let runbook = runbook();
    let sections: BTreeMap<String, &str> = runbook
        .split("\n## ")
        .skip(1)
        .filter_map(|section| section.split_once('\n'))
        .map(|(heading, text)| (heading.to_lowercase(), text))
        .collect();
    let template = template();
    let all = alarms(&template);
    assert!(all.len() > 60, "{}", all.len());
    for (name, alarm) in &all {
        let said = description(alarm);
        let (_, section) = said
            .split_once(RUNBOOK)
            .unwrap_or_else(|| panic!("{name} says {said}"));
        let section = section.strip_suffix('.').unwrap();
        let text = sections.get(section);
        let text = text.unwrap_or_else(|| panic!("{name}: no section {section}"));
        let family = OF_EACH_FUNCTION.iter().find(|end| name.ends_with(*end));
        let told = text.contains(&format!("`{name}`"))
            || family.is_some_and(|end| text.contains(&format!("`…{end}`")));
        assert!(
            told || is_part(&all, name),
            "{name} is not told of in {section}"
        );
    }
}

#[test]
fn the_runbook_tells_of_no_alarm_that_does_not_exist() {
    let runbook = runbook();
    let template = template();
    let all = alarms(&template);
    let quoted = runbook.split('`').skip(1).step_by(2);
    let named: BTreeSet<&str> = quoted
        .filter(|word| word.ends_with("Alarm") && word.chars().all(char::is_alphanumeric))
        .collect();
    assert!(named.len() > 30, "{}", named.len());
    for name in named {
        assert!(all.iter().any(|(alarm, _)| alarm == name), "{name}");
    }
}

/// One window of a promise's alarm, which rings for both.
fn is_part(all: &[(String, Yaml)], name: &str) -> bool {
    let rules = all.iter().filter_map(|(_, it)| it["AlarmRule"].as_str());
    let needle = format!("${{{name}}}");
    rules.into_iter().any(|rule| rule.contains(&needle))
}

#[test]
fn every_alarm_rings_and_a_part_of_one_does_not() {
    let template = template();
    let all = alarms(&template);
    let mut parts = 0;
    for (name, alarm) in &all {
        let rings = alarm["AlarmActions"][1][0].as_str() == Some("AlarmTopicArn");
        let part = is_part(&all, name);
        parts += usize::from(part);
        assert_eq!(rings, !part, "{name}");
    }
    assert_eq!(parts, 2 * of_type(&template, COMPOSITE).len());
}

/// String literals of the code that runs in functions, without its tests.
fn literals() -> BTreeSet<String> {
    let mut files = Vec::new();
    let functions = std::fs::read_dir(root().join("functions")).unwrap();
    let sources = functions.map(|entry| entry.unwrap().path().join("src"));
    let shared = ["shared/aws/src", "shared/talk/src"].map(|path| root().join(path));
    for folder in sources.chain(shared) {
        rust_files(&folder, &mut files);
    }
    let mut all = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            all.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
    all
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs") {
            into.push(path);
        }
    }
}

/// What the audit holds and `telemetry::happened` counts, of what is alarmed or drawn.
const AUDITED: [Event; 11] = [
    Event::CodeDestroyed,
    Event::ChatLocked,
    Event::RiskAlert,
    Event::RefusedRole,
    Event::Linked,
    Event::MovedHere,
    Event::UnlinkedByPerson,
    Event::UnlinkedCredentialGone,
    Event::Erased,
    Event::OptedOut,
    Event::OptedIn,
];

#[test]
fn what_is_alarmed_or_drawn_is_counted_by_the_code() {
    let template = template();
    let mut wanted = BTreeSet::new();
    let mut ours = |metric: &Yaml| {
        if metric["Namespace"].as_str() == Some("FlashWhatsApp") {
            let stack = &metric["Dimensions"][0];
            assert_eq!(stack["Name"].as_str(), Some("Stack"), "{metric:?}");
            wanted.insert(metric["MetricName"].as_str().unwrap().to_owned());
        }
    };
    for (_, alarm) in of_type(&template, ALARM) {
        ours(&alarm);
        for part in alarm["Metrics"].as_vec().into_iter().flatten() {
            ours(&part["MetricStat"]["Metric"]);
        }
    }
    assert!(wanted.len() > 20, "{wanted:?}");
    let dashboard = resource(&template, "AWS::CloudWatch::Dashboard", "Dashboard");
    let body: serde_json::Value =
        serde_json::from_str(dashboard["DashboardBody"].as_str().unwrap()).unwrap();
    let mut drawn = 0;
    for widget in body["widgets"].as_array().unwrap() {
        for metric in widget["properties"]["metrics"].as_array().unwrap() {
            if metric[0] == "FlashWhatsApp" {
                assert_eq!(metric[2], "Stack", "{metric}");
                wanted.insert(metric[1].as_str().unwrap().to_owned());
                drawn += 1;
            }
        }
    }
    assert!(drawn > 20, "{drawn}");

    let literals = literals();
    let audited = AUDITED.map(Event::name);
    for metric in wanted {
        let counted = literals.contains(&metric) || audited.contains(&metric.as_str());
        assert!(counted, "{metric} is counted nowhere");
    }
}

#[test]
fn a_record_set_aside_or_waiting_too_long_rings_for_every_queue() {
    let template = template();
    let all = alarms(&template);
    let mut queues = 0;
    for (name, queue) in of_type(&template, "AWS::SQS::Queue") {
        let letters = &queue["RedrivePolicy"]["deadLetterTargetArn"];
        if letters.is_badvalue() {
            continue;
        }
        queues += 1;
        let letters = format!("{}.QueueName", of_arn(letters));
        let visible = "ApproximateNumberOfMessagesVisible";
        let alarm = about(&all, visible, &letters).unwrap_or_else(|| panic!("{letters}"));
        assert_eq!(alarm["Threshold"].as_i64(), Some(0), "{letters}");
        let oldest = "ApproximateAgeOfOldestMessage";
        let name = format!("{name}.QueueName");
        let alarm = about(&all, oldest, &name).unwrap_or_else(|| panic!("{name}"));
        let queue_keeps = queue["MessageRetentionPeriod"].as_i64();
        assert!(alarm["Threshold"].as_i64() < queue_keeps, "{name}");
    }
    assert_eq!(queues, 6);
}

#[test]
fn each_function_rings_by_its_alias_when_it_fails_is_held_back_or_comes_near_its_time_out() {
    let template = template();
    let all = alarms(&template);
    for (name, function) in of_type(&template, "AWS::Serverless::Function") {
        if WITHOUT_TRAFFIC.contains(&name.as_str()) {
            continue;
        }
        let timeout = function["Timeout"].as_i64().unwrap();
        for metric in ["Errors", "Throttles", "Duration"] {
            let alarm = about(&all, metric, &name).unwrap_or_else(|| panic!("{name} {metric}"));
            let alias = alarm["Dimensions"][1]["Value"].as_str().unwrap();
            assert_eq!(alias, format!("${{{name}}}:live"));
            if metric == "Duration" {
                assert_eq!(alarm["ExtendedStatistic"].as_str(), Some("p99"), "{name}");
                let threshold = alarm["Threshold"].as_i64();
                assert_eq!(threshold, Some(timeout * 800), "{name}");
            }
        }
    }
}

fn takes_records(function: &Yaml) -> bool {
    let events = function["Events"].as_hash().into_iter().flatten();
    events
        .map(|(_, event)| event["Type"].as_str())
        .any(|kind| kind == Some("SQS"))
}

fn folder_of(template: &Yaml, function: &str) -> String {
    let function = resource(template, "AWS::Serverless::Function", function);
    function["CodeUri"].as_str().unwrap().to_owned()
}

#[test]
fn a_new_version_loses_its_traffic_when_its_function_fails() {
    let template = template();
    let all = alarms(&template);
    let by_default = &template["Globals"]["Function"];
    assert_eq!(by_default["AutoPublishAlias"].as_str(), Some("live"));
    let kinds = &by_default["DeploymentPreference"]["Type"];
    assert_eq!(kinds[0].as_str(), Some("Gradual"));
    assert!(kinds[1].as_str().unwrap().starts_with("Canary"));
    for (name, function) in of_type(&template, "AWS::Serverless::Function") {
        let rollout = &function["DeploymentPreference"];
        if WITHOUT_TRAFFIC.contains(&name.as_str()) {
            assert_eq!(rollout["Enabled"].as_bool(), Some(false), "{name}");
            continue;
        }
        let watched: Vec<&str> = rollout["Alarms"]
            .as_vec()
            .unwrap_or_else(|| panic!("{name} is watched by nothing"))
            .iter()
            .map(|alarm| alarm.as_str().unwrap())
            .collect();
        assert!(
            watched.contains(&format!("{name}ErrorsAlarm").as_str()),
            "{name}"
        );
        // Where records come from queues, Lambda counts no error though all of them fail.
        if takes_records(&function) {
            let alarm = format!("{name}RecordsAlarm");
            assert!(watched.contains(&alarm.as_str()), "{name}");
            let (_, alarm) = all.iter().find(|(known, _)| *known == alarm).unwrap();
            assert_eq!(alarm["MetricName"].as_str(), Some("record_failed"));
            let function = alarm["Dimensions"][1]["Value"].as_str().unwrap();
            let folder = format!("functions/{function}");
            assert_eq!(folder_of(&template, &name), folder, "as its log says");
        }
        for alarm in watched {
            assert!(
                all.iter().any(|(known, _)| known == alarm),
                "{name}: {alarm}"
            );
        }
    }
}

#[test]
fn queues_are_reached_by_tls_alone_and_a_batch_may_fail_in_part() {
    let template = template();
    let policy = resource(&template, "AWS::SQS::QueuePolicy", "QueuesByTlsOnly");
    let held: BTreeSet<&str> = policy["Queues"]
        .as_vec()
        .unwrap()
        .iter()
        .map(|queue| queue.as_str().unwrap())
        .collect();
    let queues = of_type(&template, "AWS::SQS::Queue");
    let all: BTreeSet<&str> = queues.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(held, all);
    let statement = &policy["PolicyDocument"]["Statement"][0];
    assert_eq!(statement["Effect"].as_str(), Some("Deny"));
    let insecure = &statement["Condition"]["Bool"]["aws:SecureTransport"];
    assert_eq!(insecure.as_str(), Some("false"));

    let mut polled = 0;
    for (name, function) in of_type(&template, "AWS::Serverless::Function") {
        for (_, event) in function["Events"].as_hash().into_iter().flatten() {
            if event["Type"].as_str() == Some("SQS") {
                polled += 1;
                let kinds = &event["Properties"]["FunctionResponseTypes"][0];
                assert_eq!(kinds.as_str(), Some("ReportBatchItemFailures"), "{name}");
            }
        }
    }
    assert_eq!(polled, 6);
}
