// The data as it was written, and the questions that the views ask about it.

const data = JSON.parse(document.getElementById('data').textContent);
const functions = data.functions;
const callers = functions.map(() => []);
const callees = functions.map(() => []);
for (const call of data.calls) {
  callees[call.from].push(call);
  callers[call.to].push(call);
}
const numberOf = new Map(functions.map((entry, number) => [entry.name, number]));

/** What is selected, and who wants to know when that changes. */
const selection = { number: null, listeners: [] };

function select(number) {
  if (number === selection.number) return;
  selection.number = number;
  for (const listener of selection.listeners) listener(number);
}

/** An element with text: text is never read as markup. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'onclick') made.addEventListener('click', value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** 1234567 as 1,234,567. */
const count = (number) => number.toLocaleString('en-US');
