//! Nothing is lost and nothing is sent twice, whatever fails on the way.

use e2e::chaos::{Plan, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_messages_through_faults_of_every_kind() {
    let plan = Plan {
        seed: 7,
        messages: 2_000,
        people: 200,
    };
    let tally = run(plan).await.unwrap();
    assert!(
        tally.deaths > 100 && tally.missed > 200,
        "too little went wrong to prove anything: {tally:?}"
    );
    assert_eq!(
        (
            tally.lost,
            tally.doubled,
            tally.overwritten,
            tally.unfinished
        ),
        (0, 0, 0, 0),
        "{plan:?} {tally:?}"
    );
}
