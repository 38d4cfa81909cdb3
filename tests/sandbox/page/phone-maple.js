// The model, as the stand-in plays it: how it behaves, what it was given last, and how an answer came about.
import { el } from './phone-dom.js';

const MANNERS = {
  honest: ['honest', 'keeps to its rules and says what stands in its notes'],
  thinks: [{ after: { millis: 12000 } }, 'is honest, but thinks for twelve seconds'],
  obeys: ['obeys', 'does as whoever writes demands'],
  cut: ['cut', 'stops in the middle of its answers'],
  declines: ['declines', 'declines to answer'],
};
const SOURCES = {
  model: 'The model answered, with the knowledge base at hand.', knowledge: 'The knowledge base answered; the model was not asked.',
  fallback: 'The model could not answer; the knowledge base did.', filtered: 'The model said what it may not say; the knowledge base answered instead.',
  refused: 'No question about Flash, or one that may not be answered.', nothing: 'Nothing fitted, or nobody waited for the answer any more.',
};
const WHO = { system: 'Rules and notes', user: 'The person, minimised', assistant: 'The assistant, earlier' };

/** How the assistant itself recorded its answer. */
export function recordOf(steps) {
  const step = steps.findLast(({ kind }) => kind === 'record');
  if (!step) return null;
  const { source, entries = [], knowledge, prompt, tokens = [0, 0], because } = JSON.parse(step.detail);
  const [read, written] = tokens;
  const facts = [
    because && `because: ${because.replaceAll('_', ' ')}`,
    ...entries.map((entry) => `entry ${entry}`),
    `knowledge base ${knowledge}`,
    prompt && `prompt ${prompt}`,
    read + written > 0 && `${read} tokens read, ${written} written`,
  ];
  return el('section', { class: 'run record', 'data-source': source },
    el('h3', {}, 'How the answer came about'), el('p', {}, SOURCES[source] ?? source),
    el('div', { class: 'facts' }, facts.filter(Boolean).map((fact) => el('span', {}, fact))));
}

export function createMaple({ api, act }) {
  const manner = el('select', { id: 'maple-manner', 'aria-label': 'How the model behaves' }, Object.entries(MANNERS).map(([name, [, words]]) => el('option', { value: name }, words)));
  const now = el('strong', { id: 'maple-now' }, '…');
  const given = el('div', { id: 'maple-given' });
  let drawn = '';

  const nameOf = (always) => Object.keys(MANNERS).find((name) => JSON.stringify(MANNERS[name][0]) === JSON.stringify(always));
  const order = (event) => {
    event.preventDefault();
    const [always, words] = MANNERS[manner.value];
    act(() => api('/sandbox/maple', { always }), `From now on the model ${words}.`)();
  };
  const line = ({ role, content }) => el('div', { class: 'said' }, el('h3', {}, WHO[role] ?? role), el('pre', {}, content));

  const card = el('section', { class: 'card', id: 'maple' }, el('h3', {}, 'The model'),
    el('p', {}, 'Maple stands in here for a language model. It ', now, '. Whatever it says is judged before anybody reads it; it can do nothing but talk.'),
    el('form', { class: 'fault', onsubmit: order }, manner, el('button', { id: 'set-manner' }, 'Make it so')),
    el('details', {}, el('summary', {}, 'What it was given last: all that has left for it'), given));

  async function refresh() {
    const told = await api('/sandbox/maple?newest=1');
    const looks = JSON.stringify(told);
    if (looks === drawn) return;
    drawn = looks;
    const name = nameOf(told.always);
    now.textContent = name ? MANNERS[name][1] : 'does as a test has told it';
    const last = told.asked.at(-1)?.messages ?? [];
    given.replaceChildren(...(last.length ? last.toReversed().map(line) : [el('p', { class: 'empty' }, 'Nothing yet. Only questions of people who agree to it get there.')]));
  }

  const mend = () => api('/sandbox/maple', { always: MANNERS.honest[0] });

  return { card, refresh, mend };
}
