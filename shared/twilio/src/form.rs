//! A form post read by name: of a repeated parameter the first, of an unknown one nothing.

use std::borrow::Cow;

/// A form is not what it should be. It names the parameter and never says what it held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    #[error("the parameter {0} is missing")]
    Missing(&'static str),
    #[error("the parameter {0} does not have its form")]
    Malformed(&'static str),
}

/// What a form post says, read once: what was proven is then what is understood. `Debug` shows no word of it.
pub struct Form<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl std::fmt::Debug for Form<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Form of {} parameters", self.0.len())
    }
}

impl<'a> Form<'a> {
    pub fn parse(body: &'a [u8]) -> Self {
        Self(form_urlencoded::parse(body).collect())
    }

    /// Every parameter, as often as it was there.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }

    /// The first value under `name`, which may be blank.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_ref())
    }

    /// As [`get`](Self::get), blank counting as absent: Twilio sends both for nothing.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// What `read` makes of `name`, which must be there.
    pub(crate) fn require<T, E>(
        &self,
        name: &'static str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, FormError> {
        let value = self.filled(name).ok_or(FormError::Missing(name))?;
        read(value).map_err(|_| FormError::Malformed(name))
    }
}
