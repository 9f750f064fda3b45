// The picture: zoom, pan, what is highlighted, and the way from function to function with arrow keys.

const graph = document.getElementById('graph');
const scene = document.getElementById('scene');
const size = { width: Number(graph.dataset.width), height: Number(graph.dataset.height) };
const boxes = [...scene.querySelectorAll('.function')];
const lines = [...scene.querySelectorAll('.call')];
const view = { x: 0, y: 0, scale: 1 };
const CLOSEST = 4;

function show() {
  scene.setAttribute('transform', `translate(${view.x} ${view.y}) scale(${view.scale})`);
  // Names that nobody can read only cost time.
  graph.classList.toggle('far', view.scale < 0.22);
}

function room() {
  const { width, height } = graph.getBoundingClientRect();
  return { width: width || 1, height: height || 1 };
}

function whole() {
  const { width, height } = room();
  view.scale = Math.min(width / size.width, height / size.height, 1.2);
  view.x = (width - size.width * view.scale) / 2;
  view.y = (height - size.height * view.scale) / 2;
  show();
}

function zoom(factor, x = room().width / 2, y = room().height / 2) {
  const scale = Math.min(CLOSEST, Math.max(0.02, view.scale * factor));
  view.x = x - (x - view.x) * (scale / view.scale);
  view.y = y - (y - view.y) * (scale / view.scale);
  view.scale = scale;
  show();
}

/** Brings a function to the middle, near enough to be read. */
function center(number) {
  const box = boxes[number].querySelector('rect').getBBox();
  const { width, height } = room();
  view.scale = Math.max(view.scale, 0.8);
  view.x = width / 2 - (box.x + box.width / 2) * view.scale;
  view.y = height / 2 - (box.y + box.height / 2) * view.scale;
  show();
}

/** Whether a function can be seen as it stands. */
function visible(number) {
  const box = boxes[number].querySelector('rect').getBoundingClientRect();
  const around = graph.getBoundingClientRect();
  const inside = box.left >= around.left && box.right <= around.right && box.top >= around.top && box.bottom <= around.bottom;
  return inside && view.scale >= 0.45;
}

/** Highlights the selected function with its calls, or what crosses, or nothing. */
function highlight() {
  const number = selection.number;
  const only = document.getElementById('only').checked;
  const near = new Set();
  const kept = new Set();
  data.calls.forEach((call) => {
    const wanted = number === null ? only && call.crosses : call.from === number || call.to === number;
    if (!wanted) return;
    near.add(call.from).add(call.to);
    kept.add(`${call.from} ${call.to}`);
  });
  if (number !== null) near.add(number);
  else if (only) functions.forEach((entry, index) => { if (entry.root && entry.crossing) near.add(index); });
  graph.classList.toggle('focused', near.size > 0);
  boxes.forEach((box, index) => {
    box.classList.toggle('near', near.has(index));
    box.classList.toggle('selected', index === number);
  });
  for (const line of lines) line.classList.toggle('near', kept.has(`${line.dataset.from} ${line.dataset.to}`));
}

selection.listeners.push((number) => {
  highlight();
  if (number !== null && !graph.parentElement.hidden && !visible(number)) center(number);
});
document.getElementById('only').addEventListener('change', highlight);
document.getElementById('closer').addEventListener('click', () => zoom(1.4));
document.getElementById('farther').addEventListener('click', () => zoom(1 / 1.4));
document.getElementById('whole').addEventListener('click', whole);

graph.addEventListener('wheel', (event) => {
  event.preventDefault();
  const { left, top } = graph.getBoundingClientRect();
  const step = event.deltaMode === 0 ? event.deltaY : event.deltaY * 30;
  zoom(Math.exp(-Math.max(-200, Math.min(200, step)) / 400), event.clientX - left, event.clientY - top);
}, { passive: false });

// A pointer that moved has dragged the picture; one that did not has clicked. Two pointers zoom.
const pointers = new Map();
let travelled = 0;
graph.addEventListener('pointerdown', (event) => {
  if (event.button !== 0) return;
  if (pointers.size === 0) travelled = 0;
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
});
graph.addEventListener('pointermove', (event) => {
  const last = pointers.get(event.pointerId);
  if (!last) return;
  const moved = { x: event.clientX - last.x, y: event.clientY - last.y };
  const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
  if (other) {
    const { left, top } = graph.getBoundingClientRect();
    const apart = (point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
    zoom(apart({ x: event.clientX, y: event.clientY }) / apart(last), other.x - left, other.y - top);
  } else {
    view.x += moved.x;
    view.y += moved.y;
    show();
  }
  travelled += Math.abs(moved.x) + Math.abs(moved.y);
  if (travelled > 4) {
    graph.setPointerCapture(event.pointerId);
    graph.classList.add('dragged');
  }
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
});
for (const end of ['pointerup', 'pointercancel']) {
  graph.addEventListener(end, (event) => {
    pointers.delete(event.pointerId);
    if (pointers.size === 0) graph.classList.remove('dragged');
  });
}
graph.addEventListener('click', (event) => {
  if (travelled > 4) return;
  const box = event.target.closest('.function');
  select(box ? Number(box.dataset.number) : null);
});

/** The next function in a direction: left to a caller, right to a callee, up and down in the column. */
function step(key) {
  const number = selection.number;
  if (number === null) return select(functions.findIndex((entry) => entry.root));
  const middle = (index) => {
    const box = boxes[index].querySelector('rect').getBBox();
    return { x: box.x, y: box.y };
  };
  const here = middle(number);
  let near;
  if (key === 'ArrowLeft') near = callers[number].map((call) => call.from);
  else if (key === 'ArrowRight') near = callees[number].map((call) => call.to);
  else {
    const wanted = key === 'ArrowUp' ? -1 : 1;
    near = functions.map((_, index) => index).filter((index) => {
      const there = middle(index);
      return there.x === here.x && Math.sign(there.y - here.y) === wanted;
    });
  }
  const far = (index) => Math.abs(middle(index).y - here.y);
  near.sort((a, b) => far(a) - far(b));
  if (near.length > 0) select(near[0]);
}
