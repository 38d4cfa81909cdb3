//! What to do about a Twilio error code, whether it came with the answer or later by callback.
//!
//! Twilio reserves the right to change codes, so what is not in the table is final, loud and never repeated.
//! Sources: Twilio's error dictionary and its WhatsApp pages as of November 2026.

use domain::outbox::{Class, Shape, doubled};
use domain::policy::{
    DELIVERY_RETRIES, DELIVERY_WAIT_FIRST, DELIVERY_WAIT_LONGEST, NOTICE_WAIT_LONGEST,
    SEND_WAIT_LIMIT,
};

/// The next step for one message, and what the code says about the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Not taken, for a passing reason: the same again, with growing waits.
    RetryLater,
    /// A limit of the sender or the account is used up: the same again after many minutes, at a lower rate.
    RetryMuchLater,
    /// The same again, once, unless it is a code that may have arrived after all.
    RetryOnce,
    /// It may have been taken: look for it at Twilio before anything else.
    Reconcile,
    /// The 24-hour window is closed: an approved template, or nothing where it was an answer.
    UseTemplate,
    /// Twilio or WhatsApp can't use the content: its plain text, if the window is open.
    PlainText,
    /// The picture can't be fetched or is too large: the text alone.
    WithoutMedia,
    /// The approved template is missing, paused, rejected or does not fit its variables: record and skip.
    TemplateUnusable,
    /// The person said STOP to Twilio: nothing until START.
    OptedOut,
    /// Nothing reaches this address: no WhatsApp there, or we are blocked. Until it writes to us, nothing more.
    Undeliverable,
    /// Only in Twilio's sandbox: the person has to send its join words first.
    NotInSandbox,
    /// WhatsApp chose not to deliver this one. The next may arrive.
    Drop,
    /// As we build or configure it, it can never go.
    OurMistake,
    /// No message can go: the account is locked, suspended or shut to us. Stop and call somebody.
    StopSending,
    /// It can't go as account and sender are set up, or as we believe they are: loud, and the same again much later, for
    /// somebody to mend it meanwhile. One such answer may be Twilio's mistake, so nobody else's message waits for it.
    Misconfigured,
    /// Final, for a reason we do not know how to treat.
    Permanent,
}

impl Action {
    /// True if a person must hear of it, beyond the count of failed messages.
    pub fn alarms(self) -> bool {
        matches!(
            self,
            Self::RetryMuchLater
                | Self::PlainText
                | Self::TemplateUnusable
                | Self::OurMistake
                | Self::StopSending
                | Self::Misconfigured
                | Self::Permanent
        )
    }
}

/// A message that Twilio took and WhatsApp could not deliver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undelivered {
    pub class: Class,
    pub shape: Shape,
    /// Failures before this one.
    pub failures: u32,
    pub has_buttons: bool,
    pub has_picture: bool,
    /// It can be told by an approved template.
    pub has_template: bool,
}

impl Action {
    /// After a failure that came by callback: how long to wait, in seconds, and how to send it again. None: it has failed
    /// for good. That it must still be worth sending by then is the table's condition.
    pub fn once_more(self, message: &Undelivered) -> Option<(i64, Shape)> {
        let turn = message.failures.saturating_add(1);
        let again = |retries, first, longest| {
            (message.failures < retries).then(|| (doubled(first, turn, longest), message.shape))
        };
        match self {
            Self::RetryLater => again(DELIVERY_RETRIES, DELIVERY_WAIT_FIRST, DELIVERY_WAIT_LONGEST),
            Self::RetryMuchLater => again(DELIVERY_RETRIES, SEND_WAIT_LIMIT, NOTICE_WAIT_LONGEST),
            // It may have arrived after all: better no second code than two.
            Self::RetryOnce if message.class != Class::Code => {
                again(1, DELIVERY_WAIT_FIRST, DELIVERY_WAIT_LONGEST)
            }
            Self::UseTemplate => {
                let switch = message.has_template && message.shape != Shape::Template;
                switch.then_some((0, Shape::Template))
            }
            Self::PlainText | Self::WithoutMedia => {
                let more_than_text = match self {
                    Self::WithoutMedia => message.has_picture,
                    _ => message.has_buttons || message.has_picture,
                };
                let switch = more_than_text && message.shape == Shape::Usual;
                switch.then_some((0, Shape::Plain))
            }
            _ => None,
        }
    }
}

use Action::{
    Drop, Misconfigured, NotInSandbox, OptedOut, OurMistake, Permanent, PlainText, Reconcile,
    RetryLater, RetryMuchLater, RetryOnce, StopSending, TemplateUnusable, Undeliverable,
    UseTemplate, WithoutMedia,
};

const ACTIONS: &[(&[u32], Action)] = &[
    // The REST API itself.
    (&[20429], RetryLater),
    (&[20500, 20503], Reconcile),
    (&[20003], StopSending),
    (&[20404], Misconfigured),
    (&[20008], OurMistake),
    // What we asked for.
    (&[21211, 21217, 21604, 21614], Undeliverable),
    (&[21212, 21603, 21606], Misconfigured),
    (&[21408, 21609, 21910, 63031], OurMistake),
    (&[14103, 21602, 21617, 21658], OurMistake),
    (&[14107], OurMistake),
    (&[21610], OptedOut),
    (&[21611, 30001], RetryMuchLater),
    (&[11751, 21619, 21620, 21623, 63019, 63034], WithoutMedia),
    (&[21654, 21655, 21656, 35127], PlainText),
    (&[21701, 21703, 21704, 21705], OurMistake),
    // The account and its WhatsApp sender.
    (&[30002, 63001, 63051], StopSending),
    (&[63007, 63008, 63020, 63022], Misconfigured),
    (&[63017, 63018, 63038], RetryMuchLater),
    // WhatsApp's verdict on one message.
    (&[30410, 63025], RetryOnce),
    (&[63009, 63010, 63012], RetryLater),
    (&[63003, 63014, 63024, 63033], Undeliverable),
    (&[63005, 63006, 63021], PlainText),
    (&[63013, 63026], Permanent),
    (&[63015], NotInSandbox),
    (&[63016], UseTemplate),
    (
        &[63027, 63028, 63029, 63030, 63040, 63041, 63042],
        TemplateUnusable,
    ),
    (&[63032, 63049], Drop),
];

/// For a code without an HTTP answer: a delivery callback's.
pub fn of_code(code: u32) -> Action {
    known(code).unwrap_or(Permanent)
}

/// For a refusal: the code where the table has it, else the HTTP status.
pub fn of_refusal(http_status: u16, code: Option<u32>) -> Action {
    code.and_then(known).unwrap_or(match http_status {
        429 => RetryLater,
        401 | 403 | 404 => Misconfigured,
        500.. => Reconcile,
        _ => Permanent,
    })
}

fn known(code: u32) -> Option<Action> {
    ACTIONS
        .iter()
        .find(|(codes, _)| codes.contains(&code))
        .map(|(_, action)| *action)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_code_has_two_actions() {
        let mut seen = HashSet::new();
        for code in ACTIONS.iter().flat_map(|(codes, _)| *codes) {
            assert!(seen.insert(code), "{code}");
        }
    }

    #[test]
    fn the_codes_that_decide_a_persons_fate_are_right() {
        assert_eq!(of_code(63016), UseTemplate);
        assert_eq!(of_code(21610), OptedOut);
        assert_eq!(of_code(63024), Undeliverable);
        assert_eq!(of_code(63051), StopSending);
        assert_eq!(of_code(63018), RetryMuchLater);
    }

    #[test]
    fn what_nobody_told_us_of_is_final_and_loud() {
        for unknown in [0, 12345, 63999, u32::MAX] {
            assert_eq!(of_code(unknown), Permanent);
            assert!(of_code(unknown).alarms());
        }
        assert_eq!(of_refusal(400, Some(29999)), Permanent);
        assert_eq!(of_refusal(418, None), Permanent);
    }

    #[test]
    fn an_unknown_code_leaves_the_word_to_the_http_status() {
        assert_eq!(of_refusal(429, Some(29999)), RetryLater);
        assert_eq!(of_refusal(401, None), Misconfigured);
        assert_eq!(of_refusal(502, None), Reconcile);
        assert_eq!(of_refusal(400, Some(21610)), OptedOut);
    }

    const REPLY: Undelivered = Undelivered {
        class: Class::Reply,
        shape: Shape::Usual,
        failures: 0,
        has_buttons: true,
        has_picture: false,
        has_template: false,
    };

    #[test]
    fn passing_failures_are_tried_three_times_with_growing_waits() {
        let waits: Vec<_> = (0..5)
            .map(|failures| {
                let message = Undelivered { failures, ..REPLY };
                of_code(63012).once_more(&message).map(|(wait, _)| wait)
            })
            .collect();
        assert_eq!(waits, [Some(30), Some(60), Some(120), None, None]);
        let limit = of_code(63018).once_more(&REPLY);
        assert_eq!(limit, Some((300, Shape::Usual)));
    }

    #[test]
    fn what_may_have_arrived_is_sent_again_once_and_a_code_never() {
        let second = Undelivered {
            failures: 1,
            ..REPLY
        };
        let code = Undelivered {
            class: Class::Code,
            ..REPLY
        };
        assert_eq!(of_code(30410).once_more(&REPLY), Some((30, Shape::Usual)));
        assert_eq!(of_code(30410).once_more(&second), None);
        assert_eq!(of_code(30410).once_more(&code), None);
    }

    #[test]
    fn a_closed_window_switches_to_the_template_once() {
        let news = Undelivered {
            class: Class::Notice,
            has_template: true,
            ..REPLY
        };
        let switched = Undelivered {
            shape: Shape::Template,
            failures: 1,
            ..news
        };
        assert_eq!(of_code(63016).once_more(&news), Some((0, Shape::Template)));
        assert_eq!(of_code(63016).once_more(&switched), None);
        assert_eq!(of_code(63016).once_more(&REPLY), None);
    }

    #[test]
    fn what_can_not_be_shown_goes_once_without_its_buttons() {
        let plain = Undelivered {
            shape: Shape::Plain,
            failures: 1,
            ..REPLY
        };
        let wordy = Undelivered {
            has_buttons: false,
            ..REPLY
        };
        assert_eq!(of_code(63005).once_more(&REPLY), Some((0, Shape::Plain)));
        assert_eq!(of_code(63005).once_more(&plain), None);
        assert_eq!(of_code(63005).once_more(&wordy), None);
        let picture = Undelivered {
            has_picture: true,
            ..wordy
        };
        for code in [63019, 63034, 11751, 63005] {
            assert_eq!(of_code(code).once_more(&picture), Some((0, Shape::Plain)));
        }
        assert_eq!(
            of_code(63019).once_more(&REPLY),
            None,
            "there is no picture"
        );
        for last in [63024, 63013, 21610, 63051, 63040, 99999] {
            assert_eq!(of_code(last).once_more(&REPLY), None, "{last}");
        }
    }
}
