/* The query page: what its buttons do, and what is said of it. Not here: DuckDB (database.js),
   tables and files (answer.js), the picture (drawing.js). */
import { csvOf, download, element, sizeOf, tableOf } from "./answer.js";
import { ask, closeDatabase, openDatabase } from "./database.js";
import { drawable, drawingOf, firstNumber } from "./drawing.js";

const place = (id) => document.getElementById(id);
const page = { database: null, answer: null, isBusy: false, stop: null };
const STOPPED = new Error("stopped");

/* Said in a live region, so that readers who do not see the page hear it. */
function say(text, { detail = "", isRefused = false } = {}) {
  place("state").classList.toggle("refused", isRefused);
  place("state-text").textContent = text;
  place("state-detail").textContent = detail;
  place("state-detail").hidden = !detail;
}

function allow(isReady) {
  page.isBusy = !isReady;
  for (const button of document.querySelectorAll("main button")) {
    button.disabled = !isReady;
  }
  place("stop").disabled = isReady;
  place("save").disabled = !isReady || page.answer === null;
}

async function run(title, note = "") {
  if (page.database === null || page.isBusy) {
    return;
  }
  if (!place("sql").value.trim()) {
    say("There is nothing to ask yet: write SQL, or choose a question.");
    return;
  }
  const focused = document.activeElement;
  const stopped = new Promise((_, reject) => {
    page.stop = () => reject(STOPPED);
  });
  page.answer = null;
  place("answer").hidden = true;
  allow(false);
  say("Asking …");
  try {
    page.answer = await Promise.race([ask(page.database, place("sql").value), stopped]);
    show(title, note);
  } catch (error) {
    await (error === STOPPED ? startAgain() : refuse(error));
  }
  allow(page.database !== null);
  focused?.focus({ preventScroll: true });
}

function refuse(error) {
  say("DuckDB could not answer this. It says:", { detail: wordsOf(error), isRefused: true });
  place("state").scrollIntoView({ block: "nearest" });
}

/* Some errors come as JSON. */
function wordsOf({ message }) {
  try {
    const { exception_type: type, exception_message: text } = JSON.parse(message);
    return `${type} Error: ${text}`;
  } catch {
    return message;
  }
}

function show(title, note) {
  const size = sizeOf(page.answer);
  place("answer-title").textContent = title;
  place("answer-size").textContent = size;
  place("answer-note").textContent = note;
  place("answer-note").hidden = !note;
  place("rows").replaceChildren(tableOf(page.answer));
  place("answer").hidden = false;
  choose();
  say(`${title}: ${size}`);
}

/* The picture, and a choice of what is drawn; neither where nothing can be. */
function choose() {
  const how = drawable(page.answer);
  place("drawing").hidden = how === null;
  if (how === null) {
    return;
  }
  const { columns } = page.answer;
  const options = how.numbers.map((each) => element("option", columns[each].name, { value: each }));
  place("drawn").replaceChildren(...options);
  place("drawn").value = String(firstNumber(page.answer, how));
  place("drawn").onchange = () => draw(how);
  draw(how);
}

function draw(how) {
  const number = Number(place("drawn").value);
  const { columns } = page.answer;
  place("drawing-title").textContent = `${columns[number].name} by ${columns[how.label].name}`;
  place("chart").replaceChildren(drawingOf(page.answer, how, number));
}

/* Somebody chose something above: the answer is brought to them, also for the keyboard. */
async function runFor(sql, title, note) {
  place("sql").value = sql;
  await run(title, note);
  if (!place("answer").hidden) {
    place("answer").focus({ preventScroll: true });
    place("answer").scrollIntoView();
  }
}

function listen() {
  for (const button of document.querySelectorAll("[data-question]")) {
    const id = button.dataset.question;
    const sql = place(`sql-${id}`).textContent;
    const note = place(`note-${id}`).textContent;
    button.addEventListener("click", () => runFor(sql, button.textContent, note));
  }
  for (const button of document.querySelectorAll("[data-relation]")) {
    const name = button.dataset.relation;
    button.addEventListener("click", () => runFor(`from ${name} limit 100`, `Rows of ${name}`));
  }
  place("form").addEventListener("submit", (event) => {
    event.preventDefault();
    run("Answer");
  });
  place("sql").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run("Answer");
    }
  });
  place("stop").addEventListener("click", () => page.stop());
  place("save").addEventListener("click", () => download("answer.csv", csvOf(page.answer)));
}

async function open(saidThen) {
  try {
    page.database = await openDatabase();
    say(saidThen);
  } catch (error) {
    page.database = null;
    say("The database could not be opened. The other pages of the site work without it.", {
      detail: error.message,
      isRefused: true,
    });
  }
}

async function startAgain() {
  say("Stopping …");
  closeDatabase(page.database);
  await open("Stopped. The database is open again.");
}

listen();
await open("The database is open.");
allow(page.database !== null);
