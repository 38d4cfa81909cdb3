//! Tools that answer on a port of this machine and end with the test that started them.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Starts a tool and waits, up to half a minute, until it answers on `port`; killed when dropped.
pub async fn serve(command: &mut Command, port: u16) -> Child {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("run by .ci/test, which provides it: {command:?}: {error}"));
    for _ in 0..300 {
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return child;
        }
        assert!(child.try_wait().unwrap().is_none(), "{command:?} has ended");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{command:?} does not answer");
}

/// MiniStack on a free port, run in `folder`, and where it answers.
pub async fn ministack(folder: &Path) -> (Child, String) {
    let port = free_port();
    let mut command = Command::new("ministack");
    command
        .env("BIND_HOST", "127.0.0.1")
        .env("GATEWAY_PORT", port.to_string())
        .current_dir(folder);
    let child = serve(&mut command, port).await;
    (child, format!("http://127.0.0.1:{port}"))
}
