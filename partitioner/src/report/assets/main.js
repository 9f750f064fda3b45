// Views, keys, and the address: `#function=…&view=…&find=…` opens the page where somebody left it.

const tabs = [...document.querySelectorAll('[role=tab]')].filter((tab) => !tab.hidden);

function open(name) {
  const tab = tabs.find((tab) => tab.dataset.view === name) ?? tabs[0];
  for (const other of tabs) {
    other.setAttribute('aria-selected', String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
    document.getElementById(`view-${other.dataset.view}`).hidden = other !== tab;
  }
  remember();
}

for (const tab of tabs) {
  tab.addEventListener('click', () => open(tab.dataset.view));
  tab.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.stopPropagation();
    const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
    next.focus();
    open(next.dataset.view);
  });
}

function remember() {
  const address = new URLSearchParams();
  const current = tabs.find((tab) => tab.getAttribute('aria-selected') === 'true').dataset.view;
  if (selection.number !== null) address.set('function', functions[selection.number].name);
  if (current !== 'graph') address.set('view', current);
  if (input.value) address.set('find', input.value);
  const text = address.toString();
  if (text !== location.hash.slice(1)) history.replaceState(null, '', text ? `#${text}` : location.pathname + location.search);
}
selection.listeners.push(remember);
input.addEventListener('input', remember);

function restore() {
  const address = new URLSearchParams(location.hash.slice(1));
  input.value = address.get('find') ?? '';
  search(input.value);
  const number = numberOf.get(address.get('function')) ?? null;
  open(address.get('view') ?? 'graph');
  if (number === null) select(null);
  else choose(number);
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === 'Escape') {
    // First what was looked for, then what was found.
    if (input.value) {
      input.value = '';
      search('');
      remember();
    } else select(null);
    graph.focus();
    return;
  }
  if (event.target === input) return;
  if (event.key === '/') {
    event.preventDefault();
    input.focus();
    input.select();
  } else if (event.key.startsWith('Arrow') && !graph.parentElement.hidden && !panel.contains(event.target)) {
    event.preventDefault();
    step(event.key);
  } else if (event.key === '+' || event.key === '=') zoom(1.4);
  else if (event.key === '-') zoom(1 / 1.4);
  else if (event.key === '0') whole();
});

invite();
whole();
restore();
addEventListener('hashchange', restore);
addEventListener('resize', show);
