// d against m for one t: band between both ends, one link a cell.
"use strict";

{
  const select = document.getElementById("chart-t");
  const slide = document.getElementById("chart-slide");
  const note = document.getElementById("chart-note");
  const plot = document.getElementById("plot");
  const SVG = "http://www.w3.org/2000/svg";
  const [left, right, top, bottom] = [64, 24, 14, 44];

  function svg(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  // In the pixels of the screen, so that text keeps its size on a phone.
  const box = () => {
    const width = Math.max(320, Math.min(960, plot.clientWidth || 760));
    return [width, Math.round(Math.max(280, 0.5 * width))];
  };

  function draw(ti) {
    const [width, height] = box();
    const cells = CELLS.filter((c) => c.ti === ti);
    const log = (value) => Math.log2(Math.max(Number(value), 1));
    const [x0, x1] = [log(MS[0]), log(MS[MS.length - 1])];
    const y1 = Math.max(2, Math.ceil(log(Math.max(...cells.map((c) => c.upper)))));
    const x = (m) => left + ((log(m) - x0) / Math.max(x1 - x0, 1)) * (width - left - right);
    const y = (d) => height - bottom - (log(d) / y1) * (height - top - bottom);
    const path = (points) => points.map(([a, b], i) => `${i ? "L" : "M"}${a.toFixed(1)} ${b.toFixed(1)}`).join(" ");
    const lower = cells.map((c) => [x(c.m), y(c.lower)]), upper = cells.map((c) => [x(c.m), y(c.upper)]);
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "group",
      "aria-label": `d against m at t = ${ATLAS.t[ti]}` });
    const every = (x1 - x0 > 20 ? 4 : 2) * (width < 500 ? 2 : 1);
    for (let e = Math.ceil(x0 / 4) * 4; e <= x1; e += every) {
      const at = x(2 ** e);
      picture.append(svg("line", { class: "grid", x1: at, x2: at, y1: top, y2: height - bottom }),
        svg("text", { x: at, y: height - bottom + 18, "text-anchor": "middle" }, `2^${e}`));
    }
    const step = y1 > 9 ? 2 : 1;
    for (let e = 0; e <= y1; e += step) {
      const at = y(2 ** e);
      picture.append(svg("line", { class: "grid", x1: left, x2: width - right, y1: at, y2: at }),
        svg("text", { x: left - 8, y: at + 4, "text-anchor": "end" }, `${2 ** e}`));
    }
    picture.append(
      svg("text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, "features m"),
      svg("text", { x: 14, y: height / 2, "text-anchor": "middle", transform: `rotate(-90 14 ${height / 2})` }, "dimensions d"),
      svg("path", { class: "band", d: `${path(lower)} ${path([...upper].reverse()).replace("M", "L")} Z` }),
      svg("path", { class: "end", d: path(lower) }), svg("path", { class: "end", d: path(upper) }));
    const corner = Math.min(y1, x1);
    picture.append(svg("path", { class: "identity", d: path([[x(2 ** x0), y(2 ** x0)], [x(2 ** corner), y(2 ** corner)]]) }),
      svg("text", { x: x(2 ** corner) + 6, y: y(2 ** corner) + 14 }, "d = m"));
    for (const c of cells) {
      const says = `m = ${powerOfTwo(c.m)}: ${c.known ? `d = ${c.upper}, exactly` : `${c.lower} ≤ d ≤ ${c.upper}`}`;
      picture.append(svg("a", { href: c.page, "aria-label": says, class: c.known ? "known" : "" },
        svg("title", {}, says), svg("circle", { cx: x(c.m), cy: y(c.upper), r: 5 })));
    }
    plot.replaceChildren(picture);
    const ends = (c) => [powerOfTwo(c.m), " (", grouped(c.lower), " to ", grouped(c.upper), ")"];
    note.replaceChildren(`t = ${ATLAS.t[ti]}, that is k/eps = ${INVERSE[ti]}: from m = `, ...ends(cells[0]), " to m = ",
      ...ends(cells[cells.length - 1]), ".");
    slide.setAttribute("aria-valuetext", `t = ${ATLAS.t[ti]}`);
  }

  function choose(ti) {
    select.value = slide.value = `${ti}`;
    draw(ti);
  }

  ATLAS.t.forEach((text, i) => select.append(element("option", { value: i }, text)));
  slide.max = `${TS.length - 1}`;
  select.addEventListener("change", () => choose(Number(select.value)));
  window.addEventListener("resize", () => draw(Number(select.value)));
  slide.addEventListener("input", () => choose(Number(slide.value)));
  const usual = ATLAS.t.indexOf("1/40");
  choose(usual >= 0 ? usual : Math.floor(TS.length / 2));
}
