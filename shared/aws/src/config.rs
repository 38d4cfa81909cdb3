//! The one place that reads environment variables. What is missing stops the start, all of it named at once.

/// Variables that must be set and aren't, or don't hold what they should.
#[derive(Debug, thiserror::Error)]
#[error("configuration: missing or invalid {}", .0.join(", "))]
pub struct ConfigError(pub Vec<String>);

/// Gives a setting's value by its name.
type Source = dyn Fn(&str) -> Option<String>;

/// Collects settings and what is wrong with them.
pub struct Config {
    read: Box<Source>,
    wrong: Vec<String>,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("wrong", &self.wrong)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// The process's environment.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    pub fn from_env() -> Self {
        Self::told_by(|name| std::env::var(name).ok())
    }

    pub fn told_by(read: impl Fn(&str) -> Option<String> + 'static) -> Self {
        Self {
            read: Box::new(read),
            wrong: Vec::new(),
        }
    }

    /// A setting that must be there; empty counts as missing. The value returned for a missing one is never used:
    /// [`Config::finish`] fails first.
    pub fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.wrong.push(name.to_owned());
            String::new()
        })
    }

    pub fn optional(&self, name: &str) -> Option<String> {
        (self.read)(name).filter(|value| !value.is_empty())
    }

    /// `true` or `false`.
    pub fn switch(&mut self, name: &str) -> bool {
        match self.optional(name).as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                self.wrong.push(name.to_owned());
                false
            }
        }
    }

    /// A required setting that must parse.
    pub fn parsed<T, E>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let value = self.optional(name)?;
        let parsed = parse(&value).ok();
        if parsed.is_none() {
            self.wrong.push(name.to_owned());
        }
        parsed
    }

    /// Fails if anything asked for was missing or wrong.
    pub fn finish(self) -> Result<(), ConfigError> {
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(ConfigError(self.wrong))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_missing_is_named_at_once() {
        let mut config = Config::told_by(|name| (name == "SET").then(|| "maybe".to_owned()));
        config.required("ONE");
        config.required("TWO");
        config.switch("SET");
        assert_eq!(config.required("SET"), "maybe");
        assert_eq!(
            config.finish().unwrap_err().to_string(),
            "configuration: missing or invalid ONE, TWO, SET"
        );
    }
}
