/* The server's clock, of which the panel bears the time: that of a ward computer may be wrong. */
"use strict";

const serverClock = (() => {
  function read(panel) {
    const [hours, minutes, seconds] = (panel.querySelector("[data-as-of]")?.dataset.asOf ?? "").split(":").map(Number);
    return Number.isFinite(seconds) ? { seconds: hours * 3600 + minutes * 60 + seconds, read: Date.now() } : null;
  }

  function timeOfDay(seconds) {
    const minutes = Math.floor(seconds / 60) % 1440;
    return [Math.floor(minutes / 60), minutes % 60].map((one) => String(one).padStart(2, "0")).join(":");
  }

  function now(asOf) {
    return asOf ? timeOfDay(asOf.seconds + (Date.now() - asOf.read) / 1000) : new Date().toTimeString().slice(0, 5);
  }

  return { read, timeOfDay, now };
})();
