//! A client that is made when it is first wanted: half of what a function's start took was reading the roots that it trusts,
//! and most messages never ask Flash.

use std::fmt;
use std::sync::{Arc, OnceLock};

use reqwest::{Client, ClientBuilder};

use crate::error::Error;

/// Clones share the client.
#[derive(Clone)]
pub(crate) struct Http {
    made: Arc<OnceLock<Client>>,
    builder: Arc<dyn Fn() -> ClientBuilder + Send + Sync>,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Http(…)")
    }
}

impl Http {
    pub(crate) fn new(builder: impl Fn() -> ClientBuilder + Send + Sync + 'static) -> Self {
        Self {
            made: Arc::default(),
            builder: Arc::new(builder),
        }
    }

    /// Two who come first at once both make one; the first that is made stays.
    pub(crate) fn client(&self) -> Result<&Client, Error> {
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let made = (self.builder)().build().map_err(Error::Setup)?;
        Ok(self.made.get_or_init(|| made))
    }
}
