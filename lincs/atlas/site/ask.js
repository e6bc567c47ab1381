// The form: which of d, m, k, eps is asked for, its answer from the table, and what each end rests on.
"use strict";

const Ask = (() => {
  const form = document.getElementById("question");
  const answer = document.getElementById("answer");
  const FIELDS = ["d", "m", "k", "eps"];
  const WORDS = { d: "d", m: "largest m", k: "largest k", eps: "least eps" };
  const HINTS = { d: "768 or 2^10", m: "16384 or 2^14", k: "20", eps: "0.5 or 1/4" };
  let current = null; // the question and its ends, for downloads

  const line = (...children) => element("p", {}, ...children);
  const showing = (value) => (value === "unbounded" ? value
    : Array.isArray(value) ? (value[1] === 1n ? `${value[0]}` : `${showFraction(value)} (${decimal(value)})`) : grouped(value));
  const equal = (a, b) => (Array.isArray(a) && Array.isArray(b) ? compare(a, b) === 0 : a === b);

  const asked = () => form.elements.unknown.value;
  const uses = (name) => name !== asked() && !(name === "eps" && form.elements.readout.value === "threshold");

  // Only what is known can be filled in.
  function arrange() {
    const threshold = form.elements.readout.value === "threshold";
    for (const radio of form.elements.unknown) radio.disabled = threshold && radio.value === "eps";
    if (threshold && asked() === "eps") form.elements.unknown.value = "k";
    for (const name of FIELDS) document.getElementById(`field-${name}`).hidden = !uses(name);
  }

  // The fields as exact numbers, or a sentence.
  function read() {
    const q = { readout: form.elements.readout.value, unknown: asked(), m: null, k: null, eps: null, d: null };
    for (const name of FIELDS.filter(uses)) {
      q[name] = (name === "eps" ? readFraction : readCount)(form.elements[name].value);
      if (q[name] === null) return `${name} must be a positive ${name === "eps" ? "number" : "integer"} such as ${HINTS[name]}.`;
    }
    return q.m !== null && q.k !== null && q.k > q.m ? "k must be at most m." : q;
  }

  // With eps asked for the columns' own eps decide; any will do to tell that there is one.
  const solve = (q) => Answers[q.unknown](q.unknown === "eps" ? { ...q, eps: [1n, 1n] } : q);

  function headline(q, [low, high]) {
    const name = WORDS[q.unknown];
    const parts = low.value === "unbounded" && high.value !== null ? ["every m fits"]
      : high.value === null ? [`${name} ≥ `, showing(low.value)]
      : equal(low.value, high.value) ? [`${name} = `, showing(low.value), ", exactly"]
      : [showing(low.value), ` ≤ ${name} ≤ `, showing(high.value)];
    return element("p", { class: "result" }, ...parts);
  }

  // Where a fact was computed: at which m, and at which t or k and eps.
  function place(fact) {
    const { column } = fact, t = showFraction(column.t);
    const cell = column.readout === DATA_READOUT ? cellOf.get(`${fact.m} ${t}`) : undefined;
    const where = ["m = ", power(fact.m), column.readout === DATA_READOUT ? `, t = ${t}`
      : `, k = ${column.k}${column.eps === null ? "" : `, eps = ${showFraction(column.eps)}`}`];
    const words = element("span", {}, ...where);
    return cell ? element("a", { href: cell.page }, words) : words;
  }

  function reason(side, end, q) {
    const start = `from ${side === "lower" ? "below" : "above"}: `;
    if (!end.fact) return line(start, `${end.words}.`);
    const { fact } = end;
    const readout = fact.column.readout === q.readout ? "" : ` of the ${fact.column.readout} read-out, which is the harder one`;
    const proves = element("span", {}, `d ${fact.side === "lower" ? "≥" : "≤"} `, grouped(fact.d), ` by ${fact.rule}, `);
    if (!end.exact) {
      return line(start, element("b", { class: "neighbour" }, "a neighbour's"), ", ", proves, "at ", place(fact), `${readout}.`);
    }
    const here = q.unknown === "d" && fact.m === q.m;
    const twin = q.unknown === "d" && !here ? fact.column[fact.side][fact.i + (fact.side === "lower" ? 1 : -1)] : null;
    return line(start, here ? "computed for exactly this question, " : "as lincs bound gives it, ", proves, "at ", place(fact),
      ...(twin ? [" and the same at m = ", power(twin.m)] : []), ".");
  }

  const command = (q) => [...FIELDS.filter(uses).map((name) => `--${name} ${name === "eps" ? showFraction(q.eps) : q[name]}`),
    ...(q.readout === DATA_READOUT ? [] : [`--readout ${q.readout}`])].join(" ");

  function reply() {
    arrange();
    const q = read();
    answer.classList.toggle("wrong", typeof q === "string");
    document.getElementById("take").hidden = typeof q === "string";
    current = null;
    if (typeof q === "string") return answer.replaceChildren(line(q));
    const ends = solve(q);
    current = { q, ends, command: `lincs bound ${command(q)}` };
    const known = FIELDS.filter(uses).flatMap((name) => [`${name} = `, name === "eps" ? showFraction(q.eps) : grouped(q[name]), ", "]).slice(0, -1);
    const t = q.k !== null && q.eps !== null && q.readout === DATA_READOUT ? `: t = ${showFraction(reduced(q.eps[0], q.eps[1] * q.k))}` : "";
    const sharp = equal(ends[0].value, ends[1].value) ? "The value is known."
      : ends.every((end) => end.exact) ? "Both ends are those of lincs bound."
      : "An end that is a neighbour's is proved, but lincs bound may give a better one.";
    answer.replaceChildren(
      element("p", { class: "quiet" }, ...known, t, q.readout === DATA_READOUT ? "" : `, ${q.readout} read-out`),
      headline(q, ends), reason("lower", ends[0], q), reason("upper", ends[1], q),
      line(sharp, " Every bound: ", element("code", {}, `lincs bound ${command(q)} --explain`)));
  }

  // The fields as text, for the address, and back.
  const state = () => ({ unknown: asked(), readout: form.elements.readout.value,
    ...Object.fromEntries(FIELDS.filter(uses).map((name) => [name, form.elements[name].value.trim()])) });

  function restore(values) {
    for (const [name, value] of Object.entries(values)) {
      const options = name === "unknown" ? FIELDS : name === "readout" ? [...form.elements.readout.options].map((o) => o.value) : null;
      if ((FIELDS.includes(name) || options) && (!options || options.includes(value))) form.elements[name].value = value;
    }
    reply();
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); Address.go(state()); });
  for (const node of [...form.elements.unknown, form.elements.readout]) {
    node.addEventListener("change", () => { arrange(); Address.go(state()); });
  }
  return { restore, solve, state, current: () => current };
})();
