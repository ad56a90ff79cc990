// Forms drawn from a schema: tables of rows that grow, and fields that show while their condition holds.

class Unanswerable extends Error {}

// ---- conditions: nested lists, as the server wrote them; what cannot be worked out hides the field ---------------------

function heldBy(form, name, sort) {
  const controls = [...form.elements].filter((control) => control.name === name);
  if (sort === "many") {
    const chosen = controls.filter((control) => control.checked && !control.disabled).map((control) => control.value);
    return chosen.length ? chosen : null;
  }
  const control = controls.find((one) => !one.matches("[type=radio]") || one.checked);
  if (sort === "tick" && controls[0]?.matches("[type=checkbox]")) return controls[0].checked && !controls[0].disabled;
  if (!control || control.disabled || !control.value.trim()) return null;
  if (sort === "tick") return control.value === "true";
  if (sort !== "number") return control.value.trim();
  const number = Number(control.value.replaceAll(",", "").replace("¥", ""));
  return Number.isNaN(number) ? null : number;
}

function truth(value) {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function number(value) {
  if (typeof value !== "number") throw new Unanswerable();
  return value;
}

const RECKON = { "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b };

function ordered(one, two, test) {
  if (typeof one !== typeof two || one === null) throw new Unanswerable();
  return test(one, two);
}

const COMPARE = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => ordered(a, b, (x, y) => x < y),
  "<=": (a, b) => ordered(a, b, (x, y) => x <= y),
  ">": (a, b) => ordered(a, b, (x, y) => x > y),
  ">=": (a, b) => ordered(a, b, (x, y) => x >= y),
  in: (a, b) => inside(a, b),
  "not in": (a, b) => !inside(a, b),
};

function inside(item, group) {
  if (!Array.isArray(group) && typeof group !== "string") throw new Unanswerable();
  return group.includes(item);
}

function work(node, form) {
  const [kind, ...parts] = node;
  switch (kind) {
    case "value":
      return parts[0];
    case "name":
      return heldBy(form, parts[0], parts[1]);
    case "list":
      return parts.map((part) => work(part, form));
    case "and":
      return parts.every((part) => truth(work(part, form)));
    case "or":
      return parts.some((part) => truth(work(part, form)));
    case "not":
      return !truth(work(parts[0], form));
    case "minus":
      return -number(work(parts[0], form));
    case "reckon":
      return RECKON[parts[0]](number(work(parts[1], form)), number(work(parts[2], form)));
    case "compare": {
      const values = parts.slice(1).map((part) => work(part, form));
      return parts[0].every((sign, place) => COMPARE[sign](values[place], values[place + 1]));
    }
  }
  throw new Unanswerable();
}

function holds(node, form) {
  try {
    return truth(work(node, form));
  } catch (error) {
    if (error instanceof Unanswerable) return false;
    throw error;
  }
}

/** data-show-if: the fields above were settled before, for they come first in the page. */
function settle(form) {
  for (const part of form.querySelectorAll("[data-show-if]")) {
    const applies = holds(JSON.parse(part.dataset.showIf), form);
    part.hidden = !applies;
    part.querySelectorAll("input, select, textarea").forEach((control) => (control.disabled = !applies));
  }
}

// ---- rows ------------------------------------------------------------------------------------------------------------

const rowsIn = (table) => [...table.querySelectorAll("[data-rows-here] > [data-row]")];

function tidy(table) {
  table.querySelector("[data-row-add]").disabled = rowsIn(table).length >= Number(table.dataset.most);
}

function add(table) {
  const blank = table.querySelector("template").innerHTML;
  const places = [...table.querySelectorAll("[data-rows-here] [name]")].map((control) =>
    Number(control.name.slice(table.dataset.rowsOf.length + 1).split("-")[0]),
  );
  const holder = document.createElement("div");
  holder.innerHTML = blank.replaceAll("__row__", String(Math.max(-1, ...places) + 1));
  const row = holder.firstElementChild;
  table.querySelector("[data-rows-here]").append(row);
  row.querySelector("input, select, textarea")?.focus();
  tidy(table);
}

function remove(row) {
  const table = row.closest("[data-rows-of]");
  const next = row.nextElementSibling ?? row.previousElementSibling;
  if (!next) add(table);
  row.remove();
  (next ?? rowsIn(table)[0])?.querySelector("input, select, textarea")?.focus();
  tidy(table);
  table.dispatchEvent(new Event("input", { bubbles: true }));
}

function clicked(event) {
  const adding = event.target.closest("[data-row-add]");
  if (adding) add(adding.closest("[data-rows-of]"));
  const removing = event.target.closest("[data-row-remove]");
  if (removing) remove(removing.closest("[data-row]"));
}

/** Enter in a row's last row goes on to a new one instead of sending the form. */
function pressed(event) {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !event.target.matches?.("[data-row] input")) return;
  event.preventDefault();
  const row = event.target.closest("[data-row]");
  const next = row.nextElementSibling;
  if (next) next.querySelector("input, select, textarea")?.focus();
  else if (!row.closest("[data-rows-of]").querySelector("[data-row-add]").disabled) add(row.closest("[data-rows-of]"));
}

function start(scope) {
  scope.querySelectorAll("[data-rows-of]").forEach(tidy);
  const forms = [...scope.querySelectorAll("[data-show-if]")].map((part) => part.closest("form"));
  new Set(forms).forEach((form) => form && settle(form));
}

let listening = false;

export function startSchemaForms(scope) {
  start(scope);
  if (listening) return;
  listening = true;
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form");
    if (form?.querySelector("[data-show-if]")) settle(form);
  });
  document.addEventListener("rn:restored", (event) => settle(event.target));
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
}
