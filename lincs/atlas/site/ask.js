// The form: (m, k, eps) or (d, k, eps) answered from grid cells, and why the answer is proved between them.
"use strict";

{
  const form = document.getElementById("question");
  const answer = document.getElementById("answer");
  const size = document.getElementById("size");

  const last = (list, holds) => list.reduce((found, item, i) => (holds(item) ? i : found), -1);
  const first = (list, holds) => list.findIndex(holds);
  const link = (cell) =>
    element("a", { href: cell.page }, `R(${powerOfTwo(cell.m)}, ${cell.tText}) in [${cell.lower}, ${cell.upper}]`);
  const line = (...children) => element("p", {}, ...children);
  const strong = (text) => element("p", { class: "result" }, text);

  // The grid values of t around the asked one: "hard" is at most t, "easy" at least t; -1 where the grid ends.
  const around = (t) => ({ hard: first(TS, (u) => compare(u, t) <= 0), easy: last(TS, (u) => compare(u, t) >= 0) });

  function dimensions(m, t) {
    const { hard, easy } = around(t);
    const below = last(MS, (x) => x <= m), above = first(MS, (x) => x >= m);
    const low = below >= 0 && easy >= 0 ? cellAt(below, easy) : null;
    const high = above >= 0 && hard >= 0 ? cellAt(above, hard) : null;
    const trivial = m < 2n ? m : 2n;
    let least = low ? BigInt(low.lower) : trivial;
    if (least > m) least = m;
    const most = high && BigInt(high.upper) < m ? BigInt(high.upper) : m;
    const out = [strong(least === most ? `d = ${most}, exactly` : `${least} ≤ d ≤ ${most}`)];
    if (low && low === high) return [...out, line("This is a cell of the grid: ", link(low), ".")];
    out.push(line("Proved between grid cells, because R(m, t) grows with m and falls with t:"));
    out.push(low && BigInt(low.lower) >= least
      ? line("from below by ", link(low), " with no more features and no smaller t;")
      : line("from below by d ≥ 2 for two features or more (no cell of the grid lies below);"));
    out.push(most === m ? line("from above by d ≤ m (A = B = the identity).")
      : line("from above by ", link(high), " with no fewer features and no larger t."));
    return out;
  }

  const fit = (di, ti) => ATLAS.capacity[ti][di];
  const many = (value) => (value === "unbounded" ? value : short(value));

  function features(d, t) {
    const DS = ATLAS.d.map(BigInt);
    const { hard, easy } = around(t);
    const below = last(DS, (x) => x <= d), above = first(DS, (x) => x >= d);
    let low = { value: d, why: line("from below by d features, one to a dimension;") };
    if (below >= 0 && hard >= 0 && fit(below, hard)) {
      const [value, , name] = fit(below, hard);
      if (value === "unbounded" || BigInt(value) >= d) {
        low = { value, why: line(`from below by the ${ATLAS.names[name]} frame in ${DS[below]} dimensions at t = ${ATLAS.t[hard]};`) };
      }
    }
    let high = { value: null, why: line("no limit follows from the grid here: ask lincs bound.") };
    if (above >= 0 && easy >= 0 && fit(above, easy)) {
      const [, value, , name] = fit(above, easy);
      high = { value, why: line(`from above by ${ATLAS.names[name]} in ${DS[above]} dimensions at t = ${ATLAS.t[easy]}.`) };
    }
    const reach = high.value === null ? `largest m ≥ ${many(low.value)}`
      : low.value === "unbounded" ? "every m fits"
      : `${many(low.value)} ≤ largest m ≤ ${many(high.value)}`;
    const exact = below === above && hard === easy;
    return [strong(reach), line(exact ? "Both ends are computed for exactly this d and t:"
      : "Proved between grid values, because more dimensions and larger t never fit fewer features:"), low.why, high.why];
  }

  function complain(text) {
    answer.classList.add("wrong");
    answer.replaceChildren(line(text));
  }

  function reply() {
    const known = form.elements.known.value;
    const [n, k, eps] = [readCount(size.value), readCount(form.elements.k.value), readFraction(form.elements.eps.value)];
    if (n === null) return complain(`${known} must be a positive integer such as 768 or 2^14.`);
    if (k === null) return complain("k must be a positive integer such as 20.");
    if (eps === null) return complain("eps must be a positive number such as 0.5 or 1/4.");
    if (known === "m" && k > n) return complain("k must be at most m.");
    answer.classList.remove("wrong");
    const t = reduced(eps[0], eps[1] * k);
    let parts;
    if (compare(eps, [1n, 1n]) > 0) {
      parts = [strong(known === "m" ? "d = 0, exactly" : "every m fits"), line("eps > 1: answering zero has error at most 1.")];
    } else if (compare(t, [1n, 2n]) > 0) {
      parts = [strong(known === "m" ? "d = 1, exactly" : "every m fits"),
        line("eps/k > 1/2: one dimension, every entry of BᵀA equal to 1/2; and d = 0 has error 1.")];
    } else {
      parts = known === "m" ? dimensions(n, t) : features(n, t);
    }
    const given = `${known}=${n}, k=${k}, eps="${showFraction(eps)}"`;
    const option = `--${known} ${n} --k ${k} --eps ${showFraction(eps)}`;
    answer.replaceChildren(
      element("p", { class: "quiet" }, `${known} = ${n}, k = ${k}, eps = ${showFraction(eps)}: t = ${showFraction(t)}`),
      ...parts,
      line("This very question, with every bound: ", element("code", {}, `lincs bound ${option} --explain`), " or ",
        element("code", {}, `lincs.bound(${given})`)));
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); reply(); });
  for (const radio of form.elements.known) {
    radio.addEventListener("change", () => {
      const features = form.elements.known.value === "m";
      document.getElementById("size-label").textContent = features ? "m, features" : "d, dimensions";
      size.value = features ? "2^14" : "768";
      reply();
    });
  }
  reply();
}
