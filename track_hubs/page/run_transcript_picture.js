// Drawing of a transcript 5'→3' as SVG: rulers, exons, letters, and the scores, sites and motif hits of proteins.
"use strict";

const DRAWN = { left: 104, narrow: 78, right: 18, score: 54, lane: 13, heat: 12, lanes: 3 }; // px
const DRAWN_INK = "#222", DRAWN_DIM = "#595959", DRAWN_LINE = "#8a8a8a", DRAWN_BLANK = "#efefef";
const LETTER_WIDTH = 6; // px of a base, from which letters are drawn
const HIT_WIDTH = 0.7; // px of a base, from which motif hits are drawn

const rounded = (x) => Math.round(x * 100) / 100;

/**
 * A drawing of what is in view.
 *
 * `data` is the server's answer with `rows`, bytes by group; `groups` are those of the page, `open` those with rows of
 * their own, and `heat` the ones of the heat map, in their order. `letters` has RNA letters by place.
 */
class TranscriptPicture {
    constructor({ data, layout, groups, open, heat = [], letters, width, title, onSite }) {
        Object.assign(this, { data, layout, groups, open, heat, letters, width, title, onSite });
        this.left = width - layout.width - DRAWN.right;
        this.numbers = new TranscriptNumbers(data);
        this.edges = []; // first column of each piece
        let column = 0;
        for (const [, , , bins] of data.pieces) {
            this.edges.push(column);
            column += bins;
        }
    }

    /** Draw and return the element. */
    draw() {
        this.svg = svgNode("svg", { width: this.width, role: "group", "font-family": "system-ui, sans-serif", "font-size": 11, fill: DRAWN_INK });
        this.ground = this.add("rect", { width: this.width, fill: "#fff" });
        this.y = 8;
        this.heading();
        this.rulers();
        this.exons();
        this.sequence();
        for (const group of this.open) this.protein(group);
        if (this.heat.length) this.heatMap();
        this.text(this.width - DRAWN.right, this.y + 12, "Predictions, not measurements · ideep-scan", { "text-anchor": "end", "font-size": 10, fill: DRAWN_DIM });
        this.height = this.y + 20;
        for (const [key, value] of [["height", this.height], ["viewBox", `0 0 ${this.width} ${this.height}`]]) this.svg.setAttribute(key, value);
        this.ground.setAttribute("height", this.height);
        this.svg.setAttribute("aria-label", `${this.title}, read from the 5' end`);
        return this.svg;
    }

    add(name, attributes, text, parent = this.svg) {
        return parent.appendChild(svgNode(name, attributes, text));
    }

    text(x, y, text, attributes = {}) {
        return this.add("text", { x: rounded(x), y: rounded(y), ...attributes }, text);
    }

    label(y, text, attributes = {}) {
        const room = Math.floor((this.left - 20) / (attributes["font-weight"] ? 7.4 : 6)), shown = text.length > room ? `${text.slice(0, room - 1)}…` : text;
        const node = this.text(this.left - 18, y, shown, { "text-anchor": "end", ...attributes });
        if (shown !== text) node.append(svgNode("title", {}, text));
    }

    /** Return the pixels of an interval in view, or null if nothing of it is. */
    span(start, end) {
        const [left, right] = this.layout.span(start, end).map((x) => Math.min(Math.max(x, 0), this.layout.width) + this.left);
        return right > left ? [left, right] : null;
    }

    heading() {
        this.text(Math.min(this.left, this.width / 12), this.y + 8, this.title, { "font-size": 13, "font-weight": 600 });
        this.y += 24;
    }

    /** Draw both rulers: along the spliced transcript, and from the start codon. */
    rulers() {
        if (this.data.locus) return this.genomeRuler();
        const { numbers, layout } = this, { length, coding } = this.data;
        const step = this.tickStep(length);
        const places = Array.from({ length: Math.floor(length / step) + 1 }, (_, i) => Math.max(1, i * step) - 1);
        this.ruler("position", places.map((position) => [position, number.format(position + 1)]));
        if (!coding) return;
        const [first, last] = coding, coded = [];
        for (let i = -Math.floor(first / step); i <= (last - first) / step; i++) coded.push(i === 0 ? first : first + i * step - (i > 0 ? 1 : 0));
        for (let i = 0; i <= (length - last) / step; i++) coded.push(last + Math.max(1, i * step) - 1);
        this.ruler("coding", coded.filter((position) => position < length).map((position) => [position, numbers.coded(position)]));
    }

    /** Draw the ruler of a place of the genome, which has no exons. */
    genomeRuler() {
        const { length, start, end, strand } = this.data, step = this.tickStep(length);
        const first = Math.ceil((start + 1) / step) * step, ticks = [];
        for (let position = first; position <= end; position += step) ticks.push([strand === "-" ? end - position : position - start - 1, number.format(position)]);
        return this.ruler(this.data.chrom, ticks.sort((a, b) => a[0] - b[0]));
    }

    /** Return the nt between two ticks. */
    tickStep(length) {
        return [1, 2, 5].flatMap((digit) => [0, 1, 2, 3, 4, 5, 6].map((power) => digit * 10 ** power)).sort((a, b) => a - b)
            .find((nt) => nt * this.layout.scale >= 74) ?? length;
    }

    ruler(name, ticks) {
        this.label(this.y + 9, name, { "font-size": 10, fill: DRAWN_DIM });
        let right = -Infinity;
        for (const [position, text] of ticks) {
            const [start, , before] = this.data.exons.findLast(([, , first]) => first <= position);
            const x = this.layout.x(start + position - before) + this.layout.scale / 2, half = text.length * 3.1;
            if (x < 0 || x > this.layout.width || x - half < Math.max(right, -17) || x + half > this.layout.width + DRAWN.right) continue;
            right = x + half + 6;
            this.text(x + this.left, this.y + 9, text, { "text-anchor": "middle", "font-size": 10, fill: DRAWN_DIM });
            this.add("path", { d: `M${rounded(x + this.left)} ${this.y + 12}v4`, stroke: DRAWN_LINE });
        }
        this.y += 19;
    }

    exons() {
        if (this.data.locus) return;
        const { exons, coding, chrom } = this.data, middle = this.y + 26;
        this.label(middle + 4, "exons");
        if (this.span(0, 1)) this.text(this.left - 4, middle + 4, "5′", { "text-anchor": "end" });
        if (this.span(exons.at(-1)[1] - 1, exons.at(-1)[1])) this.text(this.left + this.layout.width + 4, middle + 4, "3′");
        this.layout.parts.forEach((part) => {
            const span = this.span(part.start, part.end);
            if (!span || part.isExon) return;
            const [left, right] = span, folded = this.layout.introns === "folded";
            const node = this.add("g"), centre = (left + right) / 2;
            this.add("path", { d: `M${rounded(left)} ${middle}H${rounded(right)}`, stroke: DRAWN_LINE, fill: "none", ...(folded ? { "stroke-dasharray": "3 2" } : {}) }, undefined, node);
            if (right - left > 22) {
                this.add("path", { d: `M${rounded(centre - 3)} ${middle - 4}l5 4l-5 4`, stroke: DRAWN_LINE, fill: "none" }, undefined, node);
                if (folded) this.add("text", { x: rounded(centre), y: middle + 16, "text-anchor": "middle", "font-size": 9, fill: DRAWN_DIM }, shortLength(part.end - part.start), node);
            }
            this.add("rect", { x: rounded(left), y: middle - 12, width: rounded(right - left), height: 26, fill: "#fff", "fill-opacity": 0 }, undefined, node);
            const ends = [this.numbers.genome(part.start), this.numbers.genome(part.end - 1)].map((place) => number.format(place + 1));
            this.add("title", {}, `intron of ${number.format(part.end - part.start)} nt: ${chrom}:${ends.join(" → ")}`, node);
        });
        exons.forEach(([start, end, position], i) => {
            const node = this.add("g");
            const coded = coding ? coding.map((place) => Math.min(Math.max(start + place - position, start), end)) : [end, end];
            for (const [first, last, height] of [[start, coded[0], 12], [coded[0], coded[1], 24], [coded[1], end, 12]]) {
                const span = first < last && this.span(first, last);
                if (span) this.add("rect", { x: rounded(span[0]), y: middle - height / 2, width: rounded(Math.max(1, span[1] - span[0])), height, fill: "#44546a" }, undefined, node);
            }
            this.add("title", {}, `exon ${i + 1} of ${exons.length}, ${number.format(end - start)} nt`, node);
            const span = this.span(start, end);
            if (span && span[1] - span[0] > String(i + 1).length * 6) {
                this.text((span[0] + span[1]) / 2, this.y + 10, `${i + 1}`, { "text-anchor": "middle", "font-size": 10, fill: DRAWN_DIM });
            }
        });
        this.y += 50;
    }

    /** Draw the letters of the RNA if there is room for them. */
    sequence() {
        if (!this.letters || this.layout.scale < LETTER_WIDTH) return;
        const size = Math.min(14, this.layout.scale * 1.25);
        this.label(this.y + 11, "RNA");
        for (const [place, letter] of this.letters) {
            const span = this.span(place, place + 1);
            if (!span || this.layout.x(place) < 0) continue;
            this.text((span[0] + span[1]) / 2, this.y + 11, letter, { "text-anchor": "middle", "font-family": "ui-monospace, monospace", "font-size": rounded(size), "font-weight": 600, fill: BASE_COLORS[letter] ?? BASE_COLORS.N });
        }
        this.y += 20;
    }

    /** Draw the scores of a protein with its sites and motif hits. */
    protein(group) {
        const { color } = group, index = this.groups.indexOf(group), base = this.y + DRAWN.score;
        this.y += 2;
        this.label(base - DRAWN.score / 2 + 4, group.name, { "font-weight": 600 });
        this.add("circle", { cx: this.left - 11, cy: base - DRAWN.score / 2, r: 3.5, fill: color });
        const scored = this.scores(index, base, color);
        for (const [value, y] of [["1", base - DRAWN.score + 6], ["0", base]]) this.text(this.left - 4, y + 2, value, { "text-anchor": "end", "font-size": 9, fill: DRAWN_DIM });
        this.add("path", { d: `M${this.left} ${base}H${this.left + this.layout.width}`, stroke: DRAWN_LINE });
        if (!scored) this.text(this.left + this.layout.width / 2, base - DRAWN.score / 2 + 4, "not scored here", { "text-anchor": "middle", fill: DRAWN_DIM });
        this.y = base + 4;
        const sites = this.data.sites.filter((site) => site.group === index), hits = this.data.motifs.filter((hit) => hit.group === index);
        if (sites.length) this.lanes(sites, 1, (site, span, y) => this.site(site, span, y, group), (site) => `${site.name} ${site.score.toFixed(2)}`);
        if (hits.length && this.layout.scale >= HIT_WIDTH) this.lanes(hits, DRAWN.lanes, (hit, span, y) => this.hit(hit, span, y), (hit) => hit.name);
        this.y += 8;
    }

    /** Draw the scores of a row of bytes above a base line. Return false if none was scored. */
    scores(index, base, fill) {
        const row = this.data.rows.get(index), high = DRAWN.score - 8, outline = [], blanks = [];
        let isScored = false;
        this.data.pieces.forEach(([, start, end, bins], piece) => {
            if (!row || !this.span(start, end)) return;
            for (let bin = 0; bin < bins; bin++) {
                const byte = row[this.edges[piece] + bin];
                const span = this.span(start + (end - start) * bin / bins, start + (end - start) * (bin + 1) / bins);
                if (!span) continue;
                const [left, right] = span.map(rounded);
                if (byte === NOT_SCORED) {
                    if (blanks.at(-1)?.[1] === left) blanks.at(-1)[1] = right;
                    else blanks.push([left, right]);
                } else {
                    isScored = true;
                    if (byte) outline.push(`M${left} ${base}V${rounded(base - byte / HIGHEST * high)}H${right}V${base}z`);
                }
            }
        });
        for (const [left, right] of blanks) this.add("rect", { x: left, y: base - high, width: rounded(right - left), height: high, fill: DRAWN_BLANK });
        if (outline.length) this.add("path", { d: outline.join(""), fill, "shape-rendering": "crispEdges" });
        return isScored;
    }

    /** Draw intervals in as few lanes as they need, with their labels where there is room. */
    lanes(items, limit, draw, name) {
        const ends = [];
        let hidden = 0;
        const placed = items.map((item) => ({ item, span: this.span(item.start, item.end) })).filter(({ span }) => span);
        placed.sort((a, b) => a.span[0] - b.span[0]);
        const lanes = placed.map(({ span }) => {
            let lane = ends.findIndex((end) => end <= span[0]);
            if (lane < 0) lane = ends.length < limit ? ends.push(0) - 1 : limit === 1 ? 0 : -1;
            if (lane >= 0) ends[lane] = span[1] + 1;
            else hidden += 1;
            return lane;
        });
        placed.forEach(({ item, span }, i) => {
            if (lanes[i] < 0) return;
            const y = this.y + lanes[i] * DRAWN.lane, next = placed.findIndex((_, k) => k > i && lanes[k] === lanes[i]);
            draw(item, span, y);
            const text = name(item), room = (next < 0 ? this.left + this.layout.width : placed[next].span[0]) - span[1];
            if (room > text.length * 5.4 + 8) this.text(span[1] + 4, y + 9, text, { "font-size": 9.5, fill: DRAWN_DIM, "pointer-events": "none" });
        });
        if (hidden) this.label(this.y + 9, `+${hidden}`, { "font-size": 9.5, fill: DRAWN_DIM });
        this.y += Math.max(1, ends.length) * DRAWN.lane;
    }

    site(site, span, y, { color, pale }) {
        const about = `${site.name}, score ${site.score.toFixed(3)}`;
        const node = this.add("g", { class: "site", role: "button", tabindex: -1, "aria-label": about, cursor: "pointer" });
        this.add("title", {}, about, node);
        for (const block of site.blocks ?? [[site.start, site.end]]) {
            const part = this.span(...block);
            if (part) this.add("rect", { x: rounded(part[0]), y, width: rounded(Math.max(2, part[1] - part[0])), height: 10, fill: pale, stroke: color, "stroke-width": 0.8 }, undefined, node);
        }
        const summit = site.summit !== undefined && this.span(site.summit, site.summit + 1);
        if (summit) this.add("rect", { x: rounded((summit[0] + summit[1]) / 2 - 1), y: y - 1, width: 2.4, height: 12, fill: DRAWN_INK }, undefined, node);
        node.addEventListener("click", () => this.onSite?.(site));
        node.addEventListener("keydown", ({ key }) => key === "Enter" && this.onSite?.(site));
    }

    hit(hit, [left, right], y) {
        const node = this.add("rect", { x: rounded(left), y: y + 1, width: rounded(Math.max(1.5, right - left)), height: 8, fill: "#e3e3e3", stroke: DRAWN_LINE, "stroke-width": 0.7 });
        node.append(svgNode("title", {}, `${hit.name}, motif score ${hit.score.toFixed(1)}`));
    }

    /** Draw a row of 12 pixels per protein, from an image with a column per pixel. */
    heatMap() {
        const canvas = document.createElement("canvas"), columns = Math.round(this.layout.width);
        Object.assign(canvas, { width: columns, height: this.heat.length });
        const context = canvas.getContext("2d"), image = context.createImageData(columns, this.heat.length);
        const pixels = new Uint32Array(image.data.buffer), colors = colorTable();
        const bins = Array.from({ length: columns }, (_, x) => this.binsAt(x));
        this.y += 6;
        this.heat.forEach((group, i) => {
            const row = this.data.rows.get(this.groups.indexOf(group));
            bins.forEach(([first, last], x) => {
                let value = NOT_SCORED;
                for (let bin = first; bin <= last; bin++) if (row && row[bin] !== NOT_SCORED && (value === NOT_SCORED || row[bin] > value)) value = row[bin];
                pixels[i * columns + x] = colors[value];
            });
            this.label(this.y + i * DRAWN.heat + 9.5, group.name, { "font-size": 10, class: "heat" });
        });
        context.putImageData(image, 0, 0);
        const height = this.heat.length * DRAWN.heat;
        this.add("image", { x: this.left, y: this.y, width: this.layout.width, height, preserveAspectRatio: "none", style: "image-rendering:pixelated", href: canvas.toDataURL() });
        for (let i = 1; i < this.heat.length; i++) this.add("path", { d: `M${this.left} ${this.y + i * DRAWN.heat}h${this.layout.width}`, stroke: "#fff", "stroke-width": 0.8 });
        this.heatTop = this.y;
        this.y += height + 4;
        this.legend();
    }

    legend() {
        const width = 110 / (SCALE.length * 4);
        const table = colorTable(), css = (value) => `rgb(${[0, 8, 16].map((shift) => table[value] >> shift & 255)})`;
        this.text(this.left, this.y + 10, "score 0", { "font-size": 10, fill: DRAWN_DIM });
        for (let i = 0; i < SCALE.length * 4; i++) this.add("rect", { x: rounded(this.left + 42 + i * width), y: this.y + 2, width: rounded(width + 0.3), height: 9, fill: css(Math.round(i / (SCALE.length * 4 - 1) * HIGHEST)) });
        this.text(this.left + 156, this.y + 10, "1", { "font-size": 10, fill: DRAWN_DIM });
        this.add("rect", { x: this.left + 174, y: this.y + 2, width: 12, height: 9, fill: BLANK });
        this.text(this.left + 190, this.y + 10, "not scored", { "font-size": 10, fill: DRAWN_DIM });
        this.y += 18;
    }

    /** Return the first and last column of scores that a pixel covers. */
    binsAt(x) {
        const columns = [this.columnAt(this.layout.place(x + 0.2)), this.columnAt(this.layout.place(x + 0.8))];
        return columns[0] === undefined || columns[1] === undefined ? [0, -1] : columns;
    }

    /** Return the column of scores at a place; undefined if there is none. */
    columnAt(place) {
        const piece = this.data.pieces.findIndex(([, start, end]) => start <= place && place < end);
        if (piece < 0) return undefined;
        const [, start, end, bins] = this.data.pieces[piece];
        return this.edges[piece] + Math.min(bins - 1, Math.floor((place - start) / (end - start) * bins));
    }

    /** Return the score of a protein at a place; undefined if it was not scored. */
    scoreAt(group, place) {
        const column = this.columnAt(place), byte = column === undefined ? NOT_SCORED : this.data.rows.get(this.groups.indexOf(group))?.[column] ?? NOT_SCORED;
        return byte === NOT_SCORED ? undefined : byte / HIGHEST;
    }
}

/** Write a length in few letters: 940, 5.2k, 48k, 1.2M. */
function shortLength(nt) {
    if (nt < 1000) return `${nt}`;
    const [value, unit] = nt < 1e6 ? [nt / 1e3, "k"] : [nt / 1e6, "M"];
    return `${value < 10 ? value.toFixed(1) : Math.round(value)}${unit}`;
}
