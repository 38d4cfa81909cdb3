//! What a message costs, and how that grows: counted in the local world, where every call of every function is seen, and
//! measured of the release functions beside the plainest possible ones. docs/performance.md has the tables that this prints.

mod baselines;
mod cost;
mod counted;
mod growth;
mod kinds;
mod load;
mod table;
mod yardsticks;

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

use yardsticks::{Measured, What};

#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    part: Part,
}

#[derive(Debug, Clone, Subcommand)]
enum Part {
    /// Calls, units and bytes of each kind of message, by function.
    Calls,
    /// The same times list prices.
    Cost,
    /// The same with 1,000, 100,000 and 1,000,000 people in the tables.
    Growth {
        /// A file for the picture of it, an SVG.
        #[arg(long)]
        picture: Option<PathBuf>,
    },
    /// Time to the first answer, beside the same calls and nothing else.
    Cold,
    /// Time to each answer after it.
    Warm,
    /// The most memory held, after one message and after many.
    Memory {
        #[arg(long, default_value_t = 10_000)]
        messages: u32,
        /// Leaves out Node, which takes the most of the time.
        #[arg(long)]
        without_node: bool,
    },
    /// Instructions of one message.
    Instructions,
    /// What is uploaded.
    Size,
    /// Instructions of each pure part, held to its baseline.
    Baselines {
        /// Keeps what is counted as the new baselines.
        #[arg(long)]
        write: bool,
    },
    /// All of that.
    All {
        /// For the memory.
        #[arg(long, default_value_t = 10_000)]
        messages: u32,
    },
    /// Many at once, in the local world; the steady scenario beside the one that is named, or all of them.
    Load {
        #[arg(long)]
        scenario: Option<load::Scenario>,
    },
    /// Many at once, each from somebody new: to several processes of the release functions, on MiniStack.
    Crowd {
        #[arg(long, default_value_t = 2_000)]
        messages: usize,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), yardsticks::Wrong> {
    match Args::parse().part {
        Part::Load { scenario } => table::show("Under load", &load::table(scenario).await?),
        Part::Crowd { messages } => {
            let rows = yardsticks::crowd::table(messages).await?;
            table::show("Many at once, on MiniStack", &rows);
        }
        Part::Calls => calls(&kinds::all().await),
        Part::Cost => cost(&kinds::all().await)?,
        Part::Growth { picture } => growth(picture.as_deref()).await?,
        Part::Cold => show(&yardsticks::measure(What::Starts).await?[..1]),
        Part::Warm => show(&yardsticks::measure(What::Starts).await?[1..]),
        Part::Memory {
            messages,
            without_node,
        } => show(
            &yardsticks::measure(What::Memory {
                messages,
                without_node,
            })
            .await?,
        ),
        Part::Instructions => show(&yardsticks::measure(What::Instructions).await?),
        Part::Size => show(&yardsticks::measure(What::Size).await?),
        Part::Baselines { write } => {
            let (rows, wrong) = baselines::compare(write).await?;
            table::show("Instructions of each part", &rows);
            if !wrong.is_empty() {
                return Err(wrong.join("\n").into());
            }
        }
        Part::All { messages } => {
            let kinds = kinds::all().await;
            calls(&kinds);
            cost(&kinds)?;
            growth(None).await?;
            yardsticks::all(messages, show).await?;
        }
    }
    Ok(())
}

fn calls(kinds: &[kinds::Kind]) {
    table::show("Calls of one message", &kinds::calls(kinds));
    table::show("What the tables are asked for", &kinds::units(kinds));
}

fn cost(kinds: &[kinds::Kind]) -> Result<(), yardsticks::Wrong> {
    let prices = cost::Prices::read()?;
    table::show(&prices.title(), &cost::table(kinds, &prices));
    Ok(())
}

async fn growth(picture: Option<&Path>) -> Result<(), yardsticks::Wrong> {
    let rows = growth::table(picture).await?;
    table::show("How it grows with the people in the tables", &rows);
    Ok(())
}

fn show(tables: &[Measured]) {
    for measured in tables {
        table::show(&measured.title, &measured.rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units and bytes may differ by one from run to run, as sealed values and ids do; calls may not.
    #[tokio::test]
    async fn the_calls_are_those_that_are_documented() {
        let documented = include_str!("../../../docs/performance.md");
        for row in kinds::calls(&kinds::all().await) {
            let row = format!("| {} |\n", row.join(" | "));
            assert!(documented.contains(&row), "docs/performance.md lacks {row}");
        }
    }
}
