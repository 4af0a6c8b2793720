// Pointer, wheel and keys, translated into actions on dots.

function at(parts, event) {
  const box = parts.stage.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function press(state, parts, event) {
  if (event.button !== 0 || !state.box) return;
  const place = at(parts, event);
  state.pointers.set(event.pointerId, place);
  state.pressed = place;
  state.dragged = false;
  if (state.pointers.size === 1 && (state.fencing || event.shiftKey)) state.fence = [place];
}

function drag(state, parts, event) {
  if (!state.box) return;
  const place = at(parts, event);
  const before = state.pointers.get(event.pointerId);
  if (!before) {
    const within = event.pointerType === "touch" ? 22 : 12;
    point(state, parts, dotAt(state.screen, ...place, within));
    return;
  }
  const apart = () => {
    const [one, other] = [...state.pointers.values()];
    return Math.hypot(one[0] - other[0], one[1] - other[1]);
  };
  const two = state.pointers.size === 2 ? apart() : 0;
  state.pointers.set(event.pointerId, place);
  if (!state.dragged && Math.hypot(place[0] - state.pressed[0], place[1] - state.pressed[1]) < 4) return;
  if (!state.dragged) parts.stage.setPointerCapture(event.pointerId);
  state.dragged = true;
  point(state, parts, -1);
  if (two) {
    state.fence = [];
    zoom(state, parts, apart() / Math.max(two, 1));
  } else if (state.fence.length) {
    state.fence.push(place);
    soon(state, parts, false);
  } else {
    shift(state, parts, place[0] - before[0], place[1] - before[1]);
  }
}

function release(state, parts, event) {
  const pressed = state.pointers.has(event.pointerId);
  const fence = state.fence;
  letGo(state, parts, event);
  if (!pressed || state.pointers.size) return;
  if (!state.dragged && state.marks.asks) {
    guess(state, parts, ...at(parts, event));
  } else if (!state.dragged) {
    const touched = event.pointerType === "touch";
    const dot = dotAt(state.screen, ...at(parts, event), touched ? 22 : 12);
    if (touched) point(state, parts, dot); // a finger points at nothing before it taps
    pick(state, parts, dot, event.shiftKey || event.ctrlKey || event.metaKey);
  } else if (fence.length > 2) {
    select(state, parts, dotsInside(state.screen, fence));
  }
}

function letGo(state, parts, event) {
  state.pointers.delete(event.pointerId);
  state.fence = [];
  soon(state, parts, false);
}

// The wheel scrolls the page. With Ctrl it zooms; a pinch on a trackpad arrives as wheel with Ctrl.
function wheel(state, parts, event) {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  zoom(state, parts, Math.exp(-event.deltaY / 300), at(parts, event));
}

function zoom(state, parts, factor, about) {
  const { view, box } = state;
  if (!box) return;
  const next = Math.min(60, Math.max(0.5, view.zoom * factor));
  const [x, y] = about ?? [box.width / 2, box.height / 2];
  // The point under the pointer stays there.
  view.x = x - box.width / 2 - (x - box.width / 2 - view.x) * (next / view.zoom);
  view.y = y - box.height / 2 - (y - box.height / 2 - view.y) * (next / view.zoom);
  view.zoom = next;
  soon(state, parts, true, true);
}

function shift(state, parts, across, down) {
  const { view, data } = state;
  if (data.dimensions === 3) {
    view.yaw += across / 150;
    view.pitch = Math.min(1.5, Math.max(-1.5, view.pitch + down / 150));
  } else {
    view.x += across;
    view.y += down;
  }
  soon(state, parts, true, true);
}

function key(state, parts, event) {
  const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  const zooms = { "+": 1.4, "=": 1.4, "-": 1 / 1.4 }[event.key];
  if (!state.box || (event.ctrlKey || event.metaKey)) return;
  if (arrow && event.shiftKey) shift(state, parts, -20 * arrow[0], -20 * arrow[1]);
  else if (arrow) walk(state, parts, arrow);
  else if (zooms) zoom(state, parts, zooms, zooms > 1 ? dotLookedAt(state) : undefined);
  else if (event.key === "Enter" && state.cursor >= 0 && state.marks.asks)
    guess(state, parts, state.screen.x[state.cursor], state.screen.y[state.cursor]);
  else if (event.key === "Enter" && state.cursor >= 0) pick(state, parts, state.cursor, event.shiftKey);
  else if (event.key === "Escape") pick(state, parts, -1, false);
  else return;
  event.preventDefault();
}

// The first press goes to the picked dot, or to the one nearest the middle.
function walk(state, parts, arrow) {
  const { screen, box } = state;
  if (state.cursor < 0 || state.cursor >= screen.x.length) {
    state.cursor = state.marks.picked >= 0 ? state.marks.picked : dotAt(screen, box.width / 2, box.height / 2, Infinity);
  } else {
    const next = dotToward(screen, state.cursor, arrow);
    if (next >= 0) state.cursor = next;
  }
  point(state, parts, state.cursor);
  if (state.cursor < 0) return;
  parts.readout.textContent = [sentence(state, state.cursor), groupName(state, state.cursor)].filter(Boolean).join(" · ");
}
