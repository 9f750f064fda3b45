// What there is to say about the selected function.

const panel = document.getElementById('panel');

function chip(text, kind = '') {
  return element('span', { class: `chip ${kind}` }, text);
}

function section(title, list) {
  return list.length === 0 ? [] : [element('h3', {}, title), element('ul', {}, ...list)];
}

function neighbour(call, number) {
  const entry = functions[number];
  const item = element('li', {},
    element('span', { class: `swatch ${entry.placement}`, title: entry.placement }),
    element('button', { class: 'link name', onclick: () => select(number) }, entry.name));
  const notes = [];
  if (call.crosses) notes.push('crosses');
  if (call.frequency !== null) notes.push(`${count(call.frequency)} times`);
  if (notes.length > 0) item.append(element('small', call.crosses ? { class: 'crosses-mark' } : {}, ` ${notes.join(', ')}`));
  return item;
}

function named({ name, about }) {
  return element('li', {}, element('span', {}, ...prose(name)), ' ', element('small', {}, ...prose(about)));
}

/** Fragments of Rust in reasons stand between backquotes. */
function prose(text) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part));
}

/** A step of a reason, with the place where one sees it. */
function cause({ text, file, line }) {
  return element('li', {}, ...prose(text), ' ', element('small', {}, file === null ? '' : `${file}:${line}`));
}

const signed = (number) => `${number < 0 ? '−' : '+'}${count(Math.abs(number))}`;

/** What it would be like in the other half. */
function elsewhere(otherwise) {
  if (otherwise === null) return [];
  const title = `in the ${otherwise.half} half instead`;
  if (!otherwise.possible) {
    return [...section(title, [element('li', {}, 'not possible, because together:')]), element('ul', { class: 'core' }, ...otherwise.core.map(cause))];
  }
  const lines = [
    element('li', {}, `${signed(otherwise.kernel_lines)} lines in the kernel`),
    element('li', {}, `${signed(otherwise.instructions_per_second)} instructions a second for crossings`),
  ];
  if (otherwise.over_budget) lines.push(element('li', {}, 'no plan with it there stays within the budget'));
  if (otherwise.moves.length > 0) lines.push(element('li', {}, 'with it: ', ...otherwise.moves.flatMap((name, index) => (index === 0 ? [wayTo(name)] : [', ', wayTo(name)]))));
  return section(title, lines);
}

/** The name of a function as a way to it. */
function wayTo(name) {
  const number = numberOf.get(name);
  return number === undefined ? name : element('button', { class: 'link name', onclick: () => select(number) }, name);
}

function describe(number) {
  const entry = functions[number];
  const chips = [chip(entry.placement === 'both' ? 'both halves' : entry.placement, entry.placement), chip(entry.context)];
  if (entry.root) chips.push(chip('root: the kernel calls it'));
  if (entry.crossing) chips.push(chip(entry.crossing === 'deferred' ? 'deferred upcall' : entry.crossing));
  const frequency = entry.frequency === null ? '' : `, called ${count(entry.frequency)} times`;
  const parts = [
    element('h2', { class: 'name' }, entry.name),
    element('div', { class: 'chips' }, ...chips),
    ...(entry.doc ? [element('p', { class: 'quiet' }, ...prose(entry.doc))] : []),
    element('h3', {}, 'why'),
    element('p', { id: 'why' }, ...prose(entry.reason)),
    element('p', { class: 'quiet' }, element('code', {}, `${entry.file}:${entry.line}`), `, ${count(entry.lines)} lines${frequency}`),
    ...section('because', entry.because.map(cause)),
    ...elsewhere(entry.otherwise),
    ...section('for it to move', entry.changes.map((change) => element('li', {}, ...prose(change)))),
    ...section('called by', callers[number].map((call) => neighbour(call, call.from))),
    ...section('calls', callees[number].map((call) => neighbour(call, call.to))),
    ...section('fields of the state', entry.fields.map(({ name, about }) => named({ name: `\`${name}\``, about }))),
    ...section('only the kernel has', entry.kernel_only.map(named)),
    ...section('services that may sleep', entry.services.map(named)),
  ];
  panel.replaceChildren(...parts);
  panel.scrollTop = 0;
}

function invite() {
  const key = (name, what) => element('li', {}, element('kbd', {}, name), ` ${what}`);
  const halves = element('p', {}, 'Left are the roots, which the kernel calls; each function is right of its callers. ',
    'Square boxes live in the kernel, round ones in the user half. Heavy lines cross.');
  const workload = data.workload === null ? [] : [element('p', { class: 'quiet' }, `profile: ${data.workload}`)];
  panel.replaceChildren(
    element('h2', {}, 'Choose a function'),
    halves,
    ...workload,
    element('h3', {}, 'keys'),
    element('ul', {}, key('/', 'find'), key('Esc', 'let go'), key('← →', 'to a caller, to a callee'),
      key('↑ ↓', 'within the column'), key('+ − 0', 'closer, farther, all of it')),
    element('p', { class: 'quiet' }, `plan ${data.plan}`),
  );
}

selection.listeners.push((number) => (number === null ? invite() : describe(number)));
