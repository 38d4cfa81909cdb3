//! What a message costs, and how that grows: counted in the local world, where every call of every function is seen.
//! docs/performance.md has the tables that this prints.

mod cost;
mod counted;
mod growth;
mod kinds;
mod load;
mod table;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    part: Part,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum Part {
    /// Calls, units and bytes of each kind of message, by function.
    Calls,
    /// The same times list prices.
    Cost,
    /// The same with 1,000, 100,000 and 1,000,000 people in the tables.
    Growth,
    /// All of that.
    All,
    /// Many at once, in the local world; the steady scenario beside the one that is named, or all of them.
    Load {
        #[arg(long)]
        scenario: Option<load::Scenario>,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let part = Args::parse().part;
    if let Part::Load { scenario } = part {
        table::show("Under load", &load::table(scenario).await?);
        return Ok(());
    }
    if !matches!(part, Part::Growth) {
        let kinds = kinds::all().await;
        if !matches!(part, Part::Cost) {
            table::show("Calls of one message", &kinds::calls(&kinds));
            table::show("What the tables are asked for", &kinds::units(&kinds));
        }
        if !matches!(part, Part::Calls) {
            let prices = cost::Prices::read()?;
            table::show(&prices.title(), &cost::table(&kinds, &prices));
        }
    }
    if matches!(part, Part::Growth | Part::All) {
        table::show(
            "How it grows with the people in the tables",
            &growth::table().await?,
        );
    }
    Ok(())
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
