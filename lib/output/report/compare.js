// The page of several runs beside each other, and the start of either page.

function sameData() {
  const hashes = page.runs.map((run) => run.dataSha256 || run.data);
  return new Set(hashes).size === 1;
}

function runRow(run, at, best) {
  const dot = el("span", { class: "key", style: "background: " + groupColours()[at % groupColours().length], "aria-hidden": "true" });
  const code = run.network.code === undefined ? run.network.latent : run.network.code;
  const text = (large, small) => el("td", { class: "text" }, large, small && el("small", {}, small));
  return [el("span", {}, dot, run.run), text(run.data, run.noise !== "none" && "noise " + run.noise), text(run.network.arch, networkText(run.network)), num(code), num(run.epochs), num(run.best), el("td", { class: run.mse === best ? "best" : undefined }, error(run.mse), run.noisyInput && el("small", {}, "noisy input"), run.trainingRows && el("small", {}, "training rows")), error(run.pca),
    run.ratio === undefined ? "–" : num(run.ratio, 3), num(run.parameters), duration(run.seconds)];
}

function comparisonCurves() {
  const colours = groupColours();
  return page.runs.flatMap((run, i) => {
    if (!run.curves) return [];
    const { epoch, mse, train } = run.curves;
    const named = mse.length ? run.run : run.run + " (training loss)";
    return [line(named, epoch, mse.length ? mse : train, colours[i % colours.length], { borderDash: i >= colours.length ? [6, 4] : [] })];
  });
}

function comparisonPage() {
  const known = page.runs.map((run) => run.mse).filter((mse) => mse !== undefined);
  const best = sameData() && known.length > 1 ? Math.min(...known) : undefined;
  const heads = ["run", "data", "network", "code", "epochs", "best", "MSE", "PCA", "MSE / PCA", "parameters", "time"];
  const rows = table("A row a run" + (best === undefined ? "" : "; the least error is in blue"), heads, page.runs.map((run, at) => runRow(run, at, best)));
  rows.querySelector("table").id = "runs";
  for (const at of [1, 2]) rows.querySelectorAll("thead th")[at].className = "text";
  const hint = "Mean squared error per value on samples that training kept apart, PCA’s with a code of the same size beside it. A ratio below 1 is a gain over PCA.";
  const parts = [el("header", {}, el("p", { class: "eyebrow" }, el("b", {}, "diabolo"), " · comparison"), el("h1", {}, counted(page.runs.length, "run"))),
    el("section", { style: "margin-top: 24px" }, el("h2", {}, "Figures"), el("p", { class: "hint" }, hint),
      sameData() ? undefined : el("p", { class: "note" }, "The runs saw different data, so their errors do not compare; their ratios to PCA’s do."), rows)];
  const curves = page.runs.filter((run) => run.curves);
  if (curves.length) parts.push(section("Validation error by epoch", "One line a run.", chart("Validation MSE by epoch of " + curves.length + " runs", "tall", () => curveConfig(comparisonCurves(), "MSE", []))));
  parts.push(el("footer", {}, "The MSE of image runs with noise is of noisy input, PCA’s too. Runs with other seeds or splits are judged on samples of their own."));
  return parts;
}

function start() {
  for (const one of charts.splice(0)) one.shown.destroy();
  document.getElementById("page").replaceChildren(...(page.kind === "run" ? runPage() : comparisonPage()).filter((part) => part));
  drawCharts();
}

start();
scheme.addEventListener("change", start);
