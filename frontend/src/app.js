// What every page runs. Charts, the calendar, the board and Alpine are fetched only by the pages that have use for them.

import "./app.css";
import { startForms } from "./form.js";
import { startHtmx } from "./http.js";
import { startKeys } from "./keys.js";
import { startLists, watchWideTables } from "./list.js";
import { startLocate } from "./locate.js";
import { startPalette } from "./palette.js";
import { startReports } from "./report.js";
import { startShell } from "./shell.js";
import { startToasts } from "./toasts.js";
import { startWorker } from "./worker.js";

let alpine = null;

/** Alpine, in its build without eval, for pages with x-data; it watches the page for more of it by itself. */
async function startAlpine() {
  alpine ??= import("@alpinejs/csp");
  const { default: Alpine } = await alpine;
  if (window.Alpine) return;
  window.Alpine = Alpine;
  Alpine.start();
}

async function drawWhatIsShown(scope) {
  watchWideTables(scope);
  if (scope.querySelector("[x-data]")) await startAlpine();
  if (scope.querySelector("[data-chart]")) (await import("./chart.js")).drawCharts(scope);
  if (scope.querySelector("[data-draw]")) (await import("./draw.js")).startDrawing(scope);
  if (scope.querySelector("[data-flow]")) (await import("./flow.js")).drawFlows(scope);
  if (scope.querySelector("[data-calendar]")) (await import("./calendar.js")).drawCalendars(scope);
  if (scope.querySelector("[data-passkey]")) (await import("./passkey.js")).startPasskeys(scope);
  if (scope.querySelector("[data-show-if], [data-rows-of]")) (await import("./schema.js")).startSchemaForms(scope);
  if (scope.querySelector("[data-diary]")) (await import("./diary.js")).drawDiaries(scope);
  if (scope.querySelector("[data-board][data-move-url]")) (await import("./board.js")).startBoards(scope);
}

startHtmx();
startWorker();
startReports();
startShell();
startToasts();
startPalette();
startKeys();
startLists();
startLocate();
startForms();
drawWhatIsShown(document);
document.addEventListener("htmx:load", (event) => drawWhatIsShown(event.detail.elt.parentElement ?? document));

document.documentElement.dataset.started = "1";
