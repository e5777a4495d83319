"use strict";
/* Charts stand on the page as drawings. Plotly is fetched only when a reader asks to explore one: it weighs
   more than all pages together. The drawing stays for print and comes back when the chart is closed. */
(() => {
  const address = document.currentScript.dataset.plotly;
  let loading = null;

  function plotly() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      // The bundle brings the style of its map library along; no chart of ours is a map, and the pages' policy
      // would refuse the style with a complaint. So it is not added in the first place.
      const { head } = document;
      head.appendChild = (node) => (node.nodeName === "STYLE" ? node : Node.prototype.appendChild.call(head, node));
      script.addEventListener("load", () => {
        delete head.appendChild;
        resolve(window.Plotly);
      });
      script.addEventListener("error", () => reject(new Error(`${address} is not there`)));
      document.head.append(script);
    });
    return loading;
  }

  function show(figure) {
    const template = JSON.parse(document.getElementById("chart-template").textContent);
    const given = JSON.parse(figure.querySelector("script.figure").textContent);
    const stage = figure.querySelector(".stage");
    stage.hidden = false;
    const settings = { displayModeBar: false, responsive: true, doubleClick: false };
    return plotly().then((Plotly) =>
      Plotly.newPlot(stage, given.data, { ...given.layout, template }, settings),
    );
  }

  for (const button of document.querySelectorAll("button.explore")) {
    const figure = button.closest("figure");
    button.hidden = false;
    button.addEventListener("click", () => {
      const isOpen = button.getAttribute("aria-pressed") === "true";
      const stage = figure.querySelector(".stage");
      const finish = (open) => {
        button.setAttribute("aria-pressed", String(open));
        stage.hidden = !open;
        figure.classList.toggle("explored", open);
      };
      if (isOpen) {
        finish(false);
        return;
      }
      show(figure).then(
        () => finish(true),
        () => {
          finish(false);
          button.disabled = true;
          button.textContent = "The script for exploring is not beside the pages";
        },
      );
    });
  }
})();
