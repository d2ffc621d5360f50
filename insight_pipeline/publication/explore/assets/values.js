/* Values of an answer as DuckDB itself writes them: decimals exactly, days as 2025-04-01.
   Not here: where they are shown. */

const MINUTE = 60;
const DAY_LENGTH = "2025-04-01".length;
/* Arrow has these as bytes: a wrong text would be worse than none. */
const WITHOUT_TEXT = ["isInterval", "isBinary", "isUnion", "isMap"];
const UNREAD = "(write ::varchar behind it)";
const kinds = () => globalThis.Arrow.DataType;

export function isNumber(type) {
  return kinds().isInt(type) || kinds().isFloat(type) || kinds().isDecimal(type);
}

/* The text of a value of an Arrow type; null stays null. */
export function textOf(value, type) {
  if (value === null || value === undefined) {
    return null;
  }
  if (kinds().isDecimal(type)) {
    return decimal(value, type.scale);
  }
  if (kinds().isDate(type)) {
    return moment(Number(value)).slice(0, DAY_LENGTH);
  }
  if (kinds().isTimestamp(type)) {
    return moment(Number(value)) + (type.timezone ? "+00" : "");
  }
  if (kinds().isTime(type)) {
    return timeOfDay(BigInt(value));
  }
  if (kinds().isList(type) || kinds().isFixedSizeList(type)) {
    return `[${[...value].map((each) => inner(each, type.children[0].type)).join(", ")}]`;
  }
  if (kinds().isStruct(type)) {
    const fields = type.children.map((each) => `'${each.name}': ${inner(value[each.name], each.type)}`);
    return `{${fields.join(", ")}}`;
  }
  return WITHOUT_TEXT.some((name) => kinds()[name](type)) ? UNREAD : String(value);
}

function inner(value, type) {
  return textOf(value, type) ?? "NULL";
}

/* 128 bits in four words of 32, the lowest first, in two's complement. */
function decimal(words, scale) {
  let number = 0n;
  for (const word of [...words].reverse()) {
    number = (number << 32n) | BigInt(word >>> 0);
  }
  number = BigInt.asIntN(32 * words.length, number);
  const digits = (number < 0n ? -number : number).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const sign = number < 0n ? "-" : "";
  return scale ? `${sign}${whole}.${digits.slice(-scale)}` : `${sign}${whole}`;
}

/* In UTC, as DuckDB has it here; a day no calendar of the browser has stays a number. */
function moment(milliseconds) {
  const day = new Date(milliseconds);
  const text = Number.isNaN(day.getTime()) ? String(milliseconds) : day.toISOString();
  return text.replace("T", " ").replace(/(\.000)?Z$/, "");
}

/* Microseconds since midnight. */
function timeOfDay(microseconds) {
  const seconds = Number(microseconds / 1000000n);
  const parts = [seconds / MINUTE / MINUTE, (seconds / MINUTE) % MINUTE, seconds % MINUTE];
  return parts.map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
}
