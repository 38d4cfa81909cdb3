//! Each way of breaking Twilio, as our client sees it.

use sandbox::fault::{Mode, System};
use twilio::action::Action;
use twilio::client::SendError;

use crate::world::World;

async fn under(mode: Mode) -> (World, SendError) {
    let world = World::start().await;
    world.faults.set(System::Twilio, mode, Some(1));
    let error = world.text("hi").await.unwrap_err();
    (world, error)
}

#[tokio::test]
async fn down_may_or_may_not_have_taken_it() {
    let (world, error) = under(Mode::Down).await;
    assert!(
        matches!(
            error,
            SendError::Ambiguous {
                http_status: Some(503),
                ..
            }
        ),
        "{error:?}"
    );
    assert!(world.twilio.messages(None, 0).is_empty());
    assert!(world.text("hi").await.is_ok(), "only one call was broken");
}

#[tokio::test]
async fn too_many_is_a_no_with_a_time_to_wait() {
    let (world, error) = under(Mode::RateLimited).await;
    assert!(
        matches!(
            error,
            SendError::Refused {
                http_status: 429,
                code: Some(20429),
                retry_after_s: Some(1)
            }
        ),
        "{error:?}"
    );
    assert_eq!(error.action(), Action::RetryLater);
    assert!(world.twilio.messages(None, 0).is_empty());
}

#[tokio::test]
async fn nonsense_is_ambiguous_both_ways() {
    let (world, html) = under(Mode::Nonsense).await;
    assert!(
        matches!(
            html,
            SendError::Ambiguous {
                http_status: Some(200),
                ..
            }
        ),
        "{html:?}"
    );
    world.faults.set(System::Twilio, Mode::Nonsense, Some(1));
    let cut = world.text("hi").await.unwrap_err();
    assert!(
        matches!(
            cut,
            SendError::Ambiguous {
                http_status: Some(201),
                ..
            }
        ),
        "{cut:?}"
    );
}

#[tokio::test]
async fn slow_is_ambiguous_and_nothing_was_taken() {
    let (world, error) = under(Mode::Slow).await;
    assert!(
        matches!(
            error,
            SendError::Ambiguous {
                http_status: None,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(world.twilio.messages(None, 0).is_empty());
}

#[tokio::test]
async fn a_lost_answer_looks_the_same_and_the_message_is_there() {
    let (world, error) = under(Mode::TimeoutAfterAccept).await;
    assert!(
        matches!(
            error,
            SendError::Ambiguous {
                http_status: None,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(error.action(), Action::Reconcile);
    assert_eq!(world.twilio.messages(None, 0).len(), 1);
}
