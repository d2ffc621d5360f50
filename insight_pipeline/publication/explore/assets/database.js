/* The release's database in this browser: opening it, asking it, stopping a question.
   Not here: what is shown. */
import { isNumber, textOf } from "./values.js";

const HERE = new URL(".", import.meta.url);
const FILE = "indicators.duckdb";
/* More rows than this are not kept: they would fill the memory of a small computer. */
const MOST_ROWS = 100000;

/* No question fetches anything, neither files nor extensions, and none can change that. */
const LOCKED = [
  "set autoinstall_known_extensions = false",
  "set autoload_known_extensions = false",
  "set enable_external_access = false",
  "set lock_configuration = true",
];

/* {connection, worker}, over a copy of the file in memory that is opened for reading. Any web server
   will do: the whole file is fetched at once, which is a few megabytes. */
export async function openDatabase() {
  const duckdb = globalThis.module.exports;
  const worker = new Worker(new URL("vendor/duckdb-browser-eh.worker.js", HERE));
  const broken = new Promise((_, reject) => {
    worker.onerror = () => reject(new Error("the browser did not start DuckDB"));
  });
  const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
  const started = database.instantiate(new URL("vendor/duckdb-eh.wasm", HERE).href);
  const [content] = await Promise.race([Promise.all([fetched(), started]), broken]);
  await database.registerFileBuffer(FILE, content);
  await database.open({ path: FILE, accessMode: duckdb.DuckDBAccessMode.READ_ONLY });
  const connection = await database.connect();
  for (const statement of LOCKED) {
    await connection.query(statement);
  }
  return { connection, worker };
}

/* Ends it at once, whatever it is doing; what it was asked is never answered. DuckDB-WASM's own
   cancelling waits for a pause that a long question may not make. */
export function closeDatabase({ worker }) {
  worker.terminate();
}

async function fetched() {
  const answer = await fetch(new URL(`../../${FILE}`, HERE));
  if (!answer.ok) {
    throw new Error(`${FILE} is not beside the site (the server said ${answer.status})`);
  }
  return new Uint8Array(await answer.arrayBuffer());
}

/* {columns: [{name, isNumber}], rows: texts or null, isCut: whether there were more rows}. */
export async function ask({ connection }, sql) {
  const reader = await connection.send(sql, true);
  const rows = [];
  let fields = [];
  let isCut = false;
  for await (const batch of reader) {
    fields = batch.schema.fields;
    read(batch, rows);
    isCut = rows.length > MOST_ROWS;
    if (isCut) {
      await connection.cancelSent();
      break;
    }
  }
  fields = fields.length ? fields : (reader.schema?.fields ?? []);
  const columns = fields.map((field) => ({ name: field.name, isNumber: isNumber(field.type) }));
  return { columns, rows: rows.slice(0, MOST_ROWS), isCut };
}

function read(batch, rows) {
  const types = batch.schema.fields.map((field) => field.type);
  const vectors = types.map((_, place) => batch.getChildAt(place));
  for (let row = 0; row < batch.numRows; row += 1) {
    rows.push(vectors.map((vector, place) => textOf(vector.get(row), types[place])));
  }
}
