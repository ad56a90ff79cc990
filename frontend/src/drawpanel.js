// The panel beside a drawing: what our files say of the element that is marked, beyond BPMN's own words.

const HUMAN = ["bpmn:Task", "bpmn:UserTask", "bpmn:ManualTask"];

/** What stands in our extension of an element, if there is one. */
function ours(business, name) {
  return business.extensionElements?.get("values").find((one) => one.$type === name);
}

/** The rows of a text, one `left = right` a line. */
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const cut = (line, sign) => {
  const at = line.indexOf(sign);
  return at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + sign.length).trim()];
};

export function startPanel(panel, modeler, data) {
  const moddle = modeler.get("moddle");
  const modeling = modeler.get("modeling");
  const { words } = data;
  let isOwn = false; // a change made here leaves the panel as it is: the next field may have the focus already

  /** Puts our extension element on an element in the place of the one before; empty ones go. */
  function extend(element, name, properties) {
    const business = element.businessObject;
    const others = (business.extensionElements?.get("values") ?? []).filter((one) => one.$type !== name);
    const said = Object.fromEntries(Object.entries(properties).filter(([, value]) => (Array.isArray(value) ? value.length : value)));
    const values = Object.keys(said).length ? [...others, moddle.create(name, said)] : others;
    const holder = values.length ? moddle.create("bpmn:ExtensionElements", { values }) : undefined;
    for (const one of values) one.$parent = holder;
    if (holder) holder.$parent = business;
    modeling.updateModdleProperties(element, business, { extensionElements: holder });
  }

  function field(label, value, change, { options = null, rows = 0, hint = "" } = {}) {
    const id = `draw-${panel.childElementCount}`;
    const box = document.createElement("div");
    box.className = "rn-field";
    const title = document.createElement("label");
    title.className = "form-label";
    title.htmlFor = id;
    title.textContent = label;
    const control = document.createElement(options ? "select" : rows ? "textarea" : "input");
    control.className = options ? "form-select" : "form-control";
    control.id = id;
    if (rows) control.rows = rows;
    if (options) {
      const known = options.some(([key]) => key === value) || !value ? options : [[value, value], ...options];
      control.append(...[["", "–"], ...known].map(([key, text]) => new Option(text, key, false, key === (value ?? ""))));
    } else {
      control.value = value ?? "";
    }
    control.addEventListener("change", () => {
      isOwn = true;
      change(control.value.trim());
      isOwn = false;
    });
    box.append(title, control);
    if (hint) {
      const help = document.createElement("div");
      help.className = "form-hint";
      help.id = `${id}-hint`;
      help.textContent = hint;
      control.setAttribute("aria-describedby", help.id);
      box.append(help);
    }
    panel.append(box);
  }

  function names(element) {
    const business = element.businessObject;
    field(words.name, business.name, (name) => modeling.updateProperties(element, { name }));
    field(words.name_en, business.get("rn:nameEn"), (text) => modeling.updateProperties(element, { "rn:nameEn": text || undefined }));
  }

  function human(element) {
    const task = ours(element.businessObject, "rn:Task");
    const said = {
      form: task?.form, due: task?.due, dueFrom: task?.dueFrom, person: task?.person, qualification: task?.qualification,
      zh: task?.instructions?.find((one) => one.lang !== "en")?.text, en: task?.instructions?.find((one) => one.lang === "en")?.text,
      escalations: (task?.escalations ?? []).map((one) => `${one.after} ${one.to}`).join("\n"),
    };
    const set = (name) => (value) => {
      said[name] = value;
      const instructions = [["zh", said.zh], ["en", said.en]].filter(([, text]) => text);
      extend(element, "rn:Task", {
        form: said.form, due: said.due, dueFrom: said.dueFrom, person: said.person, qualification: said.qualification,
        instructions: instructions.map(([lang, text]) => moddle.create("rn:Instruction", { lang, text })),
        escalations: lines(said.escalations ?? "").map((line) => {
          const [after, to] = cut(line, " ");
          return moddle.create("rn:Escalate", { after, to });
        }),
      });
    };
    field(words.instruction, said.zh, set("zh"), { rows: 3 });
    field(words.instruction_en, said.en, set("en"), { rows: 3 });
    field(words.form, said.form, set("form"), { options: data.forms });
    field(words.due, said.due, set("due"), { hint: words.due_hint });
    field(words.due_from, said.dueFrom, set("dueFrom"), { hint: words.due_from_hint });
    field(words.person, said.person, set("person"), { hint: words.person_hint });
    field(words.qualification, said.qualification, set("qualification"), { options: data.qualifications });
    field(words.escalations, said.escalations, set("escalations"), { rows: 2, hint: words.escalations_hint });
  }

  function service(element) {
    const command = ours(element.businessObject, "rn:Command");
    const said = { name: command?.name, result: command?.result, values: (command?.values ?? []).map((one) => `${one.name} = ${one.text}`).join("\n") };
    const set = (name) => (value) => {
      said[name] = value;
      const values = lines(said.values ?? "").map((line) => {
        const [key, text] = cut(line, "=");
        return moddle.create("rn:Value", { name: key, text });
      });
      extend(element, "rn:Command", { name: said.name, result: said.result, values });
    };
    field(words.command, said.name, set("name"), { options: data.services });
    field(words.values, said.values, set("values"), { rows: 3, hint: words.values_hint });
    field(words.result, said.result, set("result"));
  }

  function expression(element, holder, name, label, hint) {
    field(label, holder.get(name)?.body, (text) => {
      const value = text ? moddle.create("bpmn:FormalExpression", { body: text }) : undefined;
      if (value) value.$parent = holder;
      modeling.updateModdleProperties(element, holder, { [name]: value });
    }, { hint });
  }

  function message(element, holder) {
    field(words.message, holder.messageRef?.name, (name) => {
      const root = modeler.getDefinitions();
      let found = root.rootElements.find((one) => one.$type === "bpmn:Message" && one.name === name);
      if (name && !found) {
        found = moddle.create("bpmn:Message", { id: `message_${Date.now().toString(36)}`, name });
        found.$parent = root;
        root.rootElements.push(found);
      }
      modeling.updateModdleProperties(element, holder, { messageRef: name ? found : undefined });
    });
  }

  function show(element) {
    panel.replaceChildren();
    const head = document.createElement("h2");
    head.textContent = element ? words.kinds[element.type.replace("bpmn:", "")] ?? element.type.replace("bpmn:", "") : words.nothing;
    panel.append(head);
    if (!element || element.type === "label") return element?.type === "label" ? show(element.labelTarget) : undefined;
    const business = element.businessObject;
    const kind = business.$type;
    if (kind !== "bpmn:TextAnnotation" && kind !== "bpmn:Association") names(element);
    if (kind === "bpmn:Lane") field(words.role, business.get("rn:role"), (role) => modeling.updateProperties(element, { "rn:role": role || undefined }), { options: data.roles });
    if (HUMAN.includes(kind)) human(element);
    if (kind === "bpmn:ServiceTask") service(element);
    if (kind === "bpmn:BusinessRuleTask") field(words.decision, ours(business, "rn:Decision")?.ref, (ref) => extend(element, "rn:Decision", { ref }), { options: data.decisions });
    if (kind === "bpmn:ReceiveTask") message(element, business);
    if (kind === "bpmn:SequenceFlow") expression(element, business, "conditionExpression", words.condition, words.condition_hint);
    for (const definition of business.eventDefinitions ?? []) {
      if (definition.$type === "bpmn:TimerEventDefinition") expression(element, definition, definition.timeDate ? "timeDate" : "timeDuration", words.timer, words.timer_hint);
      if (definition.$type === "bpmn:MessageEventDefinition") message(element, definition);
    }
  }

  let shown = null;
  modeler.on("selection.changed", ({ newSelection }) => {
    shown = newSelection.length === 1 ? newSelection[0] : null;
    show(shown);
  });
  modeler.on("element.changed", ({ element }) => {
    if (element === shown && !isOwn && !panel.contains(document.activeElement)) show(shown);
  });
  show(null);
}
