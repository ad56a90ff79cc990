// Reading a form into plain entries and writing them back: what drafts and the outbox keep.

const PRIVATE = '[type="password"], [name="csrfmiddlewaretoken"], [data-no-draft]';

/** The controls worth keeping, by name. */
function controls(form) {
  return [...form.elements].filter((field) => field.name && !field.matches(PRIVATE) && !field.matches("button, fieldset"));
}

/** [[name, value], …] as the form would send them; files stay files. */
export function entries(form) {
  const kept = new Set(controls(form).map((field) => field.name));
  return [...new FormData(form)].filter(([name, value]) => kept.has(name) && !(value instanceof File && !value.size));
}

/** Writes kept entries back into the form and tells everybody who listens. */
export function restore(form, kept) {
  const byName = new Map();
  for (const [name, value] of kept) byName.set(name, [...(byName.get(name) ?? []), value]);
  for (const field of controls(form)) {
    const values = byName.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.type === "file") putFiles(field, values);
    else if (field.multiple) [...field.options].forEach((option) => (option.selected = values.includes(option.value)));
    else if (values.length) field.value = values.shift();
    else if (!field.disabled && field.type !== "hidden") field.value = "";
  }
  form.dispatchEvent(new CustomEvent("rn:restored", { bubbles: true }));
}

function putFiles(field, files) {
  const held = new DataTransfer();
  files.filter((file) => file instanceof File).forEach((file) => held.items.add(file));
  field.files = held.files;
}

/** A short text that differs when anything typed differs. */
export function fingerprint(form) {
  return JSON.stringify(entries(form).map(([name, value]) => [name, value instanceof File ? value.name + value.size : value]));
}
