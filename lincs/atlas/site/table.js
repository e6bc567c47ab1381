// The table: search, sort, exactly known cells; fifty rows at a time.
"use strict";

{
  const search = document.getElementById("search");
  const only = document.getElementById("only-exact");
  const found = document.getElementById("found");
  const more = document.getElementById("more");
  const head = document.querySelector("#cells thead tr");
  const body = document.querySelector("#cells tbody");
  const PAGE = 50;

  const COLUMNS = [
    { title: "m", key: (c) => Number(c.m), text: (c) => powerOfTwo(c.m) },
    { title: "t", key: (c) => Number(c.t[0]) / Number(c.t[1]), text: (c) => c.tText },
    { title: "k/eps", key: (c) => Number(c.t[1]) / Number(c.t[0]), text: (c) => INVERSE[c.ti] },
    { title: "lower", key: (c) => c.lower, text: (c) => `${c.lower}` },
    { title: "upper", key: (c) => c.upper, text: (c) => `${c.upper}` },
    { title: "ratio", key: (c) => c.upper / c.lower, text: (c) => (c.known ? "exact" : (c.upper / c.lower).toFixed(2)) },
    { title: "lower by", key: (c) => c.lowerName, text: (c) => c.lowerName },
    { title: "upper by", key: (c) => c.upperName, text: (c) => c.upperName },
    { title: "status", key: (c) => c.status, text: (c) => c.status },
  ];
  let order = { column: 0, rising: true };
  let shown = PAGE;

  // A word with a digit at its start is a number and must equal one of the cell's; others match names.
  function matches(c, words) {
    const numbers = [`${c.m}`, powerOfTwo(c.m), c.tText, INVERSE[c.ti], `${c.lower}`, `${c.upper}`];
    const names = `${c.lowerName} ${c.upperName} ${c.status} ${c.known ? "exact" : ""}`;
    return words.every((w) => (/^\d/.test(w) ? numbers.includes(w) : names.includes(w)));
  }

  function row(c) {
    const line = element("tr", c.known ? { class: "known" } : {});
    COLUMNS.forEach((column, i) => {
      const text = column.text(c);
      line.append(element("td", {}, i === 0 ? element("a", { href: c.page, "aria-label": `cell m = ${text}, t = ${c.tText}` }, text) : text));
    });
    return line;
  }

  function refresh() {
    const words = search.value.toLowerCase().replace(/[mt]\s*=\s*/g, "").split(/\s+/).filter(Boolean);
    const rows = CELLS.filter((c) => (!only.checked || c.known) && matches(c, words));
    const { key } = COLUMNS[order.column];
    const sign = order.rising ? 1 : -1;
    rows.sort((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
    body.replaceChildren(...rows.slice(0, shown).map(row));
    found.textContent = `${rows.length} of ${CELLS.length} cells, ${rows.filter((c) => c.known).length} exactly known` +
      (rows.length > shown ? `; the first ${shown} are shown` : "");
    more.hidden = rows.length <= shown;
    [...head.children].forEach((cell, i) =>
      cell.setAttribute("aria-sort", i === order.column ? (order.rising ? "ascending" : "descending") : "none"));
  }

  COLUMNS.forEach((column, i) => {
    const button = element("button", { type: "button" }, column.title);
    button.addEventListener("click", () => {
      order = { column: i, rising: order.column === i ? !order.rising : true };
      refresh();
      [...head.children].forEach((cell, j) => {
        cell.firstChild.textContent = COLUMNS[j].title + (j === order.column ? (order.rising ? " ↑" : " ↓") : "");
      });
    });
    head.append(element("th", { scope: "col" }, button));
  });
  search.addEventListener("input", () => { shown = PAGE; refresh(); });
  only.addEventListener("change", () => { shown = PAGE; refresh(); });
  more.addEventListener("click", () => { shown += 10 * PAGE; refresh(); });
  refresh();
}
