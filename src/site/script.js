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

/** The rows of the table that a cell stands for, worded by the table's own headings. */
function fill(link) {
  const numbers = (link.dataset.s ?? link.getAttribute('href').slice(2)).split(' ');
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
  const link = linkAt(event);
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

/** Puts a section of the new page in the old one's place; open details and the focus stay where they were. */
function swap(old, fresh) {
  if (old.outerHTML === fresh.outerHTML) return;
  for (const details of old.querySelectorAll('details[id][open]')) {
    fresh.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute('open', '');
  }
  const focused = old.contains(document.activeElement) ? pathOf(old, document.activeElement) : null;
  const nth = focused ? [...old.querySelectorAll(focused)].indexOf(document.activeElement) : 0;
  const tabs = old.querySelector('.tabs')?.scrollLeft ?? 0;
  hide();
  old.replaceWith(fresh);
  fresh.querySelector('.tabs')?.scrollTo(tabs, 0);
  if (focused) {
    const same = fresh.querySelectorAll(focused);
    (same[nth] ?? same[0])?.focus({ preventScroll: true });
  }
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
