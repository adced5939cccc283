/* On every page: printing, copying, help, and no page of somebody who has signed out. On the assessment: the days of
   answers, and a panel that does not move under the hand. What is saved and what is not is in saving.js. */
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  document.documentElement.classList.add("js");
  document.querySelector('.error-summary[role="alert"]')?.focus();

  // A page that the browser kept for "Back" may belong to somebody who has signed out since.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());
  document.addEventListener("click", (event) => copyText(event.target.closest("[data-copy]")?.dataset.copy));

  async function copyText(id) {
    const text = id && byId(id);
    if (!text) {
      return;
    }
    text.focus();
    text.select(); // where the browser does not copy (plain HTTP, or not allowed), a key does
    const copied = await navigator.clipboard?.writeText(text.value).then(() => true, () => false);
    byId(`${id}-status`).textContent = copied ? "The text was copied." : "The text is selected. Press Ctrl+C to copy it.";
  }

  document.addEventListener("keydown", (event) => {
    const help = event.key === "F1" && document.querySelector("a[data-help]");
    if (help) {
      event.preventDefault();
      window.open(help.href, "_blank", "noopener"); // beside the page, so that nothing typed is lost
    }
  });

  // How much of the page is covered depends on the length of names and allergies, and on whether there is an alarm.
  Object.entries({ "--banner-height": "patient-banner", "--alarm-height": "connection-banner" }).forEach(([name, id]) => {
    const bar = byId(id);
    const measure = () => document.documentElement.style.setProperty(name, `${bar.offsetHeight}px`);
    bar && new ResizeObserver(measure).observe(bar);
  });

  const form = byId("assessment-form");
  if (!form) {
    return;
  }
  const [ASK_AGAIN, SIGNED_IN] = [5000, 1000];
  const [panel, scroller, held] = ["recommendation-panel", "panel-scroller", "held-texts"].map(byId);

  // A new answer is not as old as the one before it: the date starts afresh, unless both are changed in one visit.
  const isAnswered = (question) => Boolean(question.querySelector(".option-input:checked, .number-input:not(:placeholder-shown)"));
  const answered = new Set([...form.querySelectorAll("[data-question]")].filter(isAnswered));
  let dated = null;

  form.addEventListener("input", (event) => {
    const question = event.target.closest("[data-question]");
    const day = question?.querySelector(".date-input");
    if (event.target === day) {
      dated = question;
    } else if (day && !event.target.matches(".why-select")) {
      if (answered.has(question) && dated !== question) {
        day.value = "";
      }
      answered.add(question);
    }
  });

  form.addEventListener("question:filled", (event) => answered.add(event.target.closest("[data-question]")));

  form.addEventListener("focusout", (event) => {
    if (!dated?.contains(event.relatedTarget)) {
      dated = null;
    }
  });

  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-repeat-today]")) {
      const day = event.target.closest("[data-question]").querySelector(".date-input");
      day.value = form.dataset.today;
      day.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  const numbers = (text) => (text ?? "0.0").split(".").map(Number);
  let standing = null; // the card under the hand, which must not move when the panel is renewed
  let [isBehind, askTimer] = [false, null];

  function askLater(wait) {
    clearTimeout(askTimer);
    askTimer = setTimeout(askForPanel, wait);
  }

  function askForPanel() {
    htmx.ajax("GET", form.getAttribute("action"), { source: panel, target: panel, swap: "innerHTML" })?.catch(() => null); // panelFailed sees to it
  }

  // A button on a card, or the panel asked for anew: these are not sent again by themselves.
  function panelFailed(event) {
    const card = (event.detail.requestConfig?.elt ?? event.detail.elt).closest("[data-card]");
    if (event.detail.requestConfig?.verb === "get") {
      const { status } = event.detail.xhr;
      isBehind = true;
      scroller.classList.add("panel-out-of-date");
      clearTimeout(askTimer); // a refusal stays one, however often it is asked for
      if (status === 0 || serverFaults.passes(status)) {
        askLater(ASK_AGAIN);
      }
      return;
    }
    const note = card?.querySelector(".card-not-saved") ?? Object.assign(document.createElement("p"), { className: "card-not-saved field-error" });
    note.setAttribute("role", "alert");
    note.textContent = "NOT SAVED: the server did not take this answer. Press again.";
    card?.append(note);
  }

  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((kind) => panel.addEventListener(kind, panelFailed));
  document.addEventListener("session:open", () => isBehind && askLater(SIGNED_IN)); // it was refused for that

  const strip = byId("form-moved-on");
  let choices = []; // when both versions are compared anew, what was chosen stays chosen
  const chosenOnes = () => [...strip.querySelectorAll(":checked")].map((one) => `[name="${CSS.escape(one.name)}"][value="${one.value}"]`);
  strip.addEventListener("htmx:beforeSwap", () => (choices = chosenOnes()));
  strip.addEventListener("htmx:afterSwap", () => choices.forEach((one) => strip.querySelector(one)?.click()));

  panel.addEventListener("htmx:beforeSwap", (event) => {
    const board = event.detail.xhr.getResponseHeader("Board");
    if (event.detail.target !== panel) {
      return;
    }
    if (!board) {
      event.detail.shouldSwap = false; // Safety: only LM Pathways itself writes where the advice stands. HZ-63
      event.detail.xhr.status < 300 && panelFailed(event);
      return;
    }
    const [revision, answers] = numbers(board);
    const [shownRevision, shownAnswers] = numbers(panel.firstElementChild?.dataset.board);
    if (revision < shownRevision || answers < shownAnswers) {
      // Two answers crossed on their way: never show the older one, ask for the newest.
      event.detail.shouldSwap = revision >= shownRevision;
      event.detail.swapOverride = "none"; // of an answer that lacks only a decision, what lies beside the panel is needed
      standing = null;
      askLater(0);
      return;
    }
    let html = event.detail.serverResponse;
    panel.querySelectorAll("details[id]").forEach((one) => {
      html = html.replace(new RegExp(`<details id="${one.id}"( open)?`), `<details id="${one.id}"${one.open ? " open" : ""}`);
    });
    event.detail.serverResponse = html;
    const answered = event.detail.xhr.status === 200 ? event.detail.requestConfig.elt.closest("[data-card]") : null;
    panel.querySelectorAll("[hx-preserve]").forEach((kept) => {
      if (!answered?.contains(kept) && !html.includes(`id="${kept.id}"`) && kept.querySelector("textarea, input[type=text]")?.value) {
        held.append(kept); // the advice it was typed for is gone: the text is not
      }
    });
    const card = panel.querySelector("[data-card]:hover, [data-card]:focus-within");
    standing = card && { id: card.id, top: card.getBoundingClientRect().top };
  });

  panel.addEventListener("htmx:afterSwap", () => {
    isBehind = false;
    held.hidden = !held.querySelector("[hx-preserve]");
    const card = standing && byId(standing.id);
    if (card) {
      const moved = card.getBoundingClientRect().top - standing.top;
      (scroller.scrollHeight > scroller.clientHeight ? scroller : window).scrollBy(0, moved);
    }
    form.querySelectorAll("[data-question] .number-input").forEach((input) => {
      const note = input.closest("[data-question]").querySelector(".question-note");
      input.setAttribute("aria-invalid", String(note.dataset.error === "yes"));
    });
  });
})();
