/* Lends duckdb-browser.js, a CommonJS file, what it expects, so that it runs as it was published:
   no bundler, no copy of ours. It needs Apache Arrow and nothing else. Loaded before it, and after
   arrow.js, which would take `module` for its own. */
"use strict";

var module = { exports: {} };
var exports = module.exports;

function require(name) {
  if (name !== "apache-arrow") {
    throw new Error(`nothing is called ${name} here`);
  }
  return globalThis.Arrow;
}

/* Browsers run no modules and no workers of pages opened from a disk: only this file can say so. */
if (location.protocol === "file:") {
  document.getElementById("state").classList.add("refused");
  document.getElementById("state-text").textContent =
    "This page was opened from a disk, where browsers let no database run. Run `insight serve` " +
    "and open the address it prints; all other pages of this release work from a disk as well.";
}
