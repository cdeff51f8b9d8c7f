// Loads igv.js from a server on this machine or from its delivery network.
"use strict";

const TIMEOUT = 8000; // milliseconds for the list of genomes of igv.org

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

/** Tell whether the page comes from this program's server, which links the scripts and answers routes. */
function isServed() {
    return document.querySelector("script[src='run.js']") !== null;
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

/** Tell whether igv.org offers the genome of a run that has no FASTA. */
async function isHosted({ id, fasta }) {
    if (fasta || !navigator.onLine) return false;
    try {
        const reply = await fetch("https://igv.org/genomes/genomes3.json", { signal: AbortSignal.timeout(TIMEOUT) });
        return (await reply.json()).some((genome) => genome.id === id);
    } catch (error) {
        return false;
    }
}
