// The table of one read-out: search, sort, exactly known cells; fifty rows at a time.
"use strict";

const Table = (() => {
  const search = document.getElementById("search");
  const only = document.getElementById("only-exact");
  const which = document.getElementById("table-readout");
  const found = document.getElementById("found");
  const more = document.getElementById("more");
  const head = document.querySelector("#cells thead tr");
  const body = document.querySelector("#cells tbody");
  const PAGE = 50;

  const value = (x) => (x ? Number(x[0]) / Number(x[1]) : 0);
  const fraction = (x) => (x ? showFraction(x) : "");
  const ratio = (c) => (Number(c.lower) ? Number(c.upper) / Number(c.lower) : 1);
  const ENDS = [
    { title: "lower", key: (c) => Number(c.lower), show: (c) => grouped(c.lower) },
    { title: "upper", key: (c) => Number(c.upper), show: (c) => grouped(c.upper) },
    { title: "ratio", key: ratio, show: (c) => (c.known ? "exact" : ratio(c).toFixed(2)) },
    { title: "lower by", key: (c) => c.lowerName, show: (c) => c.lowerName },
    { title: "upper by", key: (c) => c.upperName, show: (c) => c.upperName },
    { title: "status", key: (c) => c.status, show: (c) => c.status },
  ];
  const M_COLUMN = { title: "m", key: (c) => Number(c.m), show: (c) => power(c.m) };
  const SIGNED = [M_COLUMN, { title: "t", key: (c) => value(c.t), show: (c) => c.tText },
    { title: "k/eps", key: (c) => -value(c.t), show: (c) => INVERSE[c.ti] }, ...ENDS];
  const OTHERS = [M_COLUMN, { title: "k", key: (c) => Number(c.k), show: (c) => grouped(c.k) },
    { title: "eps", key: (c) => value(c.eps), show: (c) => fraction(c.eps) }, ...ENDS];
  const columns = () => (which.value === DATA_READOUT ? SIGNED : OTHERS);

  // Rows of a read-out: the cells, or the columns of the fine table at the m of the grid where they were computed.
  const rowsOf = {};
  function rows() {
    return (rowsOf[which.value] ??= which.value === DATA_READOUT
      ? CELLS.map((c) => ({ ...c, readout: DATA_READOUT, k: 1n, eps: c.t }))
      : FACTS.filter((c) => c.readout === which.value).flatMap((column) => MS.map((m) => row(column, m)).filter(Boolean)));
  }
  function row(column, m) {
    const [low, high] = [column.at("lower", m), ofT.get(showFraction(column.t))?.at("upper", m)];
    if (m < column.k || !low || !high) return null;
    const q = { readout: column.readout, k: column.k, eps: column.eps, m };
    if (!Answers.computed(low, q) || !Answers.computed(high, q)) return null;
    const [below, above] = [Answers.best("lower", q, [low]), Answers.best("upper", q, [high])];
    return { readout: column.readout, m, k: column.k, eps: column.eps, t: column.eps && column.t, lower: below.value,
      upper: above.value, lowerName: name(below), upperName: name(above), status: "", known: below.value === above.value };
  }
  const name = (end) => (end.fact ? end.fact.rule : end.words);

  let order = { column: 0, rising: true };
  let shown = PAGE;
  let listed = [];

  function line(c) {
    const node = element("tr", c.known ? { class: "known" } : {});
    columns().forEach((column, i) => {
      const content = column.show(c);
      const link = i === 0 && c.page;
      node.append(element("td", {}, link ? element("a", { href: c.page, "aria-label": `cell m = ${powerOfTwo(c.m)}, t = ${c.tText}` }, content) : content));
    });
    return node;
  }

  function refresh() {
    const test = Search.compile(search.value);
    search.setAttribute("aria-invalid", test === null);
    listed = test === null ? [] : rows().filter((c) => (!only.checked || c.known) && test(c));
    const { key } = columns()[order.column];
    const sign = order.rising ? 1 : -1;
    listed.sort((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
    body.replaceChildren(...listed.slice(0, shown).map(line));
    found.textContent = test === null ? "A condition looks like d = 43, ratio > 2 or m >= 2^20."
      : `${listed.length} of ${rows().length} cells, ${listed.filter((c) => c.known).length} exactly known` +
      (listed.length > shown ? `; the first ${shown} are shown` : "");
    more.hidden = listed.length <= shown;
    [...head.children].forEach((cell, i) => {
      cell.setAttribute("aria-sort", i === order.column ? (order.rising ? "ascending" : "descending") : "none");
      cell.firstChild.textContent = columns()[i].title + (i === order.column && order.chosen ? (order.rising ? " ↑" : " ↓") : "");
    });
  }
  const again = () => { shown = PAGE; refresh(); };

  SIGNED.forEach((column, i) => {
    const button = element("button", { type: "button" }, column.title);
    button.addEventListener("click", () => {
      order = { column: i, rising: order.column === i && order.chosen ? !order.rising : true, chosen: true };
      refresh();
    });
    head.append(element("th", { scope: "col" }, button));
  });
  search.addEventListener("input", again);
  only.addEventListener("change", again);
  which.addEventListener("change", again);
  more.addEventListener("click", () => { shown += 10 * PAGE; refresh(); });
  refresh();
  return { found: () => listed };
})();
