//! Where somebody is paid who has a Flash username.

use std::fmt::Write;

/// Flash's addresses for being paid, which differ between its environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayHosts {
    /// The web page on which anybody can pay, without a slash at the end.
    pub pay_url: String,
    /// What stands behind the `@` of a lightning address.
    pub lightning: String,
}

/// Flash's own, where real money is.
impl Default for PayHosts {
    fn default() -> Self {
        Self {
            pay_url: "https://pay.flashapp.me".to_owned(),
            lightning: "flashapp.me".to_owned(),
        }
    }
}

/// A page on which anybody can pay `username`. It says no amount: the form in which it could is not settled.
pub fn pay_link(hosts: &PayHosts, username: &str) -> String {
    let mut link = format!("{}/", hosts.pay_url);
    for byte in username.bytes() {
        // Flash allows the letters of every script; a phone ends a link at the first that is not of ours.
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            link.push(char::from(byte));
        } else {
            let _ = write!(link, "%{byte:02X}");
        }
    }
    link
}

/// What other wallets pay `username` by.
pub fn lightning_address(hosts: &PayHosts, username: &str) -> String {
    format!("{username}@{}", hosts.lightning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_and_an_address_are_of_the_environment() {
        let test = PayHosts {
            pay_url: "http://pay.test.flashapp.me".into(),
            lightning: "test.flashapp.me".into(),
        };
        let real = PayHosts::default();
        assert_eq!(
            pay_link(&real, "marcia_b"),
            "https://pay.flashapp.me/marcia_b"
        );
        assert_eq!(
            pay_link(&test, "marcia"),
            "http://pay.test.flashapp.me/marcia"
        );
        assert_eq!(lightning_address(&real, "marcia"), "marcia@flashapp.me");
        assert_eq!(
            lightning_address(&test, "marcia"),
            "marcia@test.flashapp.me"
        );
    }

    #[test]
    fn a_link_ends_where_its_name_does() {
        let link = |name| pay_link(&PayHosts::default(), name);
        assert_eq!(link("josé"), "https://pay.flashapp.me/jos%C3%A9");
        assert_eq!(
            link("a/../b?c#d e"),
            "https://pay.flashapp.me/a%2F%2E%2E%2Fb%3Fc%23d%20e"
        );
    }
}
