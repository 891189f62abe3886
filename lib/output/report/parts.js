"use strict";
// Pieces that pages are made of. Texts of users enter the page as text alone, never as markup.

const page = JSON.parse(document.getElementById("report-data").textContent);

function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

function section(title, hint, ...children) {
  return el("section", {}, el("h2", {}, title), hint && el("p", { class: "hint" }, ...[hint].flat()), ...children);
}

// 0.003661, 12.6, 1,014; "–" for nothing.
function num(value, digits = 4) {
  if (value === undefined || value === null) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  if (size < 1e-4) return value.toExponential(digits - 1);
  return String(Number(value.toPrecision(digits)));
}

function error(value) {
  return value === undefined || value === null ? "–" : value < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(3)));
}

function percent(share) {
  const value = 100 * share;
  return (value >= 10 || value === 0 ? Math.round(value) : Number(value.toPrecision(2))) + " %";
}

function duration(seconds) {
  if (seconds < 10) return num(seconds, 2) + " s";
  if (seconds < 100) return Math.round(seconds) + " s";
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return minutes + " min";
  return Math.floor(minutes / 60) + " h " + String(minutes % 60).padStart(2, "0") + " min";
}

function counted(number, word) {
  return num(number) + " " + word + (number === 1 ? "" : "s");
}

function tile(name, value, small, kind) {
  return el("div", { class: "tile " + (kind || "") }, el("dt", {}, name), el("dd", {}, value, small && el("small", {}, small)));
}

// heads and rows of cells; the first cell of a row is its head. A cell is a text or an element.
function table(caption, heads, rows, kind) {
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    el("table", { class: kind },
      el("caption", {}, el("span", {}, caption)),
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell, at) =>
        at === 0 ? el("th", { scope: "row" }, cell) : cell instanceof HTMLTableCellElement ? cell : el("td", {}, cell)))))));
}

function key(colour) {
  return el("span", { class: "key", style: "background: var(" + colour + ")", "aria-hidden": "true" });
}

// "784 → 512 → 256 → 32", "1 × 28 × 28 → conv 32, 64 → 32"
function networkText(network) {
  const values = network.values === undefined ? [] : [num(network.values)];
  const widths = network.arch === "conv" ? ["conv " + network.widths.join(", ")] : network.widths.map((width) => num(width));
  return [...values, ...widths, num(network.code === undefined ? network.latent : network.code)].join(" → ");
}
