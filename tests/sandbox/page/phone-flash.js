// What happens at Flash, at a click: somebody is paid, an event comes by hand, news wait for their moment, staff are named.
import { el, markup } from './phone-dom.js';

const WAYS = [['rabbitmq', 'told over RabbitMQ'], ['webhook', 'told by signed webhook']];
const ROLES = [['support', 'support'], ['admin', 'admin'], ['none', 'no role']];
const HASH = () => Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, '0')).join('');
const options = (choices) => choices.map(([value, name]) => el('option', { value }, name));
const at = (id) => document.getElementById(id);

/** Bodies as docs/events.md has them, about this person's account. */
function templates(person, now) {
  const time = new Date(now * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const whose = { accountId: person.account_id, walletId: person.wallet_id };
  const cloud = (type, data) => ({ specversion: '1.0', id: crypto.randomUUID(), source: 'flash-backend', type, time, data: { ...whose, ...data } });
  return {
    'Lightning payment received': cloud('payment.received', { rail: 'lightning', status: 'success', amount: { value: '12.50', currency: 'USD' }, sats: 19685, paymentHash: HASH(), memo: 'Lunch' }),
    'On its way, on the chain': cloud('payment.received', { rail: 'onchain', status: 'pending', amount: { value: '0.0005', currency: 'BTC' }, txHash: HASH() }),
    'Payment sent': cloud('payment.sent', { rail: 'lightning', status: 'success', amount: { value: '5.25', currency: 'USD' }, paymentHash: HASH() }),
    'Balance changed': cloud('balance.changed', { now: { value: '42.00', currency: 'USD' } }),
    'Short envelope, in bitcoin': { type: 'payment_received', timestamp: time, data: { userId: person.account_id, transactionId: crypto.randomUUID(), amount: '0.00001735', senderName: 'A friend', paymentHash: HASH() } },
    'Flash webhook, without an amount': { txid: HASH().slice(0, 24), paymentHash: HASH(), accountId: person.account_id, eventType: 'receive.lightning' },
    'A kind that nobody knows': cloud('account.upgraded', {}),
    'Malformed: an amount that is none': cloud('payment.received', { amount: { value: 'lots', currency: 'USD' } }),
  };
}

export function createFlash({ api, toast, poll, displayName, peopleOf, now, timeOf }) {
  let person = null;
  let held = '';

  const act = (work) => async (event) => {
    event?.preventDefault();
    try {
      toast(await work());
    } catch (error) {
      toast(`That did not work: ${error.message}`);
    }
    await poll();
  };

  const amount = el('input', { id: 'pay-amount', type: 'number', min: '0.01', step: '0.01', value: '20.00', 'aria-label': 'US dollars' });
  const from = el('select', { id: 'pay-from', 'aria-label': 'Who pays' });
  const memo = el('input', { id: 'pay-memo', type: 'text', maxlength: '100', placeholder: 'what for', 'aria-label': 'What for' });
  const way = () => el('select', { 'aria-label': 'How it is told' }, options(WAYS));
  const payWay = way();
  const pay = act(async () => {
    const cents = Math.round(Number(amount.value) * 100);
    await api('/sandbox/pay', { phone: person.phone, cents, from: from.value || null, memo: memo.value.trim() || null, via: payWay.value });
    return `${displayName(person)} was paid, and Flash has told of it.`;
  });

  const body = el('textarea', { id: 'event-body', rows: '12', spellcheck: 'false', 'aria-label': 'The event’s body' });
  const kind = el('select', { id: 'event-kind', 'aria-label': 'Begin with' });
  const eventWay = way();
  const fill = () => { body.value = JSON.stringify(templates(person, now())[kind.value], null, 2); };
  kind.addEventListener('change', fill);
  const send = act(async () => {
    let parsed = body.value; // what is no JSON is sent as it is
    try { parsed = JSON.parse(body.value); } catch { /* as it is */ }
    const done = await api('/sandbox/flash-event', { via: eventWay.value, body: parsed });
    return done.http_status ? `The webhook answered ${done.http_status}.` : 'It is with the bot.';
  });

  const code = el('input', { id: 'pay-code', type: 'text', placeholder: 'lnbc…', 'aria-label': 'Payment code' });
  const payCode = (request) => act(async () => {
    await api('/sandbox/flash/pay', { payment_request: request });
    return 'The code is paid.';
  })();

  const role = el('select', { id: 'role', 'aria-label': 'Role' }, options(ROLES));
  const setRole = act(async () => {
    const { standing } = await api('/sandbox/role', { phone: person.phone, role: role.value });
    return `${displayName(person)}: ${standing}.`;
  });

  function build() {
    at('pane-flash').replaceChildren(
      el('section', { class: 'card' }, el('h3', {}, 'Pay this person'),
        el('p', {}, 'The money moves in Flash’s books, and Flash tells the bot.'),
        el('form', { class: 'fault', onsubmit: pay }, amount, from, memo, payWay, el('button', { id: 'pay' }, 'Pay'))),
      el('section', { class: 'card' }, el('h3', {}, 'Pay a code'),
        el('p', {}, 'Under a message with a payment code there is a button for it, too.'),
        el('form', { class: 'fault', onsubmit: (event) => { event.preventDefault(); payCode(code.value.trim()); } }, code, el('button', {}, 'Pay it'))),
      el('section', { class: 'card' }, el('h3', {}, 'News that wait'), el('ul', { class: 'waits', id: 'held' })),
      el('section', { class: 'card' }, el('h3', {}, 'An event by hand'),
        el('form', { class: 'by-hand', onsubmit: send }, el('div', { class: 'fault' }, kind, eventWay), body, el('div', { class: 'buttons' }, el('button', { id: 'send-event' }, 'Send it')))),
      el('section', { class: 'card' }, el('h3', {}, 'Staff'),
        el('p', {}, 'This person: ', el('strong', { id: 'standing' }, '…'), '. Grants and takes away as the operator’s ', el('code', {}, 'roles'), ' command does; their Flash account must be linked.'),
        el('form', { class: 'fault', onsubmit: setRole }, role, el('button', { id: 'set-role' }, 'Set the role'))));
  }

  function showPerson(shown) {
    const other = person?.phone !== shown.phone;
    person = shown;
    if (!other) return;
    held = '';
    const payers = peopleOf().filter((each) => each.account_id && each.phone !== shown.phone);
    from.replaceChildren(...options([['', 'from outside Flash'], ...payers.map((each) => [each.phone, `from ${displayName(each)}`])]));
    const chosen = kind.value;
    kind.replaceChildren(...options(Object.keys(templates(person, now())).map((name) => [name, name])));
    if (chosen) kind.value = chosen;
    fill();
  }

  async function refresh() {
    if (!person) return;
    const { phone } = person;
    const of = `?phone=${encodeURIComponent(phone)}`;
    const [news, { standing }] = await Promise.all([api(`/sandbox/held${of}`), api(`/sandbox/role${of}`)]);
    if (phone !== person.phone) return;
    at('standing').textContent = standing;
    const looks = JSON.stringify([phone, news]);
    if (looks === held) return;
    held = looks;
    at('held').replaceChildren(...(news.length ? news.map(({ due, topic, text }) =>
      el('li', {}, el('strong', {}, timeOf(due)), ` · ${topic}`, el('div', { class: 'body' }, markup(text))))
      : [el('li', { class: 'empty' }, 'None. Quiet hours, hourly or daily news, or many at once, make some.')]));
  }

  build();
  return { showPerson, refresh, payCode };
}
