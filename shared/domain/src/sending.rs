//! Whether a message may still go, and as what: decided when its turn comes, by how things stand then.

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::outbox::{Class, News, Notice, QuickSet, Reply};
use crate::policy::{TRUTH_AFTER, WINDOW};
use crate::preferences::Preferences;
use crate::request::{Code, from_button};
use crate::time::Moment;

/// What the tables say of the person at the moment of sending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// The id of the key of the link that stands.
    pub link: Option<String>,
    pub language: Language,
    /// When they last wrote, if their conversation is still known.
    pub last_inbound: Option<Moment>,
    /// WhatsApp has refused free text since.
    pub window_closed: bool,
    /// When they said STOP, if they have not said START since.
    pub opted_out_at: Option<Moment>,
    /// Since when they want security alerts all the same.
    pub alerts_since: Option<Moment>,
    /// They have agreed to news, under the notice in force.
    pub wants_news: bool,
    /// Of what they want to be told.
    pub preferences: Preferences,
    /// Somebody else may hold their number.
    pub suspended: bool,
    /// The id of the request that the message brings ([`request_in`]), while that stands: it is neither withdrawn, declined,
    /// paid nor expired, and of nobody whom they have blocked since.
    pub request: Option<String>,
}

impl Truth {
    /// Whether they still want these news. What was held for them may have been decided upon a day ago.
    fn wants(&self, news: &News, now: Moment) -> bool {
        let muted = news
            .topic()
            .is_some_and(|topic| !self.preferences.wants(topic));
        let paused = self.preferences.paused_until;
        let paused = paused.is_some_and(|until| now < until);
        self.wants_news && !muted && !paused
    }

    /// Of money nobody is told who may not have the link. Of the link itself its owner is.
    fn hides(&self, reply: &Reply) -> bool {
        self.suspended && reply.class == Class::Notice && reply.notice.is_none()
    }
}

/// How a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As free text, with its buttons.
    Text,
    /// As an approved template, in this language.
    Template(Language),
    Drop(Because),
}

/// Why a message was not sent after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// It, or the request that it brings, came to its end before it could go.
    TooLate,
    /// The person has said STOP: it is news, or was written before. Or it is news that they don't want, or not now.
    OptedOut,
    /// The link whose figures it shows is gone, or it is news for a chat that somebody else may hold.
    Unlinked,
    /// Outside the 24-hour window, with no template for it.
    WindowClosed,
    /// Its approved template does not exist at Twilio, was refused or is paused.
    TemplateUnusable,
    /// The part of the same answer before it never went.
    PartBeforeMissing,
}

impl Because {
    /// Its name as a metric.
    pub const fn metric(self) -> &'static str {
        match self {
            Self::TooLate => "dropped_too_late",
            Self::OptedOut => "dropped_opted_out",
            Self::Unlinked => "dropped_unlinked",
            Self::WindowClosed => "dropped_window_closed",
            Self::TemplateUnusable => "template_unusable",
            Self::PartBeforeMissing => "dropped_part_before_missing",
        }
    }
}

/// A fresh first try of an answer is as true as the commit it came from; everything else is compared first.
pub fn needs_truth(class: Class, attempt: u32, created_at: Moment, now: Moment) -> bool {
    class == Class::Notice || attempt > 1 || now.since(created_at) > TRUTH_AFTER
}

/// The request for money that `reply` brings to whoever is asked, by its code and id: it may have waited for a night.
pub fn request_in(reply: &Reply) -> Option<(Code, &str)> {
    let quick = reply.quick.as_ref();
    let quick = quick.filter(|quick| quick.set == QuickSet::Asked)?;
    from_button(quick.fills.first()?)
}

/// What to do with `reply` now.
pub fn way(reply: &Reply, created_at: Moment, truth: &Truth, now: Moment) -> Way {
    let alert = reply.notice.as_ref().is_some_and(Notice::is_security_alert);
    let agreed = alert && truth.alerts_since.is_some_and(|since| since <= created_at);
    let asked_at = reply.asked_of_support();
    let agreed = agreed || asked_at.is_some_and(|asked| truth.opted_out_at < Some(asked));
    let said_since = |at: Moment| (reply.class == Class::Notice && !agreed) || created_at < at;
    if truth.opted_out_at.is_some_and(said_since) {
        return Way::Drop(Because::OptedOut);
    }
    // Whoever has asked a person need not have agreed to news.
    let unwanted = |news: &News| asked_at.is_none() && !truth.wants(news, now);
    if reply.news.as_ref().is_some_and(unwanted) {
        return Way::Drop(Because::OptedOut);
    }
    if reply.of_link.is_some() && (reply.of_link != truth.link || truth.hides(reply)) {
        return Way::Drop(Because::Unlinked);
    }
    if request_in(reply).is_some_and(|(_, id)| truth.request.as_deref() != Some(id)) {
        return Way::Drop(Because::TooLate);
    }
    // An answer exists because somebody wrote, whatever has become of their conversation since.
    let wrote = match reply.class {
        Class::Notice => truth.last_inbound,
        Class::Code | Class::Reply => {
            Some(truth.last_inbound.unwrap_or(created_at).max(created_at))
        }
    };
    if !truth.window_closed && wrote.is_some_and(|wrote| now.since(wrote) < WINDOW) {
        Way::Text
    } else if reply.has_template() {
        Way::Template(truth.language)
    } else {
        Way::Drop(Because::WindowClosed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preferences::Topic;

    const THEN: Moment = Moment::from_unix(1_000_000);

    fn alert() -> Reply {
        Reply::from("Somebody tried".to_owned()).notice(Notice::SecurityAlert {
            chat: "•••• 0100".into(),
        })
    }

    fn wrote(ago: i64) -> Truth {
        Truth {
            last_inbound: Some(THEN.plus(-ago)),
            ..Truth::default()
        }
    }

    #[test]
    fn news_is_free_text_inside_the_window_and_a_template_outside() {
        assert_eq!(way(&alert(), THEN, &wrote(0), THEN), Way::Text);
        assert_eq!(way(&alert(), THEN, &wrote(WINDOW - 1), THEN), Way::Text);
        let outside = Way::Template(Language::English);
        assert_eq!(way(&alert(), THEN, &wrote(WINDOW), THEN), outside);
        assert_eq!(way(&alert(), THEN, &Truth::default(), THEN), outside);
        let spanish = Truth {
            language: Language::Spanish,
            ..Truth::default()
        };
        assert_eq!(
            way(&alert(), THEN, &spanish, THEN),
            Way::Template(Language::Spanish)
        );
    }

    #[test]
    fn a_window_that_whatsapp_says_is_closed_is_closed() {
        let closed = Truth {
            window_closed: true,
            ..wrote(5)
        };
        assert_eq!(
            way(&alert(), THEN, &closed, THEN),
            Way::Template(Language::English)
        );
        let reply = Reply::from("Hello".to_owned());
        assert_eq!(
            way(&reply, THEN, &closed, THEN),
            Way::Drop(Because::WindowClosed)
        );
    }

    #[test]
    fn an_answer_needs_no_conversation_to_be_inside_the_window() {
        let reply = Reply::from("Hello".to_owned());
        let later = THEN.plus(3_000);
        assert_eq!(way(&reply, THEN, &Truth::default(), later), Way::Text);
    }

    #[test]
    fn a_request_that_is_over_is_not_brought_to_anybody() {
        let stands = |id: Option<&str>| Truth {
            request: id.map(str::to_owned),
            ..wrote(5)
        };
        let asks = |fills: Vec<String>| {
            let reply = Reply::from("@devon asks you for US$20.00".to_owned());
            reply.quick(QuickSet::Asked, fills)
        };
        let request = asks(vec!["3F2K.AbC-_9".into()]);
        let (code, id) = request_in(&request).unwrap();
        assert_eq!((code.as_str(), id), ("3F2K", "AbC-_9"));
        assert_eq!(way(&request, THEN, &stands(Some(id)), THEN), Way::Text);
        for other in [None, Some("another")] {
            let dropped = Way::Drop(Because::TooLate);
            assert_eq!(way(&request, THEN, &stands(other), THEN), dropped);
        }
        let answer = Reply::from("*US$1.09*".to_owned()).quick(QuickSet::AfterBalance, vec![]);
        assert_eq!(way(&answer, THEN, &stands(None), THEN), Way::Text);
        for other in [answer, asks(vec![]), asks(vec!["3F2K".into()])] {
            assert_eq!(request_in(&other), None);
        }
    }

    #[test]
    fn figures_of_a_link_that_is_gone_or_another_are_not_shown() {
        let reply = Reply {
            of_link: Some("k1".into()),
            ..Reply::from("*US$1.09*".to_owned())
        };
        let with = |key: Option<&str>| Truth {
            link: key.map(str::to_owned),
            ..wrote(5)
        };
        assert_eq!(way(&reply, THEN, &with(Some("k1")), THEN), Way::Text);
        for link in [None, Some("k2")] {
            assert_eq!(
                way(&reply, THEN, &with(link), THEN),
                Way::Drop(Because::Unlinked)
            );
        }
    }

    #[test]
    fn to_somebody_who_has_opted_out_only_what_answers_them_since_is_sent() {
        let reply = Reply::from("Hello".to_owned());
        let out = |at: i64| Truth {
            opted_out_at: Some(THEN.plus(at)),
            ..wrote(0)
        };
        let dropped = Way::Drop(Because::OptedOut);
        assert_eq!(way(&reply, THEN, &out(1), THEN.plus(90)), dropped);
        assert_eq!(
            way(&reply, THEN, &out(0), THEN.plus(90)),
            Way::Text,
            "the confirmation of STOP bears its very moment"
        );
        assert_eq!(way(&reply, THEN, &out(-1), THEN.plus(90)), Way::Text);
        for at in [-1, 0, 1] {
            assert_eq!(way(&alert(), THEN, &out(at), THEN.plus(90)), dropped);
        }
        let away = Truth {
            last_inbound: None,
            ..out(-1)
        };
        assert_eq!(way(&alert(), THEN, &away, THEN), dropped, "nor as template");
    }

    #[test]
    fn security_alerts_go_to_whoever_agreed_to_them_after_stop_and_other_news_do_not() {
        let agreed = |since: i64| Truth {
            opted_out_at: Some(THEN.plus(-10)),
            alerts_since: Some(THEN.plus(since)),
            ..wrote(0)
        };
        let dropped = Way::Drop(Because::OptedOut);
        for since in [-10, -1, 0] {
            assert_eq!(way(&alert(), THEN, &agreed(since), THEN.plus(9)), Way::Text);
        }
        assert_eq!(
            way(&alert(), THEN, &agreed(1), THEN.plus(9)),
            dropped,
            "from before they agreed"
        );
        let outside = Truth {
            last_inbound: None,
            ..agreed(0)
        };
        assert_eq!(
            way(&alert(), THEN, &outside, THEN),
            Way::Template(Language::English)
        );
        for notice in [Notice::LinkEnding { days: 7 }, Notice::LinkEnded] {
            let news = Reply::from("News".to_owned()).notice(notice);
            assert_eq!(way(&news, THEN, &agreed(0), THEN), dropped);
        }
        let plain = Reply {
            class: Class::Notice,
            ..Reply::from("News".to_owned())
        };
        assert_eq!(way(&plain, THEN, &agreed(0), THEN), dropped);
    }

    fn paid() -> Reply {
        let news = News::PaymentReceived {
            amount: "US$5.00".into(),
            who: None,
            memo: None,
            at: "3:05 PM".into(),
        };
        Reply {
            of_link: Some("k1".into()),
            ..Reply::from("*US$5.00* received".to_owned()).news(news)
        }
    }

    fn listens() -> Truth {
        Truth {
            link: Some("k1".into()),
            wants_news: true,
            ..wrote(5)
        }
    }

    #[test]
    fn news_are_told_to_whom_still_wants_them() {
        assert_eq!(way(&paid(), THEN, &listens(), THEN), Way::Text);
        let dropped = Way::Drop(Because::OptedOut);
        let withdrawn = Truth {
            wants_news: false,
            ..listens()
        };
        assert_eq!(way(&paid(), THEN, &withdrawn, THEN), dropped);
        let with = |preferences| Truth {
            preferences,
            ..listens()
        };
        let off = with(Preferences {
            topics: [(Topic::Received, false)].into(),
            ..Preferences::default()
        });
        assert_eq!(way(&paid(), THEN, &off, THEN), dropped);
        let sums = "Received: US$5.00".into();
        let digest = Reply::from("Sums".to_owned()).news(News::Digest { sums });
        assert_eq!(
            way(&digest, THEN, &off, THEN),
            Way::Text,
            "it is of several"
        );
        let paused = with(Preferences {
            paused_until: Some(THEN.plus(1)),
            ..Preferences::default()
        });
        assert_eq!(way(&paid(), THEN, &paused, THEN), dropped);
        assert_eq!(way(&paid(), THEN, &paused, THEN.plus(1)), Way::Text);
        // What nobody has to agree to goes all the same.
        for truth in [withdrawn, off, paused] {
            assert_eq!(way(&alert(), THEN, &truth, THEN), Way::Text);
        }
    }

    #[test]
    fn of_money_nobody_is_told_whose_number_may_be_somebody_elses() {
        let suspended = Truth {
            suspended: true,
            ..listens()
        };
        let dropped = Way::Drop(Because::Unlinked);
        assert_eq!(way(&paid(), THEN, &suspended, THEN), dropped);
        let watched = Reply {
            news: None,
            ..paid()
        };
        assert_eq!(way(&watched, THEN, &suspended, THEN), dropped);
        let ending = Reply {
            of_link: Some("k1".into()),
            ..Reply::from("It ends".to_owned()).notice(Notice::LinkEnding { days: 7 })
        };
        assert_eq!(way(&ending, THEN, &suspended, THEN), Way::Text);
    }

    #[test]
    fn only_a_fresh_first_try_of_an_answer_goes_unseen() {
        assert!(!needs_truth(Class::Reply, 1, THEN, THEN.plus(60)));
        assert!(needs_truth(Class::Reply, 1, THEN, THEN.plus(61)));
        assert!(needs_truth(Class::Reply, 2, THEN, THEN));
        assert!(needs_truth(Class::Notice, 1, THEN, THEN));
    }
}
