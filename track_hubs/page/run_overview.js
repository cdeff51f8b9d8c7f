// Overview of a run's page: a heat map with a row per protein, for what is in view.
"use strict";

const ROW = 12; // CSS pixels of a protein's row
const MOST_BINS = 600; // asked for in one request
const REDRAW_DELAY = 60; // milliseconds without a move, after which scores are asked for
const NOT_SCORED = 255, HIGHEST = 254; // bytes of the server: no score, and the score 1
const SCALE = ["#ffffd9", "#c7e9b4", "#41b6c4", "#225ea8", "#081d58"]; // YlGnBu of ColorBrewer, for all kinds of colour vision
const BLANK = "#d9d9d9"; // not scored
const ORDERS = {
    score: "highest score in view", name: "name", similarity: "similar rows together", protein: "models of a protein together",
};
const STRANDS = [["+", "plus strand"], ["-", "minus strand"]];

/** Return a row of colours from the lowest to the highest score, and the colour of what was not scored, as pixels. */
function colorTable() {
    const stops = SCALE.map((color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)));
    const mix = (value) => {
        const place = value / HIGHEST * (stops.length - 1), low = Math.min(Math.floor(place), stops.length - 2);
        return stops[low].map((part, i) => Math.round(part + (place - low) * (stops[low + 1][i] - part)));
    };
    const colors = Array.from({ length: HIGHEST + 1 }, (_, value) => mix(value));
    const blank = [1, 3, 5].map((at) => parseInt(BLANK.slice(at, at + 2), 16));
    return Uint32Array.from([...colors, blank], ([red, green, blue]) => (0xff << 24 | blue << 16 | green << 8 | red) >>> 0);
}

/** Read chr:start-end (1-based) as a 0-based interval; null for a gene's name. */
function parseLocus(text) {
    const match = /^(.+):([\d,]+)-([\d,]+)$/.exec(text ?? "");
    if (!match) return null;
    const [start, end] = match.slice(2).map((digits) => Number(digits.replaceAll(",", "")));
    return start > 0 && end >= start ? { chrom: match[1], start: start - 1, end } : null;
}

/** Chain rows so that each is followed by the most similar one of the others, from the strongest on. */
function chainRows(rows) {
    const rest = [...rows].sort((a, b) => b.highest - a.highest);
    const chain = rest.splice(0, 1);
    const distance = (a, b) => a.values.reduce((sum, value, i) => sum + Math.abs(value - b.values[i]), 0);
    while (rest.length) {
        const last = chain.at(-1), distances = rest.map((row) => distance(last, row));
        chain.push(...rest.splice(distances.indexOf(Math.min(...distances)), 1));
    }
    return chain;
}

const proteinOf = (group) => group.protein ?? group.name; // pages of earlier versions do not name it

/** Put the models of each protein together; the protein with the highest score is first. */
function groupRows(rows) {
    const byProtein = new Map();
    for (const row of [...rows].sort((a, b) => b.highest - a.highest)) {
        const protein = proteinOf(row.group);
        byProtein.set(protein, [...(byProtein.get(protein) ?? []), row]);
    }
    return [...byProtein.values()].flat();
}

class Overview {
    constructor(page, groups) {
        this.page = page;
        this.groups = groups;
        this.colors = colorTable();
        this.rows = []; // of all proteins: group, index, bytes of each strand, values, highest
        this.visible = []; // rows that pass the filter, in their order
        this.view = null; // interval of the drawn scores
    }

    /** Create the elements before an element of the page. */
    build(before) {
        this.root = document.createElement("section");
        this.root.id = "overview";
        this.root.setAttribute("aria-label", "Overview of all proteins");
        const hasSiblings = new Set(this.groups.map(proteinOf)).size < this.groups.length;
        const orders = Object.entries(ORDERS).filter(([value]) => value !== "protein" || hasSiblings);
        const options = orders.map(([value, text]) => `<option value="${value}">${text}</option>`);
        this.root.innerHTML = `<div class="bar"><b>All proteins</b>
            <label>find <input type="search" class="filter" size="12" placeholder="protein" spellcheck="false"></label>
            <label>sort by <select class="order">${options.join("")}</select></label>
            <span class="legend"><span>0</span><span class="scale"></span><span>1</span>
            <span class="blank"></span><span>not scored</span></span></div>
            <p class="state" role="status" aria-live="polite">loading the scores …</p>
            <div class="axis" aria-hidden="true"><span></span><span></span><span></span></div>
            <div class="map" tabindex="-1"><div class="names" role="group" aria-label="Proteins: Enter opens or closes the tracks"></div>
            <canvas role="img"></canvas></div>`;
        this.part("scale").style.background = `linear-gradient(90deg,${SCALE})`;
        this.part("blank").style.background = BLANK;
        before.before(this.root);
        this.canvas = this.root.querySelector("canvas");
        this.connect();
    }

    part(name) {
        return this.root.querySelector(`.${name}`);
    }

    connect() {
        this.part("filter").addEventListener("input", () => this.arrange());
        this.part("order").addEventListener("change", () => this.arrange());
        this.part("names").addEventListener("keydown", (event) => this.handleKey(event));
        this.canvas.addEventListener("mousemove", (event) => this.hover(event));
        this.canvas.addEventListener("mouseleave", () => this.describe());
        this.canvas.addEventListener("click", (event) => {
            const row = this.visible[Math.floor(event.offsetY / ROW)];
            if (row) this.page.toggle(row.group);
        });
        new ResizeObserver(() => this.draw()).observe(this.part("map"));
    }

    say(text) {
        this.part("state").textContent = text;
    }

    /** Show an interval once the view is still. */
    follow(view) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.show(view), REDRAW_DELAY);
    }

    /** Load and draw the scores of an interval. Return false if there are none to load. */
    async show(view) {
        if (!view || !(view.end > view.start) || view.chrom === "all") return this.say("Zoom in to one chromosome to see its scores.");
        this.request?.abort();
        this.request = new AbortController();
        this.root.setAttribute("aria-busy", "true");
        const query = new URLSearchParams({ ...view, bins: MOST_BINS });
        try {
            const reply = await fetch(address(`run/overview?${query}`), { signal: this.request.signal });
            if (!reply.ok) return this.refuse(reply.status === 404);
            const content = new Uint8Array(await reply.arrayBuffer()), stop = content.indexOf(10);
            const { bins, problems } = JSON.parse(new TextDecoder().decode(content.subarray(0, stop)));
            this.take(view, bins, problems, content.subarray(stop + 1));
            performance.mark("overview");
            return true;
        } catch (error) {
            if (error.name !== "AbortError") {
                this.root.setAttribute("aria-busy", "false");
                this.say(this.page.describeError(error));
            }
            return error.name === "AbortError";
        }
    }

    /** Explain why there are no scores: a plain web server, or an interval that cannot be shown. */
    refuse(isPlain) {
        this.isPlain = isPlain;
        this.root.setAttribute("aria-busy", "false");
        this.root.classList.add("empty");
        this.say(isPlain ? "The overview of all proteins needs the program's server: ideep-scan view OUT"
            : "The scores of this place could not be read.");
        return false;
    }

    take(view, bins, problems, bytes) {
        this.root.setAttribute("aria-busy", "false");
        Object.assign(this, { view, bins, problems });
        this.root.classList.remove("empty");
        this.rows = this.groups.map((group, index) => {
            const strands = STRANDS.map((_, i) => bytes.subarray((2 * index + i) * bins, (2 * index + i + 1) * bins));
            const values = Array.from({ length: bins }, (_, i) => Math.max(0, ...strands.map((row) => (row[i] === NOT_SCORED ? 0 : row[i]))));
            return { group, strands, values, highest: Math.max(...values) };
        });
        this.strands = STRANDS.map((_, i) => i).filter((i) => this.rows.some(({ strands }) => strands[i].some((byte) => byte !== NOT_SCORED)));
        this.arrange();
    }

    /** Filter and sort the rows, then draw them. */
    arrange() {
        const text = this.part("filter").value.trim().toLowerCase();
        const rows = this.rows.filter(({ group }) => group.name.toLowerCase().includes(text));
        const order = this.part("order").value;
        if (order === "score") rows.sort((a, b) => b.highest - a.highest);
        if (order === "name") rows.sort((a, b) => a.group.name.localeCompare(b.group.name, "en", { numeric: true }));
        this.visible = order === "similarity" ? chainRows(rows) : order === "protein" ? groupRows(rows) : rows;
        this.listNames();
        this.draw();
        this.describe();
    }

    listNames() {
        const { activeElement } = document, focused = activeElement?.closest("#overview .names") && activeElement.dataset.name;
        this.part("names").replaceChildren(...this.visible.map(({ group }, i) => {
            const button = Object.assign(document.createElement("button"), { type: "button", textContent: group.name });
            button.dataset.name = group.name;
            button.title = `${group.name}: open or close its tracks`;
            button.tabIndex = i ? -1 : 0;
            button.addEventListener("click", () => this.page.toggle(group));
            return button;
        }));
        this.markOpen(this.page.shown);
        if (focused) [...this.part("names").children].find(({ dataset }) => dataset.name === focused)?.focus();
    }

    /** Mark the proteins whose tracks are open. */
    markOpen(shown) {
        const names = new Set([...shown].map(({ name }) => name));
        for (const button of this.part("names").children) button.setAttribute("aria-pressed", names.has(button.dataset.name));
    }

    draw() {
        if (!this.view) return;
        const { canvas, visible, bins, strands, colors } = this, height = Math.max(1, visible.length * ROW);
        canvas.style.height = `${height}px`;
        Object.assign(canvas, { width: bins, height });
        const context = canvas.getContext("2d"), image = context.createImageData(bins, height);
        const pixels = new Uint32Array(image.data.buffer), part = ROW / Math.max(1, strands.length);
        visible.forEach((row, number) => {
            for (let y = 0; y < ROW - 1; y++) {
                const values = row.strands[strands[Math.floor(y / part)] ?? 0], offset = (number * ROW + y) * bins;
                for (let x = 0; x < bins; x++) pixels[offset + x] = colors[values[x]];
            }
        });
        context.putImageData(image, 0, 0);
        const { start, end } = this.view, [left, middle, right] = this.part("axis").children;
        left.textContent = number.format(start + 1);
        middle.textContent = this.view.chrom;
        right.textContent = number.format(end);
    }

    /** Describe what is drawn: how many rows, which strands, and why there is nothing. */
    describe() {
        if (!this.view) return;
        const { visible, rows, strands, problems } = this;
        const which = strands.map((i) => STRANDS[i][1]).join(" above ");
        const count = visible.length < rows.length ? `${visible.length} of ${rows.length} proteins` : `${rows.length} proteins`;
        const text = problems.length ? `Some scores could not be read: ${problems.join("; ")}`
            : strands.length ? `${count}, ${which}. Click a row to open its tracks.`
            : "Nothing was scored here: no scanned transcript, an unknown sequence (N), or a place outside of the scanned regions.";
        this.say(text);
        this.canvas.setAttribute("aria-label", `Scores of ${count} in view, ${which}`);
    }

    hover({ offsetX, offsetY }) {
        const row = this.visible[Math.floor(offsetY / ROW)], { start, end, chrom } = this.view ?? {};
        if (!row) return;
        const bin = Math.min(this.bins - 1, Math.max(0, Math.floor(offsetX / this.canvas.clientWidth * this.bins)));
        const [first, last] = [bin, bin + 1].map((i) => start + Math.ceil(i * (end - start) / this.bins));
        const scores = this.strands.map((i) => {
            const byte = row.strands[i][bin];
            return `${STRANDS[i][1]} ${byte === NOT_SCORED ? "not scored" : (byte / HIGHEST).toFixed(2)}`;
        });
        this.say(`${row.group.name}, ${chrom}:${number.format(first + 1)}–${number.format(Math.max(last, first + 1))}: ${scores.join(", ")}`);
    }

    handleKey(event) {
        const buttons = [...this.part("names").children], at = buttons.indexOf(event.target);
        const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
        if (next === undefined || at < 0) return;
        event.preventDefault();
        buttons[Math.max(0, Math.min(buttons.length - 1, next))].focus();
    }
}
