/* Completes the names of findings and options in the text of a condition: arrows choose, Enter or Tab takes, Esc closes. */
"use strict";

(() => {
  const form = document.getElementById("entry-form");
  const boxes = [...document.querySelectorAll("[data-condition]")];
  if (!form || !boxes.length) {
    return;
  }
  const COMPARISONS = ["<", "<=", ">", ">="];
  const MOST = 12;
  let findings = [];

  fetch(form.dataset.names, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : { findings: [] }))
    .then((names) => {
      findings = names.findings;
      document.activeElement?.closest?.("[data-condition]")?.dispatchEvent(new Event("names-known")); // typing was faster
    })
    .catch(() => {}); // without the names one types them in full

  const plain = (code, label = "") => ({ code, label });

  function matching(choices, typed) {
    const wanted = typed.toLowerCase();
    const starts = choices.filter(({ code }) => code.startsWith(wanted));
    const holds = choices.filter(({ code, label }) => !code.startsWith(wanted) && `${code} ${label.toLowerCase()}`.includes(wanted));
    return [...starts, ...holds].slice(0, MOST);
  }

  /* What may stand at the caret: the last word typed so far, and what could replace it. */
  function offered(line) {
    const typed = /[^\s,<>]*$/.exec(line)[0];
    const before = line.slice(0, line.length - typed.length);
    const term = before.split(/(?:^|\s)and\s/).pop().trim();
    if (!term) {
      return { typed, choices: [...findings, ...(before.trim() ? [] : [plain("always", "no condition")])] };
    }
    const [name, ...rest] = term.split(/\s+/);
    const finding = findings.find(({ code }) => code === name);
    const operator = rest.join(" ");
    if (!finding) {
      return { typed, choices: [] };
    }
    if (!rest.length) {
      const words = finding.number ? COMPARISONS : ["is", "is not", "is any of", "is none of"];
      return { typed, choices: words.map((word) => plain(word)) };
    }
    if (finding.number) {
      const isNumber = /^[<>]=?\s*-?[\d.]+$/.test(operator);
      return { typed, choices: isNumber ? finding.units.map((unit) => plain(unit, "unit")) : [] };
    }
    if (/^is( not| any of| none of)?$/.test(operator) || /^is (any|none) of\b.*,$/.test(operator)) {
      return { typed, choices: finding.options };
    }
    // A finished term is no reason to put a list before somebody's eyes.
    return { typed, choices: /^is (any|none)$/.test(operator) ? [plain("of")] : typed ? [plain("and")] : [] };
  }

  function complete(box, number) {
    const text = box.querySelector("textarea");
    const list = Object.assign(document.createElement("ul"), { className: "completions", id: `completions-${number}`, hidden: true });
    const said = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    let shown = [];
    let active = -1;
    let typedLength = 0;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Names that fit here");
    said.setAttribute("role", "status");
    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-controls", list.id);
    text.setAttribute("aria-haspopup", "listbox");
    box.append(list, said);

    function close() {
      list.hidden = true;
      shown = [];
      active = -1;
      text.removeAttribute("aria-activedescendant");
    }

    function mark(position) {
      active = position;
      [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
      const option = list.children[active];
      text.setAttribute("aria-activedescendant", option?.id ?? "");
      option?.scrollIntoView({ block: "nearest" });
    }

    function open() {
      const line = text.value.slice(0, text.selectionStart).split("\n").pop();
      const { typed, choices } = offered(line);
      const found = matching(choices, typed);
      if (!found.length || found[0].code === typed || text.selectionStart !== text.selectionEnd) {
        close();
        return;
      }
      shown = found;
      typedLength = typed.length;
      list.replaceChildren(...shown.map(optionFor));
      list.hidden = false;
      mark(typed ? 0 : -1); // before anything is typed, Enter and Tab keep their own meaning
      said.textContent = `${shown.length} ${shown.length === 1 ? "name fits" : "names fit"}`;
    }

    function optionFor({ code, label }, index) {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${index}` });
      option.setAttribute("role", "option");
      option.append(Object.assign(document.createElement("code"), { textContent: code }));
      if (label) {
        option.append(" ", Object.assign(document.createElement("span"), { className: "quiet inline", textContent: label }));
      }
      option.addEventListener("mousedown", (event) => {
        event.preventDefault(); // the caret stays in the text
        take(index);
      });
      return option;
    }

    function take(index) {
      const end = text.selectionStart;
      text.setRangeText(`${shown[index].code} `, end - typedLength, end, "end");
      close();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }

    text.addEventListener("input", open);
    box.addEventListener("names-known", open);
    text.addEventListener("blur", close);
    text.addEventListener("click", close);
    text.addEventListener("keydown", (event) => {
      if (list.hidden) {
        return;
      }
      const steps = { ArrowDown: 1, ArrowUp: -1 };
      if (event.key in steps) {
        event.preventDefault();
        mark((active + steps[event.key] + shown.length) % shown.length);
      } else if ((event.key === "Enter" || event.key === "Tab") && active >= 0 && !event.shiftKey) {
        event.preventDefault();
        take(active);
      } else if (event.key === "Escape") {
        event.preventDefault();
        close();
      } else if (["ArrowLeft", "ArrowRight", "Home", "End", "Enter"].includes(event.key)) {
        close();
      }
    });
  }

  boxes.forEach(complete);
})();
