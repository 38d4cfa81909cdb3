//! What a person does on the two pages.

use e2e::Scene;

use crate::chromium::Chromium;

/// The chat on the phone page, as one person sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phone<'a>(pub(crate) &'a Chromium);

#[expect(
    clippy::unwrap_used,
    reason = "a test's own tools: a failure here is the test's failure"
)]
impl<'a> Phone<'a> {
    /// Opens the phone page and takes `phone` into the hand.
    pub(crate) async fn open(browser: &'a Chromium, scene: &Scene, phone: &str) -> Self {
        browser.open(&scene.url("/")).await;
        browser.click(&format!("[data-phone='{phone}']")).await;
        browser
            .until("the person's own phone", async || {
                let held = browser.text_of("#persona").await;
                held.contains(phone).then_some(())
            })
            .await;
        Self(browser)
    }

    /// Everything the bot has said here, oldest first.
    pub(crate) async fn heard(self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('.row.in:not([data-typing]) .body')].map((body) => body.innerText)";
        let texts = self.0.read(script).await;
        let texts = texts.as_array().unwrap().iter();
        texts
            .map(|text| text.as_str().unwrap().to_owned())
            .collect()
    }

    /// Waits for one more bubble than `before`, and that it contains `expected`; its text.
    async fn answer(self, before: usize, expected: &str) -> String {
        let more = async || self.heard().await.get(before).cloned();
        let answer = self.0.until(expected, more).await;
        assert!(
            answer.contains(expected),
            "“{expected}” is not in: {answer}"
        );
        answer
    }

    /// Types a message and sends it; the answer's text, which contains `expected`.
    pub(crate) async fn say(self, text: &str, expected: &str) -> String {
        let before = self.heard().await.len();
        self.0.type_into("#text", text).await;
        self.0.click("#send").await;
        self.answer(before, expected).await
    }

    /// Taps a button under a message.
    pub(crate) async fn tap(self, title: &str, expected: &str) -> String {
        let before = self.heard().await.len();
        self.0.press(title).await;
        self.answer(before, expected).await
    }

    /// The counts that the trace panel shows for the newest message, which was `text`.
    pub(crate) async fn counts(self, text: &str, function: &str) -> Vec<String> {
        let script = format!(
            "const trace = document.querySelector('#pane-trace .trace[open]');
             if (trace?.querySelector('.title').textContent !== '“{text}”') return null;
             const counts = trace.querySelectorAll('[data-function=\"{function}\"] .count');
             return counts.length ? [...counts].map((count) => count.innerText) : null;"
        );
        let shown = async || {
            let counts = self.0.read(&script).await;
            let counts = counts.as_array()?.iter();
            Some(
                counts
                    .map(|count| count.as_str().unwrap().to_owned())
                    .collect(),
            )
        };
        self.0
            .until(&format!("{function} in the trace of {text}"), shown)
            .await
    }

    /// Waits until each message of both sides wears the ticks of one that was read.
    pub(crate) async fn all_is_read(self) {
        let script = "const all = [...document.querySelectorAll('.row:not([data-typing]) .ticks')];
                      return all.length > 0 && all.every((ticks) => ticks.getAttribute('aria-label') === 'Read')";
        let read = async || (self.0.read(script).await == true).then_some(());
        self.0.until("ticks of read messages", read).await;
    }
}

/// The link page, from its first question to the code that Flash sends to `phone` being typed in.
pub(crate) async fn log_in_on_link_page(browser: &Chromium, phone: &str) {
    browser.press("Yes, I use Flash").await;
    log_in_at_flash(browser, phone).await;
}

/// The page's own log-in, from the number to the code being typed in.
pub(crate) async fn log_in_at_flash(browser: &Chromium, phone: &str) {
    browser.type_into("#phone", phone).await;
    browser.press("Text me the code").await;
    browser
        .click_in_frame("iframe:not(.unready)", "#captcha-solve")
        .await;
    browser.type_into("#code", "000000").await;
    browser.press("Continue").await;
}

/// Waits for the screen with this title; all that it says.
pub(crate) async fn screen(browser: &Chromium, title: &str) -> String {
    let shown = async || {
        let heading = browser.text_of("h1").await;
        (heading == title).then_some(())
    };
    browser.until(title, shown).await;
    browser.text_of("#screen").await
}

/// What does not fit into the window: elements that reach out of it, and those whose content is wider than they are.
pub(crate) async fn overflow(browser: &Chromium) -> Vec<String> {
    let script = "
        const all = (css) => [...document.querySelectorAll(css)].filter((node) => node.checkVisibility());
        const wide = all('html, #chat, .body, .reply, .pane, main').filter((node) => node.scrollWidth > node.clientWidth);
        const out = all('.bubble, button, a, p').filter((node) => {
          const { left, right } = node.getBoundingClientRect();
          return left < 0 || right > innerWidth;
        });
        return [...wide, ...out].map((node) => `${node.tagName} ${node.className} ${node.innerText}`);";
    let found = browser.read(script).await;
    let found = found.as_array().into_iter().flatten();
    found.map(ToString::to_string).collect()
}
