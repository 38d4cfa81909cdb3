// The phone: WhatsApp as one of the fictional people sees it. What the bot sent comes from the Twilio stand-in;
// what the person wrote is remembered here, for this tab, because no phone network keeps it for us.
import { el, icon, markup } from './phone-dom.js';
import { createPanel } from './phone-panel.js';

const POLL_MS = 800;
const HIDDEN_POLL_MS = 5000;
const PATIENCE_MS = 15000; // after this nobody is "typing" any more
const STARTERS = ['help', 'link', 'balance', 'How can somebody pay me?'];

const at = (id) => document.getElementById(id);
const chat = at('chat');
const text = at('text');
const address = (person) => `whatsapp:${person.phone}`;
const displayName = (person) => person.name || person.username || person.phone;

// ---- state ----------------------------------------------------------------------------------------------------------

let people = [];
let current = null;
let clock = { now: Date.now() / 1000, read: performance.now() };
const now = () => clock.now + (performance.now() - clock.read) / 1000;
const inbox = new Map();    // address → what the bot sent there, oldest first
const unread = new Set();   // addresses
const awaiting = new Map(); // address → since when its last message waits for an answer
let kept = { mine: {}, seen: {}, current: null };
try { kept = { ...kept, ...JSON.parse(sessionStorage.getItem('phone') || '{}') }; } catch { /* an unreadable memory is an empty one */ }
const keep = () => sessionStorage.setItem('phone', JSON.stringify(kept));
const mine = (to) => kept.mine[to] ??= [];
for (const mail of Object.values(kept.mine).flat()) if (mail.state === 'sending') mail.state = 'failed';
const forget = () => { kept = { ...kept, mine: {}, seen: {} }; inbox.clear(); unread.clear(); awaiting.clear(); keep(); };

async function api(path, body) {
  const response = await fetch(path, body === undefined ? { cache: 'no-store' } : {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error ?? `${path} answered ${response.status}`);
  return answer;
}

let toastTimer = 0;
function toast(words) {
  clearTimeout(toastTimer);
  at('toast').textContent = words;
  at('toast').hidden = false;
  toastTimer = setTimeout(() => { at('toast').hidden = true; }, 4000);
}

// ---- sending --------------------------------------------------------------------------------------------------------

async function deliver(mail) {
  const to = mail.say.from;
  mail.state = 'sending';
  mail.after = lastNumber(to);
  awaiting.set(to, performance.now());
  draw();
  try {
    const { message_sid: sid, http_status: status } = await api('/sandbox/say', mail.say);
    mail.say.message_sid = sid;
    mail.status = status;
    mail.state = status < 300 ? 'sent' : 'failed';
  } catch {
    mail.state = 'failed';
    mail.status = 0;
  }
  if (mail.state === 'failed') awaiting.delete(to);
  keep();
  await poll();
}

function say(body, more = {}) {
  if (!current || !body.trim()) return;
  const mail = { say: { from: address(current), body, profile_name: current.name, ...more }, at: now() };
  mine(mail.say.from).push(mail);
  atEnd = true;
  deliver(mail);
}

/** Twilio's own habit: the same message, the same SID, once more. */
async function replay() {
  const last = current && mine(address(current)).at(-1);
  if (!last?.say.message_sid) return toast('There is no message to replay yet.');
  const { http_status: status } = await api('/sandbox/say', last.say);
  toast(`“${last.say.body}” arrived again with the same SID. The webhook answered ${status}.`);
  await poll();
}

// ---- the chat -------------------------------------------------------------------------------------------------------

const lastNumber = (to) => inbox.get(to)?.at(-1)?.n ?? -1;

// A phone keeps the time of the place it is in, which the bot's texts name too; not that of the desk it is looked at from.
const zone = () => current?.phone.startsWith('+1868') ? 'America/Port_of_Spain' : 'America/Jamaica';
const formats = new Map();
function inWords(seconds, how) {
  const key = JSON.stringify([zone(), how]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(undefined, { ...how, timeZone: zone() }));
  return formats.get(key).format(new Date(seconds * 1000));
}
const time = (seconds) => inWords(seconds, { hour: 'numeric', minute: '2-digit' });

function dayName(seconds) {
  const day = (moment) => inWords(moment, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const name = day(seconds);
  return name === day(now()) ? 'Today' : name === day(now() - 86400) ? 'Yesterday' : name;
}

/** Both sides in order: what I wrote stands behind all the bot had said by then. */
function conversation(to) {
  const theirs = (inbox.get(to) ?? []).map((message) => ({ ...message, key: message.sid }));
  const own = mine(to).map((mail, index) => {
    const answered = lastNumber(to) > mail.after;
    const state = mail.state === 'sent' && answered ? 'read' : mail.state === 'sent' ? 'delivered' : mail.state;
    return { own: true, key: `mine-${index}`, body: mail.say.body, at: mail.at, n: mail.after + 0.5, state, status: mail.status, mail };
  });
  return [...theirs, ...own].sort((a, b) => a.n - b.n);
}

const TICKS = {
  sending: ['clock', '', 'On its way'], queued: ['clock', '', 'Queued at Twilio'], accepted: ['clock', '', 'Accepted by Twilio'],
  sent: ['one', '', 'Sent'], delivered: ['two', '', 'Delivered'], read: ['two', 'blue', 'Read'],
  failed: ['fail', 'red', 'Failed'], undelivered: ['fail', 'red', 'Not delivered'],
};
const ticks = (state) => {
  const [name, look, title] = TICKS[state] ?? TICKS.queued;
  return icon(name, `ticks ${look}`, title);
};

// A phone keeps what it has fetched: the address of a payment code's picture ends with the code.
const pictures = new Map();

function picture(url) {
  if (!/^(https?:|\/)/.test(url)) return el('p', { class: 'lost' }, url);
  if (!pictures.has(url)) pictures.set(url, fetched(url));
  return pictures.get(url);
}

function fetched(url) {
  const image = el('img', { src: url, alt: 'Picture from Flash' });
  image.addEventListener('load', toEnd);
  image.addEventListener('error', () => image.replaceWith(el('span', { class: 'lost' }, url)));
  return el('a', { class: 'picture', href: url, target: '_blank', rel: 'noopener' }, image);
}

// A Lightning invoice.
const CODE = /\blnbc[0-9a-z]{100,}/;

// Lists that were opened stay open while ticks come in.
const opened = new Set();

function bubble(message, first) {
  const own = Boolean(message.own);
  const state = own ? message.state : message.status;
  const failed = state === 'failed' || state === 'undelivered';
  const media = message.media_url ? [message.media_url] : [];
  const stamp = el('span', { class: 'stamp' }, time(message.at), ticks(state));
  const body = message.body ? markup(message.body) : [];
  const card = el('div', { class: `bubble${media.length ? ' has-picture' : ''}${failed ? ' failed' : ''}` },
    media.map(picture), el('div', { class: 'body' }, body, el('span', { class: 'room', 'aria-hidden': 'true' })), stamp);
  const replies = own ? [] : (message.buttons ?? []).map(({ title, id }) =>
    el('button', { type: 'button', class: 'reply', onclick: () => say(title, { button_payload: id }) }, icon('reply'), title));
  const list = !own && message.list && el('details', { class: 'list', open: opened.has(message.sid), ontoggle: (event) => opened[event.target.open ? 'add' : 'delete'](message.sid) }, el('summary', { class: 'reply' }, icon('list'), message.list.button),
    message.list.items.map(({ title, description, id }) => el('button', { type: 'button', class: 'item', onclick: () => say(title, { list_id: id }) },
      el('b', {}, title), description ? el('span', {}, description) : null)));
  const again = own && failed && el('button', { type: 'button', class: 'again', onclick: () => deliver(message.mail) },
    `Not delivered${message.status ? ` (${message.status})` : ''}. Send again`);
  const [code] = (!own && message.body?.match(CODE)) || [];
  const payIt = code && el('button', { type: 'button', class: 'again pay-code', onclick: () => panel.payCode(code) }, 'Pay this code, as whoever scans it would');
  return el('div', { class: `row ${own ? 'out' : 'in'}${first ? ' first' : ''}`, 'data-sid': own ? message.mail.say.message_sid : message.sid },
    card, replies.length ? el('div', { class: 'replies' }, replies) : null, list || null, payIt || null, again || null);
}

const typing = () => el('div', { class: 'row in first', 'data-typing': '' },
  el('div', { class: 'bubble dots', role: 'img', 'aria-label': 'Flash is typing' }, el('i'), el('i'), el('i')));

function waiting(to) {
  const since = awaiting.get(to);
  if (since === undefined) return false;
  if (lastNumber(to) <= mine(to).at(-1)?.after && performance.now() - since < PATIENCE_MS) return true;
  awaiting.delete(to);
  return false;
}

// Whoever reads the newest message goes on reading the newest, also when the keyboard takes half the screen.
let atEnd = true;
const toEnd = () => { if (atEnd) chat.scrollTop = chat.scrollHeight; };
chat.addEventListener('scroll', () => { atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 120; });
new ResizeObserver(toEnd).observe(chat);

let drawn = '';
function draw() {
  if (!current) return;
  const to = address(current);
  const messages = conversation(to);
  const busy = waiting(to);
  at('presence').textContent = busy ? 'typing…' : 'online';
  const looks = JSON.stringify([to, busy, dayName(now()), messages.map((m) => [m.key, m.body, m.state ?? m.status, m.buttons?.length, m.at])]);
  if (looks === drawn) return;
  drawn = looks;

  const top = chat.scrollTop;
  const rows = [el('p', { class: 'pill notice' }, 'A local world: people, money and messages here are made up. Nothing leaves this computer.')];
  let day = null;
  let side = null;
  for (const message of messages) {
    const name = dayName(message.at);
    if (name !== day) { rows.push(el('p', { class: 'pill' }, name)); side = null; }
    rows.push(bubble(message, side !== Boolean(message.own)));
    day = name;
    side = Boolean(message.own);
  }
  if (!messages.length) {
    rows.push(el('div', { class: 'starters' }, STARTERS.map((word) => el('button', { type: 'button', onclick: () => say(word) }, word))));
  }
  if (busy) rows.push(typing());
  chat.replaceChildren(...rows);
  chat.scrollTop = top;
  toEnd();
}

// ---- whose phone ----------------------------------------------------------------------------------------------------

const initials = (person) => displayName(person).split(/\s+/).map((word) => word[0]).slice(0, 2).join('').toUpperCase();

function drawPeople() {
  at('people').replaceChildren(...people.map((person, index) => el('button', {
    type: 'button', class: `person${unread.has(address(person)) ? ' unread' : ''}`, 'aria-pressed': String(person === current), 'data-phone': person.phone, title: person.phone,
    onclick: () => open(person),
  }, el('span', { class: `avatar c${index % 6}`, 'aria-hidden': 'true' }, initials(person)),
  el('span', { class: 'label' }, displayName(person).split(' ')[0], el('small', {}, !person.account_id ? 'not on Flash' : person.username ? `@${person.username}` : 'on Flash')))));
}

function open(person) {
  current = person;
  kept.current = person.phone;
  unread.delete(address(person));
  keep();
  atEnd = true;
  drawPeople();
  panel.showPerson(person);
  draw();
  poll();
}

// ---- looking --------------------------------------------------------------------------------------------------------

async function fetchInbox(person) {
  const to = address(person);
  const messages = await api(`/sandbox/messages?to=${encodeURIComponent(to)}&after=0`);
  inbox.set(to, messages);
  const last = messages.at(-1)?.n ?? -1;
  // Fewer than were here before: the world was restarted or emptied behind our back.
  if (last < (kept.seen[to] ?? -1)) forget();
  if (last > (kept.seen[to] ?? -1)) {
    if (person !== current && kept.seen[to] !== undefined) { unread.add(to); drawPeople(); }
    kept.seen[to] = last;
    keep();
  }
}

/** What they hold at Flash changes without them. */
async function fetchPeople() {
  const fresh = await api('/sandbox/people');
  if (JSON.stringify(fresh) === JSON.stringify(people)) return;
  people = fresh;
  current = people.find((person) => person.phone === current.phone) ?? people[0];
  drawPeople();
  panel.showPerson(current);
}

let round = 0;
async function poll() {
  if (!current) return;
  const others = people.filter((person) => person !== current);
  const other = others[round++ % Math.max(1, others.length)];
  try {
    const [world] = await Promise.all([api('/sandbox/clock'), fetchInbox(current), other && fetchInbox(other), fetchPeople(), panel.refresh()]);
    clock = { now: world.now, read: performance.now() };
    at('clock').textContent = time(now());
    panel.showClock();
    document.body.classList.remove('lost-world');
  } catch {
    document.body.classList.add('lost-world');
    at('presence').textContent = 'waiting for network…';
    return;
  }
  draw();
}

async function loop() {
  await poll();
  setTimeout(loop, document.hidden ? HIDDEN_POLL_MS : POLL_MS);
}

const panel = createPanel({
  api, toast, replay, poll, displayName,
  wordsOf: (sid) => Object.values(kept.mine).flat().find((mail) => mail.say.message_sid === sid)?.say,
  clockOf: (how, seconds = now()) => inWords(seconds, how),
  peopleOf: () => people,
  now,
  personAt: (from) => people.find((person) => address(person) === from),
  reset: async () => { await api('/sandbox/reset', {}); forget(); drawn = ''; await loadPeople(); },
});

async function loadPeople() {
  people = await api('/sandbox/people');
  open(people.find((person) => person.phone === kept.current) ?? people[0]);
}

at('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  say(text.value);
  text.value = '';
  grow();
  text.focus();
});
text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  at('composer').requestSubmit();
});
function grow() {
  text.style.height = 'auto';
  text.style.height = `${Math.min(text.scrollHeight, 120)}px`;
}
text.addEventListener('input', grow);
document.addEventListener('visibilitychange', () => { if (!document.hidden) poll(); });

(async function start() {
  try {
    await loadPeople();
    loop();
  } catch {
    document.body.classList.add('lost-world');
    setTimeout(start, 1500);
  }
})();
