// Opens the genome of a run and its genes in igv.js.
"use strict";

const NARROW = 700; // pixels of the page, below which igv.js has fewer buttons
const SEARCHABLE = 4_000_000; // bytes of gene models, up to which all are loaded and can be searched by name

/** Open igv.js with the run's FASTA, a genome of igv.org, or only names and lengths of contigs. */
async function openGenome(run, isOffered) {
    const { genome } = run;
    const common = { locus: run.view, tracks: [], showSVGButton: false, showSampleNames: false };
    const offline = { ...common, loadDefaultGenomes: false, genomeList: [], search: false };
    if (genome.fasta) {
        const { id, name, fasta, index, blocks } = genome;
        const files = { fastaURL: address(fasta), indexURL: address(index) };
        if (blocks) files.compressedIndexURL = address(blocks);
        return createBrowser({ ...offline, reference: { id, name, ...files, wholeGenomeView: false } });
    }
    if (isOffered) {
        try {
            return await createBrowser({ ...common, genome: genome.id });
        } catch (error) {
            console.warn(`${genome.id} could not be loaded: ${error.message}`);
        }
    }
    element("genome-note").textContent = `The sequence of ${genome.name} could not be loaded from igv.org.`;
    const sizes = genome.sizes.map(([name, length]) => `${name}\t${length}\n`).join("");
    const fastaURL = URL.createObjectURL(new Blob([sizes]));
    const reference = { id: genome.id, name: genome.name, format: "chromsizes", fastaURL, wholeGenomeView: false };
    const browser = await createBrowser({ ...offline, reference });
    for (const track of browser.findTracks(({ type }) => type === "sequence")) browser.removeTrack(track);
    return browser;
}

function createBrowser(config) {
    const container = document.createElement("div");
    element("igv").replaceChildren(container);
    const isNarrow = container.clientWidth < NARROW;
    const hidden = isNarrow ? { showTrackLabelButton: false, showROITableButton: false, showCursorTrackingGuideButton: false, showCenterGuideButton: false } : {};
    return igv.createBrowser(container, { ...config, ...hidden, nucleotideColors: { ...BASE_COLORS } });
}

/** Load the gene models of a run; small ones as a whole, so that they can be searched. */
async function loadGenes(browser, genes) {
    if (!genes) return;
    const track = {
        type: "annotation", format: "bed", name: "Genes", url: address(genes), displayMode: "EXPANDED", order: 0,
        autoHeight: true, maxHeight: 96, color: "#444", removable: false,
    };
    const reply = await fetch(track.url, { method: "HEAD" });
    if (!reply.ok) throw new Error(`${genes} is missing (status ${reply.status})`);
    const isSearchable = !genes.endsWith(".gz") || Number(reply.headers.get("Content-Length") ?? Infinity) <= SEARCHABLE;
    const source = isSearchable ? { indexed: false, searchable: true } : { indexURL: `${track.url}.tbi` };
    await browser.loadTrack({ ...track, ...source });
}
