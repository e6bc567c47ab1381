// The four questions, each a search over the columns: an end has a value and either a fact or words that prove it;
// "exact" says that lincs bound gives this end too, for it was computed for this very question.
"use strict";

const Answers = (() => {
  const HALF = [1n, 2n], ONE = [1n, 1n];
  const floor = ([n, d]) => n / d;
  const ceil = ([n, d]) => (n + d - 1n) / d;
  const times = ([n, d], k) => reduced(n * k, d);
  const over = (a, b) => reduced(a[0] * b[1], a[1] * b[0]);
  const least = (a, b) => (a < b ? a : b);
  const above = (a, b) => compare(a, b) > 0;
  const given = (value, words) => ({ value, words, exact: false });

  // Of several ends the best, among equal ones one that was computed for this question.
  function best(ends, better) {
    return ends.reduce((a, b) => (better(b.value, a.value) || (!better(a.value, b.value) && b.exact && !a.exact) ? b : a));
  }
  const largest = (ends) => best(ends, (a, b) => a > b);
  const smallest = (ends) => best(ends, (a, b) => a < b);

  // The largest error that is surely no use: of a constant answer.
  const useless = (readout) => (readout === "affine" ? HALF : ONE);
  // Up to this eps as many dimensions are needed as features may be active at once.
  const strict = (readout) => (readout === DATA_READOUT ? ONE : HALF);
  const needsRank = (q) => q.eps === null || !above(q.eps, strict(q.readout));

  // A question that no table is needed for: the dimension from which every m fits, and why; or null.
  function every(q) {
    if (q.eps === null) return q.k === 1n ? [2n, "m points on a circle: each is the nearest to itself"] : null;
    if (above(q.eps, useless(q.readout))) {
      return [0n, `eps > ${showFraction(useless(q.readout))}: a constant answer has error ${showFraction(useless(q.readout))}`];
    }
    const at = compare(tOf(q), HALF);
    if (at > 0) return [1n, "eps/k > 1/2: one dimension, every entry of BᵀA equal to 1/2; and d = 0 has a larger error"];
    return at === 0 ? [2n, "eps/k = 1/2: m distinct lines in the plane"] : null;
  }

  // With a bias, one feature of two at a time is read from one dimension.
  const PAIRS = "columns e_i and -e_i in pairs, B = A/2 and a bias";
  const antipodal = (q) => q.readout === "affine" && q.k === 1n && above(q.eps, [1n, 4n]);

  // Whether the table has the end of lincs bound: a fact of this m, or equal ones on both sides of it.
  function computed(fact, q) {
    const other = fact.column[fact.side][fact.i + (fact.side === "lower" ? 1 : -1)];
    return same(fact.column, q, fact.side) && (fact.m === q.m || (other !== undefined && other.d === fact.d));
  }
  const ofD = (fact, q) => ({ value: fact.d, fact, exact: computed(fact, q) });

  // The end of d from these facts and from what holds without any.
  function lowerFrom(q, found) {
    const small = q.eps === null || q.readout !== DATA_READOUT ? given(1n, "without dimensions nothing is told apart")
      : given(least(q.m, 2n), "one dimension is not enough for two features");
    const rank = needsRank(q) ? [given(least(q.m, q.k), "min(m, k) features may all be active at once")] : [];
    return largest([small, ...rank, ...found.map((fact) => ofD(fact, q))]);
  }
  const lowerD = (q) => lowerFrom(q, easierColumns(q).map((c) => c.at("lower", q.m)).filter(Boolean));

  function upperFrom(q, found) {
    const facts = found.map((fact) => ofD(fact, q));
    const pairs = antipodal(q) ? [{ ...given((q.m + 1n) / 2n, PAIRS), exact: facts.some((end) => end.exact) }] : [];
    return smallest([given(q.m, "A = B = the identity"), ...pairs, ...facts]);
  }

  const upperD = (q) => upperFrom(q, harderColumns(q).map((c) => c.at("upper", q.m)).filter(Boolean));

  function d(q) {
    const all = every(q);
    if (all && all[0] < 2n) return [{ ...given(all[0], all[1]), exact: true }, { ...given(all[0], all[1]), exact: true }];
    if (all && (q.eps === null || q.readout === DATA_READOUT)) {
      const value = q.eps === null && q.m <= 2n ? 1n : least(q.m, all[0]);
      return [{ ...given(value, "one dimension is not enough"), exact: true }, { ...given(value, all[1]), exact: true }];
    }
    const [low, high] = [lowerD(q), upperD(q)];
    return [low.value < q.m ? low : { ...low, value: least(low.value, q.m) }, high];
  }

  function m(q) {
    const all = every(q);
    if (all && q.d >= all[0]) return [{ ...given("unbounded", all[1]), exact: true }, { ...given("unbounded", all[1]), exact: true }];
    // Of one d: solved for, or found between two neighbouring m.
    const reached = harderColumns(q).map((c) => c.reached(q.d)).filter(Boolean).map((fact) => {
      const next = fact.column.upper[fact.i + 1];
      return { value: fact.m, fact, exact: same(fact.column, q, fact.side) && ((next && next.m === fact.m + 1n) || solved(fact, q)) };
    });
    const beyond = easierColumns(q).map((c) => c.beyond(q.d)).filter(Boolean).map((fact) => {
      const before = fact.column.lower[fact.i - 1];
      return { value: fact.m - 1n, fact, exact: same(fact.column, q, fact.side) && ((before && before.m === fact.m - 1n) || solved(fact, q)) };
    });
    const limits = needsRank(q) && q.k > q.d ? [given(q.d, "k features may all be active at once"), ...beyond] : beyond;
    const pairs = antipodal(q) ? [{ ...given(2n * q.d, PAIRS), exact: reached.some((end) => end.exact) }] : [];
    const low = largest([given(q.d, "one dimension for each feature"), ...pairs, ...reached]);
    if (q.eps === null && q.k === 1n) return [given(2n, "1 and -1"), { ...given(2n, "on a line only the end points exceed all others"), exact: true }];
    return [low, limits.length ? smallest(limits) : { value: null, words: "no limit follows from the table", exact: false }];
  }
  const solved = (fact, q) => q.readout === DATA_READOUT && fact.d === (fact.side === "lower" ? q.d + 1n : q.d) &&
    (SOLVED[showFraction(fact.column.t)] || []).includes(Number(q.d));

  function k(q) {
    const at = (value) => ({ ...q, k: value });
    const reached = FACTS.flatMap((c) => {
      const fact = c.at("upper", q.m);
      if (!fact || fact.d > q.d) return [];
      return [{ value: floor(over(q.eps === null ? HALF : q.eps, c.t)), fact, exact: false }];
    });
    const excluded = FACTS.flatMap((c) => {
      const fact = c.readout === q.readout && c.at("lower", q.m);
      if (!fact || fact.d <= q.d) return [];
      if (q.readout === DATA_READOUT) return [{ value: ceil(over(q.eps, c.t)) - 1n, fact, exact: false }];
      return q.eps === null || compare(c.eps, q.eps) >= 0 ? [{ value: c.k - 1n, fact, exact: false }] : [];
    });
    if (q.d >= q.m) reached.push(given(q.m, "one dimension for each feature"));
    if (q.eps !== null && q.m <= 2n * q.d && antipodal(at(1n))) reached.push(given(1n, PAIRS));
    if (q.eps !== null) {
      if (above(q.eps, useless(q.readout))) reached.push(given(q.m, "a constant answer is good enough"));
      reached.push(given(ceil(times(q.eps, 2n)) - 1n, "eps/k > 1/2: every entry of BᵀA equal to 1/2"));
    } else if (q.d >= 2n || q.m <= 2n) reached.push(given(1n, "m points on a circle"));
    const rank = needsRank(q) && q.d < q.m ? [given(q.d, "more features may all be active at once than there are dimensions")] : [];
    const low = largest([given(0n, "no k is known to work"), ...reached]);
    const high = smallest([given(q.m, "k ≤ m"), ...rank, ...excluded]);
    // Exact if the next k was computed and is not reached, and if the limit itself was and is not excluded.
    const clamp = (end) => (end.value > q.m ? given(q.m, "k ≤ m") : end);
    const [a, b] = [clamp(low), clamp(high)];
    const next = a.value < q.m ? upperD(at(a.value + 1n)) : null, last = b.value >= 1n ? lowerD(at(b.value)) : null;
    return [{ ...a, exact: next === null || (next.exact && next.value > q.d) },
      { ...b, exact: last === null || (last.exact && last.value <= q.d) || a.value === b.value }];
  }

  function eps(q) {
    const signed = q.readout === DATA_READOUT;
    const reached = FACTS.flatMap((c) => {
      const fact = c.at("upper", q.m);
      return fact && fact.d <= q.d ? [{ value: times(c.t, q.k), fact, exact: false }] : [];
    });
    const excluded = FACTS.flatMap((c) => {
      const fact = c.readout === q.readout && c.at("lower", q.m);
      if (!fact || fact.d <= q.d || !(signed || c.k <= q.k)) return [];
      return [{ value: signed ? times(c.t, q.k) : c.eps, fact, exact: false }];
    });
    const limit = useless(q.readout);
    const start = { value: limit, words: `every eps above ${showFraction(limit)}: a constant answer is good enough`, exact: false };
    if (q.d >= q.m) reached.push(given([0n, 1n], "every eps > 0: one dimension for each feature"));
    if (q.readout === "affine" && q.k === 1n && q.m <= 2n * q.d) reached.push(given([1n, 4n], PAIRS));
    if (q.d < least(q.m, q.k)) excluded.push(given(strict(q.readout), "k features may all be active at once"));
    const cut = (end) => (above(end.value, limit) ? { ...end, value: limit } : end);
    const low = best([given([0n, 1n], "eps > 0"), ...excluded.map(cut)], (a, b) => above(a, b));
    const high = best([start, ...reached], (a, b) => above(b, a));
    return [low, high];
  }

  return { d, m, k, eps, computed, best: (side, q, facts) => (side === "lower" ? lowerFrom : upperFrom)(q, facts) };
})();
