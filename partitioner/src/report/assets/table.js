// Tables: the functions, to sort by any column; the plans that could be chosen; the changes against another plan.

const table = document.querySelector('#view-table table');
const calls = (number) => callers[number].length + callees[number].length;
const crossings = (number) => [...callers[number], ...callees[number]].filter((call) => call.crosses).length
  + (functions[number].root && functions[number].crossing ? 1 : 0);
const columns = [
  { title: 'function', value: (number) => functions[number].name, name: true },
  { title: 'placement', value: (number) => functions[number].placement },
  { title: 'context', value: (number) => functions[number].context },
  { title: 'lines', value: (number) => functions[number].lines, number: true },
  { title: 'calls', value: calls, number: true },
  { title: 'crossings', value: crossings, number: true },
  ...(data.workload === null ? [] : [{ title: 'frequency', value: (number) => functions[number].frequency, number: true }]),
  { title: 'reason', value: (number) => functions[number].reason },
];
const rows = functions.map((entry, number) => {
  const row = element('tr', { 'data-number': number, onclick: () => select(number) });
  for (const column of columns) {
    const value = column.value(number);
    const kind = column.number ? 'number' : column.name ? 'name' : '';
    const cell = element('td', { class: kind });
    if (column.title === 'placement') cell.append(element('span', { class: `swatch ${value}` }));
    if (column.name) cell.append(element('button', { class: 'link name' }, value));
    else if (column.number) cell.append(count(value));
    else cell.append(...prose(value));
    row.append(cell);
  }
  return row;
});
let order = { column: null, down: false };

function sort(column) {
  order = { column, down: order.column === column ? !order.down : Boolean(column.number) };
  const compare = column.number
    ? (a, b) => column.value(a) - column.value(b)
    : (a, b) => column.value(a).localeCompare(column.value(b), 'en');
  const numbers = functions.map((_, number) => number);
  numbers.sort((a, b) => (order.down ? -compare(a, b) : compare(a, b)) || a - b);
  table.tBodies[0].replaceChildren(...numbers.map((number) => rows[number]));
  table.querySelectorAll('th').forEach((head, index) => {
    if (columns[index] === column) head.setAttribute('aria-sort', order.down ? 'descending' : 'ascending');
    else head.removeAttribute('aria-sort');
    head.firstChild.textContent = columns[index].title + (columns[index] === column ? (order.down ? ' ↓' : ' ↑') : '');
  });
}

/** Shows only these functions; all, if there are none to show. */
function filterTable(wanted) {
  rows.forEach((row, number) => { row.hidden = wanted !== null && !wanted.has(number); });
}

table.tHead.append(element('tr', {}, ...columns.map((column) =>
  element('th', { scope: 'col', class: column.number ? 'number' : '' }, element('button', { onclick: () => sort(column) }, column.title)))));
table.tBodies[0].append(...rows);
selection.listeners.push((number) => rows.forEach((row, index) => row.classList.toggle('selected', index === number)));

/** A table that stays in its order. */
function plain(heads, rows) {
  const head = ({ title, number }) => element('th', { scope: 'col', class: number ? 'number' : '' }, element('button', { disabled: '' }, title));
  return element('table', {}, element('thead', {}, element('tr', {}, ...heads.map(head))), element('tbody', {}, ...rows));
}

if (data.front.length > 0) {
  const choice = (entry) => element('tr', { class: entry.chosen ? 'selected' : '' },
    element('td', { class: 'number' }, entry.lambda === null ? '—' : entry.lambda.toFixed(1)),
    element('td', { class: 'number' }, count(entry.lines)),
    element('td', { class: 'number' }, count(Math.round(entry.instructions))),
    element('td', { class: 'number' }, entry.overhead === null ? '—' : `${entry.overhead.toFixed(2)} %`),
    element('td', {}, ...entry.leaves.flatMap((name, index) => (index === 0 ? [wayTo(name)] : [', ', wayTo(name)]))));
  const heads = [{ title: 'a line is worth', number: true }, { title: 'lines', number: true }, { title: 'instructions a second', number: true },
    { title: 'share', number: true }, { title: 'leaves the kernel' }];
  document.getElementById('view-front').append(plain(heads, data.front.map(choice)));
}

if (data.diff !== null) {
  const changes = document.getElementById('view-diff');
  const place = (name) => (name === null ? '—' : element('span', {}, element('span', { class: `swatch ${name}` }), name));
  const change = (entry) => {
    return element('tr', {}, element('td', { class: 'name' }, wayTo(entry.name)), element('td', {}, place(entry.from)), element('td', {}, place(entry.to)),
      element('td', { class: 'number' }, count(entry.lines)), element('td', {}, ...prose(entry.reason)));
  };
  const heads = [{ title: 'function' }, { title: 'was' }, { title: 'is' }, { title: 'lines', number: true }, { title: 'reason' }];
  const against = element('p', { class: 'quiet' }, 'against ', element('code', {}, data.diff.against));
  if (data.diff.changes.length === 0) changes.append(against, element('p', {}, 'Every function is where it was.'));
  else changes.append(against, plain(heads, data.diff.changes.map(change)));
}
