// Links a Flash account to the WhatsApp chat that asked: log in at Flash, mint a read-only key, hand it over, show a code.
// Or shows once more whose account it is: log in, mint a key that is worth nothing but for that, hand it over, revoke it.
// The login stays in this page's memory: it goes to Flash alone, and the page logs out whichever way the person leaves.
(() => {
  'use strict';
  const config = JSON.parse(document.getElementById('config').textContent);
  // On another origin the token stands behind the #, with what it is for.
  const [, confirmed] = /^#confirm\/(.*)$/.exec(location.hash) || [];
  const confirming = config.purpose === 'confirm' || !!confirmed;
  const pageToken = config.token || confirmed || location.hash.slice(1);
  if (confirming) Object.assign(config, config.confirm);
  const again = confirming ? 'Then ask again in the chat for what you wanted.' : 'Then send “link” in the chat again.';
  const screen = document.getElementById('screen');
  const chatOf = (masked) => `the WhatsApp chat of ${masked.replaceAll(' ', '\u00a0')}`;
  const chat = config.masked_chat ? chatOf(config.masked_chat) : 'the WhatsApp chat that asked for this page';

  const FLASH_WAIT_MS = 15000;
  const OWN_WAIT_MS = 25000; // our server asks Flash in turn
  const PUZZLE_WAIT_MS = 45000;
  const FLASH_KEY_LIMIT = 10; // active keys an account may have at Flash

  let session = {}; // token, phone, the account's keys, the minted one; linked once the code is shown
  let typedPhone = '';
  let tick = 0;

  const ownUrl = (path) => /^https?:/.test(path) ? path : (config.api_base || location.origin).replace(/\/$/, '') + path;

  // ---- screens ----------------------------------------------------------------------------------------------------

  function el(tag, props = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props)) {
      if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, '');
      else if (value !== false && value != null) node.setAttribute(name, value);
    }
    node.append(...children.flat().filter((child) => child != null && child !== ''));
    return node;
  }
  const p = (...children) => el('p', {}, ...children);
  const soft = (...children) => el('p', { class: 'soft' }, ...children);
  const note = (...children) => el('p', { class: 'note' }, ...children);
  const typed = (text) => el('span', { class: 'type' }, text);
  const button = (text, onclick, look = 'go') => el('button', { type: 'button', class: look, onclick }, text);

  function show(title, children, step) {
    clearInterval(tick);
    const first = !screen.dataset.shown;
    screen.dataset.shown = 'yes';
    const heading = el('h1', { tabindex: '-1' }, title);
    screen.replaceChildren(...[step ? el('p', { class: 'step' }, `Step ${step} of ${confirming ? 2 : 3}`) : '', heading, ...children].filter(Boolean));
    if (first) return;
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }
  const working = (text) => show('One moment', [el('p', { class: 'wait', role: 'status' }, text)]);

  // ---- talking to Flash -------------------------------------------------------------------------------------------

  class Trouble extends Error {
    constructor(code) { super(code); this.code = code; }
  }

  async function ask(url, request, wait) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), wait);
    try {
      const response = await fetch(url, {
        method: 'POST', credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', signal: stop.signal, ...request,
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...request.headers },
      });
      return { status: response.status, body: await response.json().catch(() => null) };
    } catch {
      throw new Trouble('NETWORK');
    } finally {
      clearTimeout(timer);
    }
  }

  async function flash(name, variables, token = session.token) {
    const query = config.operations[name];
    const operationName = /(?:query|mutation)\s+(\w+)/.exec(query)?.[1];
    const { status, body } = await ask(config.flash_url, {
      keepalive: name === 'ApiKeyRevoke' || name === 'UserLogout', // a clean-up under way survives the tab
      headers: token ? { Authorization: `Bearer ${token}` } : {},
      body: JSON.stringify({ query, variables, operationName }),
    }, FLASH_WAIT_MS);
    if (status === 401) throw new Trouble('NOT_AUTHENTICATED');
    if (status === 429 || status === 503) throw new Trouble('BUSY');
    const answer = body?.data?.[name[0].toLowerCase() + name.slice(1)];
    // Flash's checks of the input itself carry no code.
    const refused = answer?.errors?.[0];
    if (refused) throw new Trouble(refused.code || 'INVALID_INPUT');
    if (answer != null) return answer;
    const fault = body?.errors?.[0];
    throw new Trouble(fault?.extensions?.code || fault?.code || (status === 200 ? 'UNKNOWN' : 'NETWORK'));
  }

  const AGAIN = 'Please try again.';
  const WORDS = {
    PHONE_CODE_ERROR: 'That is not the code Flash sent. Check it and type it again.',
    CODE_EXPIRED_ERROR: 'That code is too old. Ask for a new one.',
    TOO_MANY_REQUEST: `Flash has counted too many tries and wants a break. Wait a few hours. ${again}`,
    PHONE_PROVIDER_ERROR: 'Flash could not send a code to that number. Check the number, or try the other way of sending.',
    BUSY: 'Flash is very busy right now. Wait a minute, then try again.',
    NETWORK: `We could not reach Flash. Check your internet. ${AGAIN}`,
    INVALID_INPUT: `Flash did not accept that. Check what you typed. ${AGAIN}`,
    NOT_AUTHENTICATED: 'Flash ended the login. Please log in once more.',
    PUZZLE: `The safety puzzle did not load. Check your internet. ${AGAIN}`,
    PUZZLE_CLOSED: 'The puzzle was closed. Flash needs it before it sends a code.',
  };
  WORDS.TOO_MANY_REQUESTS = WORDS.TOO_MANY_REQUEST;
  function words(error) {
    const code = error instanceof Trouble ? error.code : 'UNKNOWN';
    if (/NOT_ALLOWED_TO_ONBOARD/.test(code)) return 'Flash has no account with that number, and cannot open one for it. Check the number.';
    return WORDS[code] || `Something went wrong at Flash. Wait a minute. ${AGAIN}`;
  }

  // ---- 1: does the person use Flash? ------------------------------------------------------------------------------

  const begin = () => confirming ? confirmIntro() : intro();

  function intro() {
    show('Link Flash to WhatsApp', [
      p('See your Flash balance in ', el('strong', {}, chat), '.'),
      el('ul', {},
        el('li', {}, 'The bot can look at your balance, payments and username. It can ', el('strong', {}, 'never move your money'), '.'),
        el('li', {}, `It ends by itself after ${Math.round(config.key_lifetime_s / 86400)} days, or when you send `, typed('unlink'), ' in the chat.'),
        el('li', {}, `At Flash it is a key called “${config.key_name}”. To end it there too, write to support@getflash.io.`)),
      note('Continue only if you asked the bot for this link yourself. If somebody else sent it to you, close this page.'),
      el('p', { id: 'question' }, el('strong', {}, 'Do you already use Flash?')),
      button('Yes, I use Flash', () => phone()),
      button('Not yet', notYet, 'plain'),
    ]);
  }

  function confirmIntro() {
    show('Show that it is you', [
      p('Log in to Flash once more, and the bot answers in ', el('strong', {}, chat), '.'),
      el('ul', {},
        el('li', {}, 'This only shows that the linked Flash account is yours. It gives the bot nothing new.'),
        el('li', {}, `Your login goes to Flash alone. The key called “${config.key_name}” that stands for it is revoked at once.`)),
      note('Nobody from Flash ever asks you to do this. Continue only if you asked the bot yourself a moment ago. If somebody else sent you this link, close this page.'),
      button('Log in to Flash', () => phone()),
    ]);
  }

  function notYet() {
    show('First, get Flash', [
      p('Flash is an app for your phone. Install it and open your account there. It takes a few minutes.'),
      p('Then send ', typed('link'), ' in the WhatsApp chat again, and we will carry on.'),
      el('a', { class: 'go', href: config.get_flash_url, rel: 'noreferrer' }, 'Get Flash'),
      button('Back', intro, 'plain quiet'),
    ]);
  }

  // ---- 2: number, puzzle, code ------------------------------------------------------------------------------------

  function form(field, error, buttons, submit) {
    const problem = el('p', { class: 'error', role: 'alert', id: 'problem' });
    const complain = (text) => {
      problem.textContent = text;
      field.toggleAttribute('aria-invalid', false);
      if (text) { field.setAttribute('aria-invalid', 'true'); field.focus(); }
    };
    field.setAttribute('aria-describedby', 'problem');
    const node = el('form', { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(complain); } },
      el('label', { for: field.id }, field.dataset.label), field, problem, buttons);
    if (error) setTimeout(() => complain(error)); // after the screen is in place, so that it is read aloud
    return node;
  }

  function phone(error) {
    let channel = 'SMS';
    const field = el('input', { id: 'phone', type: 'tel', inputmode: 'tel', autocomplete: 'tel', placeholder: '+1 876 555 0100', 'data-label': 'Your Flash number, with + and country code' });
    field.value = typedPhone;
    show('What is your Flash number?', [
      p('Flash will send you a code to log in.'),
      note('Use the number you already have at Flash. Logging in with a number Flash does not know ', el('strong', {}, 'opens a new, empty account'), '.'),
      form(field, error, [
        el('button', { class: 'go', onclick: () => { channel = 'SMS'; } }, 'Text me the code'),
        el('button', { class: 'plain', onclick: () => { channel = 'WHATSAPP'; } }, 'WhatsApp me the code'),
      ], (complain) => {
        typedPhone = field.value;
        const number = field.value.replace(/[\s().\-\u2010-\u2015\u202a-\u202e]/g, '').replace(/^00/, '+');
        if (/^\+\d{7,14}$/.test(number)) return puzzle(number, channel);
        complain(number.startsWith('+') || !number
          ? 'Type the whole number, like +1 876 555 0100.'
          : 'Start with + and the country code, like +1 876 555 0100.');
      }),
    ], 1);
  }

  function puzzle(number, channel) {
    const frame = el('iframe', { src: ownUrl(config.captcha_url), sandbox: 'allow-scripts', title: 'Safety puzzle from Flash', class: 'unready' });
    const loading = el('p', { class: 'wait', role: 'status' }, 'The puzzle is loading…');
    const timer = setTimeout(() => end(() => phone(words(new Trouble('PUZZLE')))), PUZZLE_WAIT_MS);
    let over = false;
    const end = (next) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      window.removeEventListener('message', hear);
      next();
    };
    const challenge = flash('CaptchaCreateChallenge');
    challenge.catch((error) => end(() => phone(words(error))));

    async function hear(event) {
      // The frame's origin is opaque: its window is what tells its messages from anybody else's.
      if (event.source !== frame.contentWindow || !event.data) return;
      const { type, challengeCode, validationCode, secCode } = event.data;
      if (type === 'ready') {
        const { result } = await challenge.catch(() => ({}));
        if (result) frame.contentWindow?.postMessage({ ...result, type: 'challenge' }, '*');
      } else if (type === 'shown') {
        clearTimeout(timer);
        loading.remove();
        frame.classList.remove('unready');
      } else if (type === 'solved') {
        end(() => requestCode({ phone: number, channel, challengeCode, validationCode, secCode }));
      } else if (type === 'closed' || type === 'failed') {
        end(() => phone(words(new Trouble(type === 'closed' ? 'PUZZLE_CLOSED' : 'PUZZLE'))));
      }
    }
    window.addEventListener('message', hear);
    show('A quick safety check', [
      p('Flash wants to see that you are a person.'), loading, frame,
      button('Back', () => end(() => phone()), 'plain quiet'),
    ], 1);
  }

  async function requestCode(input) {
    working('Asking Flash to send your code…');
    try {
      await flash('CaptchaRequestAuthCode', { input });
      loginCode(input);
    } catch (error) {
      phone(words(error));
    }
  }

  function loginCode(sent, error) {
    const field = el('input', { id: 'code', class: 'digits', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 12, 'data-label': 'The 6 digits from Flash' });
    show('Type the code Flash sent you', [
      p(`It is on its way to ${sent.phone} by ${sent.channel === 'SMS' ? 'text message' : 'WhatsApp'}. It can take a minute.`),
      soft('Type it here and nowhere else. Not in the chat with the bot either.'),
      form(field, error, [el('button', { class: 'go' }, 'Continue')], (complain) => {
        const code = field.value.replace(/\D/g, '');
        if (code.length !== 6) return complain('The code has 6 digits.');
        login(sent, code);
      }),
      button('No code? Check the number or send it again', () => phone(), 'plain quiet'),
    ], 2);
  }

  async function login(sent, code) {
    working('Logging in to Flash…');
    try {
      const { authToken, totpRequired } = await flash('UserLogin', { input: { phone: sent.phone, code } });
      if (authToken) session = { token: authToken };
      if (totpRequired) return authenticator();
      if (!authToken) throw new Trouble('UNKNOWN');
    } catch (error) {
      return loginCode(sent, words(error));
    }
    mint();
  }

  function authenticator() {
    leave();
    const what = confirming ? 'This page' : 'Linking';
    show(confirming ? 'This does not work with your account yet' : 'This account cannot be linked yet', [
      p(`Your Flash account is protected by an authenticator app. ${what} does not work with that yet.`),
      p(`${nothing}, and you are logged out here. Your account is as it was.`),
      soft('You can close this page.'),
    ]);
  }

  // ---- 3: key, hand-over, code ------------------------------------------------------------------------------------

  const nothing = confirming ? 'Nothing was changed' : 'Nothing was linked';
  const ours = (key) => key.status === 'ACTIVE' && key.name === config.key_name;
  const revoke = (id, token) => flash('ApiKeyRevoke', { input: { id } }, token);

  // The key used last may serve a standing link, so it is the one that never makes room. A key for a proof serves none.
  function spare(keys) {
    const byUse = keys.filter(ours).sort((a, b) => (a.lastUsedAt || 0) - (b.lastUsedAt || 0) || a.createdAt - b.createdAt);
    if (!confirming) byUse.pop();
    return byUse.sort((a, b) => a.createdAt - b.createdAt)[0];
  }

  async function mint() {
    working(confirming ? 'Preparing a key for this one time…' : 'Preparing a key that can only look…');
    try {
      const [keys, me] = await Promise.all([flash('ApiKeys'), flash('Me').catch(() => null)]);
      if (me?.totpEnabled) return authenticator();
      session.phone = me?.phone;
      session.keys = keys;
      if (keys.filter((key) => key.status === 'ACTIVE').length >= FLASH_KEY_LIMIT) {
        const oldest = spare(keys);
        if (!oldest) return keysFull();
        await revoke(oldest.id);
        session.keys = keys.filter((key) => key !== oldest);
      }
      const input = { name: config.key_name, scopes: config.scopes, expiresIn: config.key_lifetime_s };
      session.minted = (await flash('ApiKeyCreate', { input })).apiKey;
    } catch (error) {
      if (error.code === 'NOT_AUTHENTICATED') { session = {}; return phone(words(error)); }
      return tryAgain('We could not finish', words(error), mint);
    }
    handOver({});
  }

  function keysFull() {
    leave();
    show('Your account has no room for another key', [
      p(`A Flash account can have ${FLASH_KEY_LIMIT} keys, and yours has them all.`),
      p(`Where you manage your keys at Flash, revoke one that you no longer use. ${again}`),
      soft(`${nothing}, and you are logged out here.`),
    ]);
  }

  // What our server asks the person to confirm before it goes on, by its reason; several may come, one after the other.
  const CONFIRMS = { confirm_other_phone: otherPhoneAsked, confirm_move: moveAsked };

  // `said`: what was confirmed so far, by the names of CONFIRMS.
  async function handOver(said) {
    working('Checking with Flash and with your chat…');
    const token = encodeURIComponent(pageToken);
    const url = ownUrl(confirming ? `/confirm/${token}/proof` : `/link/${token}/credential`);
    const request = { api_key: session.minted.apiKey, ...said };
    const { status, body } = await ask(url, { body: JSON.stringify(request) }, OWN_WAIT_MS).catch(() => ({ status: 0 }));
    if (status === 200 && confirming && body?.proven) return proven();
    if (status === 200 && /^\d{6}$/.test(body?.code)) return done(body);
    if (status === 409 && Object.hasOwn(CONFIRMS, body?.reason)) {
      return CONFIRMS[body.reason](body, () => handOver({ ...said, [body.reason]: true }));
    }
    if (status >= 400 && status < 500) {
      leave();
      if (confirming) return notProven(body);
      // Without a reason the words are not our server's but of something in front of it.
      return ended('This could not be linked', body?.reason && body.message || 'This link may be too old. Send “link” in the chat for a new one.');
    }
    tryAgain('We could not reach our server', 'Your login is still good. Check your internet and try again.', () => handOver(said));
  }

  const whose = () => session.phone ? `The Flash account of ${session.phone}` : 'This Flash account';
  const here = (masked) => el('strong', {}, masked ? chatOf(masked) : chat);

  function otherPhoneAsked({ masked_chat: masked }, goOn) {
    show('Stop and read this', [
      p(`${whose()} is not that of the chat’s own number.`),
      p('If you go on, ', here(masked), ' will see your balance.'),
      note('Nobody from Flash ever asks you to do this. If somebody sent you this link, or is telling you what to press, stop now.'),
      button('Stop', stopped),
      button('Yes, that is my chat', goOn, 'plain quiet'),
    ]);
  }

  function moveAsked({ masked_chat: masked, masked_other: other }, goOn) {
    const there = other ? chatOf(other) : 'another WhatsApp chat';
    show('Move the link to this chat?', [
      p(`${whose()} is already linked to `, el('strong', {}, there), '. An account can be linked to one chat only.'),
      p('If you go on and send the code, ', here(masked), ' will see your balance. The other chat is disconnected and told.'),
      note('Nobody from Flash ever asks you to do this. If somebody sent you this link, or is telling you what to press, stop now.'),
      button('Stop', stopped),
      button('Yes, move it here', goOn, 'plain quiet'),
    ]);
  }

  function tryAgain(title, text, again) {
    show(title, [p(text), button('Try again', again), button('Stop', stopped, 'plain quiet')]);
  }

  function stopped() {
    leave();
    ended('Stopped', `${nothing}, and you are logged out here.`);
  }

  const ended = (title, text) => show(title, [p(text), soft('You can close this page.')]);

  const toChat = (text = '') => el('a', { class: 'go', href: `https://wa.me/${config.bot_number}${text}`, rel: 'noreferrer' }, 'Open WhatsApp');

  function proven() {
    leave();
    show('Thank you, that was you', [
      p('Go back to WhatsApp: your answer is there.'),
      toChat(),
      soft('You are logged out here, and can close this page.'),
    ]);
  }

  function notProven(body) {
    // Without a reason the words are not our server's but of something in front of it.
    const message = body?.reason && body.message || 'This link may be too old. Ask again in the chat for a new one.';
    const other = ['other_account', 'key_refused', 'key_used'].includes(body?.reason);
    show('That did not work', [
      p(message),
      other ? button('Log in again', () => phone()) : toChat(),
      soft('You are logged out here.'),
    ]);
  }

  function done({ code, expires_at: expiresAt, keep_key_ids: keep = [] }) {
    tidy(keep);
    const message = `verify ${code}`;
    const left = el('p', { class: 'left', role: 'timer' });
    // A phone's clock may be wrong by hours; a code's own life is then the better guess than the difference.
    const life = config.code_lifetime_s;
    const away = expiresAt - Date.now() / 1000;
    const end = Date.now() + 1000 * (away > 0 && away <= life ? away : life);
    show('Last step: send this code in WhatsApp', [
      el('p', { class: 'code', 'aria-label': `Your code: ${[...code].join(' ')}` }, code),
      left,
      toChat(`?text=${encodeURIComponent(message)}`),
      p('Then press send. Or type: ', typed(message), ' in the chat.'),
      soft(`It works only in ${chat}. Do not give it to anybody else.`),
    ], 3);
    const count = () => {
      const seconds = Math.max(0, Math.round((end - Date.now()) / 1000));
      if (!seconds) return ended('The time for this code is over', 'If the chat has answered “Linked!”, all is well. If not, send “link” in the chat for a new code.');
      left.textContent = `Good for ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} more`;
    };
    count();
    tick = setInterval(count, 1000);
  }

  // ---- leaving ----------------------------------------------------------------------------------------------------

  // Old keys of ours that no link uses go; then the login goes. What fails here must not spoil the code on the screen.
  async function tidy(keep) {
    const { token, keys, minted } = session;
    session = { token, linked: true };
    for (const key of keys) {
      if (ours(key) && key.keyId !== minted.keyId && !keep.includes(key.keyId)) await revoke(key.id, token).catch(() => {});
    }
    if (session.token === token) session = {};
    await flash('UserLogout', undefined, token).catch(() => {});
  }

  async function leave() {
    const { token, minted } = session;
    session = {};
    if (!token) return;
    if (minted) await revoke(minted.id, token).catch(() => {});
    await flash('UserLogout', undefined, token).catch(() => {});
  }

  let interrupted = false;
  window.addEventListener('pagehide', () => {
    if (!session.token) return;
    interrupted = !session.linked;
    flash('UserLogout').catch(() => {});
    session = {};
  });
  window.addEventListener('pageshow', () => {
    if (interrupted) begin();
    interrupted = false;
  });

  begin();
})();
