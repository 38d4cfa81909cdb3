//! How the templates stand at Twilio, for somebody at a terminal and for the stack's parameter.

use std::collections::BTreeMap;
use std::fmt;

use twilio::content::{Category, write_sids};
use twilio::content_api::{Approval, ApprovalStatus};
use twilio::sid::ContentSid;

/// Every template of this repository. Printed, its last line is the value for `TWILIO_CONTENT_SIDS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub rows: Vec<Row>,
}

/// One template in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// In the map of SIDs.
    pub key: String,
    pub name: &'static str,
    pub language: &'static str,
    /// Of the template with the words of this repository.
    pub sid: Option<ContentSid>,
    pub standing: Standing,
    /// What was done about it just now.
    pub done: Vec<&'static str>,
    /// What can be sent now: [`Self::sid`], or one in older words, or nothing.
    pub in_use: Option<ContentSid>,
    /// Of the same name and language in other words.
    pub others: Vec<ContentSid>,
}

/// What WhatsApp has to do with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does not exist at Twilio.
    Missing,
    /// It is sent inside the window only, and needs no approval.
    Session,
    /// WhatsApp has to approve it.
    WhatsApp {
        approval: Approval,
        /// What was asked for.
        category: Category,
    },
}

impl Standing {
    pub(super) fn is_usable(&self) -> bool {
        match self {
            Self::Missing => false,
            Self::Session => true,
            Self::WhatsApp { approval, .. } => approval.status == ApprovalStatus::Approved,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Session => "not needed",
            Self::WhatsApp { approval, .. } => approval.status.as_str(),
        }
    }

    /// WhatsApp's reason for a rejection, or the category that it chose instead of the one asked for.
    fn remark(&self) -> String {
        let Self::WhatsApp { approval, category } = self else {
            return String::new();
        };
        let other = !approval.category.is_empty() && approval.category != category.as_str();
        let category = other.then(|| format!("as {}", approval.category));
        let reason =
            (!approval.rejection_reason.is_empty()).then(|| approval.rejection_reason.clone());
        let said: Vec<_> = category.into_iter().chain(reason).collect();
        said.join(": ")
    }
}

impl Report {
    /// What can be sent now, by its key.
    pub fn content_sids(&self) -> BTreeMap<String, ContentSid> {
        self.rows
            .iter()
            .filter_map(|row| Some((row.key.clone(), row.in_use.clone()?)))
            .collect()
    }

    /// True if everything exists and WhatsApp has refused none of it. What it has yet to approve is no fault.
    pub fn is_good(&self) -> bool {
        self.rows.iter().all(|row| match &row.standing {
            Standing::Missing => false,
            Standing::Session => true,
            Standing::WhatsApp { approval, .. } => !approval.status.is_refusal(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["TEMPLATE", "LANGUAGE", "SID", "APPROVAL", "DONE", "REASON"];
        let lines: Vec<[String; 6]> = std::iter::once(heads.map(str::to_owned))
            .chain(self.rows.iter().map(Row::cells))
            .collect();
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
        let widths: [usize; 6] = std::array::from_fn(|column| width(column).unwrap_or(0));
        for line in &lines {
            let cells = line.iter().zip(widths);
            let padded: Vec<_> = cells
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            writeln!(f, "{}", padded.join("  ").trim_end())?;
        }
        for row in &self.rows {
            row.notes(f)?;
        }
        let sids = write_sids(&self.content_sids());
        writeln!(f, "\nTWILIO_CONTENT_SIDS:\n{sids}")
    }
}

impl Row {
    fn cells(&self) -> [String; 6] {
        [
            self.name.to_owned(),
            self.language.to_owned(),
            sid_or_dash(self.sid.as_ref()),
            self.standing.word().to_owned(),
            self.done.join(", "),
            self.standing.remark(),
        ]
    }

    fn notes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        if let Some(in_use) = self.in_use.as_ref().filter(|_| self.in_use != self.sid) {
            writeln!(
                f,
                "{key}: until it can be sent, its older words are: {}",
                in_use.as_str()
            )?;
        }
        let idle = self
            .others
            .iter()
            .filter(|sid| Some(*sid) != self.in_use.as_ref());
        let idle: Vec<_> = idle.map(ContentSid::as_str).collect();
        if !idle.is_empty() {
            writeln!(
                f,
                "{key}: other words, to be deleted at Twilio once no release sends them: {}",
                idle.join(", ")
            )?;
        }
        Ok(())
    }
}

fn sid_or_dash(sid: Option<&ContentSid>) -> String {
    sid.map_or("-", ContentSid::as_str).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sid(digit: char) -> ContentSid {
        ContentSid::parse(&format!("HX{}", digit.to_string().repeat(32))).unwrap()
    }

    fn alert(language: &'static str, status: ApprovalStatus, reason: &str) -> Row {
        Row {
            key: format!("security_alert_{language}"),
            name: "security_alert",
            language,
            sid: Some(sid('b')),
            standing: Standing::WhatsApp {
                approval: Approval {
                    status,
                    category: "UTILITY".to_owned(),
                    rejection_reason: reason.to_owned(),
                },
                category: Category::Utility,
            },
            done: Vec::new(),
            in_use: (status == ApprovalStatus::Approved).then(|| sid('b')),
            others: Vec::new(),
        }
    }

    fn session() -> Row {
        Row {
            key: "start_linked".to_owned(),
            name: "start_linked",
            language: "en",
            sid: Some(sid('a')),
            standing: Standing::Session,
            done: vec!["created"],
            in_use: Some(sid('a')),
            others: Vec::new(),
        }
    }

    #[test]
    fn a_report_is_a_table_and_a_last_line_for_the_stack() {
        let report = Report {
            rows: vec![
                session(),
                alert("en", ApprovalStatus::Approved, ""),
                Row {
                    others: vec![sid('c'), sid('d')],
                    in_use: Some(sid('c')),
                    ..alert("es", ApprovalStatus::Rejected, "INCORRECT_CATEGORY")
                },
            ],
        };
        let (a, b, c, d) = (sid('a'), sid('b'), sid('c'), sid('d'));
        let (a, b, c, d) = (a.as_str(), b.as_str(), c.as_str(), d.as_str());
        let bare = |sid: &str| sid.strip_prefix("HX").unwrap().to_owned();
        let list = format!(
            "start_linked:{}/,security_alert:{}/{}",
            bare(a),
            bare(b),
            bare(c)
        );
        let blank = " ".repeat(34 - "SID".len());
        assert_eq!(
            report.to_string(),
            format!(
                "TEMPLATE        LANGUAGE  SID{blank}  APPROVAL    DONE     REASON
start_linked    en        {a}  not needed  created
security_alert  en        {b}  approved
security_alert  es        {b}  rejected             INCORRECT_CATEGORY
security_alert_es: until it can be sent, its older words are: {c}
security_alert_es: other words, to be deleted at Twilio once no release sends them: {d}

TWILIO_CONTENT_SIDS:
{list}
"
            )
        );
        assert!(!report.is_good());
    }

    #[test]
    fn a_category_that_nobody_asked_for_is_shown() {
        let mut row = alert("en", ApprovalStatus::Approved, "");
        if let Standing::WhatsApp { approval, .. } = &mut row.standing {
            approval.category = "MARKETING".to_owned();
        }
        assert_eq!(row.standing.remark(), "as MARKETING");
    }

    #[test]
    fn what_is_missing_or_refused_is_no_success_and_what_waits_is() {
        let good = |row: Row| {
            Report {
                rows: vec![session(), row],
            }
            .is_good()
        };
        for (status, expected) in [
            (ApprovalStatus::Unsubmitted, true),
            (ApprovalStatus::Received, true),
            (ApprovalStatus::Pending, true),
            (ApprovalStatus::Approved, true),
            (ApprovalStatus::Unknown, true),
            (ApprovalStatus::Rejected, false),
            (ApprovalStatus::Paused, false),
            (ApprovalStatus::Disabled, false),
        ] {
            assert_eq!(good(alert("en", status, "")), expected, "{status:?}");
        }
        let missing = Row {
            sid: None,
            in_use: None,
            standing: Standing::Missing,
            ..session()
        };
        assert!(!good(missing));
    }
}
