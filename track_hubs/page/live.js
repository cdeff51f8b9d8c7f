// Live page: igv.js with routes of the server, which scores the visible region.
"use strict";

const COMPLEMENT = { A: "T", C: "G", G: "C", T: "A" };
const LETTERS_BELOW = 300; // nt in view, below which letters are drawn
const GENES_BELOW = 2_000_000; // nt in view, below which genes are drawn
const GENES_COLOR = "#444";

/** Create the feature of an RNA letter. Its `sequence` is read-only, because igv.js would set the plus strand's base. */
function letterFeature(chrom, start, value, base) {
    const feature = { chr: chrom, start, end: start + 1, value };
    Object.defineProperty(feature, "sequence", { get: () => base, set: () => {} });
    return feature;
}

class LivePage {
    async begin() {
        if (typeof igv === "undefined") {
            throw new Error("igv.js, which draws this page, is missing. Connect this machine to the internet once and reload "
                + "the page.");
        }
        this.routes = new Routes();
        this.about = await this.routes.request("about", {});
        this.routes.command = this.about.command;
        this.describe();
        this.model = this.about.models[0];
        this.strand = null; // null for the strand with the highest score in view
        this.variant = new VariantView(this);
        this.browser = await igv.createBrowser(element("igv"), this.browserConfig());
        this.scores = new ScoreView(this.routes, this.browser, this.about.widest);
        const sequence = new SequenceSource(this.routes, this.about.contigs);
        this.browser.genome.sequence.getSequence = (...region) => (
            this.scores.featuresOrNone(() => sequence.getSequence(...region))
                .then((text) => (text.length ? text : undefined)));
        await this.addTracks();
        this.connectControls();
        const target = decodeURIComponent(location.hash.slice(1));
        await this.browser.search(target || regionText(this.about.view));
        this.browser.on("locuschange", () => this.updateAddress());
        document.body.dataset.ready = "yes";
    }

    /** Write the title, the names of the inputs, and the notes on them. */
    describe() {
        const { title, fasta, annotation, notes } = this.about;
        document.title = title;
        setText("title", title);
        setText("where", `${fasta}${annotation ? `, transcripts of ${annotation}` : ""}`);
        element("notes").replaceChildren(...notes.map((note) => createElement("li", note)));
        element("about-notes").hidden = notes.length === 0;
    }

    browserConfig() {
        const { fasta } = this.about;
        const sizes = { format: "chromsizes", fastaURL: "live/chrom.sizes", wholeGenomeView: false };
        const reference = { id: fasta, name: fasta, ...sizes };
        return {
            reference, locus: regionText(this.about.view), tracks: [], loadDefaultGenomes: false, genomeList: [],
            search: { url: "live/find?name=$FEATURE$" }, showSampleNames: false, minimumBases: 20,
            nucleotideColors: { ...BASE_COLORS },
        };
    }

    async addTracks() {
        const scores = this.about.models.map((model) => this.scoreTrack(model));
        const genes = this.about.annotation ? [this.geneTrack()] : [];
        const letters = { ...this.letterTrack(), order: this.about.models.length > MANY ? 1 : 500 };
        scores.forEach((track, i) => { track.order = 100 + i; });
        genes.forEach((track) => { track.order = 600; });
        const tracks = await this.browser.loadTrackList([...scores, letters, ...genes]);
        this.scores.tracks = tracks.slice(0, scores.length);
        this.letters = tracks[scores.length];
    }

    scoreTrack(model) {
        const getFeatures = async ({ chr, start, end, bpPerPixel }) => {
            const answer = await this.scores.scores(chr, Math.floor(start), Math.ceil(end), bpPerPixel);
            if (!answer) return undefined;
            const strands = answer.tracks.filter((track) => track.model === model.name);
            const features = strands.flatMap(({ strand, values }) => [...bars(answer, values, strand === "+" ? 1 : -1)]);
            return features.sort((a, b) => a.start - b.start);
        };
        return {
            type: "wig", name: `${model.name} score`, height: this.about.models.length > 3 ? 50 : 90, min: -1, max: 1,
            color: model.color, altColor: model.pale, summarize: false, windowFunction: "none",
            visibilityWindow: this.about.widest, featureSource: { getFeatures }, removable: false,
            guideLines: [{ color: "#bbb", dotted: true, y: 0.5 }, { color: "#bbb", dotted: true, y: -0.5 }],
        };
    }

    letterTrack() {
        const getFeatures = (region) => this.scores.featuresOrNone(() => this.letterFeatures(region));
        return {
            type: "wig", name: `Letters (below ${LETTERS_BELOW} nt in view)`, graphType: "dynseq", height: 90,
            autoscale: true, summarize: false, windowFunction: "none", visibilityWindow: LETTERS_BELOW,
            featureSource: { getFeatures }, removable: false,
        };
    }

    /** Return the letters around the middle of the view, as many as the server computes at once. */
    async letterFeatures({ chr, start, end }) {
        const view = this.scores.frame();
        const strand = await this.letterStrand(view);
        const middle = (view.start + view.end) / 2, half = this.about.letters / 2;
        const first = Math.max(0, Math.floor(Math.max(start, middle - half)));
        const last = Math.min(Math.ceil(Math.min(end, middle + half)), first + this.about.letters);
        const query = { model: this.model.name, strand, chrom: chr, start: first, end: last };
        const answer = await this.routes.request("letters", query, true);
        if (!answer) return undefined;
        this.labelLetters(strand);
        const features = [];
        answer.values.forEach((value, i) => {
            const base = answer.sequence[i];
            const letter = strand === "+" ? base : COMPLEMENT[base] ?? "N";
            if (value !== null) features.push(letterFeature(chr, answer.start + i, value, letter));
        });
        return features;
    }

    /** Return the strand of the letters: the selected one, or the one with the highest score in view. */
    async letterStrand({ chrom, start, end }) {
        if (this.strand) return this.strand;
        const answer = await this.routes.request("scores", { chrom, start, end, step: 1 });
        const strands = (answer?.tracks ?? []).filter((track) => track.model === this.model.name);
        const maximum = ({ values }) => Math.max(-1, ...values.filter((value) => value !== null));
        return strands.sort((a, b) => maximum(b) - maximum(a))[0]?.strand ?? "+";
    }

    labelLetters(strand) {
        const side = strand === "+" ? "plus strand" : "minus strand, letters of the RNA";
        const label = `${this.model.name} letters (${side})`;
        for (const viewport of this.letters?.trackView?.viewports ?? []) viewport.setTrackLabel(label);
    }

    geneTrack() {
        const readFeatures = (chrom, start, end) => this.scores.featuresOrNone(() => (
            this.routes.request("genes", { chrom, start: Math.max(0, Math.floor(start)), end: Math.ceil(end) })));
        return {
            type: "annotation", name: "Transcripts", reader: { readFeatures }, queryable: true,
            visibilityWindow: GENES_BELOW, displayMode: "SQUISHED", height: 70, color: GENES_COLOR, searchable: false,
            removable: false,
        };
    }

    /** Update the address and the status line to the view. */
    updateAddress() {
        history.replaceState(null, "", `#${regionText(this.scores.frame())}`);
        this.scores.showStatus();
    }

    connectControls() {
        const models = element("model"), strands = element("strand");
        models.replaceChildren(...this.about.models.map((model) => createElement("option", model.name)));
        element("model-choice").hidden = this.about.models.length < 2;
        models.addEventListener("change", () => this.choose(models.value, this.strand));
        strands.addEventListener("change", () => this.choose(this.model.name, strands.value || null));
        element("variant-form").addEventListener("submit", (event) => {
            event.preventDefault();
            this.variant.show(element("variant").value);
        });
        element("clear").addEventListener("click", () => {
            element("variant").value = "";
            this.variant.clear();
        });
    }

    /** Select the model and strand of the letters and of the variant's tracks. */
    async choose(name, strand) {
        this.model = this.about.models.find((model) => model.name === name);
        this.strand = strand;
        element("model").value = name;
        element("strand").value = strand ?? "";
        redraw(this.letters);
        await this.variant.draw();
    }
}

window.livePage = new LivePage();
window.livePage.begin().catch((error) => {
    setText("busy", error.message);
    document.body.dataset.ready = "failed";
    throw error;
});
