//! Finding whose account it is, among a thousand people and among a million.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use aws::keys::Keys;
use aws::queue::QueueName;
use aws::ring::KeyRing;
use aws::tables::Tables;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_get_item::{BatchGetItemInput, BatchGetItemOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use domain::flash_event::Whose;
use domain::ids::{AccountId, WalletId};
use e2e::{MARCIA, Scene};
use event_bridge::App;
use futures::FutureExt;
use lambda_http::LambdaEvent;
use sandbox::gateway;
use serde_json::json;
use uuid::Uuid;

use super::telling::{Event, account_of, agreed, heard, key_of, now, since, user_of};

/// Each call to a table: what it is, of how many items or lines, and the capacity that it has used.
type Calls = Arc<Mutex<Vec<(&'static str, usize, f64)>>>;

#[derive(Debug)]
struct Measured(Calls);

fn used(capacity: Option<&[ConsumedCapacity]>) -> f64 {
    let tables = capacity.unwrap_or_default().iter();
    tables.filter_map(ConsumedCapacity::capacity_units).sum()
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Measured {
    fn name(&self) -> &'static str {
        "Measured"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let total = Some(ReturnConsumedCapacity::Total);
        let input = context.input_mut();
        if let Some(read) = input.downcast_mut::<BatchGetItemInput>() {
            read.return_consumed_capacity = total;
            let tables = read.request_items.iter().flat_map(|tables| tables.values());
            let keys = tables.map(|keys| keys.keys().len()).sum();
            self.0.lock().unwrap().push(("BatchGetItem", keys, 0.0));
        } else if let Some(write) = input.downcast_mut::<TransactWriteItemsInput>() {
            write.return_consumed_capacity = total;
            let lines = write.transact_items().len();
            self.0
                .lock()
                .unwrap()
                .push(("TransactWriteItems", lines, 0.0));
        } else {
            self.0.lock().unwrap().push(("something else", 1, 0.0));
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(output) = context.output_or_error() else {
            return Ok(());
        };
        let read = output.downcast_ref::<BatchGetItemOutput>();
        let written = output.downcast_ref::<TransactWriteItemsOutput>();
        let read = read.map(|output| used(Some(output.consumed_capacity())));
        let written = written.map(|output| used(Some(output.consumed_capacity())));
        if let Some(last) = self.0.lock().unwrap().last_mut() {
            last.2 += read.or(written).unwrap_or_default();
        }
        Ok(())
    }
}

/// Tables whose calls are measured.
async fn measured(scene: &Scene) -> (Tables, Calls) {
    let calls = Calls::default();
    let client = scene.world.database.client(Arc::clone(&scene.world.faults));
    let config = client.config().to_builder();
    let config = config.interceptor(Measured(Arc::clone(&calls))).build();
    let secrets = Arc::clone(&scene.world.secrets);
    let ring = KeyRing::read(move || {
        let keys = Keys::from_secret(&secrets.keys()).unwrap();
        async move { Ok(keys) }.boxed()
    });
    let ring = Arc::new(ring.await.unwrap());
    let names = scene.world.database.names.clone();
    (Tables::new(Client::from_conf(config), names, ring), calls)
}

fn taken(calls: &Calls) -> Vec<(&'static str, usize, f64)> {
    std::mem::take(&mut *calls.lock().unwrap())
}

/// So many people more are linked. Each has a pointer, of one of the three kinds in turn: all three would take three times
/// as long to write, and change nothing.
fn link_others(scene: &Scene, people: Range<u128>) {
    const KINDS: [&str; 3] = ["account", "user", "wallet"];
    let until = now(scene).plus(86_400).unix();
    let wanted = usize::try_from(people.end - people.start).unwrap();
    let pointers = people.zip(KINDS.into_iter().cycle()).map(|(nth, kind)| {
        let key = format!("{kind}#{}", Uuid::from_u128(nth));
        json!({"person": key, "to": format!("{nth:0>43}"), "expires_at": until})
    });
    let filled = scene.world.database.fill("people", pointers).unwrap();
    assert_eq!(filled, wanted);
}

/// What lies in the queue, worked by `app`.
async fn work(scene: &Scene, app: &App) {
    for batch in scene.world.queue.receive(QueueName::Events) {
        let deadline = scene.world.clock.millis() + 30_000;
        let event = LambdaEvent::new(batch.event, gateway::context(deadline));
        let response = event_bridge::handle(app, event).await.unwrap();
        assert!(response.batch_item_failures.is_empty());
    }
}

async fn wallet_of(scene: &Scene, account: &str) -> String {
    let person = key_of(scene, MARCIA);
    let tables = &scene.world.event_bridge.tables;
    let known = tables.read_person(&person, None, now(scene)).await.unwrap();
    let link = known.state.person.link.unwrap();
    assert_eq!(link.account.0, account);
    link.wallet.unwrap().0
}

#[tokio::test]
async fn n01_finding_one_among_a_million_people_costs_what_it_costs_among_a_thousand() {
    const FEW: u128 = 1_000;
    const MANY: u128 = 1_000_000;
    let scene = agreed(MARCIA).await;
    // Whose dollars need no price, which is remembered for a minute.
    scene.ask(MARCIA, "currency USD").await;
    let account = account_of(&scene, MARCIA).await;
    let user = user_of(&scene, MARCIA).await;
    let wallet = wallet_of(&scene, &account).await;
    let whoses = [
        Whose {
            owner: Some(user.clone()),
            ..Whose::default()
        },
        Whose {
            owner: Some(account.clone()),
            account: Some(AccountId(account.clone())),
            wallet: Some(WalletId(wallet)),
        },
    ];
    let (tables, calls) = measured(&scene).await;
    let mut costs = Vec::new();
    for (people, nth) in [(0..FEW, 1), (FEW..MANY, 2)] {
        let last = Uuid::from_u128(people.end - 1).to_string();
        let to = format!("{:0>43}", people.end - 1);
        link_others(&scene, people);
        for whose in &whoses {
            let found = tables.owners(whose, now(&scene)).await.unwrap();
            assert_eq!(found, [key_of(&scene, MARCIA)]);
        }
        let other = Whose {
            owner: Some(last.clone()),
            wallet: Some(WalletId(last)),
            ..Whose::default()
        };
        let found = tables.owners(&other, now(&scene)).await.unwrap();
        assert_eq!(found[0].as_str(), to, "the others are there");
        // All of one event, from its record to the ticket of its message.
        let app = App {
            clock: scene.world.event_bridge.clock.clone(),
            tables: tables.clone(),
            queue: Arc::clone(&scene.world.event_bridge.queue),
            flash: scene.world.event_bridge.flash.clone(),
        };
        let before = heard(&scene, MARCIA).await;
        Event::received("5.00")
            .named(nth)
            .of(&user)
            .publish(&scene)
            .await;
        work(&scene, &app).await;
        costs.push(taken(&calls));
        scene.drain().await;
        assert_eq!(since(&scene, MARCIA, before).await.len(), 1);
    }
    let [few, many] = &costs[..] else {
        panic!("{costs:?}");
    };
    assert_eq!(few, many);
    let look_ups = [
        ("BatchGetItem", 2),
        ("BatchGetItem", 3),
        ("BatchGetItem", 3),
    ];
    let first: Vec<_> = few
        .iter()
        .map(|(call, of, _)| (*call, *of))
        .take(3)
        .collect();
    assert_eq!(first, look_ups, "one call each");
    assert!(
        few.iter().all(|(call, ..)| *call != "something else"),
        "{few:?}"
    );
    assert!(
        few.iter().all(|(.., used)| *used > 0.0),
        "capacity is told: {few:?}"
    );
    assert!(few.iter().take(3).all(|(.., used)| *used <= 3.0), "{few:?}");
}
