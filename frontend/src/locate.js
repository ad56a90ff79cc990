// Where somebody is, recorded only when they tick the box that says so: <div data-locate> holds the box and two hidden fields.

import { toast } from "./toasts.js";
import { word } from "./words.js";

function asked(event) {
  const part = event.target.closest?.("[data-locate]");
  if (!part || !event.target.matches('[type="checkbox"]')) return;
  const [latitude, longitude] = part.querySelectorAll('input[type="hidden"]');
  latitude.value = longitude.value = "";
  if (!event.target.checked) return;
  const refused = () => {
    event.target.checked = false;
    toast({ text: word("no_location"), tone: "soon" });
  };
  if (!navigator.geolocation) return refused();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      latitude.value = coords.latitude.toFixed(6);
      longitude.value = coords.longitude.toFixed(6);
    },
    refused,
    { timeout: 10_000, maximumAge: 60_000 },
  );
}

export function startLocate() {
  document.addEventListener("change", asked);
}
