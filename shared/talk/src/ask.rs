//! Answers the conversation's questions.

use aws::tables::Known;
use aws::tokens::{self, LinkToken};
use aws::{keys, telemetry};
use domain::conversation::{Answers, FreshPage, Message, Question};
use domain::flash::{Balance, FlashTrouble};
use domain::policy::LINK_PAGE_LIFE;
use domain::state::Link;
use domain::time::Moment;

use crate::{Fault, Talk};

pub(crate) async fn answer(
    talk: &Talk,
    message: &Message,
    known: &Known,
    question: Question,
    answers: &mut Answers,
    now: Moment,
) -> Result<(), Fault> {
    let person = &known.state.key;
    match question {
        Question::HasFlashAccount => {
            answers.has_flash_account = Some(has_flash_account(talk, message).await);
        }
        Question::LinkPage => answers.link_page = Some(link_page(talk, known, now)?),
        Question::Try { challenge, code } => {
            let tried = talk
                .tables
                .try_code(person, &challenge, code.expose(), &message.sid, now)
                .await?;
            answers.tried = Some((challenge, tried));
        }
        Question::Balance { link } => {
            let key_id = link.key_id.clone();
            answers.balance = Some((key_id, balance(talk, known, &link, now).await?));
        }
        Question::OtherChat { account } => {
            let other = talk.tables.other_chat(&account, person, now).await?;
            answers.other_chat = Some((account, other));
        }
    }
    Ok(())
}

/// None: there is no admin API to ask, or it did not answer; then the page asks the person.
async fn has_flash_account(talk: &Talk, message: &Message) -> Option<bool> {
    let admin = talk.flash_admin.as_ref()?;
    let phone = message.from.phone()?;
    match admin.has_account(phone, talk.clock.now()).await {
        Ok(known) => Some(known),
        Err(error) => {
            telemetry::failure("flash_admin", &error);
            None
        }
    }
}

fn link_page(talk: &Talk, known: &Known, now: Moment) -> Result<FreshPage, Fault> {
    let token = LinkToken {
        person: known.state.key.clone(),
        id: keys::random_id(),
        until: now.plus(LINK_PAGE_LIFE),
    };
    let text = tokens::sign(talk.tables.keys(), &token)?;
    let url = match &talk.link_page_url {
        // On another origin the token stays out of that server's logs.
        Some(page) => format!("{page}#{text}"),
        None => format!("{}/link/{text}", talk.public_base_url),
    };
    Ok(FreshPage {
        id: token.id,
        url,
        until: token.until,
    })
}

async fn balance(
    talk: &Talk,
    known: &Known,
    link: &Link,
    now: Moment,
) -> Result<Result<Balance, FlashTrouble>, Fault> {
    let api_key = talk
        .tables
        .open_credential(&known.state.key, &link.credential)?;
    let answer = talk.flash.balance(&api_key).await;
    let answer = answer.map_err(|error| {
        telemetry::failure("flash", &error);
        error.trouble()
    });
    let before = known.flash_breaker;
    let after = match &answer {
        Err(FlashTrouble::Unavailable) => before.failed(talk.clock.now()),
        Ok(_) | Err(_) => before.succeeded(),
    };
    if after != before {
        if after.is_open(now) {
            telemetry::count("flash_breaker_opened");
        }
        // The breaker is a courtesy: the person's answer does not wait for it.
        if let Err(error) = talk.tables.save_flash_breaker(before, after, now).await {
            telemetry::failure("flash_breaker", &error);
        }
    }
    Ok(answer)
}
