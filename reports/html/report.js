"use strict";
// Everything here is a convenience: without script the page says the same.
(() => {
  const copied = (button, text) => {
    const before = button.textContent;
    button.textContent = text;
    setTimeout(() => { button.textContent = before; }, 1600);
  };
  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(code.textContent);
        copied(button, "Copied");
      } catch {
        select(code);
        copied(button, "Selected");
      }
    });
  }

  const form = document.querySelector("form.filter");
  const groups = [...document.querySelectorAll(".group")];
  const said = form.querySelector("output");
  const filter = () => {
    const words = form.querySelector("#words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdict = new FormData(form).get("verdict");
    const lists = { skipped: ["skipped", "unknown", "broken"] };
    let shown = 0;
    for (const group of groups) {
      let any = false;
      for (const row of group.querySelectorAll("tbody tr")) {
        const text = row.textContent.toLowerCase();
        const fits = (!verdict || (lists[verdict] || [verdict]).includes(row.dataset.verdict))
          && words.every((word) => text.includes(word));
        row.hidden = !fits;
        any ||= fits;
        shown += fits;
      }
      group.hidden = !any;
    }
    said.textContent = words.length || verdict ? `${shown} shown` : "";
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const each of closed) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of closed) each.open = false; });
})();
