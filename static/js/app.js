/* The only script of the clinical pages: saves the assessment form, keeps what was typed, and says plainly when something was not saved. */
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

  const patient = byId("patient-banner");
  if (patient) {
    // How much of the page the banner covers depends on the length of names and allergies.
    new ResizeObserver(() => {
      document.documentElement.style.setProperty("--banner-height", `${patient.offsetHeight}px`);
    }).observe(patient);
  }

  const form = byId("assessment-form");
  if (!form) {
    return;
  }
  const [banner, panel, scroller, held] = ["connection-banner", "recommendation-panel", "panel-scroller", "held-texts"].map(byId);
  const RETRY_AFTER = [2000, 5000, 15000];
  const VOLATILE = new Set(["csrfmiddlewaretoken", "context", "key", "shown", "next", "resolve"]);
  let outstanding = null; // the save that has no answer yet: sent again unchanged, under its own key
  let failures = 0;
  let retryTimer = null;
  let wanted = null; // the link or button that waits until everything is saved
  let saved = form.dataset.unsaved === "yes" ? null : typed();

  function typed() {
    return new URLSearchParams([...new FormData(form)].filter(([name]) => !VOLATILE.has(name))).toString();
  }

  const isUnsaved = () => outstanding !== null || typed() !== saved;

  function newKey() {
    // randomUUID exists only on secure pages; a hospital may run plain HTTP inside its own walls.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function say(text, isBad = false) {
    byId("save-line").textContent = text;
    byId("save-line").classList.toggle("save-line-bad", isBad);
  }

  function alarm(text, press = null) {
    scroller.classList.add("panel-out-of-date");
    if (banner.dataset.text === text) {
      return; // said once, not at every retry
    }
    banner.dataset.text = banner.textContent = text;
    if (press) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-light" });
      button.textContent = "I have signed in again";
      button.addEventListener("click", press);
      banner.append(button);
    }
  }

  function allClear() {
    failures = 0;
    clearTimeout(retryTimer);
    banner.dataset.text = banner.textContent = "";
    scroller.classList.remove("panel-out-of-date");
  }

  function saveNow() {
    clearTimeout(retryTimer);
    form.requestSubmit(byId("save-now"));
  }

  form.addEventListener("htmx:configRequest", (event) => {
    const pressed = event.detail.triggeringEvent?.submitter;
    if (event.detail.verb !== "post") {
      return;
    }
    if (outstanding === null && !pressed && typed() === saved) {
      event.preventDefault(); // leaving a field says "changed" once more, although it is saved already
      return;
    }
    if (outstanding === null) {
      outstanding = { data: event.detail.formData, typed: typed() };
      outstanding.data.set("key", newKey());
    } else if (pressed && pressed.id !== "save-now") {
      wanted = pressed; // first the save that failed, then this button
    }
    event.detail.parameters = outstanding.data;
    say("Saving…");
    scroller.setAttribute("aria-busy", "true");
  });

  form.addEventListener("htmx:beforeOnLoad", (event) => {
    const { status } = event.detail.xhr;
    if (outstanding && status >= 200 && status < 300) {
      saved = outstanding.typed;
      outstanding = null;
      allClear();
    } else if (outstanding && (status === 409 || status === 422)) {
      outstanding = wanted = null; // refused for good; the page says why and what to do
      allClear();
      say("NOT SAVED. See above the form.", true);
    }
  });

  form.addEventListener("htmx:afterRequest", (event) => {
    scroller.removeAttribute("aria-busy");
    const { status } = event.detail.xhr;
    if (outstanding !== null || status < 200 || status > 299) {
      return; // a refused save waits for a person, it is not repeated
    }
    const next = wanted;
    if (typed() !== saved) {
      form.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (next) {
      wanted = null;
      next.click();
    }
  });

  function failed(reason) {
    failures += 1;
    say("NOT SAVED - retrying", true);
    alarm(`${reason} Your last answers are NOT SAVED and the recommendations do not include them. They are sent again by themselves: keep this page open.`);
    clearTimeout(retryTimer);
    retryTimer = setTimeout(saveNow, RETRY_AFTER[Math.min(failures, RETRY_AFTER.length) - 1]);
  }

  form.addEventListener("htmx:sendError", () => failed("There is no connection."));
  form.addEventListener("htmx:timeout", () => failed("The server does not answer."));
  form.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status >= 500 || status === 429) {
      failed("The server has a problem.");
      return;
    }
    say("NOT SAVED", true);
    if (status === 401 || event.detail.xhr.getResponseHeader("X-Form-Token") === "stale") {
      // Somebody signs in again in this very page (session.js); then what is outstanding is sent once more.
      const seenTo = !document.dispatchEvent(new CustomEvent("session:needed", { cancelable: true }));
      alarm(
        "You have been signed out. Your last answers are NOT SAVED. " +
          (seenTo ? "They are saved when you have entered your password." : "Sign in again in another tab, then press:"),
        seenTo ? null : renewAndSave,
      );
    } else if (status === 403) {
      alarm("NOT SAVED: you may not change this record any more. Note your last answers and ask who looks after people and wards.");
    } else if (status === 404) {
      alarm("NOT SAVED: this record is not open to you any more, or no longer there. Note your last answers and ask who looks after people and wards.");
    } else {
      outstanding = null;
      alarm("NOT SAVED: the server refused the form. Note your last answers and reload the page.");
    }
  });

  async function renewAndSave() {
    // Signing in again changes the token that every form must carry; nothing else of the page is touched.
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const token = page?.getElementById("assessment-form")?.elements.csrfmiddlewaretoken?.value;
    if (!token) {
      say("NOT SAVED: still signed out", true);
      return;
    }
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => Object.assign(input, { value: token }));
    saveWith(token);
  }

  function saveWith(token) {
    outstanding?.data.set("csrfmiddlewaretoken", token);
    if (isUnsaved()) {
      saveNow();
    } else {
      allClear();
    }
  }

  document.addEventListener("session:open", (event) => saveWith(event.detail.token));
  document.addEventListener("session:pause", () => !outstanding && typed() !== saved && saveNow());
  document.addEventListener("session:leave", giveUp);

  function giveUp() {
    saved = typed();
    outstanding = null;
  }

  window.addEventListener("beforeunload", (event) => isUnsaved() && event.preventDefault());
  document.addEventListener("visibilitychange", () => document.hidden && !outstanding && typed() !== saved && saveNow());

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]:not([href^='#'], [target])");
    if (link?.matches("[data-discard]")) {
      giveUp(); // "Use the saved values": what stands in the form is given up on purpose
    }
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && isUnsaved()) {
      event.preventDefault();
      wanted = link;
      saveNow();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      byId("review-and-sign")?.click();
    }
  });

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

  const numbers = (text) => text.split(".").map(Number);
  let standing = null; // the card under the hand, which must not move when the panel is renewed

  panel.addEventListener("htmx:beforeSwap", (event) => {
    const board = event.detail.xhr.getResponseHeader("Board");
    if (event.detail.target !== panel || !board) {
      return;
    }
    const [revision, answers] = numbers(board);
    const [shownRevision, shownAnswers] = numbers(panel.firstElementChild.dataset.board);
    if (revision < shownRevision || answers < shownAnswers) {
      // Two answers crossed on their way: never show the older one, ask for the newest.
      event.detail.shouldSwap = revision >= shownRevision;
      event.detail.swapOverride = "none"; // of an answer that lacks only a decision, what lies beside the panel is needed
      standing = null;
      setTimeout(() => htmx.ajax("GET", form.getAttribute("action"), { target: "#recommendation-panel", swap: "innerHTML" }));
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
