//! What is known of announcements, for the staff who make them.

use aws::tables::TableError;
use domain::conversation::Announced;
use domain::time::Moment;

use crate::Talk;

/// The last announcement, and how many would read one if that is asked: then the whole list is counted, page by page.
pub(crate) async fn announced(
    talk: &Talk,
    counts: bool,
    now: Moment,
) -> Result<Announced, TableError> {
    let readers = if counts {
        Some(talk.tables.count_listed().await?)
    } else {
        None
    };
    Ok(Announced {
        last: talk.tables.announcement(now).await?,
        readers,
    })
}
