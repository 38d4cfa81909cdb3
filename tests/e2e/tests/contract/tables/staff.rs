//! Roles, and which chats seek an account.

use aws::tables::{CommitError, Part};
use domain::ids::PersonKey;
use domain::policy::{AUDIT_MEMORY, SEEKERS_WINDOW};
use domain::risk::Sign;
use domain::role::{Grant, Role};
use domain::state::Standing;
use serde_json::{Value, json};

use super::bench::{Bench, account, changed, sid};
use crate::case::{Case, case};

pub(super) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(a_role_stands_beside_an_opt_out_and_ends_the_session),
        case(a_role_is_not_set_over_what_has_changed_meanwhile),
        case(everybody_with_a_role_is_found_page_by_page),
        case(seekers_are_counted_for_a_day_and_none_is_lost_at_once),
    ]
}

fn support(bench: &Bench) -> Grant {
    Grant {
        role: Role::Support,
        account: account(),
        user: None,
        at: bench.now,
    }
}

async fn record(bench: &Bench, person: &PersonKey) -> Vec<Value> {
    let mut lines = bench.items("audit").await;
    lines.retain(|line| line["person"] == person.as_str() && line.get("by").is_some());
    lines
}

async fn a_role_stands_beside_an_opt_out_and_ends_the_session(bench: Bench) {
    let person = bench.person(1);
    bench.settled(&person, &sid(1)).await;
    let known = bench.known(&person).await;
    let out = Standing {
        opted_out_at: Some(bench.now),
        ..Standing::default()
    };
    let mut transaction = bench.tables.transaction(&person, bench.now);
    transaction.standing(&known, &out);
    transaction.commit().await.unwrap();

    let holder = bench.tables.holder(&person, bench.now).await.unwrap();
    assert_eq!(holder.person.link, known.state.person.link);
    let role = Some(support(&bench));
    let set = bench.tables.set_role(&holder, role.clone(), bench.now);
    set.await.unwrap();
    let after = bench.known(&person).await.state;
    assert_eq!(
        after.standing,
        Standing {
            role: role.clone(),
            ..out
        }
    );
    assert_eq!(after.session, known.state.session.anew(bench.now));
    let lines = record(&bench, &person).await;
    assert_eq!(
        (lines.len(), &lines[0]["event"], &lines[0]["by"]),
        (1, &json!("role_granted"), &json!("operator"))
    );
    // It outlives link and session.
    let ages = bench.now.plus(AUDIT_MEMORY);
    assert_eq!(bench.at(&person, ages).await.state.standing.role, role);
}

async fn a_role_is_not_set_over_what_has_changed_meanwhile(bench: Bench) {
    let person = bench.person(1);
    bench.settled(&person, &sid(1)).await;
    let stale = bench.tables.holder(&person, bench.now).await.unwrap();
    let set = bench
        .tables
        .set_role(&stale, Some(support(&bench)), bench.now);
    set.await.unwrap();
    let again = bench.tables.set_role(&stale, None, bench.now).await;
    assert!(
        matches!(
            again,
            Err(CommitError::Changed(Part::Standing | Part::Session))
        ),
        "{again:?}"
    );
    // And who had written before the role was set decides again.
    let before = bench.known(&person).await;
    let holder = bench.tables.holder(&person, bench.now).await.unwrap();
    bench
        .tables
        .set_role(&holder, None, bench.now)
        .await
        .unwrap();
    let mut late = bench.tables.transaction(&person, bench.now);
    late.session_heard(&before, &before.state.session);
    assert_eq!(changed(late).await, Part::Session);
    assert_eq!(record(&bench, &person).await.len(), 2);
}

async fn everybody_with_a_role_is_found_page_by_page(bench: Bench) {
    let mut expected = Vec::new();
    for n in 1..=120 {
        let person = bench.person(n);
        let holder = bench.tables.holder(&person, bench.now).await.unwrap();
        let role = (n % 50 == 0).then(|| support(&bench));
        expected.extend(role.is_some().then(|| person.as_str().to_owned()));
        bench
            .tables
            .set_role(&holder, role, bench.now)
            .await
            .unwrap();
        let mut transaction = bench.tables.transaction(&person, bench.now);
        let known = bench.known(&person).await;
        bench.write_person(&mut transaction, &known);
        transaction.commit().await.unwrap();
    }
    let (mut found, mut from, mut pages) = (Vec::new(), None, 0);
    loop {
        let (page, next) = bench.tables.roles(from).await.unwrap();
        found.extend(page.into_iter().map(|(key, _)| key.as_str().to_owned()));
        pages += 1;
        if next.is_none() {
            break;
        }
        from = next;
    }
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert!(pages > 1, "{pages}");
}

async fn seekers_are_counted_for_a_day_and_none_is_lost_at_once(bench: Bench) {
    let owner = bench.person(1);
    bench.settled(&owner, &sid(1)).await;
    let other = bench.another();
    let (second, third) = (bench.person(2), bench.person(3));
    let account = account();
    let (one, two) = futures::join!(
        bench.tables.sought(&account, &second, "page-2", bench.now),
        other.sought(&account, &third, "page-3", bench.now),
    );
    assert_eq!((one.unwrap(), two.unwrap()), (false, false));
    let fourth = bench.person(4);
    let alerted = bench.tables.sought(&account, &fourth, "page-4", bench.now);
    assert!(alerted.await.unwrap(), "neither of the two was lost");
    let sought = async || {
        let guard = bench.known(&owner).await.state.guard;
        let signs = guard.signs.iter().map(|seen| seen.sign);
        signs.filter(|sign| *sign == Sign::Sought).count()
    };
    assert_eq!(sought().await, 1);
    let lines = record(&bench, &owner).await;
    assert_eq!(
        (lines.len(), &lines[0]["event"], &lines[0]["by"]),
        (1, &json!("risk_alert"), &json!(fourth.as_str()))
    );
    let fifth = bench.person(5);
    let known = bench.tables.sought(&account, &fifth, "page-5", bench.now);
    assert!(!known.await.unwrap(), "somebody has been told");
    // Past its end it counts as absent, whether the table has deleted it or not.
    let later = bench.now.plus(SEEKERS_WINDOW);
    for n in [6, 7] {
        let chat = bench.person(n);
        let odd = bench.tables.sought(&account, &chat, "later", later).await;
        assert!(!odd.unwrap());
    }
    assert_eq!(sought().await, 2);
}
