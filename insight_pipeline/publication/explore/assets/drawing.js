/* A simple picture of an answer: a line over periods, or bars; dots with their 95 % interval where
   the answer has one. Not here: charts of the site, which the release was made with. */

const SVG = "http://www.w3.org/2000/svg";
const MOST_MARKS = 60;
const WIDTH = 640;
const LABEL = 200;
const ROW = 26;
const HEIGHT = 260;
const EDGE = { left: 64, right: 32, top: 12, bottom: 44 };
const PERIODS = ["period", "period_from", "period_month", "label"];
const INTERVAL = ["lower95", "upper95"];
/* Numbers that say how a value was made are drawn only when asked for. */
const FIRST_CHOICES = ["value", "figures", "annual_price_gbp"];

/* Values of several indicators have no common scale. */
const KINDS = ["indicator_id", "title"];

/* {label: place of a column, numbers: places, kind: line or bars}; null where nothing can be
   drawn: there must be 2 to 60 rows of one indicator at most, a number that is not a number of
   rows, and a text that says of each row which it is. */
export function drawable({ columns, rows }) {
  const isDrawn = (column) => column.isNumber && !column.name.endsWith("_no");
  const numbers = columns.flatMap((column, place) => (isDrawn(column) ? [place] : []));
  const texts = columns.flatMap((column, place) => (column.isNumber ? [] : [place]));
  const tells = (place) => new Set(rows.map((row) => row[place])).size === rows.length;
  const labels = texts.filter((place) => rows.every((row) => row[place] !== null) && tells(place));
  const isMixed = columns.some(
    (column, place) => KINDS.includes(column.name) && rows.some((row) => row[place] !== rows[0][place]),
  );
  if (isMixed || rows.length < 2 || rows.length > MOST_MARKS || !numbers.length || !labels.length) {
    return null;
  }
  const over = labels.find((place) => PERIODS.includes(columns[place].name));
  const inWords = labels.find((place) => !/_(id|code)$/.test(columns[place].name));
  return {
    label: over ?? inWords ?? labels[0],
    numbers: numbers.filter((place) => rows.some((row) => row[place] !== null)),
    kind: over === undefined ? "bars" : "line",
  };
}

/* The number to begin with. */
export function firstNumber({ columns }, { numbers }) {
  const named = FIRST_CHOICES.map((name) => columns.findIndex((column) => column.name === name));
  return named.find((place) => numbers.includes(place)) ?? numbers[0];
}

/* The picture as an <svg>; `number` is the place of the column drawn. */
export function drawingOf(answer, { label, kind }, number) {
  const marks = marksOf(answer, label, number);
  if (kind === "line") {
    marks.sort((one, other) => (one.label < other.label ? -1 : 1));
  }
  const known = marks.flatMap((mark) => [mark.value, mark.lower, mark.upper]).filter(Number.isFinite);
  const scale = scaleOf(known);
  const svg = kind === "line" ? lineChart(marks, scale) : barChart(marks, scale);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", described(answer, marks, label, number));
  return svg;
}

function marksOf({ columns, rows }, label, number) {
  const [lower, upper] = INTERVAL.map((name) => columns.findIndex((each) => each.name === name));
  const has = columns[number].name === "value" && lower >= 0 && upper >= 0;
  const read = (row, place) => (row[place] === null ? NaN : Number(row[place]));
  return rows.map((row) => ({
    label: row[label],
    value: read(row, number),
    lower: has ? read(row, lower) : NaN,
    upper: has ? read(row, upper) : NaN,
  }));
}

function described({ columns }, marks, label, number) {
  const known = marks.filter((mark) => Number.isFinite(mark.value));
  const values = known.map((mark) => mark.value);
  const said = `${columns[number].name} by ${columns[label].name}, ${marks.length} rows`;
  return known.length
    ? `${said}, from ${Math.min(...values)} to ${Math.max(...values)}; the table below has all of them`
    : `${said}, none with a value`;
}

/* From zero to a round number beyond the largest value, below zero only where values are. */
function scaleOf(values) {
  const most = Math.max(0, ...values);
  const least = Math.min(0, ...values);
  const wide = most - least || 1;
  const power = 10 ** Math.floor(Math.log10(wide / 4));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => wide / n <= 5);
  const ticks = [];
  for (let n = Math.floor(least / step); n <= Math.ceil(most / step) || ticks.length < 2; n += 1) {
    ticks.push(Number((n * step).toPrecision(12)));
  }
  return { from: ticks[0], to: ticks[ticks.length - 1], ticks };
}

function shape(name, attributes, text = null) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, typeof value === "number" ? String(Math.round(value * 100) / 100) : value);
  }
  if (text !== null) {
    made.textContent = text;
  }
  return made;
}

function canvas(height) {
  return shape("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "drawing" });
}

const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const grouped = (number) => number.toLocaleString("en-GB", { maximumFractionDigits: 6 });

function lineChart(marks, scale) {
  const svg = canvas(HEIGHT);
  const wide = WIDTH - EDGE.left - EDGE.right;
  const high = HEIGHT - EDGE.top - EDGE.bottom;
  const x = (place) => EDGE.left + (wide * (place + 0.5)) / marks.length;
  const y = (value) => EDGE.top + high * (1 - (value - scale.from) / (scale.to - scale.from));
  for (const tick of scale.ticks) {
    svg.append(shape("line", { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(tick), y2: y(tick), class: "grid" }));
    svg.append(shape("text", { x: EDGE.left - 8, y: y(tick) + 4, class: "end" }, grouped(tick)));
  }
  const every = Math.ceil(marks.length / 6);
  marks.forEach((mark, place) => {
    if (place % every === 0) {
      svg.append(shape("text", { x: x(place), y: HEIGHT - 16, class: "middle" }, short(mark.label.replace(/ \(.*\)$/, ""), 12)));
    }
    if (Number.isFinite(mark.lower) && Number.isFinite(mark.upper)) {
      svg.append(shape("line", { x1: x(place), x2: x(place), y1: y(mark.lower), y2: y(mark.upper), class: "interval" }));
    }
  });
  svg.append(shape("path", { d: pathOf(marks, x, y), class: "line" }));
  marks.forEach((mark, place) => {
    if (Number.isFinite(mark.value)) {
      svg.append(dot(x(place), y(mark.value), mark));
    }
  });
  return svg;
}

/* A missing value is a gap, never a line across it. */
function pathOf(marks, x, y) {
  let pen = "M";
  return marks
    .map((mark, place) => {
      const step = Number.isFinite(mark.value) ? `${pen}${x(place).toFixed(2)} ${y(mark.value).toFixed(2)}` : "";
      pen = step ? "L" : "M";
      return step;
    })
    .join("");
}

function dot(x, y, mark) {
  const made = shape("circle", { cx: x, cy: y, r: 4, class: "dot" });
  made.append(shape("title", {}, `${mark.label}: ${grouped(mark.value)}`));
  return made;
}

function barChart(marks, scale) {
  const height = marks.length * ROW + 34;
  const svg = canvas(height);
  const x = (value) => LABEL + (WIDTH - LABEL - EDGE.right) * ((value - scale.from) / (scale.to - scale.from));
  for (const tick of scale.ticks) {
    svg.append(shape("line", { x1: x(tick), x2: x(tick), y1: 4, y2: height - 26, class: "grid" }));
    svg.append(shape("text", { x: x(tick), y: height - 8, class: "middle" }, grouped(tick)));
  }
  marks.forEach((mark, place) => {
    const middle = place * ROW + ROW / 2 + 4;
    svg.append(shape("text", { x: LABEL - 8, y: middle + 4, class: "end" }, short(mark.label, 30)));
    const hasInterval = Number.isFinite(mark.lower) && Number.isFinite(mark.upper);
    if (hasInterval) {
      svg.append(shape("line", { x1: x(mark.lower), x2: x(mark.upper), y1: middle, y2: middle, class: "interval" }));
    }
    if (Number.isFinite(mark.value)) {
      svg.append(hasInterval ? dot(x(mark.value), middle, mark) : bar(x(0), x(mark.value), middle, mark));
    }
  });
  return svg;
}

function bar(zero, end, middle, mark) {
  const made = shape("rect", {
    x: Math.min(zero, end),
    width: Math.abs(end - zero),
    y: middle - 8,
    height: 16,
    class: "bar",
  });
  made.append(shape("title", {}, `${mark.label}: ${grouped(mark.value)}`));
  return made;
}
