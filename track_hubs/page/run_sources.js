// Sources of igv.js for the bigWigs of a run: both strands in a track, or the letters of a strand.
"use strict";

const COMPLEMENT = { A: "T", C: "G", G: "C", T: "A" };

/** Return the highest value of each pixel, so that narrow peaks stay visible. */
function highestPerPixel(features, start, bpPerPixel) {
    if (bpPerPixel <= 1) return features;
    const maxima = new Map(); // feature with the highest value by pixel
    for (const feature of features) {
        const first = Math.max(0, Math.floor((feature.start - start) / bpPerPixel));
        const last = Math.floor((feature.end - 1 - start) / bpPerPixel);
        for (let pixel = first; pixel <= last; pixel++) {
            if (!(maxima.get(pixel)?.value >= feature.value)) maxima.set(pixel, feature);
        }
    }
    return [...maxima].sort((a, b) => a[0] - b[0]).map(([pixel, { chr, value }]) => (
        { chr, value, start: start + pixel * bpPerPixel, end: start + (pixel + 1) * bpPerPixel }));
}

/** A track of two bigWigs: the plus strand upwards, the minus strand downwards. */
class BothStrands {
    constructor(browser, paths) {
        this.strands = Object.entries(paths).map(([strand, path]) => ({
            sign: strand === "-" ? -1 : 1,
            track: browser.createTrack({ type: "wig", format: "bigwig", url: address(path), name: path }),
        }));
    }

    async getFeatures({ chr, start, end, bpPerPixel }) {
        const query = { chr, start, end, bpPerPixel, windowFunction: "max" };
        const features = await Promise.all(this.strands.map(async ({ sign, track }) => {
            const values = await (await track).featureSource.getFeatures(query);
            return highestPerPixel(values, start, bpPerPixel).map((bar) => ({ ...bar, value: sign * bar.value }));
        }));
        return features.flat().sort((a, b) => a.start - b.start);
    }
}

/** The values of one strand, with the bases of its RNA instead of those of the genome. */
class StrandLetters {
    constructor(browser, strand, path) {
        this.isReverse = strand === "-";
        this.track = browser.createTrack({ type: "wig", format: "bigwig", url: address(path), name: path });
    }

    async getFeatures({ chr, start, end, bpPerPixel }) {
        const query = { chr, start, end, bpPerPixel, windowFunction: "mean" };
        const values = await (await this.track).featureSource.getFeatures(query);
        return this.isReverse ? values.map(complementLetters) : values;
    }
}

/** Copy a value; the letters that igv.js sets on the copy become their complement. */
function complementLetters(value) {
    let letters;
    return Object.defineProperty({ ...value }, "sequence", {
        get: () => letters,
        set: (plus) => { letters = plus && [...plus.toUpperCase()].map((base) => COMPLEMENT[base] ?? base).join(""); },
    });
}
