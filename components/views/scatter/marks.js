// Draws nothing: it sends the highlights to the maps of its channel, now and when one of them asks.

const STATES = new WeakMap();

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".view");
  STATES.get(root)?.end();
  const link = linkedTo(data.channel, root, (heard) => heard.asks && link.tell({ marks: data }));
  STATES.set(root, link);
  link.tell({ marks: data });
  return () => link.end();
}
