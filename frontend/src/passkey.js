// Passkeys: asks the browser to make one (data-passkey="create") or to prove one (data-passkey="get") and sends the form.
//
// What the server asks for lies in the page (data-options: the id of its JSON) or is fetched (data-options-url). Where the
// browser knows no passkeys, a form that is hidden stays hidden.

import { word } from "./words.js";

const toBytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const toText = (buffer) => {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
};

const named = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent).publicKey;
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).request_options.publicKey;
}

/** Both kinds of answer share the outside; `response` differs. */
function sealed(credential, response) {
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: toText(credential.response.clientDataJSON), ...response },
  };
}

async function create(form) {
  const asked = await optionsOf(form);
  const alone = form.elements.passwordless?.checked ?? false;
  const credential = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: toBytes(asked.challenge),
      user: { ...asked.user, id: toBytes(asked.user.id) },
      excludeCredentials: named(asked.excludeCredentials),
      authenticatorSelection: {
        ...asked.authenticatorSelection,
        residentKey: alone ? "required" : "discouraged",
        requireResidentKey: alone,
        userVerification: alone ? "required" : "preferred",
      },
    },
  });
  return sealed(credential, {
    attestationObject: toText(credential.response.attestationObject),
    transports: credential.response.getTransports?.() ?? [],
  });
}

async function get(form) {
  const asked = await optionsOf(form);
  const credential = await navigator.credentials.get({
    publicKey: { ...asked, challenge: toBytes(asked.challenge), allowCredentials: named(asked.allowCredentials) },
  });
  const { authenticatorData, signature, userHandle } = credential.response;
  return sealed(credential, {
    authenticatorData: toText(authenticatorData),
    signature: toText(signature),
    userHandle: userHandle ? toText(userHandle) : null,
  });
}

async function begin(form) {
  const complaint = form.querySelector("[data-passkey-error]");
  complaint.hidden = true;
  try {
    const credential = await (form.dataset.passkey === "create" ? create(form) : get(form));
    form.elements.credential.value = JSON.stringify(credential);
  } catch (problem) {
    complaint.textContent = word(problem.name === "InvalidStateError" ? "passkey_known" : "passkey_refused");
    complaint.hidden = false;
    return;
  }
  form.submit();
}

export function startPasskeys(scope) {
  if (!window.PublicKeyCredential) return;
  for (const form of scope.querySelectorAll("[data-passkey]")) {
    form.hidden = false;
    const button = form.querySelector("[data-passkey-start]");
    if (button.dataset.ready) continue;
    button.dataset.ready = "1";
    button.disabled = false; // pressed sooner, nobody would hear it
    button.addEventListener("click", () => begin(form));
  }
}
