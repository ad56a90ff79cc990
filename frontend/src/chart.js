// Charts, drawn as SVG in the page's own colours and drawn again when the theme changes. The figures stand in a table beside.
//
// <div class="rn-chart" data-chart="production" data-source="id of a json_script" role="img" aria-label="…"></div>
// production: {labels, this, last, partial?, names: {this, last}, unit}   partial: index of the month that is not over
// bars, line: {labels, series: [{name, values, tone?, dashed?}], unit, stacked?}

import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { locale } from "./words.js";

use([BarChart, LineChart, ScatterChart, AriaComponent, GridComponent, TooltipComponent, SVGRenderer]);

const drawn = new Map();

/** light-dark() resolved to the colour in force: a variable's own text would keep both. */
function colours(node) {
  const probe = document.createElement("i");
  node.append(probe);
  const style = getComputedStyle(probe);
  const of = (name) => {
    probe.style.color = `var(${name})`;
    return style.color;
  };
  const found = {
    mark: of("--rn-mark"), soft: of("--rn-accent-soft"), accent: of("--rn-accent"), accentLine: of("--rn-accent-line"),
    ink: of("--rn-ink"), ink2: of("--rn-ink-2"), ink3: of("--rn-ink-3"), line: of("--rn-line"),
    surface: of("--rn-surface"), good: of("--rn-good"), go: of("--rn-go"), soon: of("--rn-soon"), late: of("--rn-late"),
  };
  probe.remove();
  return found;
}

function frame(data, c, narrow) {
  return {
    animation: false,
    textStyle: { fontFamily: "inherit", fontSize: 12, color: c.ink3 },
    grid: { left: 8, right: 8, top: 22, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      axisPointer: { type: "shadow", shadowStyle: { color: c.line, opacity: 0.35 } },
      backgroundColor: c.surface,
      borderColor: c.line,
      textStyle: { color: c.ink, fontSize: 13, fontFamily: "inherit" },
      valueFormatter: (value) => (value == null ? "–" : value.toLocaleString(locale)),
      confine: true,
    },
    xAxis: {
      type: "category",
      data: data.labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: c.line } },
      axisLabel: { color: c.ink3, interval: narrow && data.labels.length > 7 ? 1 : 0, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      minInterval: 1,
      splitNumber: 4,
      axisLabel: { color: c.ink3 },
      splitLine: { lineStyle: { color: c.line } },
    },
  };
}

function production(data, c, narrow) {
  const best = Math.max(...data.this.filter((value) => value != null));
  const width = narrow ? 14 : 26;
  const bars = data.this.map((value, index) => ({
    value,
    itemStyle: index === data.partial ? { color: c.soft, borderColor: c.accent, borderType: "dashed", borderWidth: 1 } : {},
    label: { show: value === best && value > 0, position: "top", color: c.ink, fontSize: 13 },
  }));
  return {
    ...frame(data, c, narrow),
    series: [
      { name: data.names.this, type: "bar", barWidth: width, data: bars, itemStyle: { color: c.mark, borderRadius: [2, 2, 0, 0] } },
      {
        name: data.names.last, type: "scatter", data: data.last, symbol: "rect", symbolSize: [width + 6, 2],
        itemStyle: { color: c.ink, opacity: 1 }, silent: true, z: 3,
      },
    ],
  };
}

function series(kind, data, c, narrow) {
  const order = [c.mark, c.ink2, c.go, c.soon, c.accentLine];
  return {
    ...frame(data, c, narrow),
    series: data.series.map((one, index) => {
      const colour = c[one.tone] ?? order[index % order.length];
      const shared = { name: one.name, data: one.values, itemStyle: { color: colour, borderRadius: 2 } };
      if (kind === "bars") return { ...shared, type: "bar", barMaxWidth: 26, stack: data.stacked ? "all" : undefined };
      const line = { color: colour, width: 2, type: one.dashed ? "dashed" : "solid" };
      return { ...shared, type: "line", lineStyle: line, symbolSize: 5, connectNulls: false };
    }),
  };
}

const kinds = {
  production,
  bars: (...given) => series("bars", ...given),
  line: (...given) => series("line", ...given),
};

function draw(node) {
  const data = JSON.parse(document.getElementById(node.dataset.source).textContent);
  const chart = drawn.get(node) ?? init(node, null, { renderer: "svg" });
  drawn.set(node, chart);
  chart.setOption(kinds[node.dataset.chart](data, colours(node.parentElement), node.clientWidth < 480), true);
}

const resized = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    if (!target.clientWidth || !drawn.has(target)) continue;
    drawn.get(target).resize();
    draw(target);
  }
});

function redraw() {
  for (const [node, chart] of drawn) {
    if (node.isConnected) draw(node);
    else {
      chart.dispose();
      drawn.delete(node);
      resized.unobserve(node);
    }
  }
}

new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });

export function drawCharts(scope) {
  redraw();
  scope.querySelectorAll("[data-chart]").forEach((node) => {
    if (drawn.has(node)) return;
    draw(node);
    resized.observe(node);
  });
}
