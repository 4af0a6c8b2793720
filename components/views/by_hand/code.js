// The numbers of a network as a short text, as in core/by_hand/code.py: two bytes a number, in hundredths.

const LARGEST = 99.99;
const SWITCHES = ["positions", "residual", "scaled", "two_heads"]; // bits 0 to 3 of the first byte

function rounded(number) {
  return Math.round(Math.max(-LARGEST, Math.min(LARGEST, number)) * 100) / 100;
}

function encoded({ numbers, switches }) {
  const bytes = new DataView(new ArrayBuffer(1 + 2 * numbers.length));
  bytes.setUint8(0, SWITCHES.reduce((flags, name, bit) => flags | (switches[name] ? 1 << bit : 0), 0));
  numbers.forEach((number, index) => bytes.setInt16(1 + 2 * index, Math.round(rounded(number) * 100)));
  const letters = Array.from(new Uint8Array(bytes.buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function decoded(code) {
  const letters = atob(code.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new DataView(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)).buffer);
  const flags = bytes.getUint8(0);
  return {
    numbers: Float64Array.from({ length: (bytes.byteLength - 1) / 2 }, (_, index) => bytes.getInt16(1 + 2 * index) / 100),
    switches: Object.fromEntries(SWITCHES.map((name, bit) => [name, Boolean((flags >> bit) & 1)])),
  };
}

// What a network begins with that nobody has given numbers.
function unlearned(words, seed) {
  return {
    numbers: drawn(2 * (words + 1) + 12, seed),
    switches: { positions: true, residual: true, scaled: true, two_heads: false },
  };
}
