// Builds DOM from data: elements, icons, and WhatsApp's own text markup. Data only ever becomes text nodes.

const SVG = 'http://www.w3.org/2000/svg';

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
}

export function icon(name, look, title) {
  const svg = document.createElementNS(SVG, 'svg');
  if (look) svg.setAttribute('class', look);
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  if (title) {
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', title);
    const tip = document.createElementNS(SVG, 'title');
    tip.textContent = title;
    svg.prepend(tip);
  }
  return svg;
}

const SPAN_TAGS = { '*': 'strong', _: 'em', '~': 's' };
// Code first, then links (their underscores are no markup), then markers that hug their text and stand outside words.
const SPANS = new RegExp([
  '(?:```([^`\\n]+)```|`([^`\\n]+)`)',
  '(https?:\\/\\/[^\\s<>]*[^\\s<>.,;:!?\'")\\]*~])',
  '(?<![\\p{L}\\p{N}])([*_~])(?=\\S)([^\\n]+?)(?<=\\S)\\4(?![\\p{L}\\p{N}])',
].join('|'), 'gu');

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(SPANS)) {
    const [whole, block, span, link, marker, inner] = match;
    const code = block ?? span;
    if (match.index > from) nodes.push(text.slice(from, match.index));
    if (code) nodes.push(el('code', {}, code));
    else if (link) nodes.push(el('a', { href: link, target: '_blank', rel: 'noopener' }, link));
    else nodes.push(el(SPAN_TAGS[marker], {}, inline(inner)));
    from = match.index + whole.length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

const LINES = [
  { start: /^> ?/, wrap: 'blockquote', line: 'div' },
  { start: /^[-*] (?=\S)/, wrap: 'ul', line: 'li' },
  { start: /^\d{1,3}\. (?=\S)/, wrap: 'ol', line: 'li' },
];

function lines(text) {
  const blocks = [];
  let open = null;
  for (const line of text.split('\n')) {
    const kind = LINES.find(({ start }) => start.test(line)) ?? null;
    if (!open || open.kind !== kind) {
      const props = kind?.wrap === 'ol' ? { start: parseInt(line, 10) } : {};
      open = { kind, node: el(kind?.wrap ?? 'p', props) };
      blocks.push(open.node);
    } else if (!kind) {
      open.node.append('\n');
    }
    if (kind) open.node.append(el(kind.line, {}, inline(line.replace(kind.start, ''))));
    else open.node.append(...inline(line));
  }
  return blocks;
}

/** WhatsApp text as nodes: *bold* _italic_ ~strike~ `code` ```block```, quotes, lists, links. */
export function markup(text) {
  return text.split(/```([^`]*\n[^`]*)```/).flatMap((part, at) => {
    if (at % 2) return [el('pre', {}, part.replace(/^\n|\n$/g, ''))];
    return part.trim() ? lines(part.replace(/^\n|\n$/g, '')) : [];
  });
}
