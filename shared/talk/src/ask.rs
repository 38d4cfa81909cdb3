//! Answers the conversation's questions.

use aws::tables::Known;
use aws::tokens::{self, PageToken, Purpose};
use aws::{keys, telemetry};
use domain::conversation::{Answers, FreshPage, Message, Question};
use domain::ids::{AccountId, PersonKey};
use domain::language::Language;
use domain::policy::{CODE_LIFE, EXPORT_PAGE_LIFE, LINK_PAGE_LIFE, TICKETS_SHOWN};
use domain::state::AppCode;
use domain::time::Moment;

use crate::{Fault, Talk, account, announce, counters, money, receiving, requests, staff, tickets};

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
        Question::ExportPage => answers.export_page = Some(export_page(talk, known, now)?),
        Question::Try { challenge, code } => {
            let tried = talk
                .tables
                .try_code(person, &challenge, code.expose(), &message.sid, now)
                .await?;
            answers.tried = Some((challenge, tried));
        }
        Question::ProofPage { again } => {
            answers.proof_page = Some(proof_page(talk, known, again, now)?);
        }
        Question::PushCode { account, of_link } => {
            let l = known.state.person.language(&message.from);
            let code = push_code(talk, person, (&account, &of_link), l, now).await;
            answers.pushed = Some((of_link, code));
        }
        Question::TryAppCode { challenge, code } => {
            let tried = talk
                .tables
                .try_app_code(person, &challenge, code.expose(), &message.sid, now)
                .await?;
            answers.tried = Some((challenge, tried));
        }
        Question::Balance { link, currency } => {
            answers.balance = Some(money::balance(talk, known, &link, currency, now).await?);
        }
        Question::Currencies => {
            let answer = talk.flash.currencies().await;
            answers.currencies = Some(talk.at_flash().judged(known, answer, now).await);
        }
        Question::Price { currency } => {
            let price = talk.at_flash().price(known, &currency, now).await;
            answers.price = Some((currency, price));
        }
        Question::Account { link } => {
            answers.account = Some(account::account(talk, known, link, now).await?);
        }
        Question::Invoice(asked) => {
            let made = receiving::invoice(talk, known, &asked, now).await;
            answers.invoice = Some((asked, made));
        }
        Question::History { link } => {
            answers.history = Some(account::history(talk, known, link, now).await?);
        }
        Question::Transaction { link, id } => {
            let asked = account::transaction(talk, known, (link, id), now);
            answers.transaction = Some(asked.await?);
        }
        Question::OtherChat { account } => {
            let other = talk.tables.other_chat(&account, person, now).await?;
            answers.other_chat = Some((account, other));
        }
        Question::Payee { username } => {
            let asked = talk.flash.payee(&username).await;
            let asked = talk.at_flash().judged(known, asked, now).await;
            answers.payee = Some((username, asked));
        }
        Question::Requests => {
            answers.requests = Some(talk.tables.requests(person, now).await?);
        }
        Question::Asking { payee, mine } => {
            let asking = requests::asking(talk, &payee, &mine, now).await?;
            answers.asking = Some((payee, asking));
        }
        Question::OtherSide { request } => {
            let other = talk.tables.other_side(&request, now).await?;
            answers.other_side = Some((request.id, other));
        }
        Question::Marks { name, wallet } => {
            let marks = requests::marks(talk, &name, wallet.as_ref());
            answers.marks = Some((name, marks));
        }
        Question::BlockedNames => {
            answers.blocked_names = Some(talk.tables.blocked_names(person, now).await?);
        }
        asked @ (Question::Tickets
        | Question::Draft(_)
        | Question::OpenTickets
        | Question::Ticket(_)) => answer_of_tickets(talk, person, asked, answers, now).await?,
        asked => answer_staff(talk, known, asked, answers, now).await?,
    }
    Ok(())
}

async fn answer_of_tickets(
    talk: &Talk,
    person: &PersonKey,
    question: Question,
    answers: &mut Answers,
    now: Moment,
) -> Result<(), Fault> {
    match question {
        Question::Tickets => {
            answers.tickets = Some(tickets::own(talk, person, now).await?);
        }
        Question::Draft(sealed) => {
            answers.draft = Some(talk.tables.open_draft(person, &sealed, now).await?);
        }
        Question::OpenTickets => {
            let open = talk.tables.open_tickets(TICKETS_SHOWN, now).await?;
            answers.open_tickets = Some(open);
        }
        Question::Ticket(code) => {
            let found = tickets::find(talk, &code, now).await?;
            answers.ticket = Some((code, found));
        }
        _ => {}
    }
    Ok(())
}

/// What staff alone ask, of others and of the bot.
async fn answer_staff(
    talk: &Talk,
    known: &Known,
    question: Question,
    answers: &mut Answers,
    now: Moment,
) -> Result<(), Fault> {
    match question {
        Question::Subject { whom } => match staff::find(talk, known, whom, now).await? {
            Ok(person) => answers.subject = Some(staff::subject(talk, &person, now).await?),
            Err(nobody) => answers.no_subject = Some(nobody),
        },
        Question::Status => {
            answers.status = Some(Box::new(counters::status(talk, known, now).await?));
        }
        Question::Model => {
            answers.model = Some(counters::model(talk, now).await?);
        }
        Question::Report { days } => {
            answers.report = Some(counters::report(talk, days, now).await?);
        }
        Question::Announcement { counts } => {
            let announced = announce::announced(talk, counts, now).await?;
            answers.announced = Some(Box::new(announced));
        }
        _ => {}
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
    let fresh = (keys::random_id(), now.plus(LINK_PAGE_LIFE));
    page(talk, known, Purpose::Link, fresh)
}

fn proof_page(
    talk: &Talk,
    known: &Known,
    again: Option<(String, Moment)>,
    now: Moment,
) -> Result<FreshPage, Fault> {
    let fresh = || (keys::random_id(), now.plus(LINK_PAGE_LIFE));
    page(talk, known, Purpose::StepUp, again.unwrap_or_else(fresh))
}

fn export_page(talk: &Talk, known: &Known, now: Moment) -> Result<FreshPage, Fault> {
    let fresh = (keys::random_id(), now.plus(EXPORT_PAGE_LIFE));
    page(talk, known, Purpose::Export, fresh)
}

fn page(
    talk: &Talk,
    known: &Known,
    purpose: Purpose,
    (id, until): (String, Moment),
) -> Result<FreshPage, Fault> {
    let token = PageToken {
        purpose,
        person: known.state.key.clone(),
        id,
        until,
    };
    let text = tokens::sign(&talk.tables.keys(), &token)?;
    let url = match (&talk.link_page_url, purpose) {
        // On another origin the token stays out of that server's logs.
        (Some(page), Purpose::Link) => format!("{page}#{text}"),
        (Some(page), Purpose::StepUp) => format!("{page}#confirm/{text}"),
        (None, Purpose::Link) => format!("{}/link/{text}", talk.public_base_url),
        // Always ours, wherever the other pages stand.
        (_, Purpose::Export) => format!("{}/export/{text}", talk.public_base_url),
        (None, Purpose::StepUp) => format!("{}/confirm/{text}", talk.public_base_url),
    };
    Ok(FreshPage {
        id: token.id,
        url,
        until: token.until,
    })
}

/// None: the operator has not switched it on, or the code did not reach the app; then a page does it.
async fn push_code(
    talk: &Talk,
    person: &PersonKey,
    (account, of_link): (&AccountId, &str),
    l: Language,
    now: Moment,
) -> Option<AppCode> {
    let admin = talk.flash_admin.as_ref().filter(|_| talk.step_up_by_app)?;
    let (code, challenge) = (keys::random_code(), keys::random_id());
    let keys = talk.tables.keys();
    let waiting = AppCode {
        digest: keys.code_digest("step-up", person, &challenge, &code),
        challenge,
        expires_at: now.plus(CODE_LIFE),
        tries: 0,
        tried_by: Vec::new(),
        of_link: of_link.to_owned(),
    };
    match admin.push_code(account, &code, l, talk.clock.now()).await {
        Ok(()) => Some(waiting),
        Err(error) => {
            telemetry::failure("push_code", &error);
            None
        }
    }
}
