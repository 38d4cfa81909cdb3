//! Of when a copy is. AWS says so of a table that it has restored; of any other, whoever made it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{RestoreSummary, TableDescription};
use domain::time::Moment;

use super::table::failed;
use super::{Restore, RestoreError};

/// As `2026-11-22T10:00:00Z`.
pub fn moment(at: &str) -> Result<Moment, RestoreError> {
    let at: jiff::Timestamp = at.parse().map_err(|_| RestoreError::Time)?;
    Ok(Moment::from_unix(at.as_second()))
}

pub(super) fn shown(at: Moment) -> String {
    jiff::Timestamp::from_second(at.unix())
        .map_or_else(|_| at.unix().to_string(), |at| at.to_string())
}

/// What AWS and the operator say, which must not differ: a later moment would bring back whoever left before it.
fn of_when(
    copy: Option<&RestoreSummary>,
    is_source: impl Fn(&str) -> bool,
    given: Option<Moment>,
) -> Result<Moment, RestoreError> {
    let Some(copy) = copy else {
        return given.ok_or(RestoreError::NoTime);
    };
    if copy.restore_in_progress() {
        return Err(RestoreError::InProgress);
    }
    let source = copy.source_table_arn().unwrap_or_default();
    if !is_source(source) {
        return Err(RestoreError::OtherTable(source.to_owned()));
    }
    let at = Moment::from_unix(copy.restore_date_time().secs());
    if given.is_some_and(|given| given != at) {
        return Err(RestoreError::OtherTime(shown(at)));
    }
    Ok(at)
}

/// Of when the copy is, as far as it is one of the table that it has to be of.
pub(super) async fn of_copy(client: &Client, how: &Restore<'_>) -> Result<Moment, RestoreError> {
    let copy = described(client, how.copy).await?;
    let people = described(client, how.people).await?;
    let own = people.as_ref().and_then(TableDescription::table_arn);
    let is_source = |arn: &str| match how.source {
        Some(name) => arn.rsplit_once(":table/").is_some_and(|(_, of)| of == name),
        None => Some(arn) == own,
    };
    let summary = copy.as_ref().and_then(TableDescription::restore_summary);
    let at = of_when(summary, is_source, how.since)?;
    if at >= how.now {
        return Err(RestoreError::Time);
    }
    Ok(at)
}

async fn described(client: &Client, table: &str) -> Result<Option<TableDescription>, RestoreError> {
    let answer = client.describe_table().table_name(table).send().await;
    let answer = answer.map_err(|error| failed(table, error))?;
    Ok(answer.table)
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::primitives::DateTime;

    use super::*;

    const AT: Moment = Moment::from_unix(1_795_000_000);
    const SOURCE: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/people";

    fn summary(in_progress: bool) -> RestoreSummary {
        let at = DateTime::from_secs_and_nanos(AT.unix(), 900_000_000);
        let summary = RestoreSummary::builder()
            .source_table_arn(SOURCE)
            .restore_date_time(at)
            .restore_in_progress(in_progress);
        summary.build().unwrap()
    }

    #[test]
    fn aws_says_of_when_its_copy_is_and_nobody_else() {
        let copy = summary(false);
        let of = |given| of_when(Some(&copy), |arn| arn == SOURCE, given);
        assert_eq!(of(None).unwrap(), AT);
        assert_eq!(of(Some(AT)).unwrap(), AT);
        for given in [AT.plus(1), AT.plus(-5 * 3_600)] {
            let other = of(Some(given));
            assert!(
                matches!(&other, Err(RestoreError::OtherTime(at)) if at == &shown(AT)),
                "{other:?}"
            );
        }
    }

    #[test]
    fn a_copy_of_another_table_or_one_that_is_still_made_is_refused() {
        let other = of_when(Some(&summary(false)), |_| false, None);
        assert!(
            matches!(&other, Err(RestoreError::OtherTable(source)) if source == SOURCE),
            "{other:?}"
        );
        let unfinished = of_when(Some(&summary(true)), |_| true, None);
        assert!(
            matches!(unfinished, Err(RestoreError::InProgress)),
            "{unfinished:?}"
        );
    }

    #[test]
    fn of_a_copy_that_aws_did_not_restore_whoever_made_it_says_when() {
        assert_eq!(of_when(None, |_| false, Some(AT)).unwrap(), AT);
        let nobody = of_when(None, |_| true, None);
        assert!(matches!(nobody, Err(RestoreError::NoTime)), "{nobody:?}");
    }

    #[test]
    fn a_moment_is_read_and_shown_in_one_form() {
        assert_eq!(moment(&shown(AT)).unwrap(), AT);
        assert!(moment("2026-11-22 10:00").is_err());
    }
}
