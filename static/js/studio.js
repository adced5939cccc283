/* The editor of the guidance: saves as one types, keeps what was typed, and says plainly when something was not saved. */
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  document.documentElement.classList.add("js");
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());

  // An address that points into a closed list opens it.
  const target = location.hash && byId(location.hash.slice(1));
  const fold = target && target.closest("details:not([open])");
  if (fold) {
    fold.open = true;
    target.scrollIntoView({ block: "center" });
  }

  // The entry that is open stands in sight in its own outline.
  const current = document.querySelector(".entry-outline [aria-current]");
  if (current) {
    const outline = current.closest(".entry-outline");
    outline.scrollTop = current.offsetTop - outline.clientHeight / 3;
  }

  // Lists of names to tick: a filter, and the chosen ones in the closed line.
  document.querySelectorAll("[data-picks]").forEach((picks) => {
    const rows = [...picks.querySelectorAll("li")];
    if (rows.length > 8) {
      const filter = Object.assign(document.createElement("input"), { type: "search", className: "picks-filter" });
      filter.placeholder = "Filter";
      filter.setAttribute("aria-label", "Filter the list");
      filter.addEventListener("input", (event) => {
        event.stopPropagation(); // nothing has changed that could be saved
        const wanted = filter.value.trim().toLowerCase();
        rows.forEach((row) => (row.hidden = !row.textContent.toLowerCase().includes(wanted) && !row.querySelector(":checked")));
      });
      filter.addEventListener("change", (event) => event.stopPropagation());
      filter.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
      picks.querySelector("ul").before(filter);
    }
    picks.addEventListener("input", () => {
      const chosen = rows.filter((row) => row.querySelector("input[type=checkbox]:checked"));
      const lines = chosen.map((row) => {
        const place = row.querySelector(".place-input")?.value;
        const label = row.querySelector("label").textContent;
        return Object.assign(document.createElement("span"), { className: "chosen", textContent: place ? `${label}, ${place}` : label });
      });
      const none = Object.assign(document.createElement("span"), { className: "quiet inline", textContent: "None chosen" });
      picks.querySelector("[data-chosen]").replaceChildren(...(lines.length ? lines : [none]));
    });
  });

  // The test patient is shown as soon as it is chosen.
  const preview = document.querySelector("[data-preview]");
  preview?.addEventListener("change", () => preview.requestSubmit());

  const form = byId("entry-form");
  if (!form) {
    return;
  }
  const alarmBox = byId("studio-alarm");
  const autosaves = form.hasAttribute("data-autosave");
  const RETRY_AFTER = [2000, 5000, 15000];
  const VOLATILE = new Set(["csrfmiddlewaretoken", "seen", "keep"]);
  let sending = null; // what the save under way was sent with
  let failures = 0;
  let retryTimer = null;
  let wanted = null; // the link that waits until everything is saved
  let leaving = false;
  let saved = form.querySelector("#entry-problems .notice-bad") || document.querySelector("[data-conflict]") ? null : typed();

  function typed() {
    return new URLSearchParams([...new FormData(form)].filter(([name]) => !VOLATILE.has(name))).toString();
  }

  const isUnsaved = () => !leaving && typed() !== saved;
  const isInConflict = () => Boolean(document.querySelector("[data-conflict]"));

  function say(text, isBad = false) {
    const line = byId("entry-saved");
    line.textContent = text;
    line.classList.toggle("saved-line-bad", isBad);
  }

  function alarm(text, press = null) {
    if (alarmBox.dataset.text === text) {
      return; // said once, not at every retry
    }
    alarmBox.dataset.text = alarmBox.textContent = text;
    if (press) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button" });
      button.textContent = "I have signed in again";
      button.addEventListener("click", press);
      alarmBox.append(button);
    }
  }

  function allClear() {
    failures = 0;
    clearTimeout(retryTimer);
    alarmBox.dataset.text = alarmBox.textContent = "";
  }

  function saveNow() {
    clearTimeout(retryTimer);
    form.requestSubmit(byId("save-now"));
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && byId("save-now")) {
      event.preventDefault();
      saveNow();
    }
  });

  // Problems and conflicts lead to their field.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#entry-problems a[href^='#']");
    const row = link && byId(link.getAttribute("href").slice(1));
    if (row) {
      event.preventDefault();
      row.scrollIntoView({ block: "center" });
      row.querySelector("input:not([type=hidden]), textarea, select, summary")?.focus();
    }
  });

  document.addEventListener("session:leave", () => (leaving = true));
  window.addEventListener("beforeunload", (event) => isUnsaved() && byId("save-now") && event.preventDefault());
  form.addEventListener("submit", () => (leaving = !autosaves));
  if (!autosaves) {
    return;
  }

  const isOurs = (event) => event.detail.elt === form && event.detail.requestConfig?.verb !== "get";

  form.addEventListener("input", () => !isInConflict() && say("Not saved yet"));

  form.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt !== form) {
      return;
    }
    const pressed = event.detail.triggeringEvent?.submitter;
    if (!pressed && (isInConflict() || typed() === saved)) {
      event.preventDefault(); // saving has stopped until somebody chooses; or there is nothing to save
      if (!isInConflict()) {
        say(byId("entry-saved").dataset.last || "Saved");
      }
      return;
    }
    sending = typed();
    say("Saving…");
  });

  form.addEventListener("htmx:beforeOnLoad", (event) => {
    const { status } = event.detail.xhr;
    if (!isOurs(event)) {
      return;
    }
    if (status >= 200 && status < 300) {
      saved = sending;
      allClear();
    } else if (status === 409) {
      allClear();
      say("Not saved: somebody else has changed this. Choose above.", true);
    } else if (status === 422) {
      allClear();
    }
  });

  // What the answer says is wrong is marked in its row as well; a row that is right again loses its mark.
  function markFaults() {
    form.querySelectorAll(".field-bad").forEach((row) => {
      row.classList.remove("field-bad");
      row.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
      row.querySelectorAll("div:has(> .field-error)").forEach((box) => {
        row.querySelectorAll(`[aria-describedby~="${box.id}"]`).forEach((input) => describe(input, box.id, false));
        box.remove();
      });
    });
    document.querySelectorAll("#entry-problems .notice-bad a[href^='#row-']").forEach((link) => {
      const row = byId(link.getAttribute("href").slice(1));
      row && mark(row, link.nextElementSibling.textContent);
    });
  }

  function mark(row, sentence) {
    const id = `${row.id.slice("row-".length)}_error`;
    const box = byId(id) ?? row.appendChild(Object.assign(document.createElement("div"), { id }));
    box.append(Object.assign(document.createElement("p"), { className: "field-error", textContent: sentence }));
    row.classList.add("field-bad");
    row.querySelectorAll("input:not([type=hidden]):not([type=search]), select, textarea").forEach((input) => {
      input.setAttribute("aria-invalid", "true");
      describe(input, id, true);
    });
  }

  function describe(input, id, isBad) {
    const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
    const named = [...others, ...(isBad ? [id] : [])].join(" ");
    named ? input.setAttribute("aria-describedby", named) : input.removeAttribute("aria-describedby");
  }

  form.addEventListener("htmx:afterRequest", (event) => {
    if (isOurs(event) && ((event.detail.xhr.status >= 200 && event.detail.xhr.status < 300) || event.detail.xhr.status === 422)) {
      markFaults();
    }
    if (!isOurs(event) || event.detail.xhr.status < 200 || event.detail.xhr.status > 299) {
      if (event.detail.xhr.status === 409 || event.detail.xhr.status === 422) {
        wanted = null;
      }
      document.querySelector("[data-conflict]")?.focus();
      return;
    }
    const line = byId("entry-saved");
    line.dataset.last = line.textContent;
    if (typed() !== saved) {
      form.dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    const frame = byId("preview-frame");
    frame?.contentWindow?.location.reload();
    if (wanted) {
      leaving = true;
      wanted.click();
    }
  });

  function failed(reason) {
    failures += 1;
    say("Not saved: trying again", true);
    alarm(`${reason} Your last changes are NOT SAVED. They are sent again by themselves: keep this page open.`);
    clearTimeout(retryTimer);
    retryTimer = setTimeout(saveNow, RETRY_AFTER[Math.min(failures, RETRY_AFTER.length) - 1]);
  }

  form.addEventListener("htmx:sendError", (event) => isOurs(event) && failed("There is no connection."));
  form.addEventListener("htmx:timeout", (event) => isOurs(event) && failed("The server does not answer."));
  form.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (!isOurs(event) || status === 409 || status === 422) {
      return;
    }
    if (status >= 500 || status === 429) {
      failed("The server has a problem.");
      return;
    }
    say("Not saved", true);
    if (status === 401 || event.detail.xhr.getResponseHeader("X-Form-Token") === "stale") {
      // Somebody signs in again in this very page (session.js); then it is saved once more.
      const seenTo = !document.dispatchEvent(new CustomEvent("session:needed", { cancelable: true }));
      alarm(
        "You have been signed out. Your last changes are NOT SAVED. " +
          (seenTo ? "They are saved when you have entered your password." : "Sign in again in another tab, then press:"),
        seenTo ? null : renewAndSave,
      );
    } else if (status === 403 || status === 404) {
      alarm("NOT SAVED: you may not change this any more, or it is no longer there. Note your last changes and reload the page.");
    } else if (status === 413) {
      alarm("NOT SAVED: the text is too long. Shorten it.");
    } else {
      alarm("NOT SAVED: the server refused the change. Note your last changes and reload the page.");
    }
  });

  async function renewAndSave() {
    // Signing in again changes the token that every form must carry; nothing else of the page is touched.
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const token = page?.getElementById("entry-form")?.elements.csrfmiddlewaretoken?.value;
    if (!token) {
      say("Not saved: still signed out", true);
      return;
    }
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => Object.assign(input, { value: token }));
    saveNow();
  }

  const savePending = () => !isInConflict() && isUnsaved() && saveNow();
  document.addEventListener("visibilitychange", () => document.hidden && savePending());
  document.addEventListener("session:open", () => (isUnsaved() ? saveNow() : allClear()));
  document.addEventListener("session:pause", savePending);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]:not([href^='#'], [target])");
    if (link?.matches("[data-discard]")) {
      leaving = true; // "Take theirs": what stands in the form is given up on purpose
    }
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && !isInConflict() && isUnsaved()) {
      event.preventDefault();
      wanted = link;
      saveNow();
    }
  });
})();
