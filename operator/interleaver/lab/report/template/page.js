"use strict";
// The page is whole without this: it only sorts and filters tables, and switches between dark and light.

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

const theme = document.getElementById("theme");
theme.hidden = false;
theme.addEventListener("click", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; });

function read(row, column) {
  const cell = row.cells[column];
  return cell.dataset.value ?? (cell.querySelector("small") ? cell.firstChild.textContent : cell.textContent).trim();
}

function toNumber(text) {
  return text === "" || text === "—" ? NaN : parseFloat(text.replace("\u2212", "-").replaceAll(",", ""));
}

// What has no number stands last, whichever way the column is sorted.
function compare(left, right, sign) {
  const [a, b] = [toNumber(left), toNumber(right)];
  if (isNaN(a) && isNaN(b)) return sign * left.localeCompare(right);
  if (isNaN(a) || isNaN(b)) return isNaN(a) ? 1 : -1;
  return sign * (a - b);
}

function sort(table, head, column) {
  const ascending = head.getAttribute("aria-sort") !== "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => compare(read(a, column), read(b, column), ascending ? 1 : -1));
  table.tBodies[0].append(...rows);
}

function makeSortable(table) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (head.classList.contains("drawn")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, head, column));
    head.append(button);
  });
}

function makeFilterable(box) {
  const filter = box.querySelector(".filter");
  if (!filter) return;
  filter.hidden = false;
  const rows = [...box.querySelector("tbody").rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const input = filter.querySelector("input");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((row, place) => { row.hidden = !words.every((word) => texts[place].includes(word)); });
    const shown = rows.filter((row) => !row.hidden).length;
    filter.querySelector("[role=status]").textContent = words.length ? `${shown} of ${rows.length}` : "";
  });
}

for (const box of document.querySelectorAll(".table")) {
  makeSortable(box.querySelector("table"));
  makeFilterable(box);
}
