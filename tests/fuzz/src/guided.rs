//! libFuzzer's program: it runs the target that `FUZZ_TARGET` names, and takes libFuzzer's own arguments. Where `FUZZ_SEEDS`
//! names a folder, it writes there what each target begins with, and ends.

use std::path::Path;
use std::process::exit;
use std::sync::LazyLock;

use fuzz::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<&'static Target> = LazyLock::new(|| {
    let wanted = std::env::var("FUZZ_TARGET").unwrap_or_default();
    fuzz::named(&wanted)
        .unwrap_or_else(|| stop(&format!("FUZZ_TARGET is one of:\n{}", fuzz::names())))
});

#[expect(clippy::print_stderr, reason = "a tool for a terminal")]
fn stop(why: &str) -> ! {
    eprintln!("{why}");
    exit(1)
}

fn begin() {
    if let Some(folder) = std::env::var_os("FUZZ_SEEDS") {
        for target in TARGETS {
            if let Err(error) = fuzz::seeds::write(target, Path::new(&folder)) {
                stop(&error.to_string());
            }
        }
        exit(0);
    }
    LazyLock::force(&TARGET);
    // libFuzzer's hook ends the process at any panic, of any thread and caught or not.
    let end = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !fuzz::is_passed_over() {
            end(panic);
        }
    }));
}

fuzz_target!(init: begin(), |input: &[u8]| {
    (TARGET.run)(input);
});
