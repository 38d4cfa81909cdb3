//! What Flash tells of many people in a day, repeats and poison among it, and what has to come of it. All of it comes from one
//! seed.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Value, json};

/// Three hours lie between two of them.
pub const ROUNDS: usize = 5;
/// So many events come to one person.
const OF_ONE: usize = 50;
/// What a minimum is set to, in cents.
pub const MINIMUM: i64 = 500;
/// More than any event is.
const HUGE: usize = 300_000;

/// What somebody has said that they want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// They have said nothing.
    Each,
    Hourly,
    Daily,
    /// From [`MINIMUM`] on.
    AtLeast,
    /// STOP.
    Nothing,
    /// Nothing either, and they get more than anybody is told of at once in an hour.
    Much,
}

impl Wish {
    /// Of ten people.
    fn of(nth: usize) -> Self {
        match nth % 10 {
            5 => Self::Hourly,
            6 => Self::Daily,
            7 => Self::AtLeast,
            8 => Self::Nothing,
            9 => Self::Much,
            _ => Self::Each,
        }
    }

    /// In a round.
    fn payments(self) -> usize {
        match self {
            // Ten at once, and more than come one by one when the hour is over.
            Self::Much => 14,
            // As many as may be about money that has gone.
            _ => 6,
        }
    }

    fn messages(self, payments: &[Payment]) -> usize {
        match self {
            Self::Each => payments.len(),
            Self::Hourly => ROUNDS,
            Self::Daily => 1,
            Self::AtLeast => payments.iter().filter(|paid| paid.1 >= MINIMUM).count(),
            Self::Nothing => 0,
            Self::Much => ROUNDS * 11,
        }
    }
}

/// Whether it has come, and its cents: no two of one person have the same.
pub type Payment = (bool, i64);

#[derive(Debug)]
pub struct Person {
    pub phone: String,
    pub account: String,
    pub wish: Wish,
    paid: Vec<Payment>,
}

impl Person {
    /// What they are told of, in no order, and in how many messages.
    pub fn expects(&self) -> (Vec<Payment>, usize) {
        let mut told = self.paid.clone();
        told.retain(|paid| match self.wish {
            Wish::Nothing => false,
            Wish::AtLeast => paid.1 >= MINIMUM,
            _ => true,
        });
        (told, self.wish.messages(&self.paid))
    }
}

/// One body on its way.
#[derive(Clone, Debug)]
pub struct Tell {
    /// What the message is called that brings it.
    pub name: String,
    pub body: Vec<u8>,
    /// The webhook takes no such thing: it is no text, or too large.
    pub by_broker_alone: bool,
}

/// Something that has happened.
#[derive(Clone, Copy)]
struct Fact {
    number: usize,
    person: usize,
    /// None: a balance has changed.
    paid: Option<Payment>,
}

#[derive(Debug)]
pub struct Plan {
    pub events: usize,
    pub repeats: usize,
    pub people: Vec<Person>,
    pub rounds: Vec<Vec<Tell>>,
    /// What is set aside, by reason.
    pub letters: BTreeMap<String, usize>,
    pub balances: usize,
}

impl Plan {
    /// How many people so many events are about.
    pub fn people(events: usize) -> usize {
        events / OF_ONE
    }

    /// A fifth of `events` are repeats, a fiftieth poison. They are about people of these phones and accounts.
    pub fn of(events: usize, people: Vec<(String, String)>, seed: u64) -> Self {
        let mut chance = Rng::with_seed(seed);
        let people = people.into_iter().enumerate();
        let people = people.map(|(nth, (phone, account))| Person {
            phone,
            account,
            wish: Wish::of(nth),
            paid: Vec::new(),
        });
        let mut people: Vec<Person> = people.collect();
        let (repeats, poison) = (events / 5, events / 50);
        let in_round: usize = people.iter().map(|person| person.wish.payments()).sum();
        let balances = events - repeats - poison - ROUNDS * in_round;
        let (mut facts, mut rounds, mut letters) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut poisoned = 0..poison;
        for round in 0..ROUNDS {
            let known = facts.len();
            for (person, wishing) in people.iter_mut().enumerate() {
                for _ in 0..wishing.wish.payments() {
                    let paid = wishing.pay(person);
                    facts.push(Fact {
                        number: facts.len(),
                        person,
                        paid: Some(paid),
                    });
                }
            }
            for nth in 0..share(balances, round) {
                // Those who want each.
                let person = nth % (people.len() / 2);
                facts.push(Fact {
                    number: facts.len(),
                    person: person / 5 * 10 + person % 5,
                    paid: None,
                });
            }
            let mut tells: Vec<Tell> = facts[known..]
                .iter()
                .map(|fact| fact.tell(&people, &mut chance, false))
                .collect();
            for _ in 0..share(repeats, round) {
                let fact = facts[chance.usize(..facts.len())];
                tells.push(fact.tell(&people, &mut chance, true));
            }
            for number in poisoned.by_ref().take(share(poison, round)) {
                let account = &people[number % people.len()].account;
                let (tell, reason) = poison_of(number, account);
                if let Some(reason) = reason {
                    *letters.entry(format!("malformed:{reason}")).or_default() += 1;
                }
                tells.push(tell);
            }
            chance.shuffle(&mut tells);
            rounds.push(tells);
        }
        Self {
            events,
            repeats,
            people,
            rounds,
            letters,
            balances,
        }
    }

    /// How often each kind of news has to be counted.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        let mut count = |name: String, times: usize| {
            *counts.entry(name).or_default() += u64::try_from(times).unwrap();
        };
        for person in &self.people {
            let told = person.expects().0;
            let of = |payments: &[Payment], received| {
                payments.iter().filter(|paid| paid.0 == received).count()
            };
            for (received, topic) in [(true, "received"), (false, "sent")] {
                count(format!("told:{topic}"), of(&told, received));
                let held = match person.wish {
                    Wish::Hourly | Wish::Daily => of(&told, received),
                    Wish::Much if received => ROUNDS * 4,
                    _ => 0,
                };
                count(format!("held:{topic}"), held);
            }
            match person.wish {
                Wish::Nothing => count("muted:opted_out".to_owned(), person.paid.len()),
                Wish::AtLeast => {
                    let under = person.paid.len() - told.len();
                    count("muted:under_minimum".to_owned(), under);
                }
                _ => {}
            }
        }
        count("muted:balances".to_owned(), self.balances);
        counts
    }
}

impl Person {
    fn pay(&mut self, nth: usize) -> Payment {
        let number = self.paid.len();
        let cents = i64::try_from(100 + (number * 7 + nth * 13) % 900).unwrap();
        let received = self.wish == Wish::Much || number % 3 < 2;
        self.paid.push((received, cents));
        (received, cents)
    }
}

/// Of `total` in `round`.
fn share(total: usize, round: usize) -> usize {
    total * (round + 1) / ROUNDS - total * round / ROUNDS
}

impl Fact {
    /// In one of the forms, all of which name the payment's hash. A repeat may have lost the event's other names, or come
    /// under one of its own.
    fn tell(self, people: &[Person], chance: &mut Rng, again: bool) -> Tell {
        let account = &people[self.person].account;
        let mut name = format!("told-{:012x}", self.number);
        let body = match self.paid {
            None => json!({
                "specversion": "1.0", "id": name, "source": "flash-backend", "type": "balance.changed",
                "data": {
                    "accountId": account,
                    "before": {"value": "1.00", "currency": "USD"},
                    "now": {"value": format!("{}.50", self.number), "currency": "USD"},
                },
            }),
            Some(paid) => {
                if again && chance.bool() {
                    name = format!("again-{:016x}", chance.u64(..));
                }
                let mut body = if chance.bool() {
                    self.cloud(paid, account, &name)
                } else {
                    self.envelope(paid, account)
                };
                if again && chance.bool() {
                    body["data"]
                        .as_object_mut()
                        .unwrap()
                        .remove("transactionId");
                }
                body
            }
        };
        Tell {
            name,
            body: body.to_string().into_bytes(),
            by_broker_alone: false,
        }
    }

    fn cloud(self, (received, cents): Payment, account: &str, name: &str) -> Value {
        json!({
            "specversion": "1.0", "id": name, "source": "flash-backend",
            "type": if received { "payment.received" } else { "payment.sent" },
            "data": {
                "accountId": account,
                "transactionId": self.transaction(),
                "rail": "lightning", "status": "success",
                "amount": {"value": dollars(cents), "currency": "USD"},
                "paymentHash": self.hash(),
                "counterpartyUsername": "devon",
            },
        })
    }

    fn envelope(self, (received, cents): Payment, account: &str) -> Value {
        json!({
            "type": if received { "payment_received" } else { "payment_sent" },
            "data": {
                "userId": account,
                "transactionId": self.transaction(),
                "amount": dollars(cents), "currency": "USD",
                "paymentHash": self.hash(),
            },
        })
    }

    fn hash(self) -> String {
        format!("{:064x}", self.number)
    }

    fn transaction(self) -> String {
        format!("0c9b6f3e-2d71-4f7b-a1c8-{:012x}", self.number)
    }
}

fn dollars(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// What nobody is told of, no two alike; and why it is set aside. None: it is an event, but not about anybody here, or of a
/// kind that is told to nobody.
fn poison_of(number: usize, account: &str) -> (Tell, Option<&'static str>) {
    let fact = Fact {
        number: usize::MAX / 2 + number,
        person: 0,
        paid: None,
    };
    let name = format!("poison-{number}");
    let paid = fact.cloud((true, 425), account, &name);
    let (body, reason) = match number % 10 {
        0 => (
            format!("{{\"cut off\": {number}").into_bytes(),
            Some("not_json"),
        ),
        1 => (
            [b"\xff\xfe\x00", number.to_string().as_bytes()].concat(),
            Some("not_json"),
        ),
        2 => (format!("[{number}]").into_bytes(), Some("unknown_form")),
        3 => {
            let nobodys =
                json!({"type": "payment_received", "data": {"amount": "1", "transactionId": name}});
            (nobodys.to_string().into_bytes(), Some("no_owner"))
        }
        4 => {
            let mut worthless = paid;
            worthless["data"]["amount"]["value"] = "a lot".into();
            (worthless.to_string().into_bytes(), Some("bad_amount"))
        }
        5 => {
            let mut huge = number.to_string().into_bytes();
            huge.resize(HUGE, b'[');
            (huge, Some("too_large"))
        }
        6 => {
            let strangers = fact.cloud(
                (true, 425),
                &format!("0c9b6f3e-0000-4f7b-a1c8-{number:012}"),
                &name,
            );
            (strangers.to_string().into_bytes(), None)
        }
        7 => {
            let typed = json!({"type": "payment_received", "data": name});
            (typed.to_string().into_bytes(), Some("bad_field"))
        }
        8 => {
            let other =
                json!({"type": "kyc_approved", "data": {"userId": account, "number": number}});
            (other.to_string().into_bytes(), None)
        }
        _ => {
            let mut odd = paid;
            odd["data"]["status"] = name.as_str().into();
            (odd.to_string().into_bytes(), Some("bad_status"))
        }
    };
    let tell = Tell {
        by_broker_alone: std::str::from_utf8(&body).is_err() || body.len() == HUGE,
        name,
        body,
    };
    (tell, reason)
}
