//! Tables for a terminal and for docs/performance.md alike.

/// Rows of cells; the first row is the heads.
pub(crate) type Rows = Vec<Vec<String>>;

#[expect(clippy::print_stdout, reason = "a tool for a terminal")]
pub(crate) fn show(title: &str, rows: &Rows) {
    println!("\n### {title}\n");
    for (nth, row) in rows.iter().enumerate() {
        println!("| {} |", row.join(" | "));
        if nth == 0 {
            println!("|{}", "---|".repeat(row.len()));
        }
    }
}

#[expect(clippy::print_stdout, reason = "a tool for a terminal")]
pub(crate) fn line(text: &str) {
    println!("\n{text}");
}

pub(crate) fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}
