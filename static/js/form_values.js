/* What stands in the assessment form: read, compared, filled in and packed. It sends nothing and says nothing. */
"use strict";

const formValues = (() => {
  const VOLATILE = new Set(["csrfmiddlewaretoken", "context", "key", "shown", "next", "resolve", "chosen", "taken", "conflict", "follows"]);
  const BOX = "[data-question], .question-text";
  const LONGEST = 30000; // browsers deliver 64 kB after a page is gone, all requests of the page together

  function typed(form) {
    return new Map([...new FormData(form)].filter(([name]) => !VOLATILE.has(name) && !name.startsWith("choose-")));
  }

  function differing(one, other) {
    return [...new Set([...one.keys(), ...other.keys()])].filter((name) => (one.get(name) ?? "") !== (other.get(name) ?? ""));
  }

  const named = (form, name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  const boxOf = (form, name) => named(form, name)[0]?.closest(BOX);

  function newKey() {
    // randomUUID exists only on secure pages; a hospital may run plain HTTP inside its own walls.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function fill(form, name, value) {
    const inputs = named(form, name);
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

  // Whole where it is short enough; else the boxes of what was changed: what is not in a form stays as it is. Letters
  // that are not of the Latin alphabet are sent as parts, because in a URL-encoded form each has up to nine characters.
  function packed(form, data, changed) {
    const whole = new URLSearchParams([...data]);
    if (whole.toString().length <= LONGEST) {
      return whole;
    }
    const boxes = new Set(changed.map((name) => boxOf(form, name)));
    const kept = [...data].filter(([name]) => VOLATILE.has(name) || boxes.has(boxOf(form, name)));
    const encoded = new URLSearchParams(kept);
    return encoded.toString().length <= LONGEST ? encoded : inParts(kept);
  }

  function inParts(fields) {
    const parts = new FormData();
    fields.forEach(([name, value]) => parts.append(name, value));
    return parts;
  }

  return { BOX, typed, differing, boxOf, newKey, fill, packed };
})();
