//! A headless Chromium of the test's own, told what to do by a chromedriver that ends with it.

use std::fs::{create_dir_all, remove_dir_all};
use std::future::Future;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Id, Stdio};
