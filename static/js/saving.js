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
  const { BOX, differing, newKey } = formValues;
  const { RESENT, STRANGE } = serverFaults;

  let outstanding = null; // the save that has no answer yet: sent again unchanged, under its own key
  let trouble = null; // why something is not saved, and since when; null while all is well
  let [failures, notBefore, turnedAway] = [0, 0, 0];
  let [retryTimer, slowTimer] = [null, null];
  let compared = null; // what the two columns of a conflict were made of
  let sentContext = ""; // on top of what the last save was written
  let isLeaving = false; // the answer has named the next page: a second press changes nothing
  let wanted = null; // the link or button that waits until everything is saved
  let saved = form.dataset.unsaved === "yes" ? new Map() : typed();
  let asOf = serverClock.read(panel);
  let savedLine = readSavedLine();

  // What is saved and what is not

  function typed() {
    return formValues.typed(form);
  }

  const isChanged = () => differing(typed(), saved).length > 0;
  const isUnsaved = () => outstanding !== null || isChanged();
  const boxOf = (name) => formValues.boxOf(form, name);

  function begin(data) {
    data.set("key", newKey());
    sentContext = data.get("context");
    return { data, typed: typed() };
  }

  // What is said of it. Safety: nothing is shown as saved that is not. HZ-63

  function readSavedLine() {
    return byId("save-line").textContent.match(/^Saved.*/)?.[0];
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
    const from = asOf ? `from ${serverClock.timeOfDay(asOf.seconds)}` : "older";
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
    trouble = { lead, kind, since: trouble?.since ?? serverClock.now(asOf) };
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
    // Leaving a field says "changed" once more, although it is saved already. But what was refused and then undone is
    // sent: only an answer of the server ends the trouble.
    return isChanged() || Boolean(trouble) || isResolving || Boolean(pressed && pressed.id !== "save-now");
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
    const { xhr } = event.detail;
    const { status } = xhr;
    clearTimeout(slowTimer);
    if (!outstanding) {
      return;
    }
    const isRefusal = status === 409 || status === 422;
    const isOurs = isRefusal ? xhr.getResponseHeader("HX-Retarget") : xhr.getResponseHeader("Saved") === outstanding.data.get("key");
    if (!isOurs && (isRefusal || status < 300)) {
      event.preventDefault(); // Safety: no page of somebody else's is an acknowledgement, nor advice. HZ-63
      failed(...STRANGE);
    } else if (status >= 200 && status < 300) {
      saved = outstanding.typed;
      outstanding = null;
      failures = notBefore = turnedAway = 0;
      isLeaving = Boolean(xhr.getResponseHeader("HX-Redirect"));
      if (!trouble || !isChanged()) {
        allClear(); // what was entered meanwhile is sent next; until then it stays said that it is not saved
      }
    } else if (isRefusal) {
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
    takeOver();
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

  function stayHere() {
    wanted = null; // nobody is taken to another page minutes later
    outstanding?.data.delete("next");
  }

  function failed(lead, sentence, seconds = 0) {
    failures += 1;
    stayHere();
    say("NOT SAVED - retrying", true);
    inTrouble(lead, { text: `${sentence} ${RESENT}`, label: "Try again now", press: retryNow });
    const asked = Math.max(RETRY_AFTER[Math.min(failures, RETRY_AFTER.length) - 1], Math.min(seconds * 1000, LONGEST_WAIT));
    const wait = asked * (1 + Math.random() / 5); // not everybody in the same second, when the server is back
    notBefore = Date.now() + wait;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(saveNow, wait);
  }

  form.addEventListener("htmx:sendError", () => failed("Not connected", "There is no connection."));
  form.addEventListener("htmx:timeout", () => failed("No answer from the server", "The server does not answer."));
  form.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (serverFaults.passes(xhr.status)) {
      failed(...serverFaults.inWords(xhr.status), Number(xhr.getResponseHeader("Retry-After")) || 0);
    } else {
      refused(xhr);
    }
  });

  function refused(xhr) {
    stayHere();
    say("NOT SAVED", true);
    if (xhr.status === 401 || xhr.getResponseHeader("X-Form-Token") === "stale") {
      turnedAway += 1;
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
    const isClosed = serverFaults.isClosed(xhr.status); // to this person; what was typed stays, to be sent once more
    outstanding = isClosed ? outstanding : null;
    const text = serverFaults.whyRefused(xhr.status);
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
    compared = new Map(); // what was refused may have been so for the other person's sake
    if (isUnsaved() && turnedAway > 1) {
      // Taken for signed in, and turned away all the same: not again and again without a pause.
      clearTimeout(retryTimer);
      retryTimer = setTimeout(saveNow, RETRY_AFTER[Math.min(turnedAway - 2, RETRY_AFTER.length - 1)]);
    } else if (isUnsaved()) {
      saveNow();
    } else {
      allClear();
    }
  }

  // What a colleague changed meanwhile comes into the form, except where this person has gone on typing.

  // Safety: with every answer to a save, even where its panel is not shown: the form must say what its note says. HZ-64
  function takeOver() {
    const touched = new Set(differing(typed(), saved).map(boxOf));
    document.querySelectorAll("#taken-over [data-fill]").forEach((field) => {
      const name = field.dataset.fill;
      if (touched.has(boxOf(name))) {
        form.elements.namedItem("context").value = sentContext; // the next save compares: both values are shown then
      } else {
        formValues.fill(form, name, field.value);
        saved.set(name, new FormData(form).get(name) ?? "");
      }
      field.remove();
    });
  }

  panel.addEventListener("htmx:afterSwap", () => {
    takeOver();
    asOf = serverClock.read(panel) ?? asOf;
    savedLine = readSavedLine() ?? savedLine;
    if (trouble && isUnsaved()) {
      say("NOT SAVED - trying again", true);
    }
    scroller.classList.toggle("panel-out-of-date", Boolean(trouble));
    sayHowItStands();
  });

  // Before somebody leaves, and when the connection is back

  function giveUp() {
    saved = typed();
    outstanding = null;
  }

  function flush() {
    if (!isUnsaved() || trouble?.kind === "conflict") {
      return;
    }
    const late = outstanding ? [outstanding] : [];
    if (!outstanding || differing(typed(), outstanding.typed).length > 0) {
      const newest = begin(new FormData(form));
      newest.data.set("follows", outstanding?.data.get("key") ?? "");
      late.unshift(newest); // it has everything: where there is no room for both, this one is delivered
    }
    // The browser delivers these after the page is gone; one that was sent before has its key and stays one save.
    const changed = late.flatMap((one) => differing(one.typed, saved)); // also what was changed and put back meanwhile
    late.forEach(({ data }) => {
      const body = formValues.packed(form, data, changed);
      fetch(form.action, { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } }).catch(() => null);
    });
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

  document.addEventListener("submit", (event) => {
    if (event.target !== form && !event.defaultPrevented && event.submitter && isUnsaved() && !trouble) {
      event.preventDefault();
      wanted = event.submitter; // "Move to release 8", "Sign out": first what is not saved
      saveNow();
    }
  });

  document.addEventListener("keydown", (event) => event.key === "Enter" && event.ctrlKey && review.click());
})();
