// Charts: each is built from the colours of the page, and built again when the reader's scheme changes.

const charts = [];
const scheme = matchMedia("(prefers-color-scheme: dark)");

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

function groupColours() {
  return colour("groups").split(/\s+/);
}

// A canvas of its own height; build() gives Chart.js its configuration.
function chart(label, kind, build) {
  const canvas = el("canvas", { role: "img", "aria-label": label });
  const holder = el("div", { class: "chart " + (kind || "") }, canvas);
  charts.push({ canvas, build, shown: undefined });
  return holder;
}

function drawCharts() {
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 12;
  Chart.defaults.color = colour("quiet");
  Chart.defaults.borderColor = colour("grid");
  Chart.defaults.animation = false;
  Chart.defaults.maintainAspectRatio = false;
  Chart.defaults.plugins.legend.labels.boxWidth = 8;
  Chart.defaults.plugins.legend.labels.boxHeight = 8;
  Chart.defaults.plugins.legend.labels.padding = 14;
  Chart.defaults.plugins.legend.labels.usePointStyle = true;
  for (const one of charts) {
    one.shown = new Chart(one.canvas, one.build());
  }
}

function axis(title, more) {
  return { title: { display: title !== undefined, text: title, color: colour("quiet") },
    grid: { color: colour("grid"), drawBorder: false, tickLength: 4 },
    ticks: { color: colour("quiet"), maxRotation: 0, autoSkipPadding: 12, callback: tickText }, ...more };
}

// As long as the values reach, and a little further.
function dataAxis(title, values) {
  const low = Math.min(...values), high = Math.max(...values);
  const room = high > low ? 0.04 * (high - low) : 1;
  return axis(title, { type: "linear", min: low - room, max: high + room, ticks: { ...axis().ticks, includeBounds: false } });
}

// Of a logarithmic axis 1, 2 and 5 times powers of ten alone; of lists of words the words.
function tickText(value) {
  if (this.type === "category") return this.getLabelForValue(value);
  if (this.type === "logarithmic") {
    const first = Number((value / 10 ** Math.floor(Math.log10(value) + 1e-9)).toFixed(3));
    if (![1, 2, 5].includes(first)) return null;
  }
  return num(value, 3);
}

function line(label, x, y, name, more) {
  return { label, data: x.map((at, i) => ({ x: at, y: y[i] })), borderColor: name, backgroundColor: name,
    borderWidth: 2, pointRadius: x.length === 1 ? 4 : 0, pointHitRadius: 12, pointStyle: x.length === 1 ? "circle" : "line", ...more };
}

// A dashed line upright at one epoch, with its name beside it.
function marker(at, text) {
  return { id: "marker", afterDatasetsDraw(shown) {
    const { ctx, chartArea: area, scales } = shown;
    const x = scales.x.getPixelForValue(at);
    ctx.save();
    ctx.strokeStyle = colour("quiet");
    ctx.setLineDash([4, 4]);
    ctx.beginPath();
    ctx.moveTo(x, area.top);
    ctx.lineTo(x, area.bottom);
    ctx.stroke();
    ctx.font = "600 12px " + Chart.defaults.font.family;
    const width = ctx.measureText(text).width;
    const from = x - area.left > width + 10 ? x - 6 - width : x + 6;
    ctx.fillStyle = colour("card");  // Lines pass behind the text.
    ctx.fillRect(from - 3, area.top, width + 6, 17);
    ctx.fillStyle = colour("ink");
    ctx.fillText(text, from, area.top + 13);
    ctx.restore();
  } };
}

// A wide range of positive numbers is told apart on a logarithmic axis alone.
function rangeAxis(title, values) {
  const found = values.filter((value) => value > 0);
  const wide = found.length === values.length && Math.max(...found) > 8 * Math.min(...found);
  return axis(title, wide ? { type: "logarithmic" } : {});
}

function curveConfig(sets, yTitle, plugins, more) {
  const values = sets.flatMap((set) => set.data.map((point) => point.y));
  const last = Math.max(...sets.flatMap((set) => set.data.map((point) => point.x)));
  const epochs = { type: "linear", ticks: { ...axis().ticks, precision: 0, includeBounds: false }, ...(last > 1 ? { min: 1, max: last } : {}) };
  return { type: "line", data: { datasets: sets }, plugins,
    options: { interaction: { mode: "index", intersect: false }, ...more,
      scales: { x: axis("epoch", epochs), y: rangeAxis(yTitle, values) },
      plugins: { legend: { position: "bottom" }, tooltip: { callbacks: {
        title: (items) => "epoch " + items[0].parsed.x, label: (item) => " " + item.dataset.label + ": " + num(item.parsed.y) } } } } };
}

// Bars at names, or at numbers on an axis that is `xAxis`.
function barConfig(labels, values, xTitle, yTitle, tip, xAxis) {
  const data = xAxis ? values.map((y, i) => ({ x: labels[i], y })) : values;
  return { type: "bar",
    data: { labels: xAxis ? undefined : labels, datasets: [{ data, backgroundColor: colour("network"), borderRadius: 2, barPercentage: 1, categoryPercentage: 0.86, maxBarThickness: xAxis ? undefined : 90 }] },
    options: { scales: { x: { ...(xAxis || axis(xTitle)), grid: { display: false } }, y: axis(yTitle, { beginAtZero: true, ticks: { ...axis().ticks, precision: xAxis ? 0 : undefined } }) },
      plugins: { legend: { display: false }, tooltip: { displayColors: false, callbacks: tip } } } };
}

const viridis = [[68, 1, 84], [65, 68, 135], [42, 120, 142], [34, 168, 132], [122, 209, 81], [253, 231, 37]];
function viridisAt(share) {
  const place = Math.min(Math.max(share, 0), 1) * (viridis.length - 1);
  const low = Math.min(Math.floor(place), viridis.length - 2);
  return "rgb(" + viridis[low].map((from, i) => Math.round(from + (viridis[low + 1][i] - from) * (place - low))).join(",") + ")";
}

const shapes = ["circle", "rect", "triangle", "rectRot", "star"];
