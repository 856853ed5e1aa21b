// What a page can do beyond links: a note on each stretch, arrow keys between stretches, and a live page.
// Everything is reachable without it.

const refreshMs = 5000;
const note = document.createElement('div');
note.className = 'popover';
note.id = 'note';
note.setAttribute('role', 'status');
note.hidden = true;
document.body.append(note);
let shown = null;

const linksOf = () =>
  [...document.querySelectorAll('.line a')].filter((link) => link.getClientRects().length > 0);
const linkAt = (event) => event.target instanceof Element && event.target.closest('.line a');
const rowsOf = (link) => (link.dataset.s ?? link.getAttribute('href').slice(2)).split(' ');

/** A stretch of a minute is two pixels wide on a telephone: a tap beside it in its row means the nearest one. */
function linkNear(event) {
  const line = event.target instanceof Element && event.target.closest('.line');
  if (!line) return null;
  let near = null;
  let nearest = 20;
  for (const link of line.querySelectorAll('a')) {
    const { left, right } = link.getBoundingClientRect();
    const away = Math.max(left - event.clientX, event.clientX - right, 0);
    if (away < nearest) [near, nearest] = [link, away];
  }
  return near;
}

/** The rows of the table that a cell stands for, worded by the table's own headings. */
function fill(link) {
  const numbers = rowsOf(link);
  const heads = [...document.querySelectorAll('#stretches thead th')].map((head) => head.textContent);
  const lists = numbers.slice(0, 4).map((number) => {
    const list = document.createElement('dl');
    for (const [i, cell] of [...document.getElementById(`s${number}`).cells].entries()) {
      if (cell.textContent.trim() === '') continue;
      const term = document.createElement('dt');
      term.textContent = heads[i];
      const text = document.createElement('dd');
      text.append(...[...cell.childNodes].map((child) => child.cloneNode(true)));
      list.append(term, text);
    }
    return list;
  });
  note.replaceChildren(...lists);
  if (numbers.length > 4) note.append(`+ ${numbers.length - 4}`);
  const hours = hoursOf(numbers);
  if (hours) note.append(hours);
}

/** Wall-clock minutes of a row since the month's first midnight. */
const minutesOf = (row) => row.dataset.m.split(' ').map(Number);
const svg = (name) => document.createElementNS('http://www.w3.org/2000/svg', name);

/** The hours in which the stretches lie, a cell a minute, with whatever else lies there; null beyond six hours. */
function hoursOf(numbers) {
  const own = numbers.map((number) => minutesOf(document.getElementById(`s${number}`)));
  const from = Math.floor(Math.min(...own.map(([first]) => first)) / 60) * 60;
  const to = Math.ceil(Math.max(...own.map(([, after]) => after)) / 60) * 60;
  if (to - from > 6 * 60) return null;
  const drawing = svg('svg');
  const draw = (kind, first, after) => {
    const rect = svg('rect');
    const start = Math.max(first, from);
    rect.setAttribute('class', kind);
    rect.setAttribute('x', `${((start - from) / (to - from)) * 100}%`);
    rect.setAttribute('width', `${((Math.min(after, to) - start) / (to - from)) * 100}%`);
    drawing.append(rect);
  };
  draw('g', from, Number(document.getElementById('stretches').dataset.until));
  const rows = [...document.querySelectorAll('#stretches tbody tr')];
  // The worst class is drawn last, so that it wins its minute.
  for (const kind of 'oxub') {
    for (const row of rows) {
      const [first, after] = minutesOf(row);
      if (after > from && first < to && row.cells[2].querySelector(`.${kind}`)) draw(kind, first, after);
    }
  }
  const scale = document.createElement('div');
  scale.className = 'scale';
  for (let hour = from / 60; hour <= to / 60; hour += 1) {
    const mark = document.createElement('i');
    mark.textContent = `${hour % 24}:00`;
    scale.append(mark);
  }
  const box = document.createElement('div');
  box.className = 'hour';
  box.setAttribute('aria-hidden', 'true');
  box.append(drawing, scale);
  return box;
}

function show(link) {
  if (shown === link) return;
  hide();
  fill(link);
  shown = link;
  link.classList.add('shown');
  note.hidden = false;
  const at = link.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const left = Math.max(
    16,
    Math.min(at.left + at.width / 2 - note.offsetWidth / 2, width - note.offsetWidth - 16),
  );
  const above = at.top > note.offsetHeight + 12;
  note.style.left = `${left + scrollX}px`;
  note.style.top = `${(above ? at.top - note.offsetHeight - 8 : at.bottom + 8) + scrollY}px`;
}

function hide() {
  shown?.classList.remove('shown');
  shown = null;
  note.hidden = true;
}

/** One tab stop for the calendar; the arrow keys walk through it in order of time. */
function rove() {
  const links = linksOf();
  const current = links.includes(document.activeElement) ? document.activeElement : links[0];
  for (const link of document.querySelectorAll('.line a'))
    link.setAttribute('tabindex', link === current ? '0' : '-1');
}

function move(event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const link = linkAt(event);
  if (event.key === 'Escape') hide();
  if (!link || (step === undefined && event.key !== 'Home' && event.key !== 'End')) return;
  event.preventDefault();
  const links = linksOf();
  const rows = [...document.querySelectorAll('.row')];
  const row = rows.indexOf(link.closest('.row'));
  let next = links[links.indexOf(link) + (step ?? 0)];
  if (event.key === 'Home') next = links[0];
  if (event.key === 'End') next = links.at(-1);
  if (event.key === 'ArrowDown') next = links.find((each) => rows.indexOf(each.closest('.row')) > row);
  if (event.key === 'ArrowUp') next = links.findLast((each) => rows.indexOf(each.closest('.row')) < row);
  next?.focus();
  rove();
}

document.addEventListener('keydown', move);
document.addEventListener('focusin', (event) => {
  const link = linkAt(event);
  if (link) show(link);
  else hide();
});
document.addEventListener('pointerover', (event) => {
  const link = linkAt(event);
  if (link) show(link);
  else if (shown && shown !== document.activeElement && !note.contains(event.target)) hide();
});
document.addEventListener('click', (event) => {
  const link = linkAt(event) || linkNear(event);
  if (!link) {
    if (!note.contains(event.target)) hide();
    return;
  }
  event.preventDefault();
  link.focus({ preventScroll: true });
  show(link);
});
addEventListener('resize', () => {
  hide();
  rove();
});

/** Where something of a section is found again in its successor; null for what is not in it. */
function placeOf(section, element) {
  const selector = element && section.contains(element) ? pathOf(section, element) : null;
  if (!selector) return () => null;
  const nth = [...section.querySelectorAll(selector)].indexOf(element);
  return (fresh) => fresh.querySelectorAll(selector)[nth] ?? fresh.querySelector(selector);
}

/** Puts a section of the new page in the old one's place; open details, focus and an open note stay where they were. */
function swap(old, fresh) {
  if (old.outerHTML === fresh.outerHTML) return;
  for (const details of old.querySelectorAll('details[id][open]')) {
    fresh.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute('open', '');
  }
  const focused = placeOf(old, document.activeElement);
  const noted = placeOf(old, shown);
  if (old.contains(shown)) hide();
  old.replaceWith(fresh);
  focused(fresh)?.focus({ preventScroll: true });
  const link = noted(fresh);
  if (link) show(link);
}

/** What finds the focused thing again: a link by where it leads, a summary by the details it opens. */
function pathOf(section, element) {
  if (element.matches('a[href]')) {
    const selector = `a[href="${CSS.escape(element.getAttribute('href'))}"]`;
    const drawing = element.closest('.coarse') ? '.coarse ' : element.closest('.line') ? '.fine ' : '';
    return drawing + selector;
  }
  const details = element.closest('details[id]');
  return details && section.contains(details) ? `#${CSS.escape(details.id)} > summary` : null;
}

const before = new Map();

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const fresh of page.querySelectorAll('main > section[id]')) {
    const old = document.getElementById(fresh.id);
    const markup = fresh.outerHTML;
    if (old && before.get(fresh.id) !== markup) swap(old, document.adoptNode(fresh));
    before.set(fresh.id, markup);
  }
  rove();
}

function openTarget() {
  const row = location.hash.startsWith('#s') ? document.getElementById(location.hash.slice(1)) : null;
  const details = row?.closest('details');
  if (!details) return;
  details.open = true;
  row.scrollIntoView({ block: 'center' });
}

for (const section of document.querySelectorAll('main > section[id]'))
  before.set(section.id, section.outerHTML);
rove();
openTarget();
if (document.querySelector('#live')) {
  // A refused or failed refresh changes nothing; the next one tries again.
  setInterval(() => refresh().catch(() => {}), refreshMs);
}
