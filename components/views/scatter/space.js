// Positions of dots: from the map's two or three dimensions to pixels, and from pixels back to dots.

const EDGE = 26; // pixels that stay free around the map
const WORTH_TURNING = 1.15; // as much larger as a map is on its side
const PERSPECTIVE = 0.18; // how much larger what is near appears, in three dimensions

function homeView() {
  return { zoom: 1, x: 0, y: 0, yaw: 0.6, pitch: 0.35 };
}

// Pixels per unit when the whole map is visible, and whether a flat map is drawn on its side because it is then larger:
// its axes have no meaning.
function fitting(points, dimensions, width, height) {
  const reach = [1e-6, 1e-6];
  for (let i = 0; i < points.length; i += dimensions) {
    if (dimensions === 3) reach[0] = Math.max(reach[0], Math.hypot(points[i], points[i + 1], points[i + 2]));
    else for (const axis of [0, 1]) reach[axis] = Math.max(reach[axis], Math.abs(points[i + axis]));
  }
  const [across, down] = [width / 2 - EDGE, height / 2 - EDGE];
  if (dimensions === 3) return { scale: Math.min(across, down) / reach[0], turned: false };
  const upright = Math.min(across / reach[0], down / reach[1]);
  const turned = Math.min(across / reach[1], down / reach[0]);
  return turned > WORTH_TURNING * upright ? { scale: turned, turned: true } : { scale: upright, turned: false };
}

// Fill `screen` with the pixel of each dot, and in three dimensions with its nearness, from -1 to 1.
function project(points, dimensions, view, box, screen) {
  const scale = box.scale * view.zoom;
  const [left, top] = [box.width / 2 + view.x, box.height / 2 + view.y];
  const [cosYaw, sinYaw, cosPitch, sinPitch] = [
    Math.cos(view.yaw), Math.sin(view.yaw), Math.cos(view.pitch), Math.sin(view.pitch),
  ];
  for (let i = 0, dot = 0; i < points.length; i += dimensions, dot++) {
    if (dimensions === 2) {
      screen.x[dot] = left + (box.turned ? points[i + 1] : points[i]) * scale;
      screen.y[dot] = top - (box.turned ? -points[i] : points[i + 1]) * scale;
      continue;
    }
    const across = points[i] * cosYaw + points[i + 2] * sinYaw;
    const away = points[i + 2] * cosYaw - points[i] * sinYaw;
    const near = points[i + 1] * sinPitch + away * cosPitch;
    const grown = scale * (1 + PERSPECTIVE * near);
    screen.x[dot] = left + across * grown;
    screen.y[dot] = top - (points[i + 1] * cosPitch - away * sinPitch) * grown;
    screen.near[dot] = near;
  }
}

// The place on a map of two dimensions that is drawn at a pixel.
function unproject(x, y, view, box) {
  const scale = box.scale * view.zoom;
  const [across, up] = [(x - box.width / 2 - view.x) / scale, (box.height / 2 + view.y - y) / scale];
  return box.turned ? [-up, across] : [across, up];
}

function emptyScreen(count) {
  return { x: new Float32Array(count), y: new Float32Array(count), near: new Float32Array(count) };
}

// The dot under a pixel, or -1. In three dimensions the nearer of two wins.
function dotAt(screen, x, y, within) {
  let best = -1;
  let least = within * within;
  for (let dot = 0; dot < screen.x.length; dot++) {
    const away = (screen.x[dot] - x) ** 2 + (screen.y[dot] - y) ** 2;
    if (away < least || (away === least && best >= 0 && screen.near[dot] > screen.near[best])) {
      least = away;
      best = dot;
    }
  }
  return best;
}

// The nearest dot in a direction, for the arrow keys: within 45 degrees of it, or none (-1).
function dotToward(screen, from, [across, down]) {
  let best = -1;
  let least = Infinity;
  for (let dot = 0; dot < screen.x.length; dot++) {
    const [x, y] = [screen.x[dot] - screen.x[from], screen.y[dot] - screen.y[from]];
    const along = x * across + y * down;
    const aside = Math.abs(x * down - y * across);
    if (dot === from || along <= 0 || aside > along) continue;
    const away = along + 2 * aside;
    if (away < least) [least, best] = [away, dot];
  }
  return best;
}

// The dots inside a lasso of pixels (even-odd rule).
function dotsInside(screen, fence) {
  const found = [];
  for (let dot = 0; dot < screen.x.length; dot++) {
    const [x, y] = [screen.x[dot], screen.y[dot]];
    let inside = false;
    for (let i = 0, j = fence.length - 1; i < fence.length; j = i++) {
      const [[x1, y1], [x2, y2]] = [fence[i], fence[j]];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    }
    if (inside) found.push(dot);
  }
  return found;
}
