// Finding a function by a part of its name: the picture shows all that fit, Enter goes to one.

const input = document.getElementById('search');
const found = document.getElementById('found');
const SHOWN = 14;
let hits = [];
let at = 0;

/** The functions that have all words, those that begin with the first word of all before the others. */
function find(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const names = functions.map((entry) => entry.name.toLowerCase());
  const own = (name) => name.slice(name.lastIndexOf(':') + 1);
  const rank = (name) => (own(name) === words[0] ? 0 : own(name).startsWith(words[0]) ? 1 : 2);
  return names
    .map((name, number) => ({ name, number }))
    .filter(({ name }) => words.every((word) => name.includes(word)))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.number - b.number)
    .map(({ number }) => number);
}

function search(text) {
  hits = find(text);
  at = 0;
  const wanted = new Set(hits);
  boxes.forEach((box, number) => box.classList.toggle('found', wanted.has(number)));
  filterTable(text.trim() === '' ? null : wanted);
  list();
}

function list() {
  const open = input.value.trim() !== '' && document.activeElement === input;
  found.hidden = !open;
  input.setAttribute('aria-expanded', String(open));
  const first = Math.max(0, Math.min(at - SHOWN + 3, hits.length - SHOWN));
  const rows = hits.slice(first, first + SHOWN).map((number, index) => element('li', {
    role: 'option', id: `hit-${first + index}`, class: 'name', 'aria-selected': String(first + index === at), 'data-number': number,
  }, element('span', { class: `swatch ${functions[number].placement}` }), functions[number].name));
  const rest = hits.length - first - rows.length;
  if (hits.length === 0) rows.push(element('li', { class: 'none' }, 'no function has such a name'));
  else if (rest > 0) rows.push(element('li', { class: 'none' }, `and ${count(rest)} more`));
  found.replaceChildren(...rows);
  if (hits.length > 0) input.setAttribute('aria-activedescendant', `hit-${at}`);
  else input.removeAttribute('aria-activedescendant');
}

function choose(number) {
  select(number);
  if (!graph.parentElement.hidden) center(number);
  found.hidden = true;
}

input.addEventListener('input', () => search(input.value));
input.addEventListener('focus', list);
input.addEventListener('blur', () => { found.hidden = true; });
input.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && hits.length > 0) {
    choose(hits[at]);
    graph.focus();
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    at = Math.max(0, Math.min(hits.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)));
    list();
  }
});
// Before the field loses the focus, and the list with it.
found.addEventListener('pointerdown', (event) => {
  event.preventDefault();
  const row = event.target.closest('[data-number]');
  if (row) choose(Number(row.dataset.number));
});
