//! What is uploaded.

use std::process::Command;

use super::programs::{Made, Program};
use super::tools::Tools;
use super::{Figures, Measured, Wrong, of_calls, rows};

pub(super) fn measure(tools: &Tools, programs: &[Program]) -> Result<Measured, Wrong> {
    Tools::program("zip", "zip")?;
    let scratch = tools.scratch()?;
    let mut figures: Figures = Vec::new();
    for program in programs {
        let zip = scratch.join("code.zip");
        // One that is there is added to.
        let _ = std::fs::remove_file(&zip);
        let mut command = Command::new("zip");
        command.args(["-q", "-r"]).arg(&zip);
        if program.made == Made::Node {
            command.arg(".").current_dir(&program.code);
        } else {
            command.arg("-j").arg(&program.code);
        }
        if !command.status()?.success() {
            return Err(format!("zip does not take {}", program.code.display()).into());
        }
        let bytes = u32::try_from(std::fs::metadata(&zip)?.len())?;
        figures.push((program, vec![f64::from(bytes) / 1e6]));
    }
    Ok(Measured {
        title: "Size of each zip".to_owned(),
        rows: rows(["", "", "MB", "of the calls"], &figures, |mb| {
            format!("{mb:.2}")
        }),
        of_calls: of_calls(&figures),
    })
}
