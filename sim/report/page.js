"use strict";
(function () {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const charts = read("charts");
  const theme = read("theme");
  const texts = read("texts");
  const root = document.documentElement;

  function wished() {
    const query = new URLSearchParams(window.location.search).get("lang");
    const anchor = window.location.hash.slice(1);
    return [query, anchor].find((language) => language === "zh" || language === "en") || root.lang;
  }

  // Rows travel without their column names, once for both languages.
  function rowsOf(chart) {
    return chart.rows.map((row) => Object.fromEntries(chart.columns.map((column, place) => [column, row[place]])));
  }

  async function drawOne(place, language) {
    const chart = charts[place.dataset.chart];
    const words = texts[language];
    const spec = Object.assign({}, chart.specs[language], { datasets: { rows: rowsOf(chart) } });
    try {
      const result = await vegaEmbed(place, spec, {
        ast: true,
        mode: "vega-lite",
        renderer: "svg",
        config: theme,
        defaultStyle: false,
        forceActionsMenu: true,
        tooltip: { disableDefaultStyle: true },
        downloadFileName: place.dataset.chart,
        actions: { export: true, source: false, compiled: false, editor: false },
        i18n: { SVG_ACTION: words["report.chart.svg"], PNG_ACTION: words["report.chart.png"],
                CLICK_TO_VIEW_ACTIONS: words["report.chart.menu"] },
      });
      place.finish = () => result.finalize();
      place.dataset.drawn = language;
    } catch (fault) {
      place.textContent = words["report.chart.failed"];
      place.dataset.drawn = "failed";
      console.error(place.dataset.chart, fault);
    }
  }

  async function show(language) {
    root.lang = language;
    document.title = document.body.dataset[language === "zh" ? "titleZh" : "titleEn"];
    document.getElementById("switch").lang = language === "zh" ? "en" : "zh";
    // Vega measures its labels: the embedded font has to be there before, where it is needed at all.
    try { await document.fonts.load('12px "Mashang Sans SC"', "中文"); } catch (fault) { /* the system's fonts serve */ }
    for (const place of document.querySelectorAll("[data-chart]")) {
      if (place.finish) { place.finish(); place.textContent = ""; }
      await drawOne(place, language);
    }
    root.dataset.ready = language;
  }

  let showing = Promise.resolve();
  const ask = (language) => { showing = showing.then(() => show(language)); };
  document.getElementById("switch").addEventListener("click", () => ask(root.lang === "zh" ? "en" : "zh"));
  window.addEventListener("hashchange", () => {
    const anchor = window.location.hash.slice(1);
    if ((anchor === "zh" || anchor === "en") && anchor !== root.lang) ask(anchor);
  });
  ask(wished());
})();
