//! What only the tables know of requests for money.

use aws::keys;
use aws::tables::{Known, NewEntry, TableError};
use domain::conversation::{Asking, Marks, Outcome};
use domain::flash::Username;
use domain::ids::WalletId;
use domain::notification::{When, Why};
use domain::policy::REQUEST_DAY;
use domain::time::Moment;

use crate::{Talk, staff};

/// Whose chat the wallet's owner has, and how they stand. It takes as many reads whether there is one or not, so that nobody can
/// tell by the time it takes.
pub(crate) async fn asking(
    talk: &Talk,
    payee: &WalletId,
    mine: &[WalletId],
    now: Moment,
) -> Result<Asking, TableError> {
    let names = talk.tables.keys();
    let nobody = names.nobody(payee);
    let owner = talk.tables.owner_of(payee, now).await?;
    let whose = owner.as_ref().unwrap_or(&nobody);
    let subject = staff::subject(talk, whose, now).await?;
    let told = talk
        .tables
        .told_since(whose, now.plus(-REQUEST_DAY))
        .await?;
    let seen = talk.tables.seen(whose, now).await?.seen;
    let when = match &subject.address {
        Some(address) => {
            let standing = &subject.state.standing;
            talk.tables
                .may_be_asked(whose, standing, address, &seen, now)
                .await
        }
        None => When::Never(Why::NotLinked),
    };
    let link = subject.state.person.live_link(now);
    let is_theirs = link.is_some_and(|link| link.wallet.as_ref() == Some(payee));
    Ok(Asking {
        mine: mine
            .iter()
            .map(|wallet| names.wallet_mark(wallet))
            .collect(),
        theirs: names.wallet_mark(payee),
        payer: (owner.is_some() && is_theirs).then_some(subject),
        told,
        when,
        nobody,
        code: keys::random_request_code(),
        id: keys::random_id(),
    })
}

pub(crate) fn marks(talk: &Talk, name: &Username, wallet: Option<&WalletId>) -> Marks {
    let names = talk.tables.keys();
    Marks {
        name: names.name_mark(name),
        wallet: wallet.map(|wallet| names.wallet_mark(wallet)),
    }
}

/// What a message gives rise to: for its sender and for those who may know of each other, and beside that what tells the
/// other of a request. Whether there is such a thing must not be read in what is kept of the sender. If the queue is down,
/// the relay finds it.
pub(crate) fn apart(
    known: &Known,
    outcome: &Outcome,
    entries: Vec<NewEntry>,
) -> (Vec<NewEntry>, Vec<NewEntry>) {
    if outcome.requests.is_empty() {
        return (entries, Vec::new());
    }
    let sender = &known.state.key;
    entries
        .into_iter()
        .partition(|entry| entry.key().person == *sender)
}
