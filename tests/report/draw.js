// Draws every chart of a page without a browser: node draw.js VEGA VEGA_LITE < charts.json
// Prints, a chart and language: warnings of the two compilers, and how many marks each kind of mark drew.
"use strict";
const fs = require("fs");
const vm = require("vm");

const global_ = { setTimeout, clearTimeout, console, structuredClone, URL };
global_.globalThis = global_.self = global_.window = global_;
vm.createContext(global_);
for (const file of process.argv.slice(2)) vm.runInContext(fs.readFileSync(file, "utf8"), global_, { filename: file });
const { vega, vegaLite } = global_;

function logger(found) {
  const note = (...words) => { found.push(words.join(" ")); return log; };
  const log = { level: () => log, warn: note, error: note, info: () => log, debug: () => log };
  return log;
}

// Text and edges of axes and legends are guides; everything else is a mark of the chart itself.
function count(item, found) {
  if (item.marktype && item.role === "mark") {
    found[item.marktype] = (found[item.marktype] || 0) + item.items.filter((each) => each.opacity !== 0).length;
  }
  for (const each of item.items || []) count(each, found);
  return found;
}

async function draw(chart, language) {
  const warnings = [];
  const rows = chart.rows.map((row) => Object.fromEntries(chart.columns.map((column, place) => [column, row[place]])));
  const spec = Object.assign({}, chart.specs[language], { width: 640, datasets: { rows } });
  const compiled = vegaLite.compile(spec, { logger: logger(warnings) }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger: logger(warnings) });
  await view.runAsync();
  const texts = (await view.toSVG()).match(/>[^<]+</g) || [];
  return { warnings, marks: count(view.scenegraph().root, {}), texts: texts.map((text) => text.slice(1, -1)) };
}

(async () => {
  const charts = JSON.parse(fs.readFileSync(0, "utf8"));
  const drawn = {};
  for (const [name, chart] of Object.entries(charts)) {
    drawn[name] = { zh: await draw(chart, "zh"), en: await draw(chart, "en") };
  }
  process.stdout.write(JSON.stringify(drawn));
})();
