// The answer and the table as CSV, JSON and BibTeX, made here from what the page holds.
"use strict";

{
  function save(name, type, text) {
    const link = element("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  const plain = (value) => (value === null || value === undefined ? null : Array.isArray(value) ? showFraction(value) : `${value}`);
  const quoted = (value) => (value === null ? "" : /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const csv = (rows) => [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))]
    .map((row) => row.map((value) => quoted(plain(value))).join(",")).join("\n") + "\n";
  // Whole numbers as numbers while they are exact in every reader of JSON.
  const number = (value) => (/^\d{1,15}$/.test(value ?? "") ? Number(value) : value);
  const json = (content) => `${JSON.stringify(content, (name, value) => (typeof value === "bigint" ? number(`${value}`) : value), 1)}\n`;

  // The entries cited for rules, [read-out, side, rule] each; a theorem on a frame cites both.
  function bibtex(rules) {
    const keys = new Set(rules.flatMap(([readout, side, rule]) =>
      rule.split(" on ").flatMap((name) => (SOURCES.rules[`${readout} ${side} ${name}`] || SOURCES.rules[`${DATA_READOUT} ${side} ${name}`] || { keys: [] }).keys)));
    return Object.keys(SOURCES.entries).filter((key) => keys.has(key)).map((key) => SOURCES.entries[key]).join("\n\n") + "\n";
  }

  function answerRow({ q, ends }) {
    const row = { readout: q.readout, unknown: q.unknown };
    for (const name of ["m", "k", "eps", "d"]) row[name] = name === q.unknown ? null : q[name];
    ["lower", "upper"].forEach((side, i) => {
      const { value, fact, words, exact } = ends[i];
      Object.assign(row, { [side]: value, [`${side}_exact`]: `${exact}`, [`${side}_by`]: fact ? fact.rule : words,
        [`${side}_at_m`]: fact ? fact.m : null, [`${side}_at_k`]: fact ? fact.column.k : null,
        [`${side}_at_eps`]: fact ? fact.column.eps : null });
    });
    return row;
  }

  function answerJson({ q, ends, command }) {
    const row = answerRow({ q, ends });
    const value = (name) => (row[name] === null ? null : typeof row[name] === "bigint" ? number(plain(row[name])) : plain(row[name]));
    const end = (side) => ({ value: value(side), exact: row[`${side}_exact`] === "true", by: row[`${side}_by`],
      at: row[`${side}_at_m`] === null ? null : { m: value(`${side}_at_m`), k: value(`${side}_at_k`), eps: value(`${side}_at_eps`) } });
    const given = Object.fromEntries(["m", "k", "eps", "d"].map((name) => [name, value(name)]));
    return json({ lincs: ATLAS.version, command, readout: q.readout, unknown: q.unknown, ...given, lower: end("lower"), upper: end("upper") });
  }

  const answerRules = ({ ends }) => ends.filter((end) => end.fact).map(({ fact }) => [fact.column.readout, fact.side, fact.rule]);
  // A proof in words is lincs' own.
  const answerBib = (found) => {
    const text = bibtex(answerRules(found));
    return text.trim() ? text : `${SOURCES.entries.lincs}\n`;
  };

  const tableRow = (c) => ({ readout: c.readout, m: c.m, k: c.k, eps: c.eps, lower: c.lower, upper: c.upper,
    lower_by: c.lowerName, upper_by: c.upperName, status: c.status });
  const tableJson = (rows) => json({ lincs: ATLAS.version, rows: rows.map((c) =>
    Object.fromEntries(Object.entries(tableRow(c)).map(([name, value]) => [name, Array.isArray(value) ? showFraction(value) : value]))) });
  const tableBib = (rows) => bibtex(rows.flatMap((c) => [[c.readout, "lower", c.lowerName], [c.readout, "upper", c.upperName]]));

  const KINDS = {
    csv: ["text/csv", (found) => csv([answerRow(found)]), (rows) => csv(rows.map(tableRow))],
    json: ["application/json", answerJson, tableJson],
    bib: ["application/x-bibtex", answerBib, tableBib],
  };
  for (const [kind, [type, ofAnswer, ofTable]] of Object.entries(KINDS)) {
    document.getElementById(`answer-${kind}`).addEventListener("click", () => {
      if (Ask.current()) save(`lincs-answer.${kind}`, type, ofAnswer(Ask.current()));
    });
    document.getElementById(`table-${kind}`).addEventListener("click", () => {
      const rows = Table.found();
      if (rows.length) save(`lincs-table.${kind}`, type, ofTable(rows));
    });
  }
}
