// Exact numbers of the page: rationals as [numerator, denominator] of BigInt, counts as BigInt.
"use strict";

const gcd = (a, b) => (b ? gcd(b, a % b) : a);
const reduced = (n, d) => { const g = gcd(n, d); return [n / g, d / g]; };
const compare = (a, b) => { const x = a[0] * b[1], y = b[0] * a[1]; return x < y ? -1 : x > y ? 1 : 0; };
const showFraction = ([n, d]) => (d === 1n ? `${n}` : `${n}/${d}`);

// "0.5", "1/4", "1e-2" as an exact positive rational, or null.
function readFraction(text) {
  const s = text.trim();
  let parts = s.match(/^(\d{1,400})\s*\/\s*(\d{1,400})$/);
  if (parts) {
    const [n, d] = [BigInt(parts[1]), BigInt(parts[2])];
    return n > 0n && d > 0n ? reduced(n, d) : null;
  }
  parts = s.match(/^(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,3}))?$/);
  if (!parts || parts[1] + parts[2] === "") return null;
  const power = Number(parts[3] || 0) - parts[2].length;
  const digits = BigInt(parts[1] + parts[2]);
  if (digits === 0n) return null;
  return power < 0 ? reduced(digits, 10n ** BigInt(-power)) : [digits * 10n ** BigInt(power), 1n];
}

// "16384", "2^14", "1e6" as a positive BigInt, or null.
function readCount(text) {
  const s = text.trim().replace(/[_,\s]/g, "");
  const power = s.match(/^(\d{1,6})(?:\^|\*\*)(\d{1,4})$/);
  if (power) { const n = BigInt(power[1]) ** BigInt(power[2]); return n > 0n ? n : null; }
  const value = readFraction(s);
  return value && value[1] === 1n ? value[0] : null;
}

function powerOfTwo(m) {
  const exponent = m.toString(2).length - 1;
  return m === 1n << BigInt(exponent) && exponent > 3 ? `2^${exponent}` : `${m}`;
}

// Digits in groups of three, set apart by style alone: what is copied is the plain number.  Beyond forty digits the
// number is cut for people and whole in its title.
function grouped(n) {
  const s = `${n}`;
  if (!/^\d{4,}$/.test(s)) return element("span", { class: "number" }, s);
  if (s.length > 40) return element("span", { class: "number", title: s }, `~${s[0]}.${s.slice(1, 4)}e${s.length - 1}`);
  const head = s.length % 3 || 3;
  const groups = s.slice(head).match(/\d{3}/g) || [];
  return element("span", { class: "number" }, s.slice(0, head), ...groups.map((g) => element("span", { class: "group" }, g)));
}

// The decimal value of a rational, to six digits.
const decimal = ([n, d]) => {
  const digits = 18n - BigInt(`${n / d}`.length);
  return `${Number(Number((n * 10n ** digits) / d) / Number(10n ** digits)).toPrecision(6)}`.replace(/\.?0+$/, "");
};

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// As powers of two where they are, else with groups.
const power = (m) => (powerOfTwo(m).includes("^") ? powerOfTwo(m) : grouped(m));

// The cells of data.js as objects; ATLAS.cells is one array a cell.
const CELLS = ATLAS.cells.map(([mi, ti, lower, upper, lowerName, upperName, status]) => ({
  m: BigInt(ATLAS.m[mi]), mi, ti, lower, upper,
  t: ATLAS.t[ti].split("/").map(BigInt), tText: ATLAS.t[ti],
  lowerName: ATLAS.names[lowerName], upperName: ATLAS.names[upperName], status: ATLAS.names[status],
  known: lower === upper,
  page: `cell/${ATLAS.m[mi]}-t${ATLAS.t[ti].replace("/", "-")}.html`,
}));
const MS = ATLAS.m.map(BigInt);
const TS = ATLAS.t.map((text) => text.split("/").map(BigInt)); // falling
const INVERSE = TS.map(([n, d]) => showFraction(reduced(d, n)));
const cellOf = new Map(CELLS.map((c) => [`${c.m} ${c.tText}`, c]));
const SOLVED = ATLAS.solved;
