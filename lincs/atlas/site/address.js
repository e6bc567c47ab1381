// The question in the address, after "#": opening it answers it, back and forward go from question to question.
"use strict";

const Address = (() => {
  const copied = document.getElementById("copied");
  const first = Ask.state();

  const text = (values) => `#${new URLSearchParams(values)}`.replaceAll("%2F", "/").replaceAll("%5E", "^");

  // Anchors of the page's sections are no questions.
  function open() {
    if (location.hash.includes("=")) Ask.restore({ ...first, ...Object.fromEntries(new URLSearchParams(location.hash.slice(1))) });
    else if (location.hash === "") Ask.restore(first);
  }

  function go(values) {
    if (location.hash === text(values)) open(); else location.hash = text(values);
  }

  async function copy() {
    const link = location.href.split("#")[0] + text(Ask.state());
    try {
      await navigator.clipboard.writeText(link);
    } catch { // a page opened from disk may not be allowed to
      const field = element("textarea", { "aria-hidden": "true" });
      field.value = link;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    copied.textContent = "copied";
    setTimeout(() => { copied.textContent = ""; }, 4000);
  }

  window.addEventListener("hashchange", open);
  document.getElementById("copy").addEventListener("click", copy);
  Ask.restore(first);
  open();
  return { go };
})();
