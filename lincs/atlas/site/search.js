// What the search of the table understands: conditions such as "d = 43", "ratio > 2", "m >= 2^20", numbers, names.
"use strict";

const Search = (() => {
  // A word before a sign is a quantity of the row; d is either end.
  const VALUES = {
    m: (c) => [[c.m, 1n]], k: (c) => [[c.k, 1n]], eps: (c) => (c.eps ? [c.eps] : []), t: (c) => (c.t ? [c.t] : []),
    "k/eps": (c) => (c.eps ? [reduced(c.k * c.eps[1], c.eps[0])] : []), lower: (c) => [[BigInt(c.lower), 1n]],
    upper: (c) => [[BigInt(c.upper), 1n]], d: (c) => [[BigInt(c.lower), 1n], [BigInt(c.upper), 1n]],
    ratio: (c) => (c.lower > 0 ? [[BigInt(c.upper), BigInt(c.lower)]] : []),
  };
  const HOLDS = { "=": (x) => x === 0, "!=": (x) => x !== 0, "<": (x) => x < 0, ">": (x) => x > 0, "<=": (x) => x <= 0, ">=": (x) => x >= 0 };
  const CONDITION = /(^|\s)(k\/eps|eps|ratio|lower|upper|[mktd])\s*(<=|>=|≤|≥|!=|≠|=|<|>)\s*(\S+)/g;

  const read = (text) => { const n = readCount(text); return n === null ? readFraction(text) : [n, 1n]; };

  // A test of rows, or null where a value cannot be read.
  function compile(text) {
    const tests = [];
    let wrong = false;
    const rest = text.toLowerCase().replace(CONDITION, (whole, start, name, sign, right) => {
      const value = read(right), holds = HOLDS[{ "≤": "<=", "≥": ">=", "≠": "!=" }[sign] || sign];
      if (value === null) wrong = true;
      else if (sign === "!=" || sign === "≠") tests.push((c) => VALUES[name](c).every((x) => holds(compare(x, value))));
      else tests.push((c) => VALUES[name](c).some((x) => holds(compare(x, value))));
      return " ";
    });
    for (const word of rest.split(/\s+/).filter(Boolean)) {
      // A number alone must equal one of the row's, anything else is part of a name.
      const value = /^\d/.test(word) ? read(word) : null;
      if (value) tests.push((c) => ["m", "k", "eps", "t", "k/eps", "d"].some((name) => (name !== "k" && name !== "eps" || !c.page)
        && VALUES[name](c).some((x) => compare(x, value) === 0)));
      else if (/^\d|[<>=≤≥≠]/.test(word)) wrong = true;
      else tests.push((c) => `${c.lowerName} ${c.upperName} ${c.status} ${c.known ? "exact" : ""}`.includes(word));
    }
    return wrong ? null : (c) => tests.every((test) => test(c));
  }

  return { compile };
})();
