/* An answer as a table on the page, and as a CSV file. Not here: the picture (drawing.js). */

/* A page with more rows than this becomes slow; the file has all of them. */
export const MOST_SHOWN = 500;

export function element(name, text = null, attributes = {}) {
  const made = document.createElement(name);
  if (text !== null) {
    made.textContent = text;
  }
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  return made;
}

/* A table of the first rows; an empty cell is a value there is none of. */
export function tableOf({ columns, rows }) {
  const table = element("table");
  const head = table.createTHead().insertRow();
  for (const column of columns) {
    const cell = element("th", column.name, { scope: "col" });
    cell.classList.toggle("number", column.isNumber);
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of rows.slice(0, MOST_SHOWN)) {
    const line = body.insertRow();
    row.forEach((text, place) => {
      const cell = line.insertCell();
      cell.textContent = text ?? "";
      cell.classList.toggle("number", columns[place].isNumber);
    });
  }
  return table;
}

/* '1,204 rows' and what of them is shown, in words. */
export function sizeOf({ rows, isCut }) {
  const count = rows.length.toLocaleString("en-GB");
  const said = rows.length === 1 ? "1 row" : `${count} rows`;
  if (isCut) {
    return `The first ${said}; the rest was left.`;
  }
  return rows.length > MOST_SHOWN ? `${said}; the first ${MOST_SHOWN} are shown.` : `${said}.`;
}

/* RFC 4180, with line feeds as in the other files of a release; NULL is empty, '' is quoted. */
export function csvOf({ columns, rows }) {
  const lines = [columns.map((column) => column.name), ...rows];
  return lines.map((line) => `${line.map(quoted).join(",")}\n`).join("");
}

function quoted(text) {
  if (text === null) {
    return "";
  }
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = element("a", null, { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
