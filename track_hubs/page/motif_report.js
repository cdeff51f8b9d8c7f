// Pages of motifs: search in lists, sort tables, and open the folded part that holds the target of a link.
"use strict";

/** Hide the items that lack one of the words, and say how many are left. */
function addSearch(input) {
    const items = [...document.querySelectorAll(input.dataset.items)];
    const status = input.closest(".bar").querySelector("[role=status]");
    const texts = items.map((item) => `${item.textContent} ${item.dataset.words ?? ""}`.toLowerCase());
    const search = () => {
        const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
        items.forEach((item, i) => {
            item.hidden = !words.every((word) => texts[i].includes(word));
        });
        const left = items.filter((item) => !item.hidden).length;
        status.textContent = left === items.length ? "" : `${left} of ${items.length}`;
    };
    input.addEventListener("input", search);
}

/** Sort the rows of a table by a column; again for the reverse. Rows without a value come last. */
function sortBy(table, column) {
    const heads = [...table.tHead.rows[0].cells], head = heads[column], body = table.tBodies[0];
    const isText = head.dataset.kind === "text";
    const first = head.dataset.kind === "number" ? "descending" : "ascending";
    const order = head.getAttribute("aria-sort");
    const next = order === "none" ? first : order === "ascending" ? "descending" : "ascending";
    const sign = next === "ascending" ? 1 : -1;
    const value = (row) => (isText ? row.cells[column].textContent : row.cells[column].dataset.value);
    const compare = (a, b) => {
        const [left, right] = [value(a), value(b)];
        if (isText) return sign * left.localeCompare(right, "en", { numeric: true });
        if (left === "" || right === "") return (left === "") - (right === "");
        return sign * (left - right);
    };
    body.replaceChildren(...[...body.rows].sort(compare));
    heads.forEach((cell) => cell.hasAttribute("aria-sort") && cell.setAttribute("aria-sort", cell === head ? next : "none"));
}

/** Decode a part of an address; text that is not encoded stays as it is. */
function decode(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

/** Open what is folded around the target of the address, show it if a search hides it, and go there. */
function showTarget() {
    const target = document.getElementById(decode(location.hash.slice(1)));
    if (!target) return;
    target.hidden = false;
    for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    target.scrollIntoView({ block: target.matches("tr") ? "center" : "start" });
}

document.body.classList.add("scripted");
document.querySelectorAll("input[data-items]").forEach(addSearch);
document.querySelectorAll("table.sortable").forEach((table) => {
    [...table.tHead.rows[0].cells].forEach((cell, column) => {
        cell.querySelector("button")?.addEventListener("click", () => sortBy(table, column));
    });
});
addEventListener("hashchange", showTarget);
document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a");
    if (location.hash && link?.getAttribute("href") === location.hash) showTarget(); // the address stays the same
});
showTarget();
document.body.dataset.ready = "yes";
