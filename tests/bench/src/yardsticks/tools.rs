//! What the yardsticks stand on and this workspace does not bring; each is looked for before anything is measured.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use e2e::server::{free_port, serve};
use tokio::process::{Child, Command};

use super::Wrong;

const BUILD: &str = "cargo lambda build --release --package webhook --package outbound --package yardsticks (or cargo build, and no lambda)";

#[derive(Debug)]
pub(crate) struct Tools {
    target: PathBuf,
}

impl Tools {
    pub(crate) fn here() -> Self {
        Self {
            target: Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
        }
    }

    /// The release files of functions and yardsticks, all built in the same way.
    pub(crate) fn bootstraps(&self, names: &[&str]) -> Result<Vec<PathBuf>, Wrong> {
        let lambda = |name: &&str| self.target.join("lambda").join(name).join("bootstrap");
        let plain = |name: &&str| self.target.join("release").join(name);
        let mut built: Vec<PathBuf> = names.iter().map(lambda).collect();
        if !built.iter().all(|file| file.exists()) {
            built = names.iter().map(plain).collect();
        }
        match built.iter().find(|file| !file.exists()) {
            Some(missing) => Err(format!("{} is not there. {BUILD}", missing.display()).into()),
            None => Ok(built),
        }
    }

    /// What cargo-lambda has built, which compiles for a newer processor than cargo does when it is asked for none.
    pub(crate) fn lambda(&self, name: &str) -> Result<PathBuf, Wrong> {
        let built = self.target.join("lambda").join(name).join("bootstrap");
        if built.exists() {
            return Ok(built);
        }
        Err(format!(
            "{} is not there. cargo lambda build --release --package webhook --package {name}",
            built.display()
        )
        .into())
    }

    /// AWS's runtime interface emulator, as SAM brings it.
    pub(crate) fn emulator(&self) -> Result<PathBuf, Wrong> {
        let machine = match std::env::consts::ARCH {
            "aarch64" => "arm64",
            machine => machine,
        };
        let file = format!("samcli/local/rapid/aws-lambda-rie-{machine}");
        let pythons = std::fs::read_dir(self.target.join("tools/venv/lib"));
        let found = pythons.into_iter().flatten().flatten();
        let found = found
            .map(|python| python.path().join("site-packages").join(&file))
            .find(|path| path.exists());
        found.ok_or_else(|| {
            "AWS's runtime interface emulator is not there. python3 -m venv target/tools/venv && target/tools/venv/bin/pip install --requirement .ci/tools.txt".into()
        })
    }

    /// MiniStack on a free port, and where it answers.
    pub(crate) async fn ministack(&self) -> Result<(Child, String), Wrong> {
        let program = self.target.join("tools/ministack/bin/ministack");
        if !program.exists() {
            return Err("MiniStack is not there. python3 -m venv target/tools/ministack && target/tools/ministack/bin/pip install --requirement .ci/ministack.txt".into());
        }
        let port = free_port();
        let mut command = Command::new(program);
        command
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .current_dir(self.scratch()?);
        Ok((
            serve(&mut command, port).await,
            format!("http://127.0.0.1:{port}"),
        ))
    }

    /// Where programs are looked for, here and by what is started.
    #[expect(
        clippy::disallowed_methods,
        reason = "of the terminal, not of a function"
    )]
    pub(crate) fn path() -> OsString {
        std::env::var_os("PATH").unwrap_or_default()
    }

    /// Whether a program is in the path, and what to install otherwise.
    pub(crate) fn program(name: &str, package: &str) -> Result<(), Wrong> {
        let paths = Self::path();
        if std::env::split_paths(&paths).any(|folder| folder.join(name).exists()) {
            return Ok(());
        }
        Err(format!("{name} is not there. Install {package}").into())
    }

    /// The Node functions beside the packages that they want.
    pub(crate) fn node(&self) -> Result<PathBuf, Wrong> {
        Self::program("node", "Node 20 or newer")?;
        let folder = self.target.join("tools/node");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("yardsticks/node");
        if !folder.join("node_modules/twilio").exists() {
            return Err("the Node yardsticks' packages are not there. mkdir -p target/tools/node && cp tests/bench/yardsticks/node/package.json target/tools/node && npm install --prefix target/tools/node --no-package-lock --ignore-scripts".into());
        }
        for file in std::fs::read_dir(source)? {
            let file = file?;
            std::fs::copy(file.path(), folder.join(file.file_name()))?;
        }
        Ok(folder.canonicalize()?)
    }

    /// A folder for logs and what is thrown away.
    pub(crate) fn scratch(&self) -> Result<PathBuf, Wrong> {
        let folder = self.target.join("bench");
        std::fs::create_dir_all(&folder)?;
        Ok(folder.canonicalize()?)
    }
}
