// The panel beside the phone: what each message did in functions, tables and queues; the world's switches; the raw tables.
import { el } from './phone-dom.js';
import { createFlash } from './phone-flash.js';
import { createMaple, recordOf } from './phone-maple.js';

const TABLES = { people: ['person'], sessions: ['person'], codes: ['person', 'purpose'], messages: ['person', 'id'], audit: ['person', 'at#entry'], cache: ['key'] };
const SYSTEMS = { flash: 'Flash', twilio: 'Twilio', maple: 'Maple', dynamodb: 'the tables', queue: 'the queue', webhook: 'the webhook' };
const MODES = {
  down: 'is down', slow: 'is too slow', nonsense: 'answers nonsense', rate_limited: 'says “too many requests”', timeout_after_accept: 'does it, but never answers',
};
const MOVES = [['+1 min', 60], ['+5 min', 300], ['+1 h', 3600], ['+24 h', 86400]];
const FUNCTIONS = {
  webhook: 'takes the message and decides', outbound: 'sends the answer', 'webhook/status': 'hears what became of it', web: 'serves pages and pictures',
  assistant: 'answers a question', 'otp-expiry': 'ends codes on time', 'event-bridge': 'hears of payments', scheduler: 'does what is due',
};
const PAGES = { link: 'The link page', confirm: 'The page to show that it’s you', export: 'The page with one’s data', qr: 'The picture of code' };
const CALLS = {
  BatchGetItem: 'read everything at once', GetItem: 'read', Query: 'looked up', PutItem: 'wrote', UpdateItem: 'changed', DeleteItem: 'deleted',
  TransactWriteItems: 'saved all or nothing', TransactGetItems: 'read as one', BatchWriteItem: 'wrote a batch',
  ChatCompletion: 'asked the model', SendMessage: 'put on the queue', SendMessageBatch: 'put on the queue', ReceiveMessage: 'taken from the queue', DeleteMessage: 'taken off the queue',
};
const WELL = /^(ok|counted|2\d\d)$/;
const HELD = 'refused'; // a condition that was not met, mostly: somebody else had been first
const KINDS = { invoke: 'called', table: 'table', queue: 'queue', http: 'network', note: 'note' };
const at = (id) => document.getElementById(id);
const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

export function createPanel({ api, toast, replay, poll, wordsOf, personAt, displayName, clockOf, reset, peopleOf, now }) {
  let tab = 'trace';
  let table = 'people';
  const drawn = {};
  const folds = new Map(); // key → open, where the person chose
  const broken = new Map(); // system → mode, as this page set them

  // ---- tabs ---------------------------------------------------------------------------------------------------------

  const tabs = ['trace', 'flash', 'world', 'tables'];
  const flash = createFlash({ api, toast, poll, displayName, peopleOf, now, timeOf: (at) => clockOf({ dateStyle: 'medium', timeStyle: 'short' }, at) });
  function choose(name) {
    tab = name;
    for (const each of tabs) {
      at(`tab-${each}`).setAttribute('aria-selected', String(each === name));
      at(`tab-${each}`).tabIndex = each === name ? 0 : -1;
      at(`pane-${each}`).hidden = each !== name;
    }
    refresh().catch(() => {});
  }
  for (const name of tabs) {
    at(`tab-${name}`).addEventListener('click', () => choose(name));
    at(`tab-${name}`).addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(tabs.indexOf(name) + step + tabs.length) % tabs.length];
      choose(next);
      at(`tab-${next}`).focus();
    });
  }

  /** Draws only what changed, so that a text one is selecting stays under the pointer. */
  function redraw(pane, data, build) {
    const looks = JSON.stringify(data);
    if (drawn[pane] === looks) return;
    drawn[pane] = looks;
    at(pane).replaceChildren(...build());
  }

  /** Stays as the person left it, whatever is drawn anew. */
  function fold(look, key, openAtFirst, summary, ...inside) {
    const node = el('details', { class: look, open: folds.get(key) ?? openAtFirst },
      el('summary', { onclick: () => folds.set(key, !node.open) }, summary), inside);
    return node;
  }

  // ---- what happened ------------------------------------------------------------------------------------------------

  function stepLine(step, start) {
    const look = WELL.test(step.outcome) ? 'good' : step.outcome === HELD ? 'held' : 'bad';
    return el('li', { class: `step ${KINDS[step.kind] ?? ''}` },
      el('span', { class: 'when' }, `${Math.max(0, Math.round(step.at - start))} ms`),
      el('span', { class: 'kind' }, KINDS[step.kind] ?? step.kind),
      el('span', { class: 'what' },
        CALLS[step.what] ? [CALLS[step.what], ' ', el('code', {}, step.what)] : step.what,
        step.detail ? el('span', { class: 'detail' }, step.detail) : null,
        step.outcome === 'ok' ? null : el('span', { class: look }, step.outcome)));
  }

  /** Steps in runs: a function may work on one message more than once, and others in between. */
  function runs(steps) {
    const found = [];
    for (const step of steps) {
      if (found.at(-1)?.name !== step.function || step.kind === 'invoke') found.push({ name: step.function, steps: [] });
      found.at(-1).steps.push(step);
    }
    return found;
  }

  function countLine([name, counts]) {
    const { table: tables = 0, queue = 0, http = 0 } = counts;
    return el('li', { 'data-function': name },
      el('strong', {}, name), FUNCTIONS[name] ? el('span', { class: 'does' }, FUNCTIONS[name]) : null,
      el('span', { class: 'counts' },
        [['table', tables], ['queue', queue], ['network', http]].map(([kind, count]) =>
          el('span', { class: `count ${kind}${count ? '' : ' zero'}` }, plural(count, `${kind} call`)))));
  }

  /** What a person waited for: the hand-over to Twilio, not the delivery reports that follow for seconds. */
  function duration(steps) {
    const since = (step) => Math.round(step.at - steps[0].at);
    const sent = steps.find((step) => step.function === 'outbound' && step.kind === 'http' && WELL.test(step.outcome));
    return sent ? `answered in ${since(sent)} ms` : plural(steps.length, 'step');
  }

  function titleOf({ message_sid: sid, steps }) {
    const words = wordsOf(sid);
    if (words) return `“${words.body}”`;
    if (sid.startsWith('event-')) return 'Flash told of something';
    if (sid === '/flash/events' || sid === 'rabbitmq') return 'Flash’s event was taken in';
    if (steps.some((step) => step.function === 'event-bridge')) return 'A payment code was paid, or is over';
    if (steps.some((step) => step.function === 'otp-expiry')) return 'The time of a code is over';
    if (sid === 'page …-frame') return 'The frame of the safety puzzle';
    const page = PAGES[steps[0]?.what.match(/ \/(\w+)\//)?.[1]];
    return page ? `${page} ${sid.slice(sid.indexOf('…'))}` : sid;
  }

  function traceCard(trace, openAtFirst) {
    const { message_sid: sid, steps, calls } = trace;
    const from = personAt(wordsOf(sid)?.from);
    const order = [...new Set(steps.map((step) => step.function))];
    return fold('trace', sid, openAtFirst,
      [
        el('span', { class: 'title' }, titleOf(trace)),
        el('span', { class: 'meta' }, [from && displayName(from), duration(steps)].filter(Boolean).join(' · ')),
      ],
      el('ul', { class: 'functions' }, order.map((name) => countLine([name, calls[name]]))),
      recordOf(steps),
      runs(steps.filter(({ kind }) => kind !== 'record')).map((run) => el('section', { class: 'run' }, el('h3', {}, run.name), el('ol', {}, run.steps.map((step) => stepLine(step, steps[0].at))))),
      el('p', { class: 'sid' }, sid));
  }

  const isPicture = ({ message_sid: sid }) => sid.startsWith('picture ');

  /** Twilio fetches a code's picture, then the phone does: of all codes one card, below what the newest was made for. */
  function traceCards(traces) {
    const pictures = traces.filter(isPicture);
    const others = traces.filter((trace) => !isPicture(trace));
    const cards = others.map((trace, index) => traceCard(trace, index === 0));
    if (!pictures.length) return cards;
    const fetched = pictures.flatMap(({ steps }) => steps).filter(({ kind }) => kind === 'invoke').length;
    const card = fold('trace pictures', 'pictures', false,
      [el('span', { class: 'title' }, 'Pictures of payment codes'), el('span', { class: 'meta' }, `fetched ${plural(fetched, 'time')}`)],
      pictures.map((picture) => traceCard(picture, false)));
    return cards.toSpliced(traces.indexOf(pictures[0]) + 1, 0, card);
  }

  async function refreshTrace() {
    const traces = await api('/sandbox/trace');
    redraw('pane-trace', traces, () => traces.length ? traceCards(traces) : [
      el('p', { class: 'empty' }, 'Write something to Flash. Every function, table, queue and network call that it causes appears here.'),
    ]);
  }

  // ---- the world ----------------------------------------------------------------------------------------------------

  const act = (work, said) => async () => {
    try {
      await work();
      toast(said);
    } catch (error) {
      toast(`That did not work: ${error.message}`);
    }
    await poll();
  };

  const maple = createMaple({ api, act });

  async function fault(system, mode, count) {
    await api('/sandbox/fault', { system, mode, ...(count ? { count } : {}) });
    if (mode === 'ok' || count) broken.delete(system);
    else broken.set(system, mode);
    drawBroken();
  }

  function drawBroken() {
    at('broken').replaceChildren(...[...broken].map(([system, mode]) => el('li', {},
      `${SYSTEMS[system]} ${MODES[mode]}`,
      el('button', { type: 'button', onclick: act(() => fault(system, 'ok'), `${SYSTEMS[system]} works again.`) }, 'Mend'))));
  }

  function buildWorld() {
    const options = (choices) => choices.map(([value, name]) => el('option', { value }, name));
    const system = el('select', { id: 'fault-system', 'aria-label': 'What to break' }, options(Object.entries(SYSTEMS)));
    const mode = el('select', { id: 'fault-mode', 'aria-label': 'How' }, options(Object.entries(MODES)));
    // The webhook is reached or it isn't.
    system.addEventListener('change', () => {
      const fits = ([name]) => system.value !== 'webhook' || name === 'down';
      mode.replaceChildren(...options(Object.entries(MODES).filter(fits)));
    });
    const count = el('select', { id: 'fault-count', 'aria-label': 'For how long' }, options([[0, 'until mended'], [1, 'for 1 call'], [3, 'for 3 calls'], [10, 'for 10 calls']]));
    at('pane-world').replaceChildren(
      el('section', { class: 'card' }, el('h3', {}, 'Time'),
        el('p', {}, 'On this phone it is ', el('strong', { id: 'world-clock' }, '…'), '. Everything reads this one clock; what becomes due on the way is done.'),
        el('div', { class: 'buttons' }, MOVES.map(([name, seconds]) => el('button', {
          type: 'button', 'data-advance': seconds, onclick: act(() => api('/sandbox/clock', { advance_s: seconds }), `The clock moved ${name}.`),
        }, name)))),
      el('section', { class: 'card' }, el('h3', {}, 'Break something'),
        el('form', { class: 'fault', onsubmit: (event) => {
          event.preventDefault();
          act(() => fault(system.value, mode.value, Number(count.value)), `${SYSTEMS[system.value]} ${MODES[mode.value]}.`)();
        } }, system, mode, count, el('button', { class: 'danger' }, 'Break it')),
        el('ul', { class: 'broken', id: 'broken' }),
        el('div', { class: 'buttons' }, el('button', { type: 'button', onclick: act(async () => {
          for (const each of Object.keys(SYSTEMS)) await fault(each, 'ok');
          await maple.mend();
        }, 'Everything works again.') }, 'Mend everything'))),
      maple.card,
      el('section', { class: 'card' }, el('h3', {}, 'Replay'),
        el('p', {}, 'Twilio delivers a message twice now and then. This sends the last one of this chat again, with the same SID. It must be answered once.'),
        el('div', { class: 'buttons' }, el('button', { type: 'button', id: 'replay', onclick: () => replay().catch((error) => toast(error.message)) }, 'Replay the last message'))),
      el('section', { class: 'card' }, el('h3', {}, 'Begin again'),
        el('p', {}, 'Empties all tables and queues, and these chats.'),
        el('div', { class: 'buttons' }, el('button', { type: 'button', id: 'reset', class: 'danger', onclick: act(async () => { for (const each of [...broken.keys()]) await fault(each, 'ok'); await reset(); }, 'A fresh world.') }, 'Reset the world'))));
  }

  // ---- raw tables ---------------------------------------------------------------------------------------------------

  // Stored values may wear DynamoDB's type letter, as in {"S": "…"}.
  const plain = (value) => value && typeof value === 'object' && Object.keys(value).length === 1 ? Object.values(value)[0] : value;

  function itemCard(item) {
    const keys = TABLES[table].map((name) => plain(item[name])).filter((value) => value !== undefined).map(String);
    return fold('item', `${table}/${keys.join('/')}`, false, keys.map((key) => el('code', {}, key)), el('pre', {}, JSON.stringify(item, null, 2)));
  }

  async function refreshTables() {
    const shown = table;
    const items = await api(`/sandbox/tables/${shown}`);
    if (shown !== table) return;
    redraw('table-items', [table, items], () => [
      el('p', { class: 'empty' }, items.length ? plural(items.length, 'item') + ', as stored.' : 'Nothing is stored here.'),
      ...items.map(itemCard),
    ]);
  }

  function buildTables() {
    const pick = el('div', { class: 'picker', role: 'group', 'aria-label': 'Table' }, Object.keys(TABLES).map((name) => el('button', {
      type: 'button', 'aria-pressed': String(name === table), onclick: (event) => {
        table = name;
        for (const each of pick.children) each.setAttribute('aria-pressed', String(each === event.currentTarget));
        refreshTables().catch((error) => toast(error.message));
      },
    }, name)));
    at('pane-tables').replaceChildren(pick, el('div', { id: 'table-items' }));
  }

  // ---- the outside --------------------------------------------------------------------------------------------------

  async function refresh() {
    if (tab === 'trace') await refreshTrace();
    else if (tab === 'flash') await flash.refresh();
    else if (tab === 'world') await maple.refresh();
    else if (tab === 'tables') await refreshTables();
  }

  function money(person) {
    if (person.balance == null) return 'balance not available';
    const cents = Math.trunc(person.balance);
    return `${(cents / 100).toFixed(2)} USD at Flash`;
  }

  function showPerson(person) {
    flash.showPerson(person);
    const facts = person.account_id
      ? [person.username && `@${person.username}`, money(person), person.display_currency && `sees ${person.display_currency}`, person.totp && 'authenticator app', person.status && String(person.status).toLowerCase()]
      : ['no Flash account'];
    at('persona').replaceChildren(
      el('p', {}, 'You are ', el('strong', {}, displayName(person)), ' on ', el('code', { class: 'copy' }, person.phone)),
      el('p', { class: 'facts' }, facts.filter(Boolean).map((fact) => el('span', {}, fact))),
      ...(person.pushes || []).slice(-1).map((push) => el('p', { class: 'hint push' }, 'In the Flash app: ', el('strong', {}, push.title), ' ', push.body)),
      person.account_id ? el('p', { class: 'hint' }, 'On the link page, log in with this number and the code ', el('code', {}, '000000'), '.') : null);
  }

  const showClock = () => { at('world-clock').textContent = clockOf({ dateStyle: 'full', timeStyle: 'medium' }); };

  buildWorld();
  buildTables();
  choose(tab);
  return { refresh, showPerson, showClock, payCode: flash.payCode };
}
