// Places of a transcript on the screen: exons to scale, introns folded, to scale or left out.
"use strict";

const FOLDED = 30; // px of a folded intron
const FOLDED_SHARE = 0.4; // largest share of the width that folded introns take if the whole transcript is shown
const WIDEST_BASE = 22; // px of a base, beyond which there is no zoom

/**
 * Places along a transcript in pixels from the left edge of the drawing, where the 5' end is.
 *
 * Places are distances from the 5' end along the unspliced transcript. `exons` are pairs of such places.
 */
class TranscriptLayout {
    constructor(exons, introns, width) {
        Object.assign(this, { exons, introns, width });
        this.parts = exons.flatMap(([start, end], i) => [
            { isExon: true, start, end },
            ...(i + 1 < exons.length ? [{ isExon: false, start: end, end: exons[i + 1][0] }] : []),
        ]);
        const count = exons.length - 1;
        this.fold = introns === "folded" && count ? Math.min(FOLDED, FOLDED_SHARE * width / count) : 0;
        this.least = (width - count * this.fold) / this.countScaled(this.parts);
        this.scaleTo(this.least);
        this.offset = 0;
    }

    /** Count the nt that are drawn to scale. */
    countScaled(parts) {
        return parts.reduce((sum, part) => sum + (part.isExon || this.introns === "scale" ? part.end - part.start : 0), 0);
    }

    /** Set the px of a base, and from it the px of each part. */
    scaleTo(scale) {
        this.scale = Math.min(Math.max(scale, this.least), Math.max(WIDEST_BASE, this.least));
        let x = 0;
        for (const part of this.parts) {
            part.x = x;
            part.width = part.isExon || this.introns === "scale" ? (part.end - part.start) * this.scale : this.fold;
            x += part.width;
        }
        this.total = x;
    }

    moveTo(offset) {
        this.offset = Math.min(Math.max(offset, 0), Math.max(0, this.total - this.width));
    }

    /** Zoom by a factor around a pixel of the drawing. */
    zoom(factor, x) {
        const place = this.place(x);
        this.scaleTo(this.scale * factor);
        this.moveTo(this.x(place) + this.offset - x);
    }

    /** Show an interval of places. */
    show(first, last) {
        const parts = this.parts.map((part) => ({ ...part, start: Math.max(part.start, first), end: Math.min(part.end, last) }))
            .filter(({ start, end }) => start < end);
        const folded = parts.filter(({ isExon }) => !isExon).length * this.fold;
        this.scaleTo((this.width - folded) / Math.max(1, this.countScaled(parts)));
        this.moveTo(this.x(first) + this.offset);
    }

    /** Return the pixel of a place. */
    x(place) {
        const part = this.parts.find(({ end }) => place < end) ?? this.parts.at(-1);
        const share = Math.min(1, Math.max(0, (place - part.start) / (part.end - part.start)));
        return part.x + share * part.width - this.offset;
    }

    /** Return the pixels of an interval, of which nothing may be drawn. */
    span(start, end) {
        const last = this.parts.findLast((part) => part.start < end) ?? this.parts[0];
        const right = last.x + Math.min(1, (end - last.start) / (last.end - last.start)) * last.width - this.offset;
        return [this.x(start), right];
    }

    /** Return the place of a pixel, with a fraction. */
    place(x) {
        const at = x + this.offset;
        const part = this.parts.find((item) => item.width > 0 && at < item.x + item.width) ?? this.parts.findLast(({ width }) => width > 0);
        return part.start + Math.min(1, Math.max(0, (at - part.x) / part.width)) * (part.end - part.start);
    }

    /** Return the whole places in view, half-open. */
    view() {
        const end = this.parts.at(-1).end;
        const first = Math.min(end - 1, Math.floor(this.place(0) + 1e-6));
        return { first, last: Math.min(end, Math.max(first + 1, Math.ceil(this.place(this.width) - 1e-6))) };
    }
}

/** Names of places in a transcript: along the spliced one (n.), the coding part (c.) and the genome. */
class TranscriptNumbers {
    constructor({ exons, coding, chrom, strand, start, end, locus }) {
        Object.assign(this, { exons, coding, chrom, strand, start, end, locus });
    }

    /** Return the 0-based position on the genome. */
    genome(place) {
        return this.strand === "-" ? this.end - 1 - place : this.start + place;
    }

    /** Return the 0-based position along the spliced transcript, with the distance into an intron from the nearest exon. */
    spliced(place) {
        const after = this.exons.findIndex(([start]) => start > place), i = (after < 0 ? this.exons.length : after) - 1;
        const [start, end, position] = this.exons[i];
        if (place < end) return { position: position + place - start, into: 0, exon: i + 1 };
        const next = this.exons[i + 1], left = place - end + 1, right = next[0] - place;
        return left <= right ? { position: position + end - start - 1, into: left, intron: i + 1 }
            : { position: next[2], into: -right, intron: i + 1 };
    }

    /** Name a position of the spliced transcript from the start codon, as HGVS does; null for a non-coding transcript. */
    coded(position) {
        if (!this.coding) return null;
        const [first, last] = this.coding;
        if (position < first) return `c.${position - first}`;
        return position < last ? `c.${position - first + 1}` : `c.*${position - last + 1}`;
    }

    /** Describe a place in words. */
    describe(place) {
        const onGenome = `${this.chrom}:${number.format(this.genome(place) + 1)} (${this.strand === "-" ? "−" : "+"})`;
        if (this.locus) return onGenome;
        const { position, into, exon, intron } = this.spliced(place);
        const distance = into ? `${into > 0 ? "+" : ""}${into}` : "";
        const coded = this.coded(position);
        return [exon ? `exon ${exon}` : `intron ${intron}`, ...(coded ? [coded + distance] : []), `n.${position + 1}${distance}`, onGenome].join(" · ");
    }
}
