// Every word shown by a script is written by the server, in the person's language, into #rn-words.

const holder = document.getElementById("rn-words");
const words = holder ? JSON.parse(holder.textContent) : {};

/** The sentence called `key`, with {name} replaced by values.name. */
export function word(key, values = {}) {
  return fill(words[key] ?? "", values);
}

/** `text` with each {name} replaced by values.name. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The page's language with its region: a 24-hour clock and the day before the month. */
export const locale = document.documentElement.lang.startsWith("en") ? "en-GB" : "zh-CN";

/** The time of day as the person's language writes it: 11:04. */
export function clock(moment = new Date()) {
  return moment.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}
