/* Covers the screen when nobody is at work, and lets the same person go on in the page as it is. The server decides;
   this script keeps nothing and knows nothing of patients. */
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const dialog = byId("session-dialog");
  if (!dialog) {
    return;
  }
  const [form, password, code, problem, warning] = ["form", "password", "code", "problem", "warning"].map((one) => byId(`session-${one}`));
  const { person, name } = dialog.dataset;
  const seconds = (text) => Number(text) * 1000;
  const LATE = 300; // so that the server, asked at the moment it named, has reached it as well
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;

  let lastInput = Date.now(); // somebody has opened this page
  let told = lastInput; // up to here the server knows of it
  let warn = seconds(dialog.dataset.warn);
  let coverAt = Date.now() + seconds(dialog.dataset.coverIn) + LATE;
  let endAt = Date.now() + seconds(dialog.dataset.endIn) + LATE;
  let covered = false;
  let paused = false; // what is typed has been saved, because the cover is near
  let needed = false; // the page waits for the server to take it again
  let asking = null;
  let askAgainAt = 0;
  let title = document.title;
  let focused = null;

  // Who is at work

  const noteInput = (event) => event.isTrusted && !covered && (lastInput = Date.now());
  ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"].forEach((kind) =>
    window.addEventListener(kind, noteInput, { capture: true, passive: true }),
  );

  const activeAgo = () => String(Math.max(0, Math.ceil((Date.now() - lastInput) / 1000)));

  // Saving, trying again and asking are no activity: each request says when somebody last did something.
  document.addEventListener("htmx:configRequest", (event) => (event.detail.headers["Active-Ago"] = activeAgo()));

  // How the session stands

  async function standing() {
    const input = lastInput;
    const answer = await fetch(dialog.dataset.state, {
      cache: "no-store",
      headers: { "Active-Ago": activeAgo() },
      signal: AbortSignal.timeout(8000),
    }).catch(() => null);
    const said = answer?.ok ? await answer.json().catch(() => null) : null;
    told = said ? Math.max(told, input) : told;
    return said;
  }

  function ask() {
    askAgainAt = Date.now() + 5000;
    asking ??= standing()
      .then((said) => (said ? follow(said) : coverAlone()))
      .finally(() => (asking = null));
    return asking;
  }

  function follow(said) {
    if (said.state !== "open" || said.person !== person) {
      cover(said);
      return;
    }
    [warn, coverAt, endAt] = [seconds(said.warn), Date.now() + seconds(said.cover_in) + LATE, Date.now() + seconds(said.end_in) + LATE];
    paused = false;
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => Object.assign(input, { value: said.token }));
    uncover();
    if (needed) {
      needed = false;
      document.dispatchEvent(new CustomEvent("session:open", { detail: { token: said.token } }));
    }
  }

  function coverAlone() {
    if (Date.now() >= coverAt && told === lastInput) {
      cover({ state: "covered", person }); // without a connection as well: nobody is here
    }
  }

  function sentence(said) {
    if (said.person && said.person !== person) {
      return `${said.name} is signed in on this computer now. This page belongs to ${name}: what was typed is still here, and it is saved only after ${name} has entered the password.`;
    }
    if (said.state === "covered") {
      return "Nothing has been pressed or moved for a while. What you typed is still here. Go on with your password.";
    }
    return "What you typed is still here, and it is saved when you have entered your password.";
  }

  function cover(said) {
    byId("session-text").textContent = sentence(said);
    byId("session-title").textContent = said.state === "covered" ? "The screen is covered" : "You are signed out";
    endAt = said.state === "covered" && said.end_in ? Date.now() + seconds(said.end_in) + LATE : Infinity;
    warning.textContent = "";
    needed = needed || said.state !== "covered";
    if (covered) {
      return;
    }
    covered = true;
    [title, focused] = [document.title, document.activeElement];
    document.title = "Covered - LM Pathways";
    document.documentElement.classList.add("session-covered");
    problem.textContent = password.value = code.value = "";
    byId("session-code-row").hidden = true;
    dialog.showModal();
    password.focus();
    channel?.postMessage("look");
  }

  function uncover() {
    if (!covered) {
      return;
    }
    covered = false;
    [lastInput, told] = [Date.now(), Date.now()];
    document.documentElement.classList.remove("session-covered");
    document.title = title;
    password.value = code.value = "";
    dialog.close();
    focused?.focus?.({ preventScroll: true });
    channel?.postMessage("look");
  }

  // Escape neither uncovers nor loses anything.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.preventDefault());
  dialog.addEventListener("close", () => covered && dialog.showModal());

  // The password

  async function post(address, fields) {
    return fetch(address, { method: "POST", cache: "no-store", redirect: "manual", body: new URLSearchParams(fields), signal: AbortSignal.timeout(15000) }).catch(() => null);
  }

  async function goOn() {
    const said = await standing(); // another tab may have gone on already; and its token is the newest
    if (!said) {
      return "There is no connection. What you typed is still here. Try again.";
    }
    if (said.state === "open" && said.person === person) {
      follow(said);
      return "";
    }
    const answer = await post(form.action, [...new FormData(form), ["csrfmiddlewaretoken", said.token]]);
    const told = await answer?.json().catch(() => null);
    if (answer?.ok && told) {
      needed = true;
      follow(told);
      return "";
    }
    if (told?.code) {
      byId("session-code-row").hidden = false;
      code.focus();
    }
    return told?.message ?? "The server has a problem. What you typed is still here. Try again.";
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = byId("session-go-on");
    if (button.disabled) {
      return;
    }
    button.disabled = true;
    problem.textContent = "";
    problem.textContent = await goOn();
    button.disabled = false;
    if (problem.textContent && byId("session-code-row").hidden) {
      password.select();
    }
  });

  byId("session-other").addEventListener("click", async () => {
    const said = await standing();
    if (said?.person === person) {
      await post(dialog.dataset.signOut, [["csrfmiddlewaretoken", said.token]]);
    }
    document.dispatchEvent(new CustomEvent("session:leave")); // what is not saved is given up
    channel?.postMessage("look");
    location.replace("/");
  });

  // What makes us look

  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 401 || xhr.getResponseHeader("X-Form-Token") === "stale") {
      needed = true;
      ask();
    }
  });
  document.addEventListener("session:needed", (event) => event.preventDefault()); // we see to it
  document.addEventListener("visibilitychange", () => !document.hidden && ask());
  channel?.addEventListener("message", ask);

  function tick() {
    const now = Date.now();
    const left = coverAt - now;
    if (covered) {
      if (now >= endAt) {
        endAt = Infinity;
        ask();
      }
      return;
    }
    if (now >= askAgainAt && (left <= 0 || (lastInput > told && (now - told > warn || left < warn)))) {
      ask();
    }
    const isNear = left < warn && lastInput <= told;
    if (isNear && !paused) {
      paused = true;
      document.dispatchEvent(new CustomEvent("session:pause"));
    }
    const text = isNear ? `The screen is covered in ${Math.max(0, Math.ceil(left / 1000))} s. Move the pointer or press a key to go on.` : "";
    if (warning.textContent !== text) {
      warning.textContent = text;
    }
  }
  setInterval(tick, 1000);
})();
