/* What it means when a request is not taken, by the server or by something before it: whether that passes by itself,
   and in which words it is said. */
"use strict";

const serverFaults = (() => {
  const RESENT = "Your last answers are NOT SAVED and the recommendations do not include them. They are sent again by themselves: keep this page open.";
  const STRANGE = ["Something else answers", "Something else than LM Pathways answered, such as a sign-in page of the network."];
  const PASSING = {
    408: ["No answer from the server", "The server did not get the whole save."],
    425: ["The server cannot save", "The server asks for the save once more."],
    429: ["Too many requests", "The server was asked too often."],
    500: ["The server has a problem", "The server has a problem."],
    503: ["The server cannot save", "The server is running, but it cannot save at the moment."],
  };
  const ASK = "Note your last answers and ask who looks after people and wards.";
  const CLOSED = { 403: `you may not change this record any more. ${ASK}`, 404: `this record is not open to you any more, or no longer there. ${ASK}` };
  const REFUSED = "the server refused the form. Note your last answers and reload the page.";

  const passes = (status) => status in PASSING || status >= 500;
  const inWords = (status) => PASSING[status] ?? PASSING[500];
  const isClosed = (status) => status in CLOSED;
  const whyRefused = (status) => CLOSED[status] ?? REFUSED;

  return { RESENT, STRANGE, passes, inWords, isClosed, whyRefused };
})();
