/* Saves the assessment form, repeats what had no answer under its own key, and says plainly what is not saved. */
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId("assessment-form");
  if (!form) {
    return;
  }
  const [banner, panel, scroller, standing] = ["connection-banner", "recommendation-panel", "panel-scroller", "panel-standing"].map(byId);
  const [reason, review] = ["sign-reason", "review-and-sign"].map(byId);
  const RETRY_AFTER = [1000, 2000, 5000, 15000];
  const LONGEST_WAIT = 60000; // however long the server asks for
  const PATIENCE = 3000; // the request itself is given up later; a person is told now
  const VOLATILE = new Set(["csrfmiddlewaretoken", "context", "key", "shown", "next", "resolve", "chosen", "taken", "conflict"]);
  const BOX = "[data-question], .question-text";
  const RESENT = "Your last answers are NOT SAVED and the recommendations do not include them. They are sent again by themselves: keep this page open.";
  const PASSING = {
    429: ["Too many requests", "The server was asked too often."],
    500: ["The server has a problem", "The server has a problem."],
    503: ["The server cannot save", "The server is running, but it cannot save at the moment."],
  };
  const CLOSED = { 403: "you may not change this record any more.", 404: "this record is not open to you any more, or no longer there." };
  const REFUSED = "the server refused the form. Note your last answers and reload the page.";

  let outstanding = null; // the save that has no answer yet: sent again unchanged, under its own key
  let trouble = null; // why something is not saved, and since when; null while all is well
  let [failures, notBefore] = [0, 0];
  let [retryTimer, slowTimer] = [null, null];
  let compared = null; // what the two columns of a conflict were made of
  let sentContext = ""; // on top of what the last save was written
  let isLeaving = false; // the answer has named the next page: a second press changes nothing
  let wanted = null; // the link or button that waits until everything is saved
  let saved = form.dataset.unsaved === "yes" ? new Map() : typed();
  let asOf = readClock();
  let savedLine = readSavedLine();

  // What is saved and what is not

  function typed() {
    return new Map([...new FormData(form)].filter(([name]) => !VOLATILE.has(name) && !name.startsWith("choose-")));
  }
  function differing(one, other) {
    return [...new Set([...one.keys(), ...other.keys()])].filter((name) => (one.get(name) ?? "") !== (other.get(name) ?? ""));
  }

  const isChanged = () => differing(typed(), saved).length > 0;
  const isUnsaved = () => outstanding !== null || isChanged();
  const boxOf = (name) => form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest(BOX);

  function newKey() {
    // randomUUID exists only on secure pages; a hospital may run plain HTTP inside its own walls.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function begin(data) {
    data.set("key", newKey());
    sentContext = data.get("context");
    return { data, typed: typed() };
  }

  // What is said of it. Safety: nothing is shown as saved that is not. HZ-63

  function readClock() {
    // The server's clock, of which the panel bears the time: that of a ward computer may be wrong.
    const [hours, minutes, seconds] = (panel.querySelector("[data-as-of]")?.dataset.asOf ?? "").split(":").map(Number);
    return Number.isNaN(hours) ? null : { seconds: hours * 3600 + minutes * 60 + seconds, read: Date.now() };
  }

  function readSavedLine() {
    return byId("save-line").textContent.match(/^Saved.*/)?.[0];
  }

  function timeOfDay(seconds) {
    const minutes = Math.floor(seconds / 60) % 1440;
    return [Math.floor(minutes / 60), minutes % 60].map((one) => String(one).padStart(2, "0")).join(":");
  }

  function now() {
    return asOf ? timeOfDay(asOf.seconds + (Date.now() - asOf.read) / 1000) : new Date().toTimeString().slice(0, 5);
  }

  function say(text, isBad = false) {
    byId("save-line").textContent = text;
    byId("save-line").classList.toggle("save-line-bad", isBad);
  }

  function tell(place, text) {
    if (place.textContent !== text) {
      place.textContent = text;
    }
  }

  function show() {
    const boxes = new Set(trouble ? differing(typed(), saved).map(boxOf) : []);
    boxes.delete(undefined);
    form.querySelectorAll("[data-unsaved-mark]").forEach((mark) => tell(mark, boxes.has(mark.closest(BOX)) ? "Not saved yet" : ""));
    const lacks = boxes.size === 0 ? "" : ` and do not include your last ${boxes.size === 1 ? "answer" : `${boxes.size} answers`}`;
    const from = asOf ? `from ${timeOfDay(asOf.seconds)}` : "older";
    tell(standing, trouble ? `${trouble.lead} since ${trouble.since}. These recommendations are ${from}${lacks}.` : "");
    standing.hidden = !trouble;
    scroller.classList.toggle("panel-out-of-date", Boolean(trouble));
    tell(reason, trouble ? "Review and sign waits until everything is saved." : "");
    review.setAttribute("aria-disabled", String(Boolean(trouble)));
  }

  function sayHowItStands() {
    if (trouble) {
      show();
    } else {
      say(isUnsaved() ? "Saving…" : savedLine); // "Saved" never stands beside what is not
    }
  }

  function inTrouble(lead, { kind = lead, text = "", label = "", press = null } = {}) {
    // Said aloud once per kind of trouble, and not at every attempt.
    if (trouble?.kind !== kind) {
      banner.textContent = text;
      if (text && label) {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-light", textContent: label });
        button.addEventListener("click", press);
        banner.append(button);
      }
    }
    trouble = { lead, kind, since: trouble?.since ?? now() };
    show();
  }

  function allClear() {
    clearTimeout(retryTimer);
    trouble = null;
    banner.textContent = "";
    show();
  }

  // Sending

  function saveNow() {
    clearTimeout(retryTimer);
    form.requestSubmit(byId("save-now"));
  }

  function retryNow() {
    notBefore = 0;
    htmx.trigger(form, "htmx:abort"); // what hangs is not waited for
    saveNow();
  }

  function mayBeSent(pressed, data) {
    const isResolving = pressed?.name === "resolve" || pressed?.name === "chosen";
    if (trouble?.kind === "conflict") {
      const isCompared = differing(typed(), compared).length === 0;
      if (!isResolving || !isCompared) {
        ["resolve", "chosen"].forEach((name) => data.delete(name)); // what was typed since then is compared first
        return !isCompared;
      }
      return pressed.name === "resolve" || isChosen(); // a person chooses
    }
    if (pressed === review && trouble) {
      setTimeout(saveNow);
      return false;
    }
    if (outstanding !== null) {
      return Boolean(pressed) || Date.now() >= notBefore;
    }
    if (isLeaving && !isChanged()) {
      return false;
    }
    // Leaving a field says "changed" once more, although it is saved already.
    return isChanged() || isResolving || Boolean(pressed && pressed.id !== "save-now");
  }

  function isChosen() {
    const open = [...document.querySelectorAll("[data-choose]")].find((row) => !row.querySelector(":checked"));
    open?.querySelector("input").focus();
    tell(byId("choose-first"), open ? "Choose one in each line first." : "");
    return !open;
  }

  form.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "post") {
      return;
    }
    const pressed = event.detail.triggeringEvent?.submitter;
    if (!mayBeSent(pressed, event.detail.formData)) {
      event.preventDefault();
      return;
    }
    if (outstanding === null) {
      outstanding = begin(event.detail.formData);
    } else if (pressed && pressed.id !== "save-now") {
      wanted = pressed; // first the save that failed, then this button
    }
    event.detail.parameters = outstanding.data;
    say(trouble ? "NOT SAVED - trying again" : "Saving…", Boolean(trouble));
    scroller.setAttribute("aria-busy", "true");
    clearTimeout(slowTimer);
    slowTimer = setTimeout(isSlow, PATIENCE);
  });

  function isSlow() {
    say("NOT SAVED - no answer yet", true);
    if (!trouble) {
      inTrouble("No answer from the server", { text: `The server does not answer yet. ${RESENT}`, label: "Try again now", press: retryNow });
    }
  }

  form.addEventListener("htmx:beforeOnLoad", (event) => {
    const { status } = event.detail.xhr;
    clearTimeout(slowTimer);
    if (!outstanding) {
      return;
    }
    if (status >= 200 && status < 300) {
      saved = outstanding.typed;
      outstanding = null;
      failures = notBefore = 0;
      isLeaving = Boolean(event.detail.xhr.getResponseHeader("HX-Redirect"));
      if (!trouble || !isChanged()) {
        allClear(); // what was entered meanwhile is sent next; until then it stays said that it is not saved
      }
    } else if (status === 409 || status === 422) {
      compared = outstanding.typed;
      outstanding = wanted = null; // refused for good; the page says why and what to do
      clearTimeout(retryTimer);
      say("NOT SAVED. See above the form.", true);
      inTrouble("Not saved", { kind: status === 409 ? "conflict" : "unreadable" });
    }
  });

  form.addEventListener("htmx:afterRequest", (event) => {
    clearTimeout(slowTimer);
    scroller.removeAttribute("aria-busy");
    const { status } = event.detail.xhr;
    if (outstanding !== null || status < 200 || status > 299) {
      return; // a refused save waits for a person, it is not repeated
    }
    if (isChanged()) {
      form.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (wanted && !isLeaving) {
      const next = wanted;
      wanted = null;
      next.click();
    }
  });

  // Failing

  function failed(lead, sentence, seconds = 0) {
    failures += 1;
    wanted = null; // nobody is taken to another page minutes later
    say("NOT SAVED - retrying", true);
    inTrouble(lead, { text: `${sentence} ${RESENT}`, label: "Try again now", press: retryNow });
    const wait = Math.max(RETRY_AFTER[Math.min(failures, RETRY_AFTER.length) - 1], Math.min(seconds * 1000, LONGEST_WAIT));
    notBefore = Date.now() + wait;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(saveNow, wait);
  }

  form.addEventListener("htmx:sendError", () => failed("Not connected", "There is no connection."));
  form.addEventListener("htmx:timeout", () => failed("No answer from the server", "The server does not answer."));
  form.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (xhr.status in PASSING || xhr.status >= 500) {
      failed(...(PASSING[xhr.status] ?? PASSING[500]), Number(xhr.getResponseHeader("Retry-After")) || 0);
    } else {
      refused(xhr);
    }
  });

  function refused(xhr) {
    say("NOT SAVED", true);
    if (xhr.status === 401 || xhr.getResponseHeader("X-Form-Token") === "stale") {
      // Somebody signs in again in this very page (session.js); then what is outstanding is sent once more.
      const seenTo = !document.dispatchEvent(new CustomEvent("session:needed", { cancelable: true }));
      const text = "You have been signed out. Your last answers are NOT SAVED. ";
      inTrouble("Signed out", {
        text: text + (seenTo ? "They are saved when you have entered your password." : "Sign in again in another tab, then press:"),
        label: seenTo ? "" : "I have signed in again",
        press: renewAndSave,
      });
      return;
    }
    const isClosed = xhr.status in CLOSED; // to this person; what was typed stays, to be noted or sent once more
    outstanding = isClosed ? outstanding : null;
    const text = isClosed ? `${CLOSED[xhr.status]} Note your last answers and ask who looks after people and wards.` : REFUSED;
    inTrouble("Saving refused", { kind: text, text: `NOT SAVED: ${text}` });
  }

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

  // What a colleague changed meanwhile comes into the form, except where this person has gone on typing.

  panel.addEventListener("htmx:afterSwap", () => {
    const touched = new Set(differing(typed(), saved).map(boxOf));
    document.querySelectorAll("#taken-over [data-fill]").forEach((field) => {
      const name = field.dataset.fill;
      if (touched.has(boxOf(name))) {
        form.elements.namedItem("context").value = sentContext; // the next save compares: both values are shown then
      } else {
        fill(name, field.value);
        saved.set(name, new FormData(form).get(name) ?? "");
      }
      field.remove();
    });
  });

  panel.addEventListener("htmx:afterSwap", () => {
    asOf = readClock() ?? asOf;
    savedLine = readSavedLine() ?? savedLine;
    if (trouble && isUnsaved()) {
      say("NOT SAVED - trying again", true);
    }
    sayHowItStands();
  });

  function fill(name, value) {
    const inputs = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    inputs.forEach((input) => {
      if (input.type === "radio") {
        input.checked = input.value === value;
      } else {
        input.value = value;
        input.selectedIndex = input.selectedIndex === -1 ? 0 : input.selectedIndex;
      }
    });
    inputs[0]?.dispatchEvent(new CustomEvent("question:filled", { bubbles: true }));
  }

  // Before somebody leaves, and when the connection is back

  function giveUp() {
    saved = typed();
    outstanding = null;
  }

  function flush() {
    if (!isUnsaved() || trouble?.kind === "conflict") {
      return;
    }
    outstanding ??= begin(new FormData(form));
    // The browser delivers this after the page is gone; repeated later, the key makes it one save.
    const body = new URLSearchParams([...outstanding.data]);
    fetch(form.action, { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } }).catch(() => null);
  }

  document.addEventListener("session:open", (event) => saveWith(event.detail.token));
  document.addEventListener("session:pause", () => !outstanding && isChanged() && saveNow());
  document.addEventListener("session:leave", giveUp);
  form.addEventListener("input", sayHowItStands);
  document.addEventListener("visibilitychange", () => (document.hidden ? !outstanding && isChanged() : failures > 0) && saveNow());
  window.addEventListener("pagehide", flush);
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved()) {
      event.preventDefault(); // and while the browser asks, it may be saved
      outstanding ?? saveNow();
    }
  });
  window.addEventListener("online", () => (isUnsaved() ? retryNow() : allClear()));
  window.addEventListener("offline", () => trouble || inTrouble("Not connected", { kind: "offline", text: "There is no connection. What you enter now is NOT SAVED until it is back: keep this page open." }));

  document.addEventListener("click", (event) => {
    event.target.closest("[data-seen]")?.closest(".strip").remove();
    const link = event.target.closest("a[href]:not([href^='#'], [target])");
    if (link?.matches("[data-discard]")) {
      giveUp(); // "Use the saved values": what stands in the form is given up on purpose
    }
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && isUnsaved() && !trouble) {
      event.preventDefault();
      wanted = link; // in trouble nobody is held back: the browser asks
      saveNow();
    }
  });

  document.addEventListener("keydown", (event) => event.key === "Enter" && event.ctrlKey && review.click());
})();
