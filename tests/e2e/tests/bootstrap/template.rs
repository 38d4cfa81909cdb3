//! `template.yaml`, read as SAM reads it and worked out as `CloudFormation` would.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::{Map, Value};

const READ: &str = "import json, sys; from samcli.yamlhelper import yaml_parse; json.dump(yaml_parse(open(sys.argv[1]).read()), sys.stdout)";

/// The template, with what an operator gives it and what AWS makes of its resources.
#[derive(Debug)]
pub(crate) struct Template {
    source: Value,
    /// By parameter, by resource (what `Ref` yields), and by `Resource.Attribute`.
    known: BTreeMap<String, String>,
}

/// A function as it would be deployed.
#[derive(Clone, Debug)]
pub(crate) struct Deployed {
    pub(crate) package: String,
    pub(crate) timeout_ms: i64,
    pub(crate) memory: u64,
    pub(crate) variables: BTreeMap<String, String>,
    /// What its role allows: action and resource.
    pub(crate) may: BTreeSet<(String, String)>,
}

impl Template {
    pub(crate) fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
        let read = Command::new("python3")
            .args(["-c", READ, path])
            .output()
            .expect("python3 runs");
        assert!(
            read.status.success(),
            "run by .ci/test, which provides SAM: {}",
            String::from_utf8_lossy(&read.stderr)
        );
        Self {
            source: serde_json::from_slice(&read.stdout).unwrap(),
            known: BTreeMap::new(),
        }
    }

    pub(crate) fn tell(&mut self, name: &str, value: impl Into<String>) {
        self.known.insert(name.to_owned(), value.into());
    }

    /// The packages of all functions.
    pub(crate) fn packages(&self) -> Vec<String> {
        let folder = |properties: &Value| properties["CodeUri"].as_str().unwrap().to_owned();
        let functions = self.resources("AWS::Serverless::Function").into_iter();
        functions
            .map(|(_, properties)| {
                folder(&properties)
                    .strip_prefix("functions/")
                    .unwrap()
                    .to_owned()
            })
            .collect()
    }

    /// What holds of each parameter that nobody gives.
    pub(crate) fn defaults(&self) -> BTreeMap<String, String> {
        let parameters = self.source["Parameters"].as_object().unwrap().iter();
        let text = |default: &Value| match default {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        parameters
            .filter_map(|(name, parameter)| Some((name.clone(), text(parameter.get("Default")?))))
            .collect()
    }

    /// Name and properties of every resource of a type.
    pub(crate) fn resources(&self, kind: &str) -> Vec<(String, Value)> {
        let resources = self.source["Resources"].as_object().unwrap().iter();
        let wanted = resources.filter(|(_, resource)| resource["Type"] == kind);
        wanted
            .map(|(name, resource)| (name.clone(), resource["Properties"].clone()))
            .collect()
    }

    pub(crate) fn function(&self, package: &str) -> Deployed {
        let folder = format!("functions/{package}");
        let functions = self.resources("AWS::Serverless::Function");
        let (_, properties) = functions
            .iter()
            .find(|(_, properties)| properties["CodeUri"] == folder.as_str())
            .unwrap();
        let variables = self.value(&properties["Environment"]["Variables"]);
        let variables = variables.as_object().unwrap().iter();
        Deployed {
            package: package.to_owned(),
            timeout_ms: properties["Timeout"].as_i64().unwrap() * 1000,
            memory: self.source["Globals"]["Function"]["MemorySize"]
                .as_u64()
                .unwrap(),
            variables: variables
                .map(|(name, value)| {
                    // A parameter of type Number reaches the function as its digits.
                    let text = value.as_str().map(str::to_owned);
                    (name.clone(), text.unwrap_or_else(|| value.to_string()))
                })
                .collect(),
            may: self.role(properties["Role"]["Fn::GetAtt"][0].as_str().unwrap()),
        }
    }

    /// Every variable that the template can set for a function, whatever the parameters.
    pub(crate) fn variables(&self, package: &str) -> BTreeSet<String> {
        let folder = format!("functions/{package}");
        let functions = self.resources("AWS::Serverless::Function");
        let (_, properties) = functions
            .iter()
            .find(|(_, properties)| properties["CodeUri"] == folder.as_str())
            .unwrap();
        properties["Environment"]["Variables"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    }

    /// What `EventBridge` Scheduler sends to a function.
    pub(crate) fn schedule_input(&self, function: &str, schedule: &str) -> Value {
        let event = &self.source["Resources"][function]["Properties"]["Events"][schedule];
        assert_eq!(event["Type"], "ScheduleV2");
        serde_json::from_str(event["Properties"]["Input"].as_str().unwrap()).unwrap()
    }

    fn role(&self, name: &str) -> BTreeSet<(String, String)> {
        let roles = self.resources("AWS::IAM::Role");
        let (_, role) = roles.iter().find(|(role, _)| role == name).unwrap();
        let policies = role["Policies"].as_array().unwrap().iter();
        // What is allowed for the broker is for Lambda's poller.
        let managed = self.resources("AWS::IAM::ManagedPolicy");
        let managed = managed.iter().filter(|(policy, properties)| {
            let roles = properties["Roles"].as_array();
            let ours = roles.is_some_and(|roles| roles.iter().any(|role| role["Ref"] == name));
            ours && policy != "ReadBroker"
        });
        let policies = policies.chain(managed.map(|(_, policy)| policy));
        let statements =
            policies.flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().unwrap());
        let list = |value: &Value| {
            value
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one.as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let mut may = BTreeSet::new();
        for statement in statements {
            assert_eq!(statement["Effect"], "Allow");
            let actions = list(&statement["Action"]);
            // Logs are Lambda's own doing.
            if !actions.iter().all(|action| action.starts_with("logs:")) {
                let resources = list(&self.value(&statement["Resource"]));
                may.extend(actions.iter().flat_map(|action| {
                    resources
                        .iter()
                        .map(|resource| (action.clone(), resource.clone()))
                }));
            }
        }
        may
    }

    pub(crate) fn value(&self, value: &Value) -> Value {
        self.some(value).unwrap_or(Value::Null)
    }

    /// None for `AWS::NoValue`.
    fn some(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Array(all) => Some(all.iter().filter_map(|one| self.some(one)).collect()),
            Value::Object(map) => match map.iter().next() {
                Some((intrinsic, argument))
                    if map.len() == 1 && (intrinsic == "Ref" || intrinsic.starts_with("Fn::")) =>
                {
                    self.intrinsic(intrinsic, argument)
                }
                _ => Some(
                    map.iter()
                        .filter_map(|(name, one)| Some((name.clone(), self.some(one)?)))
                        .collect::<Map<_, _>>()
                        .into(),
                ),
            },
            plain => Some(plain.clone()),
        }
    }

    fn intrinsic(&self, name: &str, argument: &Value) -> Option<Value> {
        match (name, argument) {
            ("Ref", Value::String(name)) if name == "AWS::NoValue" => None,
            ("Ref", Value::String(name)) => Some(self.known(name)),
            ("Fn::GetAtt", Value::Array(path)) => Some(self.known(&format!(
                "{}.{}",
                path[0].as_str().unwrap(),
                path[1].as_str().unwrap()
            ))),
            ("Fn::Sub", Value::String(text)) => Some(self.substituted(text).into()),
            ("Fn::If", Value::Array(choice)) => {
                let holds =
                    self.value(&self.source["Conditions"][choice[0].as_str().unwrap()]) == true;
                self.some(&choice[if holds { 1 } else { 2 }])
            }
            ("Fn::Equals", Value::Array(two)) => {
                Some((self.value(&two[0]) == self.value(&two[1])).into())
            }
            ("Fn::Or", Value::Array(all)) => {
                Some(all.iter().any(|one| self.value(one) == true).into())
            }
            ("Fn::And", Value::Array(all)) => {
                Some(all.iter().all(|one| self.value(one) == true).into())
            }
            ("Fn::Not", Value::Array(one)) => Some((self.value(&one[0]) != true).into()),
            _ => panic!("this test can't work out {name} yet"),
        }
    }

    fn substituted(&self, text: &str) -> String {
        let Some((before, rest)) = text.split_once("${") else {
            return text.to_owned();
        };
        let (name, after) = rest.split_once('}').unwrap();
        format!(
            "{before}{}{}",
            self.known(name).as_str().unwrap(),
            self.substituted(after)
        )
    }

    fn known(&self, name: &str) -> Value {
        let default = || self.source["Parameters"][name]["Default"].clone();
        let value = self
            .known
            .get(name)
            .map_or_else(default, |value| value.as_str().into());
        assert!(
            !value.is_null(),
            "the test's account has nothing called {name}"
        );
        value
    }
}
