// Picture of a variant: scores and letters of both haplotypes, motif hits and the transcript, 5'→3'.
"use strict";

const LEFT = 104, RIGHT = 24, LEAST = 6, WIDTH = 920; // px: margins, least width of a column, width of the columns
const SCORE = 60, LETTERS = 84, ROW = 16; // px: height of a score panel, of a panel of letters, of a row of text
const GLYPHS = JSON.parse(document.getElementById("glyphs").textContent); // letter to colour and outline in a unit square

const grouped = new Intl.NumberFormat("en-GB");

/** Create an SVG element. */
function createSvg(name, attributes = {}, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    return node;
}

/** Group neighbouring columns with an equal value: yields {value, first, last}. */
function* runs(values) {
    let first = 0;
    for (let i = 1; i <= values.length; i++) {
        if (i < values.length && values[i] === values[first]) continue;
        yield { value: values[first], first, last: i - 1 };
        first = i;
    }
}

/** Drawing of one row. Columns are numbered from the 5' end. */
class VariantPicture {
    constructor(row) {
        const { picture } = row;
        this.row = row;
        this.picture = picture;
        this.count = picture.places.length;
        this.step = Math.max(LEAST, Math.min(12, WIDTH / this.count));
        this.width = LEFT + this.step * this.count + RIGHT;
        this.parts = [];
        this.y = 0;
    }

    x(column) {
        return LEFT + column * this.step;
    }

    add(name, attributes, text) {
        const node = createSvg(name, attributes, text);
        this.parts.push(node);
        return node;
    }

    /** Write a label in the left margin. */
    label(y, text, className = "") {
        this.add("text", { x: LEFT - 34, y: y + 4, "text-anchor": "end", class: className }, text);
    }

    /** Draw all panels and return the element. */
    draw() {
        const { picture } = this;
        this.ruler();
        const top = this.y;
        this.scores("reference", picture.reference);
        this.scores("alternate", picture.alternate);
        this.haplotypes();
        this.marks(top, this.y);
        this.motifs();
        this.gene();
        const title = `Scores, letters, motif hits and transcript of ${this.row.name}, ${this.row.model}`;
        const svg = createSvg("svg", {
            viewBox: `0 0 ${this.width.toFixed(0)} ${(this.y + 4).toFixed(0)}`, width: this.width.toFixed(0), role: "img",
        });
        svg.append(createSvg("title", {}, title), ...this.parts);
        return svg;
    }

    ruler() {
        const { places } = this.picture, spacing = this.step < 8 ? 20 : 10;
        this.label(10, this.row.chrom);
        this.add("text", { x: LEFT - 8, y: 26, "text-anchor": "end", class: "faint" }, "5′");
        this.add("text", { x: this.x(this.count) + 8, y: 26, class: "faint" }, "3′");
        places.forEach((place, i) => {
            if ((place + 1) % spacing || places[i - 1] === place) return;
            const x = this.x(i + 0.5);
            this.add("line", { x1: x, x2: x, y1: 18, y2: 22, class: "axis" });
            if (x > LEFT + 24 && x < this.x(this.count) - 24) {
                this.add("text", { x, y: 14, "text-anchor": "middle", class: "faint" }, grouped.format(place + 1));
            }
        });
        this.add("line", { x1: LEFT, x2: this.x(this.count), y1: 22, y2: 22, class: "axis" });
        this.y = 28;
    }

    /** Draw the scores of a haplotype as an area, with the threshold. */
    scores(name, lane) {
        const base = this.y + SCORE, level = (score) => base - score * (SCORE - 6);
        this.label(this.y + SCORE / 2 - 6, "score,");
        this.label(this.y + SCORE / 2 + 8, name, name);
        for (const tick of [0, 0.5, 1]) {
            this.add("line", { x1: LEFT - 4, x2: LEFT, y1: level(tick), y2: level(tick), class: "axis" });
            this.add("text", { x: LEFT - 6, y: level(tick) + 4, "text-anchor": "end", class: "faint" }, tick);
        }
        for (const { value, first, last } of runs(lane.scores.map((score) => score !== null))) {
            if (!value) continue;
            const points = [`${this.x(first)},${base}`];
            for (let i = first; i <= last; i++) {
                const y = level(lane.scores[i]).toFixed(1);
                points.push(`${this.x(i).toFixed(1)},${y}`, `${this.x(i + 1).toFixed(1)},${y}`);
            }
            this.add("polygon", { points: [...points, `${this.x(last + 1)},${base}`].join(" "), class: name });
        }
        const y = level(this.picture.threshold);
        this.add("line", { x1: LEFT, x2: this.x(this.count), y1: base, y2: base, class: "axis" });
        for (const kind of ["halo", "threshold"]) {
            this.add("line", { x1: LEFT, x2: this.x(this.count), y1: y, y2: y, class: kind });
        }
        this.y = base + 10;
    }

    /** Draw the aligned sequences between the letters of the reference, above, and of the alternate haplotype, below. */
    haplotypes() {
        const { reference, alternate } = this.picture;
        const values = [...reference.contributions, ...alternate.contributions];
        const most = Math.max(0.05, ...values), least = Math.min(0, ...values);
        const scale = LETTERS / (most - least);
        this.contributions("reference", reference, this.y + most * scale, scale);
        this.y += LETTERS + 2;
        this.sequence("reference", reference.letters);
        this.sequence("alternate", alternate.letters);
        this.y += 4;
        this.contributions("alternate", alternate, this.y + most * scale, scale);
        this.y += LETTERS + 8;
    }

    /** Draw letters at the height of their contribution, upwards or downwards from the base line. */
    contributions(name, lane, base, scale) {
        this.label(this.y + LETTERS / 2 - 6, "letters,");
        this.label(this.y + LETTERS / 2 + 8, name, name);
        this.add("line", { x1: LEFT, x2: this.x(this.count), y1: base, y2: base, class: "axis" });
        for (const [y, value] of [[this.y, base - this.y], [base, 0], [this.y + LETTERS, base - this.y - LETTERS]]) {
            if (y !== base && Math.abs(value) < 14) continue;
            const text = (value / scale).toFixed(1).replace("-", "−").replace("0.0", "0");
            this.add("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end", class: "faint" }, text);
            this.add("line", { x1: LEFT - 4, x2: LEFT, y1: y, y2: y, class: "axis" });
        }
        lane.contributions.forEach((value, i) => {
            const glyph = GLYPHS[lane.letters[i]], height = Math.abs(value ?? 0) * scale;
            if (!glyph || height < 0.4) return;
            const y = value > 0 ? base - height : base;
            const transform = `translate(${(this.x(i) + this.step * 0.04).toFixed(2)} ${y.toFixed(2)}) `
                + `scale(${(this.step * 0.92).toFixed(2)} ${height.toFixed(2)})`;
            const [fill, d] = glyph;
            this.add("path", { d, fill, transform, "fill-rule": "evenodd", class: "letter" });
        });
    }

    sequence(name, letters) {
        this.label(this.y + ROW / 2 - 1, name, name);
        const changed = new Set(this.picture.changed);
        [...letters].forEach((letter, i) => {
            this.add("text", {
                x: this.x(i + 0.5), y: this.y + 11, "text-anchor": "middle",
                class: changed.has(i) ? `base changed ${name}` : "base",
            }, letter === "-" ? "–" : letter);
        });
        this.y += ROW;
    }

    /** Shade the changed columns; mark the column of the strongest change and what is left out. */
    marks(top, bottom) {
        const { picture } = this, changed = new Set(picture.changed);
        const shades = [];
        for (const { value, first, last } of runs(picture.places.map((place, i) => changed.has(i)))) {
            if (!value) continue;
            const width = (last - first + 1) * this.step;
            shades.push(createSvg("rect", { x: this.x(first), y: top, width, height: bottom - top, class: "shade" }));
        }
        this.parts.unshift(...shades);
        const x = this.x(picture.center + 0.5);
        this.add("path", { d: `M${x - 5} ${top - 6}h10l-5 6z`, class: "center" });
        for (const [column, count] of picture.cuts) {
            const at = this.x(column);
            this.add("line", { x1: at, x2: at, y1: top, y2: bottom, class: "cut" });
            this.add("text", { x: at + 3, y: top + 10, class: "faint" }, `${grouped.format(count)} nt left out`);
        }
    }

    /** Draw the motif hits that are made or broken, a row each. */
    motifs() {
        this.label(this.y + 6, "motif hits");
        if (!this.picture.motifs.length) {
            this.add("text", { x: LEFT, y: this.y + 10, class: "faint" }, "none is made or broken");
            this.y += ROW;
        }
        for (const { name, is_made: isMade, first, last, letters, p_value: p } of this.picture.motifs) {
            const left = this.x(first), right = this.x(last + 1);
            const text = `${isMade ? "made" : "broken"}: ${name} ${letters}, p ${p.toExponential(0)}`;
            const fitsRight = right + 6 * text.length < this.x(this.count);
            const className = isMade ? "gained" : "lost";
            this.add("rect", { x: left, y: this.y + 2, width: right - left, height: 8, class: className });
            this.add("text", {
                x: fitsRight ? right + 6 : left - 6, y: this.y + 10, "text-anchor": fitsRight ? "start" : "end",
            }, text);
            this.y += ROW;
        }
        this.y += 6;
    }

    /** Draw the transcript: along the columns, and as a whole with a mark at the variant. */
    gene() {
        const { gene, places, center } = this.picture;
        if (!gene) return;
        const kindOf = (place) => {
            if (!gene.exons.some(([start, end]) => start <= place && place < end)) {
                return place < gene.exons[0][0] || place >= gene.exons.at(-1)[1] ? "" : "intron";
            }
            return gene.coding && gene.coding[0] <= place && place < gene.coding[1] ? "coding" : "exon";
        };
        this.label(this.y + 8, "transcript");
        for (const { value, first, last } of runs(places.map(kindOf))) {
            this.block(value, this.x(first), this.x(last + 1), this.y + 8);
        }
        this.y += 26;
        const [begin, end] = [gene.exons[0][0], gene.exons.at(-1)[1]], span = this.step * this.count / (end - begin);
        const along = (place) => (this.row.strand === "+" ? LEFT + (place - begin) * span : LEFT + (end - place) * span);
        this.label(this.y + 8, "all of it");
        this.block("intron", LEFT, this.x(this.count), this.y + 8);
        for (const [first, last] of gene.exons) {
            const coding = gene.coding ? [Math.max(first, gene.coding[0]), Math.min(last, gene.coding[1])] : [0, 0];
            for (const [kind, a, b] of [["exon", first, last], ["coding", ...coding]]) {
                if (a < b) this.block(kind, ...[along(a), along(b)].sort((p, q) => p - q), this.y + 8);
            }
        }
        const x = along(places[center] + 0.5);
        this.add("path", { d: `M${x - 5} ${this.y - 6}h10l-5 6z`, class: "center" });
        const side = this.row.strand === "+" ? "plus" : "minus";
        const text = `${gene.name}, ${gene.id}: ${grouped.format(end - begin)} nt on the ${side} strand, 5′→3′ from left to right`;
        this.add("text", { x: LEFT, y: this.y + 30, class: "faint" }, text);
        this.y += 36;
    }

    /** Draw a part of a transcript around a middle line. */
    block(kind, left, right, middle) {
        if (!kind) return;
        const height = { intron: 1.5, exon: 7, coding: 14 }[kind];
        const width = Math.max(right - left, 1);
        this.add("rect", { x: left, y: middle - height / 2, width, height, class: "gene" });
    }

    /** Describe the column at an x coordinate of the picture; an empty text beside the columns. */
    describe(x) {
        const i = Math.floor((x - LEFT) / this.step), { places, reference, alternate } = this.picture;
        if (i < 0 || i >= this.count) return "";
        const value = (number) => (number === null ? "–" : number.toFixed(3));
        const lane = ({ letters, scores, contributions }) => `${letters[i]}, score ${value(scores[i])}, `
            + `contribution ${value(contributions[i])}`;
        return `${this.row.chrom}:${grouped.format(places[i] + 1)} · reference ${lane(reference)} · `
            + `alternate ${lane(alternate)}`;
    }
}
