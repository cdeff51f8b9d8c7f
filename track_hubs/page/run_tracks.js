// Loads igv.js and the tracks of a run's page, and formats the details of sites.
"use strict";

const TIMEOUT = 8000; // milliseconds for the list of genomes of igv.org
const DETAILS = { // labels of the bigBed columns that a click on a site or motif hit shows
    name: "Name", id: "Identifier", ref: "Reference allele", alt: "Alternate allele", model: "Model", site: "Site",
    refScore: "REF score", altScore: "ALT score", delta: "Delta", rawScore: "Score", expectedPrecision: "Expected precision", pValue: "p-value",
    precision: "Expected precision", rankInGene: "Rank in the gene", rankInRun: "Rank in the run",
    driver: "Driver", motifName: "Motif", motif: "Identifier of the motif", motifProtein: "Protein of the motif",
    motifOrigin: "Origin of the motif", match: "Protein", origin: "Origin", geneName: "Gene",
    region: "Region", sequence: "RNA around the summit",
};
const COMPLEMENT = { A: "T", C: "G", G: "C", T: "A" };
const number = new Intl.NumberFormat("en-GB");
const address = (path) => new URL(path, location.href).href;

/** Load a script if it has the expected digest. */
function loadScript(url, integrity) {
    return new Promise((resolve, reject) => {
        const tag = document.createElement("script");
        Object.assign(tag, { src: url, integrity, crossOrigin: "anonymous", onload: resolve });
        tag.onerror = () => reject(new Error(url));
        document.head.append(tag);
    });
}

/** Tell whether the page comes from a server on this machine. */
function isLocal() {
    return ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
}

/** Load igv.js from a server on this machine or from its delivery network. */
async function loadIgv({ file, url, integrity }) {
    const sources = isLocal() ? [address(file), url] : [url, address(file)];
    for (const source of sources) {
        try {
            return await loadScript(source, integrity);
        } catch (error) {
            console.warn(`could not be loaded: ${error.message}`);
        }
    }
    throw new Error(`igv.js could not be loaded, so this page shows pictures only. Go online once to load it from ${url}, `
        + "or copy that file beside this page.");
}

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

/** Write names and values as HTML. */
function detailsHtml(rows) {
    const list = document.createElement("div");
    for (const [name, value] of rows) {
        const line = list.appendChild(document.createElement("div"));
        line.appendChild(document.createElement("b")).textContent = name;
        line.append(` ${value}`);
    }
    list.style.cssText = "padding:6px;max-width:26rem;white-space:normal;overflow-wrap:anywhere";
    return list.outerHTML;
}

/** Write the details of a site or motif hit as HTML. */
function featureDetails(feature) {
    const columns = Object.entries(DETAILS).filter(([column]) => ![undefined, "", "."].includes(feature[column]));
    const round = (text) => Number(Number(text).toPrecision(3));
    const rows = columns.map(([column, name]) => [
        name, /(Score|Value|delta)$/.test(column) ? round(feature[column]) : feature[column],
    ]);
    const { chr, start, end, strand } = feature;
    return detailsHtml([...rows, ["Position", `${chr}:${number.format(start + 1)}–${number.format(end)} (${strand})`]]);
}

/** Tell whether igv.org offers a genome. */
async function isHosted(id) {
    if (!navigator.onLine) return false;
    try {
        const reply = await fetch("https://igv.org/genomes/genomes3.json", { signal: AbortSignal.timeout(TIMEOUT) });
        return (await reply.json()).some((genome) => genome.id === id);
    } catch (error) {
        return false;
    }
}
