//! Row S01 and its neighbours, as somebody sees them who wants in: requests that are forged, replayed or cut, tokens of
//! other purposes, pages elsewhere, paths and sizes that nobody meant, words that would like to be markup.

#[path = "attacker/page.rs"]
mod page;
#[path = "attacker/requests.rs"]
mod requests;
#[path = "attacker/routes.rs"]
mod routes;
#[path = "attacker/tokens.rs"]
mod tokens;
#[path = "attacker/words.rs"]
mod words;
