// Table of a page of variants: sort, search, and choose a row, whose picture is drawn.
"use strict";

const element = (id) => document.getElementById(id);

class VariantReport {
    constructor() {
        this.body = element("rows").tBodies[0];
        this.rows = [...this.body.rows];
        this.words = this.rows.map((row) => [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase());
        this.order = { column: null, sign: 1 };
        this.chosen = null;
        this.picture = null;
    }

    begin() {
        document.body.classList.add("scripted");
        [...element("rows").tHead.rows[0].cells].forEach((cell, column) => {
            cell.querySelector("button").addEventListener("click", () => this.sort(column));
        });
        element("search").addEventListener("input", () => this.search());
        this.body.addEventListener("click", (event) => this.choose(event.target.closest("tr"), true));
        document.addEventListener("keydown", (event) => this.handleKey(event));
        element("drawing").addEventListener("mousemove", (event) => this.readOut(event));
        this.search();
        this.choose(this.visible()[0]);
        document.body.dataset.ready = "yes";
    }

    visible() {
        return [...this.body.rows].filter((row) => !row.hidden);
    }

    /** Sort by a column: numbers the largest first, texts by the alphabet; again for the reverse. */
    sort(column) {
        const heads = [...element("rows").tHead.rows[0].cells];
        const isNumber = heads[column].dataset.kind === "number";
        const sign = this.order.column === column ? -this.order.sign : isNumber ? -1 : 1;
        this.order = { column, sign };
        const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
        const compare = (a, b) => {
            const [left, right] = [value(a), value(b)];
            if (!isNumber) return sign * left.localeCompare(right, "en", { numeric: true });
            if (left === "" || right === "") return (left === "") - (right === "");
            return sign * (left - right);
        };
        this.body.replaceChildren(...[...this.body.rows].sort(compare));
        heads.forEach((head, i) => {
            head.setAttribute("aria-sort", i !== column ? "none" : sign > 0 ? "ascending" : "descending");
        });
        this.chosen?.scrollIntoView({ block: "nearest" });
    }

    /** Hide the rows that lack one of the words. */
    search() {
        const words = element("search").value.toLowerCase().split(/\s+/).filter(Boolean);
        this.rows.forEach((row, i) => {
            row.hidden = !words.every((word) => this.words[i].includes(word));
        });
        const shown = this.visible().length;
        element("count").textContent = shown === this.rows.length ? `${shown} rows` : `${shown} of ${this.rows.length} rows`;
    }

    /** Draw a row. With `focus`, keys go on from it. */
    choose(row, focus = false) {
        if (!row || !("row" in row.dataset)) return;
        if (this.chosen) {
            this.chosen.removeAttribute("aria-selected");
            this.chosen.tabIndex = -1;
        }
        this.chosen = row;
        row.setAttribute("aria-selected", "true");
        row.tabIndex = 0;
        if (focus) row.focus({ preventScroll: true });
        row.scrollIntoView({ block: "nearest" });
        const data = JSON.parse(element(`row${row.dataset.row}`).textContent);
        this.picture = new VariantPicture(data);
        element("caption").textContent = data.caption;
        element("name").textContent = data.name;
        element("site").textContent = data.site;
        element("site").className = `site ${data.site}`;
        element("drawing").replaceChildren(this.picture.draw());
        element("readout").textContent = "";
        element("picture").hidden = false;
        const drawing = element("drawing");
        drawing.scrollLeft = this.picture.x(data.picture.center) - drawing.clientWidth / 2; // in a narrow window
    }

    /** Move along the visible rows with the arrow keys, Home and End. */
    handleKey(event) {
        const typing = event.target.matches("input") && !["ArrowUp", "ArrowDown"].includes(event.key);
        if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "/") {
            event.preventDefault();
            element("search").focus();
            return;
        }
        const rows = this.visible(), index = rows.indexOf(this.chosen);
        const target = { ArrowDown: index + 1, ArrowUp: Math.max(index - 1, 0), Home: 0, End: rows.length - 1 }[event.key];
        if (target === undefined || !rows.length) return;
        event.preventDefault();
        this.choose(rows[Math.min(target, rows.length - 1)], !event.target.matches("input"));
    }

    /** Show the figures of the column under the pointer. */
    readOut(event) {
        const svg = element("drawing").firstElementChild;
        const { left, width } = svg.getBoundingClientRect();
        const x = (event.clientX - left) * (this.picture.width / width);
        element("readout").textContent = this.picture.describe(x);
    }
}

if (element("rows")) {
    window.variantReport = new VariantReport();
    window.variantReport.begin();
} else {
    document.body.dataset.ready = "yes";
}
