// What the page of a run reads: igv.js itself, tracks beside the page, and what a site has to tell. It shows nothing.
"use strict";

const PATIENCE = 8000; // milliseconds for a genome from elsewhere
const TOLD = { // of a site or motif hit that is clicked at: columns of its bigBed
    name: "Name", rawScore: "Score", expectedPrecision: "Expected precision", pValue: "p-value",
    driver: "Driven by", motif: "Motif", motifProtein: "Motif known for", match: "Known for", geneName: "Gene", region: "Region", sequence: "RNA around the summit",
};
const number = new Intl.NumberFormat("en-GB");
const address = (path) => new URL(path, location.href).href;

/** Load a script, held to its digest. */
function script(url, integrity) {
    return new Promise((resolve, reject) => {
        const tag = document.createElement("script");
        Object.assign(tag, { src: url, integrity, crossOrigin: "anonymous", onload: resolve });
        tag.onerror = () => reject(new Error(url));
        document.head.append(tag);
    });
}

/** Whether the page comes from a server on this machine. */
function isLocal() {
    return ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
}

/** igv.js: a server on this machine has a copy, or else its delivery network does. */
async function loadIgv({ file, url, integrity }) {
    const places = isLocal() ? [address(file), url] : [url, address(file)];
    for (const place of places) {
        try {
            return await script(place, integrity);
        } catch (error) {
            console.warn(`not to be had: ${error.message}`);
        }
    }
    throw new Error(`igv.js could not be loaded, so this page shows pictures only. It comes from ${url}: go online `
        + "once, or put that file beside this page.");
}

/** The highest value for each pixel, so that no narrow peak is lost to the ones beside it. */
function highest(features, start, bpPerPixel) {
    if (bpPerPixel <= 1) return features;
    const best = new Map();
    for (const feature of features) {
        const first = Math.max(0, Math.floor((feature.start - start) / bpPerPixel));
        const last = Math.floor((feature.end - 1 - start) / bpPerPixel);
        for (let pixel = first; pixel <= last; pixel++) {
            if (!(best.get(pixel)?.value >= feature.value)) best.set(pixel, feature);
        }
    }
    return [...best].sort((a, b) => a[0] - b[0]).map(([pixel, { chr, value }]) => (
        { chr, value, start: start + pixel * bpPerPixel, end: start + (pixel + 1) * bpPerPixel }));
}

/** Two bigWigs as one track: the plus strand upwards, the minus strand downwards. */
class BothStrands {
    constructor(browser, paths) {
        this.strands = Object.entries(paths).map(([strand, path]) => ({
            sign: strand === "-" ? -1 : 1,
            track: browser.createTrack({ type: "wig", format: "bigwig", url: address(path), name: path }),
        }));
    }

    async getFeatures({ chr, start, end, bpPerPixel }) {
        const query = { chr, start, end, bpPerPixel, windowFunction: "max" };
        const both = await Promise.all(this.strands.map(async ({ sign, track }) => {
            const features = await (await track).featureSource.getFeatures(query);
            return highest(features, start, bpPerPixel).map((feature) => ({ ...feature, value: sign * feature.value }));
        }));
        return both.flat().sort((a, b) => a.start - b.start);
    }
}

/** Names and values as HTML. */
function told(rows) {
    const list = document.createElement("div");
    for (const [name, value] of rows) {
        const line = list.appendChild(document.createElement("div"));
        line.appendChild(document.createElement("b")).textContent = name;
        line.append(` ${value}`);
    }
    list.style.cssText = "padding:6px;max-width:26rem;white-space:normal;overflow-wrap:anywhere";
    return list.outerHTML;
}

function aboutFeature(feature) {
    const known = Object.entries(TOLD).filter(([column]) => ![undefined, "", "."].includes(feature[column]));
    const rounded = (text) => Number(Number(text).toPrecision(3));
    const rows = known.map(([column, name]) => [
        name, /(Score|Value)$/.test(column) ? rounded(feature[column]) : feature[column],
    ]);
    const { chr, start, end, strand } = feature;
    return told([...rows, ["Place", `${chr}:${number.format(start + 1)}–${number.format(end)} (${strand})`]]);
}

/** Whether igv.js can get a genome from igv.org. */
async function isHosted(id) {
    if (!navigator.onLine) return false;
    try {
        const reply = await fetch("https://igv.org/genomes/genomes3.json", { signal: AbortSignal.timeout(PATIENCE) });
        return (await reply.json()).some((genome) => genome.id === id);
    } catch (error) {
        return false;
    }
}

/** The highest position of a site: the thick part of its BED row; 0-based, its middle. */
function summit(feature) {
    return Number(feature.cdStart ?? feature.start) + 0.5;
}

/** Score of a site, 0 to 1; a plain BED has it in thousandths. */
function scoreOf(feature) {
    return feature.rawScore === undefined ? Number(feature.score) / 1000 : Number(feature.rawScore);
}
