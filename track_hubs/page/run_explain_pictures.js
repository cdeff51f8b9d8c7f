// Pictures of one site, 5'→3': contributions of its letters with motif hits, and its place in the transcript.
"use strict";

const EXPLAINED = { width: 940, left: 34, column: 8.8, letters: 120, hit: 13, logo: 44, fold: 20 }; // px
const EXPLAINED_HITS = 8; // motif hits that are drawn

/** Create a picture with a description for screen readers. */
function explainedPicture(height, description) {
    const { width } = EXPLAINED;
    const svg = svgNode("svg", { viewBox: `0 0 ${width} ${Math.ceil(height)}`, role: "img", "aria-label": description });
    svg.style.minWidth = "660px";
    return svg;
}

/** Draw a letter in a column, of a height above its base line. */
function explainedLetter(letter, x, base, height, opacity = 1) {
    const { column } = EXPLAINED;
    return svgNode("text", {
        transform: `translate(${x.toFixed(1)},${base.toFixed(1)}) scale(1,${Math.max(0.02, height / 7.3).toFixed(3)})`,
        textLength: column - 0.8, lengthAdjust: "spacingAndGlyphs", fill: BASE_COLORS[letter] ?? BASE_COLORS.N,
        "fill-opacity": opacity, class: "glyph",
    }, letter);
}

/** Places of bases around a summit, from its 5' side. */
class ExplainedBases {
    constructor({ site }, { first, last }) {
        Object.assign(this, { site, first, last });
    }

    /** Return the column of a position of the genome. */
    columnOf(position) {
        return this.site.strand === "-" ? this.last - 1 - position : position - this.first;
    }

    x(column) {
        return EXPLAINED.left + column * EXPLAINED.column;
    }

    /** Return the left and right edge of an interval of the genome, cut to the picture. */
    edges(start, end) {
        const [one, other] = [this.columnOf(start), this.columnOf(end - 1)];
        const left = Math.max(0, Math.min(one, other)), right = Math.min(this.last - this.first, Math.max(one, other) + 1);
        return [this.x(left), this.x(right)];
    }
}

/** Draw the letters around a summit as high as their contributions, with the motif hits and the logo of the best one. */
function drawContributions(explanation, evidence) {
    const { site, motifs } = explanation, { left, column, letters: room, hit, logo } = EXPLAINED;
    const { letters, contributions } = evidence, bases = new ExplainedBases(explanation, evidence);
    const values = contributions.map((value) => value ?? 0);
    const high = Math.max(0.3, ...values), low = Math.min(-0.15, ...values), unit = room / (high - low);
    const base = 24 + high * unit, end = left + letters.length * column;
    const nodes = [];
    const add = (...args) => nodes.push(svgNode(...args));
    const [from, to] = bases.edges(site.start, site.end), summit = bases.x(bases.columnOf(site.summit) + 0.5);
    add("rect", { x: from, y: 18, width: to - from, height: room + 12, class: "extent" });
    add("path", { d: `M${summit},20l-5,-8h10z`, class: "mark" });
    add("text", { x: summit, y: 9, "text-anchor": "middle" }, "summit");
    for (const value of [high, 0, low]) {
        const y = base - value * unit;
        add("line", { x1: left, x2: value === 0 ? end : left - 4, y1: y, y2: y, class: "axis" });
        add("text", { x: left - 6, y: y + 4, "text-anchor": "end" }, value === 0 ? "0" : value.toFixed(1).replace("-", "−"));
    }
    values.forEach((value, i) => {
        const height = Math.abs(value) * unit;
        nodes.push(explainedLetter(letters[i], bases.x(i) + 0.4, value < 0 ? base + height : base, height, value < 0 ? 0.55 : 1));
    });
    let y = 24 + room + 16;
    for (let i = 0; i < letters.length; i++) add("text", { x: bases.x(i + 0.5), y, "text-anchor": "middle", class: "base" }, letters[i]);
    add("text", { x: left - 6, y, "text-anchor": "end" }, "5′");
    add("text", { x: end + 4, y }, "3′");
    y += 8;
    const best = motifs.find(({ isBest }) => isBest);
    if (best?.matrix) {
        nodes.push(...explainedLogo(best, bases, y + logo));
        y += logo + 3;
    }
    motifs.slice(0, EXPLAINED_HITS).forEach((motif) => {
        const [start, stop] = bases.edges(motif.start, motif.end);
        add("rect", { x: start, y, width: stop - start, height: hit - 4, class: motif.isBest ? "best" : "hit" });
        const isLate = stop > end - 140;
        const text = `${motif.name}${motif.pValue === undefined ? "" : `, p ${motif.pValue.toPrecision(2)}`}`;
        add("text", { x: isLate ? start - 4 : stop + 4, y: y + 8, "text-anchor": isLate ? "end" : "start" }, text);
        y += hit;
    });
    const svg = explainedPicture(y + 4, `Contributions of ${letters.length} letters around the summit of ${site.name}`
        + `${best ? `, with the motif ${best.name}` : ""}`);
    svg.classList.add("letters"); // on white, for which the colours of the bases are made
    svg.append(...nodes);
    return svg;
}

/** Draw the logo of a motif under the bases that it matches: each column is as high as its information. */
function explainedLogo(motif, bases, base) {
    const first = Math.min(bases.columnOf(motif.start), bases.columnOf(motif.end - 1));
    return motif.matrix.flatMap((shares, i) => {
        const entropy = shares.reduce((sum, share) => sum - (share > 0 ? share * Math.log2(share) : 0), 0);
        let y = base;
        return [..."ACGU"].map((letter, j) => [letter, shares[j] * (2 - entropy) / 2 * EXPLAINED.logo])
            .sort((one, other) => one[1] - other[1]).filter(([, height]) => height > 0.5).map(([letter, height]) => {
                const node = explainedLetter(letter, bases.x(first + i) + 0.4, y, height);
                y -= height;
                return node;
            });
    });
}

/** Places along a transcript whose introns are folded. */
class ExplainedTranscript {
    constructor({ exons, length }, width) {
        this.exons = exons;
        const fold = exons.length > 1 ? Math.min(EXPLAINED.fold, 0.4 * width / (exons.length - 1)) : 0;
        const bases = exons.reduce((sum, [start, end]) => sum + end - start, 0);
        const unit = (width - fold * (exons.length - 1)) / bases;
        let x = 0;
        this.parts = exons.flatMap(([start, end], i) => {
            const parts = [{ start, end, x, width: (end - start) * unit, isExon: true }];
            x += (end - start) * unit;
            const next = exons[i + 1]?.[0];
            if (next !== undefined) parts.push({ start: end, end: next, x, width: fold, isExon: false });
            x += fold;
            return parts;
        });
        this.length = length;
    }

    x(place) {
        const part = this.parts.find(({ end }) => place < end) ?? this.parts.at(-1);
        return part.x + (place - part.start) / (part.end - part.start) * part.width;
    }
}

/** Draw the transcript of a site: exons, high where they code, folded introns, and the site. */
function drawPlace({ gene, site }) {
    const left = 24, width = EXPLAINED.width - 2 * left, places = new ExplainedTranscript(gene, width), middle = 46;
    const nodes = [];
    const add = (...args) => nodes.push(svgNode(...args));
    add("text", { x: left - 8, y: middle + 4, "text-anchor": "end" }, "5′");
    add("text", { x: left + width + 8, y: middle + 4 }, "3′");
    gene.exons.forEach(([start, end, position], i) => {
        const coding = gene.coding ?? [0, 0], part = places.parts.filter(({ isExon }) => isExon)[i];
        const codingStart = Math.max(start, start + coding[0] - position), codingEnd = Math.min(end, start + coding[1] - position);
        add("rect", { x: left + part.x, y: middle - 5, width: Math.max(1, part.width), height: 10, class: "exon" });
        if (gene.coding && codingStart < codingEnd) {
            const from = places.x(codingStart), to = codingEnd === end ? part.x + part.width : places.x(codingEnd);
            add("rect", { x: left + from, y: middle - 10, width: Math.max(1, to - from), height: 20, class: "exon" });
        }
    });
    for (const part of places.parts.filter(({ isExon }) => !isExon)) {
        const x = left + part.x, half = part.width / 2;
        add("path", { d: `M${x},${middle}l${half},-7l${half},7`, class: "intron" });
    }
    const x = left + places.x(gene.summit);
    const [from, to] = gene.place.map((place) => left + places.x(Math.min(place, gene.length - 1)));
    add("rect", { x: Math.min(from, x - 1), y: middle - 16, width: Math.max(3, to - from), height: 32, class: "here" });
    add("path", { d: `M${x},${middle - 17}l-6,-10h12z`, class: "mark" });
    const anchor = x > left + width - 110 ? "end" : x < 110 ? "start" : "middle";
    add("text", { x, y: 14, "text-anchor": anchor, class: "strong" }, site.name);
    const svg = explainedPicture(middle + 26, `${site.name} in ${gene.transcript}, read from 5′ to 3′`);
    svg.append(...nodes);
    return svg;
}
