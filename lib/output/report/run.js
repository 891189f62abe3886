// The page of one run.

function header() {
  const { network, errors, summary, curves } = page;
  const judged = errors.trainingRows ? "training rows" : errors.noisyInput ? "noisy samples" : "samples kept apart";
  const code = network.code === undefined ? network.latent : network.code;
  const epochs = curves ? curves.epoch[curves.epoch.length - 1] : 0;
  return [el("header", {},
    el("p", { class: "eyebrow" }, el("b", {}, "diabolo"), [page.data, networkText(network), page.noise === "none" ? "" : "noise " + page.noise].filter((text) => text).map((text) => " · " + text)),
    el("h1", {}, page.run),
    page.verdict ? el("p", { class: "verdict" }, page.verdict) : undefined),
  el("dl", { class: "tiles" },
    errors.model !== undefined && tile("Network’s MSE", error(errors.model), judged, "network"),
    errors.pca !== undefined && tile("PCA’s MSE", error(errors.pca), "with a code as long", "pca"),
    page.headline && tile("Beside PCA", page.headline.large, page.headline.small),
    tile("Numbers in a code", num(code), network.values && "for " + num(network.values) + " values"),
    summary && tile("Parameters", num(summary.parameters), network.arch === "conv" ? "convolutional" : "dense layers"),
    curves && tile("Best epoch", num(curves.best), "of " + num(epochs) + (summary ? ", " + duration(summary.seconds) : ""))),
  ];
}

function missing() {
  return el("section", {}, el("h2", {}, "Samples"),
    el("p", { class: "note" }, "What needs the data is not shown: " + (page.note || "there is no model yet") + "."));
}

function curvesSection() {
  const { curves, errors, noisy } = page;
  // The curve of images is of noisy input where there is noise, so PCA's error has to be, too.
  const pca = noisy ? noisy.pca : errors.pca;
  if (!curves) return undefined;
  const sets = () => [line("training", curves.epoch, curves.train, colour("mean"), {}),
    ...(curves.validation.length ? [line("validation", curves.epoch, curves.validation, colour("network"), {})] : [])];
  const last = curves.train.length - 1;
  const loss = chart("Loss by epoch: training from " + num(curves.train[0]) + " to " + num(curves.train[last]) + "; best epoch " + curves.best,
    "", () => curveConfig(sets(), "loss (" + curves.loss + ")", [marker(curves.best, "best: " + num(curves.best))]));
  if (!curves.mse.length) return section("Learning curves", "The loss after each pass over the data; no samples were kept apart to validate on.", loss);
  const mse = () => [line("network", curves.epoch, curves.mse, colour("network"), {}),
    ...(pca ? [line("PCA, same size", curves.epoch, curves.mse.map(() => pca), colour("pca"), { borderDash: [6, 4] })] : [])];
  return section("Learning curves", "The model has the weights of the best epoch: the one with the least loss on samples that training did not see.",
    el("div", { class: "pair" },
      el("div", {}, el("h4", {}, "Loss"), loss),
      el("div", {}, el("h4", {}, "Validation error against PCA’s" + (page.judgesNoisy ? ", noise on the input" : "")), chart("Validation MSE by epoch: at the best epoch " + num(curves.mse[curves.epoch.indexOf(curves.best)]) + ", PCA " + num(pca),
        "", () => curveConfig(mse(), "MSE", [marker(curves.best, "best: " + num(curves.best))])))));
}

function errorRows(figures, names) {
  const most = Math.max(...names.map(([name]) => figures[name] || 0));
  return names.filter(([name]) => figures[name] !== undefined).map(([name, text, paint]) => {
    const width = "width: " + (100 * figures[name] / most).toFixed(1) + "%; background: var(" + paint + ")";
    return [[key(paint), text], el("td", { class: "bars" }, el("span", { class: "bar", style: width })), error(figures[name])];
  }).map(([name, bar, value]) => [el("span", {}, name), bar, value]);
}

function figuresSection() {
  const { errors, clean, noisy, samples } = page;
  const plain = noisy ? clean : { mean: clean && clean.mean, ...errors };
  const heads = ["", "", "MSE"];
  const names = [["model", "network", "--network"], ["pca", "PCA, same size", "--pca"], ["mean", page.images === false ? "mean of these rows" : "mean sample", "--mean"]];
  if (plain.model === undefined) return undefined;
  const of = samples && (samples.trainingRows ? "the rows it was trained on" : counted(samples.ofJudged, "sample") + " kept apart");
  const tables = [table("Error on " + (!clean && errors.noisyInput ? "noisy" : "clean") + " input" + (of ? ", " + of : ""), heads, errorRows(plain, names))];
  if (noisy) tables.push(table("Error with noise " + page.noise + " on the input, against the clean samples", heads,
    errorRows(noisy, [["input", "the noisy input", "--mean"], ...names.slice(0, 2)])));
  return section("Error against PCA’s", "Mean squared error per value" + (page.images === false ? ", of scaled columns" : ", of pixels from 0 to 1") +
    ". PCA is the best linear code of the same size; " + (page.images === false ? "the mean is that of these rows." : "the mean sample is what an empty code would give."), ...tables);
}

function labelText(item) {
  return [item.name, item.label].filter((text) => text !== undefined).join(" · ");
}

function imageFigure(item, what) {
  const of = "of " + (labelText(item) || "a sample");
  return el("figure", {}, el("img", { src: item.clean, alt: "original " + of }),
    item.input && el("img", { src: item.input, alt: "with noise, " + of }),
    el("img", { src: item.model, alt: what + ", " + of }),
    el("figcaption", {}, item.label !== undefined && el("b", {}, item.label + " "), error(item.error)));
}

function samplesOf(items, caption) {
  if (page.images) {
    const what = page.noise === "none" ? "rebuilt" : "cleaned";
    return el("div", { class: "samples" }, items.map((item) => imageFigure(item, what)));
  }
  const heads = ["row", "error", ...page.columnNames];
  const cell = (item, i) => el("td", {}, item.clean[i], el("span", { class: "rebuilt" }, item.model[i]));
  return table(caption, heads, items.map((item, at) =>
    [labelText(item) || "row " + (at + 1), error(item.error), ...page.columnNames.map((_, i) => cell(item, i))]));
}

function rowsNote() {
  const cut = page.columnNames.length < page.columnCount ? " The first " + page.columnNames.length + " of " + page.columnCount + " columns." : "";
  return "In each cell the value of the file, and below it, in blue, what the network makes of it." + cut;
}

function examplesSection() {
  const noisy = page.noise !== "none";
  const hint = !page.images ? rowsNote() : (noisy ? "From the top: the original, with noise (" + page.noise + "), cleaned." : "Above the original, below what the network makes of its code.") +
    " Below each its label, where there is one, and its error (MSE).";
  return section(noisy && page.images ? "Noisy samples, cleaned" : "Reconstructions", hint, samplesOf(page.examples, "Rows and their reconstructions"));
}

function histogramSection() {
  const { low, high, counts, open } = page.histogram;
  const width = (high - low) / counts.length;
  const middles = counts.map((_, i) => low + (i + 0.5) * width);
  const tip = { title: (items) => { const i = items[0].dataIndex; const last = open && i === counts.length - 1;
    return "error " + error(low + i * width) + (last ? " and above" : " to " + error(low + (i + 1) * width)); },
    label: (item) => counted(item.parsed.y, "sample") };
  return section("Errors of single samples", counted(page.samples.judged, "sample") + (page.samples.trainingRows ? ", those that it was trained on." : " that training did not see.") +
    (open ? " The last bar also holds the few beyond it." : ""),
  chart("Histogram of the errors of " + page.samples.judged + " samples, from " + error(low) + " to " + error(high), "low",
    () => barConfig(middles, counts, "error (MSE)", "samples", tip, { ...dataAxis("error (MSE)", [low, high]), offset: false })),
  el("h3", {}, "The worst"), samplesOf(page.worst, "Rows with the greatest error"), el("h3", {}, "The best"), samplesOf(page.best, "Rows with the least error"));
}

function unitsSection() {
  const { of, unit, share, dead } = page.units;
  const names = unit.map((at) => String(at + 1));
  const some = unit.length < of ? " The " + unit.length + " of " + of + " with the most." : "";
  const said = dead.length === 0 ? "Each unit carries something." : (dead.length === 1 ? "Unit " : dead.length + " units are dead: ") +
    dead.slice(0, 40).map((at) => at + 1).join(", ") + (dead.length > 40 ? ", …" : "") + (dead.length === 1 ? " is dead" : "") + ": the same for every sample. A smaller code would hold as much.";
  const tip = { title: (items) => "unit " + items[0].label, label: (item) => percent(item.raw) + " of the codes’ variance" };
  return section("What each code unit carries", "Its share of the codes’ variance, which is not the share of the data’s that PCA’s figures name." + some, el("p", { class: dead.length ? "note" : "" }, said),
    chart("Share of the codes’ variance of each of " + unit.length + " code units, " + percent(Math.min(...share)) + " to " + percent(Math.max(...share)), "low",
      () => barConfig(names, share, "code unit", "share of the codes’ variance", tip)));
}

function stripFigure({ unit, share, values, image }) {
  const name = "unit " + (unit + 1);
  return el("figure", {}, el("img", { src: image, alt: "decoded images as code " + name + " goes from " + num(values[0], 3) + " to " + num(values[values.length - 1], 3) }),
    el("figcaption", {}, el("span", {}, num(values[0], 2)), el("b", {}, name + " · " + percent(share) + " of the codes’ variance"), el("span", {}, num(values[values.length - 1], 2))));
}

const scaleWords = { standard: "standard deviations", minmax: "share of the range", robust: "quartile ranges", none: "value" };

function linesFigure({ unit, share, values, lines, of }) {
  const sets = () => lines.map((one, i) => line(one.name, values, one.scaled, groupColours()[i % groupColours().length], { own: one.own }));
  const config = () => {
    const built = curveConfig(sets(), undefined, [], {});
    built.options.scales = { x: axis("code unit " + (unit + 1), { type: "linear" }), y: axis(scaleWords[page.scale]) };
    built.options.plugins.tooltip.callbacks = { title: (items) => "unit at " + num(items[0].parsed.x, 3), label: (item) => " " + item.dataset.label + ": " + num(item.dataset.own[item.dataIndex]) };
    return built;
  };
  return el("div", {}, el("h4", {}, "Unit " + (unit + 1) + " · " + percent(share) + " of the codes’ variance" + (lines.length < of ? " · the " + lines.length + " of " + of + " columns it moves most" : "")),
    chart("How columns change with code unit " + (unit + 1) + ": " + lines.map((one) => one.name + " from " + num(one.own[0]) + " to " + num(one.own[one.own.length - 1])).join(", "), "walk", config));
}

function traversalSection() {
  if (!page.traversals.length) return undefined;
  const hint = "One number of the code goes from its 1st to its 99th percentile, the others stay at their mean; " +
    (page.images ? "this is what the decoder makes of it." : "the lines are what the decoder makes of it, and touching one shows the value in the column’s own units.");
  return section("A walk along each code unit", hint, page.images ? el("div", { class: "strips" }, page.traversals.map(stripFigure))
    : el("div", { class: page.traversals.length > 1 ? "pair" : "" }, page.traversals.map(linesFigure)));
}

function columnsSection() {
  if (!page.columns || !page.columns.length) return undefined;
  const mixed = page.columns.some((one) => one.category);
  const better = (of, than) => el("td", { class: than !== undefined && Number(of) < Number(than) ? "best" : undefined }, of === undefined ? "–" : of);
  const rows = page.columns.map((one) => [one.name, ...(mixed ? [one.category ? "wrong level" : "RMSE"] : []), better(one.model, one.pca), better(one.pca, one.model),
    one.mean, one.r2 === undefined ? "–" : num(one.r2, 3)]);
  return section("Error of each column", "Root mean squared error in the column’s own units" + (mixed ? "; of a category the share of rows with another level" : "") +
    ". R² is the network’s, against the mean of these rows: 1 is exact, 0 no better than that mean. Cells that were empty count in none.",
  table("Error by column; the lesser of the network’s and PCA’s is in blue", ["column", ...(mixed ? ["measure"] : []), "network", "PCA", "mean", "R²"], rows));
}

function optionsSection() {
  const names = { data: "Data", model: "Network", training: "Training" };
  const parts = Object.entries(page.options).map(([name, rows]) => el("details", {}, el("summary", {}, names[name]),
    table("Options of [" + name + "] in config.toml", ["option", "value", "what it is"], rows.map((row) => [row.name, el("td", {}, row.value === "" ? "–" : row.value), row.help]), "options")));
  const summary = page.summary && el("details", {}, el("summary", {}, "Summary of the run"),
    table("summary.json", ["name", "value"], Object.entries(page.summary).map(([name, value]) => [name, el("td", {}, typeof value === "number" ? num(value, 6) : String(value))]), "options"));
  return section("Options of this run", ["As config.toml has them; ", el("code", {}, "diabolo train --config"), " on that file repeats the run."], ...parts, summary);
}

function runPage() {
  const footer = el("footer", {}, page.summary ? "diabolo " + page.summary.diabolo_version + " · LibTorch " + page.summary.libtorch_version + " · " +
    page.summary.device + ", " + page.summary.precision + " · seed " + page.summary.seed + " · data " + page.summary.data_sha256.slice(0, 12) : "This run has not ended.");
  const withData = () => [examplesSection(), scatterSection(), traversalSection(), histogramSection(), unitsSection(), columnsSection()];
  return [...header(), curvesSection(), figuresSection(), ...(page.points ? withData() : [missing()]), optionsSection(), footer];
}
