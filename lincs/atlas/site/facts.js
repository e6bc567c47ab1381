// What is proved, as columns: at one (k, eps) of one read-out, "d >= value from m on" and "d <= value up to m".
// Everything is monotone: d never falls when m or k grows or eps shrinks, so a column speaks for others as well.
"use strict";

const DATA_READOUT = "signed"; // the read-out of the cells, and the hardest: what it achieves at t, the others do too

class Column {
  constructor(readout, k, eps, lower, upper) {
    Object.assign(this, { readout, k: BigInt(k), eps: eps === null ? null : reduced(...eps) });
    this.t = this.eps === null ? [1n, 2n * this.k] : reduced(this.eps[0], this.eps[1] * this.k);
    this.packed = { lower, upper };
  }

  get lower() { return this.unpack("lower"); }
  get upper() { return this.unpack("upper"); }

  // Rising m with their d and rules; unpacked when first asked for.
  unpack(side) {
    const key = `_${side}`;
    return (this[key] ??= typeof this.packed[side] === "function" ? this.packed[side]() : unpacked(this.packed[side]));
  }

  lastUpTo(side, m) { return bisect(this[side], (fact) => fact.m > m) - 1; }
  firstFrom(side, m) { return bisect(this[side], (fact) => fact.m >= m); }
  // The fact that decides d at m, or undefined.
  at(side, m) {
    const i = side === "lower" ? this.lastUpTo(side, m) : this.firstFrom(side, m);
    return this[side][i] && { column: this, side, i, ...this[side][i] };
  }

  // The largest m reached in d dimensions, and the first m that needs more.
  reached(d) { return this.pick("upper", bisect(this.upper, (fact) => fact.d > d) - 1); }
  beyond(d) { return this.pick("lower", bisect(this.lower, (fact) => fact.d > d)); }
  pick(side, i) { return this[side][i] && { column: this, side, i, ...this[side][i] }; }
}

// The first index whose fact holds; facts that do not hold come before those that do.
function bisect(facts, holds) {
  let [low, high] = [0, facts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(facts[middle])) high = middle; else low = middle + 1;
  }
  return low;
}

function unpacked([ms, ds, rules]) {
  const facts = [];
  if (!ms) return facts;
  const [mParts, dParts] = [ms.split(" "), ds.split(" ")];
  const names = rules.split(" ").flatMap((part) => {
    const [name, times] = part.split(":").map((text) => parseInt(text, 16));
    return Array(times).fill(FINE.names[name]);
  });
  let [m, d] = [0n, 0n];
  mParts.forEach((part, i) => {
    m += BigInt(`0x${part}`);
    d += BigInt(`0x${dParts[i]}`);
    facts.push({ m, d, rule: names[i] });
  });
  return facts;
}

const FACTS = FINE.columns.map(([readout, k, eps, a, b, c, x, y, z]) =>
  new Column(readout, k, eps && readFraction(eps), [a, b, c], [x, y, z]));
// The cells of this site's grid, which have pages.
TS.forEach((t, ti) => {
  const side = (end, name) => () => CELLS.filter((c) => c.ti === ti).map((c) => ({ m: c.m, d: BigInt(c[end]), rule: c[name] }));
  FACTS.push(new Column(DATA_READOUT, 1n, t, side("lower", "lowerName"), side("upper", "upperName")));
});

// A question: { readout, m, k, eps, d }, eps null for a threshold; t is what a signed column compares.
const tOf = (q) => (q.eps === null ? [1n, 2n * q.k] : reduced(q.eps[0], q.eps[1] * q.k));
// Whether a column's end is what lincs bound computes for this question: its own lower ends, and the upper ends of t.
function same(column, q, side) {
  if (side === "upper" || q.readout === DATA_READOUT) return column.readout === DATA_READOUT && compare(column.t, tOf(q)) === 0;
  return column.readout === q.readout && column.k === q.k && (q.eps === null || compare(column.eps, q.eps) === 0);
}

// Columns of which the question is no easier (their lower ends hold), and those of which it is no harder.
function easierColumns(q) {
  return FACTS.filter((c) => c.readout === q.readout && (q.readout === DATA_READOUT
    ? compare(c.t, tOf(q)) >= 0 : c.k <= q.k && (q.eps === null || compare(c.eps, q.eps) >= 0)));
}
const harderColumns = (q) => FACTS.filter((c) => c.readout === DATA_READOUT && compare(c.t, tOf(q)) <= 0);
const ofT = new Map(FACTS.filter((c) => c.readout === DATA_READOUT).reverse().map((c) => [showFraction(c.t), c]));
