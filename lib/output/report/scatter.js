// Codes as points; the one under the pointer shows its image or its row.

function pointAxes() {
  const names = page.points.units.map((unit) => "code unit " + (unit + 1));
  return names.length > 1 ? names : [names[0], "error (MSE)"];
}

function pointY() {
  return page.points.y || page.points.error;
}

function pointSet(label, indices, fill, shape) {
  const { x } = page.points;
  const y = pointY();
  return { label, data: indices.map((i) => ({ x: x[i], y: y[i], i })), backgroundColor: fill, borderColor: fill, pointStyle: shape,
    pointRadius: x.length > 1500 ? 2 : x.length > 300 ? 2.6 : x.length > 40 ? 4 : 6, pointHoverRadius: 6, pointHitRadius: 4, borderWidth: shape === "star" ? 1 : 0 };
}

// By label; without labels by the rank of the error.
function pointSets() {
  const { groups, group, error: errors } = page.points;
  const all = errors.map((_, i) => i);
  if (groups) {
    const colours = groupColours();
    return groups.map((name, g) => pointSet(name, all.filter((i) => group[i] === g), colours[g % colours.length] + "cc", shapes[Math.floor(g / colours.length) % shapes.length]));
  }
  const rank = new Array(all.length);
  [...all].sort((a, b) => errors[a] - errors[b]).forEach((i, place) => { rank[i] = place / Math.max(1, all.length - 1); });
  return [pointSet("samples", all, all.map((i) => viridisAt(rank[i])), "circle")];
}

function look(i) {
  const { sheet, columns, cells } = page.points;
  if (!sheet) return el("dl", {}, columns.flatMap((name, c) => [el("dt", {}, name), el("dd", {}, cells[i][c])]));
  const scale = Math.max(1, Math.round(112 / Math.max(sheet.width, sheet.height)));
  const left = (i % sheet.columns) * sheet.width * scale;
  const top = Math.floor(i / sheet.columns) * sheet.height * scale;
  const picture = el("div", { class: "look", role: "img", "aria-label": "sample " + (i + 1) });
  Object.assign(picture.style, { width: sheet.width * scale + "px", height: sheet.height * scale + "px", backgroundImage: "url(" + sheet.uri + ")",
    backgroundSize: sheet.columns * sheet.width * scale + "px auto", backgroundPosition: -left + "px " + -top + "px" });
  return picture;
}

function pointCard(i) {
  const { groups, group, names, labelName, error: errors } = page.points;
  const kept = page.samples.trainingRows || i >= page.samples.judged ? "trained on" : "kept apart";
  return [page.points.sheet && look(i),
    names && el("div", {}, el("b", {}, names[i])),
    groups && el("div", {}, groups[group[i]].startsWith(labelName) ? "" : labelName + " ", el("b", {}, groups[group[i]])),
    el("div", {}, "error " + error(errors[i]) + " · " + kept),
    !page.points.sheet && look(i)].filter((part) => part);
}

function hoverCard(card) {
  return ({ chart: shown, tooltip }) => {
    const point = tooltip.opacity > 0 && tooltip.dataPoints && tooltip.dataPoints[0];
    card.hidden = !point;
    if (!point) return;
    card.replaceChildren(...pointCard(point.raw.i));
    const room = shown.canvas.parentElement.getBoundingClientRect();
    const { width, height } = card.getBoundingClientRect();
    const right = tooltip.caretX + 14 + width <= room.width;
    card.style.left = Math.max(0, right ? tooltip.caretX + 14 : tooltip.caretX - 14 - width) + "px";
    card.style.top = Math.min(Math.max(0, tooltip.caretY - height / 2), Math.max(0, room.height - height)) + "px";
  };
}

// Where a name may stand beside its point: at its sides first, then above, below and at the corners.
function namePlaces({ x, y }, width, area) {
  const right = { left: x + 11, top: y - 7 };
  const left = { left: x - 11 - width, top: y - 7 };
  const sides = x > (area.left + area.right) / 2 ? [left, right] : [right, left];
  const corners = [-13, 13].flatMap((down) => sides.map((side) => ({ left: side.left, top: side.top + down })));
  return [...sides, { left: x - width / 2, top: y - 23 }, { left: x - width / 2, top: y + 9 }, ...corners]
    .map((place) => ({ ...place, right: place.left + width, bottom: place.top + 14 }));
}

const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

// Boxes of names that lie over no point and no other name; a name without such a place is left out.
function placedNames(points, widthOf, area) {
  const taken = points.map(({ x, y }) => ({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 }));
  const inside = (box) => box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
  return points.flatMap((point) => {
    const box = namePlaces(point, widthOf(point.name), area).find((place) => inside(place) && !taken.some((other) => overlap(place, other)));
    if (!box) return [];
    taken.push(box);
    return [{ ...box, name: point.name }];
  });
}

// Names beside points, where there are few.
const pointNames = { id: "names", afterDatasetsDraw(shown) {
  const { names } = page.points;
  if (!names || names.length > 25) return;
  const { ctx } = shown;
  ctx.save();
  ctx.font = "12px " + Chart.defaults.font.family;
  ctx.fillStyle = colour("ink");
  ctx.textBaseline = "top";
  const points = shown.data.datasets.flatMap((set, s) => shown.isDatasetVisible(s)
    ? shown.getDatasetMeta(s).data.map((point, at) => ({ x: point.x, y: point.y, name: names[set.data[at].i] })) : []);
  shown.namePlaces = placedNames(points, (name) => ctx.measureText(name).width, shown.chartArea);
  for (const { name, left, top } of shown.namePlaces) ctx.fillText(name, left, top + 1);
  ctx.restore();
} };

function scatterConfig(card) {
  const [x, y] = pointAxes();
  const { groups } = page.points;
  return { type: "scatter", data: { datasets: pointSets() }, plugins: [pointNames],
    options: { interaction: { mode: "nearest", intersect: true }, scales: { x: dataAxis(x, page.points.x), y: dataAxis(y, pointY()) },
      plugins: { legend: { display: groups !== undefined && groups.length <= 30, position: "bottom" },
        tooltip: { enabled: false, external: hoverCard(card) } } } };
}

function scatterSection() {
  const { units, of, groups } = page.points;
  const { judged, shown, trainingRows } = page.samples;
  const title = units.length < of ? "Codes: the 2 of " + of + " units with the most variance" : "Codes";
  const which = trainingRows || shown === judged ? counted(shown, "sample") + "." : counted(shown, "sample") + ": " + num(judged) + " that training did not see, and " + num(shown - judged) + " that it did.";
  const paint = groups ? " Coloured by " + page.points.labelName + (groups.length <= 30 ? "; a touch on a name in the legend hides or shows it." : ".") : " The lighter a point, the greater its error.";
  const card = el("div", { class: "hover", id: "hover", "aria-live": "polite" });
  card.hidden = true;
  const holder = chart("Scatter of " + shown + " codes, " + pointAxes().join(" against "), "tall", () => scatterConfig(card));
  holder.append(card);
  return section(title, which + paint + " Point at one to see its " + (page.points.sheet ? "image." : "row."), holder);
}
