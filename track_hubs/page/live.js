// Live page: igv.js with routes of the server, which scores the visible region.
"use strict";

const COMPLEMENT = { A: "T", C: "G", G: "C", T: "A" };
const LETTERS_BELOW = 300; // nt in view, below which letters are drawn
const FLANKS_BELOW = 9000; // nt of view and flanks together, below which both are requested at once
const GENES_BELOW = 2_000_000; // nt in view, below which genes are drawn
const UP = "#b2182b", DOWN = "#2166ac"; // positive and negative changes
const GENES_COLOR = "#444";
const MANY = 4; // number of models, above which letters and variant are placed above the scores
const number = new Intl.NumberFormat("en-GB");

const element = (id) => document.getElementById(id);

/** Client of the server's routes. An answer with an `error` is thrown. An outdated answer is null. */
class Routes {
    command = "ideep-scan view --live"; // starts the server

    constructor() {
        this.client = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
        this.view = 0;
        this.pending = new Set();
    }

    /** Cancel pending requests, here and on the server, because the view has changed. */
    moved() {
        this.view += 1;
        for (const controller of this.pending) controller.abort();
        this.pending.clear();
    }

    async ask(name, query, droppable = false) {
        const controller = new AbortController();
        const all = droppable ? { ...query, client: this.client, view: this.view } : query;
        if (droppable) this.pending.add(controller);
        try {
            const answer = await this.fetched(`live/${name}?${new URLSearchParams(all)}`, controller.signal);
            if (answer.error) throw new Error(answer.error);
            return answer.moved_on ? null : answer;
        } catch (error) {
            if (error.name === "AbortError") return null;
            throw error;
        } finally {
            this.pending.delete(controller);
        }
    }

    async fetched(url, signal) {
        let reply;
        try {
            reply = await fetch(url, { signal });
        } catch (error) {
            if (error.name === "AbortError") throw error;
            throw new Error(this.gone());
        }
        try {
            return await reply.json();
        } catch (error) {
            if (error.name === "AbortError") throw error;
            throw new Error(`The server of this page answered with status ${reply.status}. Reload the page.`);
        }
    }

    /** Describe how to start the server again. */
    gone() {
        return "The server of this page does not answer. Start it again, then reload the page: "
            + `${this.command} --port ${location.port}`;
    }
}

/** Sequence source for igv.js: bases of the user's FASTA, loaded in blocks. */
class Sequence {
    static BLOCK = 20_000;

    constructor(routes, contigs) {
        this.routes = routes;
        this.lengths = new Map(contigs);
        this.blocks = new Map();
    }

    block(chrom, index) {
        const key = `${chrom}:${index}`;
        if (!this.blocks.has(key)) {
            if (this.blocks.size > 100) this.blocks.delete(this.blocks.keys().next().value);
            const start = index * Sequence.BLOCK;
            const found = this.routes.ask("sequence", { chrom, start, end: start + Sequence.BLOCK });
            this.blocks.set(key, found.then((answer) => answer.sequence));
            found.catch(() => this.blocks.delete(key));
        }
        return this.blocks.get(key);
    }

    async getSequence(chrom, start, end) {
        const first = Math.max(0, start), last = Math.min(end, this.lengths.get(chrom) ?? 0);
        if (first >= last) return "";
        let text = "N".repeat(first - start);
        for (let index = Math.floor(first / Sequence.BLOCK); index * Sequence.BLOCK < last; index++) {
            const origin = index * Sequence.BLOCK;
            text += (await this.block(chrom, index)).slice(Math.max(0, first - origin), last - origin);
        }
        return text;
    }
}

/** Scores of all models in view: one request for all tracks. In a wide view the flanks follow later. */
class Look {
    constructor(routes, browser, widest) {
        Object.assign(this, { routes, browser, widest });
        this.key = null;
        this.promise = null;
        this.answer = null; // the latest answer
        this.took = 0; // milliseconds until it arrived
        this.error = null; // message if there is no answer
        this.listeners = [];
    }

    frame() {
        const frame = this.browser.referenceFrameList[0];
        return { chrom: frame.chr, start: Math.floor(frame.start), end: Math.ceil(frame.end) };
    }

    /** Return scores of the view or more; `undefined` if the view has changed. */
    async scores(chrom, start, end, bpPerPixel) {
        const step = Math.max(1, Math.floor(bpPerPixel));
        const key = `${chrom}:${start}-${end}/${step}`;
        if (key !== this.key) {
            this.routes.moved();
            this.key = key;
            this.promise = this.ask(key, chrom, start, end, step).catch((error) => this.failed(key, error));
        }
        return (await this.promise) ?? undefined;
    }

    /** Record an error. The request is repeated at the next update. */
    failed(key, error) {
        if (key !== this.key) return null;
        this.key = null;
        this.error = error.message;
        this.tell();
        return null;
    }

    async ask(key, chrom, start, end, step) {
        const began = performance.now();
        const view = this.frame();
        const whole = end - start <= FLANKS_BELOW || view.chrom !== chrom;
        const [first, last] = whole ? [start, end] : [Math.max(start, view.start), Math.min(end, view.end)];
        this.answer = this.error = null;
        this.tell();
        const answer = await this.routes.ask("scores", { chrom, start: this.stepped(first, last, step), end: last, step }, true);
        if (!answer) return null;
        if (answer.zoom_in) return { ...answer, tracks: [] };
        Object.assign(this, { answer, took: performance.now() - began });
        this.tell();
        if (!whole && end - start + step <= this.widest) this.flanks(key, chrom, start, end, step);
        return answer;
    }

    /** Return the start to request, such that the server's rounding to steps does not exceed the limit. */
    stepped(first, last, step) {
        return last - (first - first % step) > this.widest ? first + step - first % step : first;
    }

    /** Request the flanks after the view, so that they are ready when the user pans. */
    async flanks(key, chrom, start, end, step) {
        const answer = await this.routes.ask("scores", { chrom, start, end, step }, true).catch(() => null);
        if (!answer || key !== this.key || answer.zoom_in) return;
        this.answer = answer;
        this.promise = Promise.resolve(answer);
        for (const track of this.listeners) redraw(track);
    }

    /** Update the status line. */
    tell() {
        say("busy", this.status(this.frame()));
    }

    status({ chrom, start, end }) {
        const where = `${chrom}:${number.format(start + 1)}–${number.format(end)}`;
        if (end - start > this.widest) return `Zoom in: at most ${number.format(this.widest)} nt are scored at once.`;
        if (this.error) return this.error;
        const { answer } = this;
        const inside = answer && answer.chrom === chrom && answer.start < end && answer.end > start;
        if (!inside) return `${where}: scoring …`;
        const [from, to] = [start, end].map((at) => (at - answer.start) / answer.step);
        const known = (value, i) => value !== null && i + 1 > from && i < to;
        if (answer.tracks.some((track) => track.values.some(known))) {
            return `${where} scored in ${(this.took / 1000).toFixed(2)} s`;
        }
        return `${where}: nothing to score here. ${answer.tracks.length ? "The sequence is unknown (N)."
            : "The annotation has no transcript here, and only transcribed strands are scored."}`;
    }
}

/** Return the features of a track; none on an error, which the status line then shows. */
async function orNone(look, features) {
    try {
        return await features();
    } catch (error) {
        look.error = error.message;
        look.tell();
        return [];
    }
}

/** Reload and draw a track's features. */
function redraw(track) {
    for (const viewport of track.trackView?.viewports ?? []) viewport.featureCache = undefined;
    track.trackView?.updateViews();
}

/** Yield the values of an answer as features of igv.js; sign -1 draws downwards. */
function* bars(answer, values, sign) {
    for (let i = 0; i < values.length; i++) {
        if (values[i] === null) continue;
        const start = answer.start + i * answer.step;
        yield { chr: answer.chrom, start, end: Math.min(start + answer.step, answer.end), value: sign * values[i] };
    }
}

/** Create the feature of an RNA letter. Its `sequence` is read-only, because igv.js would set the plus strand's base. */
function letter(chrom, start, value, base) {
    const feature = { chr: chrom, start, end: start + 1, value };
    Object.defineProperty(feature, "sequence", { get: () => base, set: () => {} });
    return feature;
}

function say(id, text) {
    element(id).textContent = text;
}

class LivePage {
    async begin() {
        if (typeof igv === "undefined") {
            throw new Error("igv.js, which draws this page, is missing. Connect this machine to the internet once and reload "
                + "the page.");
        }
        this.routes = new Routes();
        this.about = await this.routes.ask("about", {});
        this.routes.command = this.about.command;
        const about = this.about;
        document.title = about.title;
        say("title", about.title);
        say("where", `${about.fasta}${about.annotation ? `, transcripts of ${about.annotation}` : ""}`);
        element("notes").replaceChildren(...about.notes.map((note) => made("li", note)));
        element("about-notes").hidden = about.notes.length === 0;
        this.model = about.models[0];
        this.strand = null; // null for the strand with the highest score in view
        this.variant = null;
        this.browser = await igv.createBrowser(element("igv"), this.config());
        const sequence = new Sequence(this.routes, about.contigs);
        this.look = new Look(this.routes, this.browser, about.widest);
        this.browser.genome.sequence.getSequence = (...place) => (
            orNone(this.look, () => sequence.getSequence(...place)).then((text) => (text.length ? text : undefined)));
        await this.addTracks();
        this.choices();
        const asked = decodeURIComponent(location.hash.slice(1));
        await this.browser.search(asked || place(about.view));
        this.browser.on("locuschange", () => this.moved());
        document.body.dataset.ready = "yes";
    }

    config() {
        const { fasta } = this.about;
        const sizes = { format: "chromsizes", fastaURL: "live/chrom.sizes", wholeGenomeView: false };
        const reference = { id: fasta, name: fasta, ...sizes };
        return {
            reference, locus: place(this.about.view), tracks: [], loadDefaultGenomes: false, genomeList: [],
            search: { url: "live/find?name=$FEATURE$" }, showSampleNames: false, minimumBases: 20,
        };
    }

    async addTracks() {
        const scores = this.about.models.map((model) => this.scoreTrack(model));
        const genes = this.about.annotation ? [this.geneTrack()] : [];
        const letters = { ...this.letterTrack(), order: this.about.models.length > MANY ? 1 : 500 };
        scores.forEach((track, i) => { track.order = 100 + i; });
        genes.forEach((track) => { track.order = 600; });
        const tracks = await this.browser.loadTrackList([...scores, letters, ...genes]);
        this.look.listeners = tracks.slice(0, scores.length);
        this.letters = tracks[scores.length];
    }

    scoreTrack(model) {
        const source = async ({ chr, start, end, bpPerPixel }) => {
            const answer = await this.look.scores(chr, Math.floor(start), Math.ceil(end), bpPerPixel);
            if (!answer) return undefined;
            const own = answer.tracks.filter((track) => track.model === model.name);
            const both = own.flatMap(({ strand, values }) => [...bars(answer, values, strand === "+" ? 1 : -1)]);
            return both.sort((a, b) => a.start - b.start);
        };
        return {
            type: "wig", name: `${model.name} score`, height: this.about.models.length > 3 ? 50 : 90, min: -1, max: 1,
            color: model.color, altColor: model.pale, summarize: false, windowFunction: "none",
            visibilityWindow: this.about.widest, featureSource: { getFeatures: source }, removable: false,
            guideLines: [{ color: "#bbb", dotted: true, y: 0.5 }, { color: "#bbb", dotted: true, y: -0.5 }],
        };
    }

    letterTrack() {
        const source = (place) => orNone(this.look, () => features(place));
        const features = async ({ chr, start, end }) => {
            const view = this.look.frame();
            const strand = await this.lettersStrand(view);
            const middle = (view.start + view.end) / 2, most = this.about.letters / 2;
            const first = Math.max(0, Math.floor(Math.max(start, middle - most)));
            const last = Math.min(Math.ceil(Math.min(end, middle + most)), first + this.about.letters);
            const query = { model: this.model.name, strand, chrom: chr, start: first, end: last };
            const answer = await this.routes.ask("letters", query, true);
            if (!answer) return undefined;
            this.labelLetters(strand);
            const found = [];
            answer.values.forEach((value, i) => {
                const base = answer.sequence[i];
                const own = strand === "+" ? base : COMPLEMENT[base] ?? "N";
                if (value !== null) found.push(letter(chr, answer.start + i, value, own));
            });
            return found;
        };
        return {
            type: "wig", name: `Letters (below ${LETTERS_BELOW} nt in view)`, graphType: "dynseq", height: 90,
            autoscale: true, summarize: false, windowFunction: "none", visibilityWindow: LETTERS_BELOW,
            featureSource: { getFeatures: source }, removable: false,
        };
    }

    /** Return the strand of the letters: the selected one, or the one with the highest score in view. */
    async lettersStrand({ chrom, start, end }) {
        if (this.strand) return this.strand;
        const answer = await this.routes.ask("scores", { chrom, start, end, step: 1 });
        const own = (answer?.tracks ?? []).filter((track) => track.model === this.model.name);
        const best = ({ values }) => Math.max(-1, ...values.filter((value) => value !== null));
        return own.sort((a, b) => best(b) - best(a))[0]?.strand ?? "+";
    }

    labelLetters(strand) {
        const side = strand === "+" ? "plus strand" : "minus strand, letters of the RNA";
        const label = `${this.model.name} letters (${side})`;
        for (const viewport of this.letters?.trackView?.viewports ?? []) viewport.setTrackLabel(label);
    }

    geneTrack() {
        const reader = {
            readFeatures: (chrom, start, end) => orNone(this.look, () => (
                this.routes.ask("genes", { chrom, start: Math.max(0, Math.floor(start)), end: Math.ceil(end) }))),
        };
        return {
            type: "annotation", name: "Transcripts", reader, queryable: true, visibilityWindow: GENES_BELOW,
            displayMode: "SQUISHED", height: 70, color: GENES_COLOR, searchable: false, removable: false,
        };
    }

    moved() {
        const { chrom, start, end } = this.look.frame();
        history.replaceState(null, "", `#${place({ chrom, start, end })}`);
        this.look.tell();
    }

    choices() {
        const select = element("model");
        select.replaceChildren(...this.about.models.map((model) => made("option", model.name)));
        element("model-choice").hidden = this.about.models.length < 2;
        select.addEventListener("change", () => this.choose(select.value, this.strand));
        const strand = element("strand");
        strand.addEventListener("change", () => this.choose(this.model.name, strand.value || null));
        element("variant-form").addEventListener("submit", (event) => {
            event.preventDefault();
            this.showVariant(element("variant").value);
        });
        element("clear").addEventListener("click", () => {
            element("variant").value = "";
            this.clearVariant();
        });
    }

    async choose(name, strand) {
        this.model = this.about.models.find((model) => model.name === name);
        this.strand = strand;
        element("model").value = name;
        element("strand").value = strand ?? "";
        redraw(this.letters);
        if (this.variant) await this.drawVariant();
    }

    /** Show the effect of a variant. Clear the previous one first, so that a refused variant leaves nothing visible. */
    async showVariant(text) {
        const turn = await this.clearVariant();
        try {
            const answer = await this.routes.ask("variant", { text });
            if (turn !== this.turn) return; // another variant was requested meanwhile
            this.chosen = { name: this.model.name, strand: this.strand };
            this.variant = answer;
            this.tabulate(answer);
            const strongest = rank(answer.tracks)[0];
            await this.choose(strongest.model, strongest.strand);
            const { chrom, start, end } = answer, margin = this.about.half + 15;
            await this.browser.search(place({ chrom, start: Math.max(0, start - margin), end: end + margin }));
            document.body.dataset.variant = `${chrom}:${start + 1} ${answer.ref}>${answer.alt}`;
        } catch (error) {
            if (turn !== this.turn) return;
            await this.clearVariant();
            say("variant-error", error.message);
        }
    }

    /** Remove a variant and restore the model and strand selected before it. */
    async clearVariant() {
        const turn = this.turn = (this.turn ?? 0) + 1;
        this.variant = null;
        element("effect").hidden = true;
        say("variant-error", "");
        delete document.body.dataset.variant;
        await this.removeVariantTracks();
        if (this.chosen) await this.choose(this.chosen.name, this.chosen.strand);
        this.chosen = null;
        return turn;
    }

    async removeVariantTracks() {
        const tracks = this.variantTracks ?? [];
        this.variantTracks = [];
        for (const track of tracks) await this.browser.removeTrack(track);
    }

    async drawVariant() {
        await this.removeVariantTracks();
        const { variant, model } = this;
        const strand = this.strand ?? rank(variant.tracks.filter((track) => track.model === model.name))[0]?.strand;
        const own = variant.tracks.find((track) => track.model === model.name && track.strand === strand);
        if (!own) return;
        const { chrom, from, start, end, ref, alt } = variant;
        const answer = { chrom, start: from, step: 1, end: from + own.reference.length };
        const track = (name, values, more) => {
            const features = [...bars(answer, values, 1)];
            return {
                type: "wig", name, height: 60, summarize: false, windowFunction: "none", visibilityWindow: 50_000,
                featureSource: { getFeatures: async ({ chr }) => (chr === chrom ? features : []) }, removable: false,
                ...more,
            };
        };
        const most = Math.max(0.5, ...own.change.map((value) => Math.abs(value ?? 0)));
        const side = strand === "+" ? "plus" : "minus";
        const scored = { min: 0, max: 1, color: model.color };
        const change = { min: -most, max: most, color: UP, altColor: DOWN };
        const features = [{ chr: chrom, start, end: Math.max(end, start + 1), name: `${ref || "–"}>${alt || "–"}` }];
        const tracks = [
            { type: "annotation", name: "Variant", features, height: 40, color: UP, removable: false },
            track(`${model.name} reference (${ref || "–"}), ${side} strand`, own.reference, scored),
            track(`${model.name} alternate (${alt || "–"}), ${side} strand`, own.alternate, scored),
            track("Change of the log odds", own.change, change),
        ];
        const first = this.about.models.length > MANY ? 10 : 1000;
        tracks.forEach((each, i) => { each.order = first + i; });
        this.variantTracks = await this.browser.loadTrackList(tracks);
    }

    tabulate(answer) {
        const rows = rank(answer.tracks).map((track) => {
            const row = document.createElement("tr");
            const { most, best } = track;
            const cells = [
                track.model, track.strand === "-" ? "−" : "+", shown(best[0]), shown(best[1]),
                most ? signed(most.change) : "–",
                most ? `${number.format(most.position + 1)}: ${shown(most.reference)} → ${shown(most.alternate)}` : "–",
            ];
            row.append(...cells.map((cell) => made("td", cell)));
            row.addEventListener("click", () => this.choose(track.model, track.strand));
            row.tabIndex = 0;
            row.addEventListener("keydown", (event) => event.key === "Enter" && row.click());
            return row;
        });
        const { chrom, start, ref, alt } = answer;
        const inserted = Math.max(0, alt.length - ref.length), deleted = Math.max(0, ref.length - alt.length);
        say("effect-title", `${chrom}:${number.format(start + 1)} ${ref || "–"}>${alt || "–"}`);
        say("effect-note", inserted ? `${inserted} inserted nt have no position on the reference. `
            + "Their scores count in \"highest, alternate\" but are not drawn."
            : deleted ? `${deleted} deleted nt have no alternate score, so the track is empty there.` : "");
        element("effect-rows").replaceChildren(...rows);
        element("effect").hidden = false;
    }
}

/** Sort the tracks of a variant by change, greatest first. */
function rank(tracks) {
    const change = (track) => Math.abs(track.most?.change ?? -1);
    return [...tracks].sort((a, b) => change(b) - change(a));
}

function place({ chrom, start, end }) {
    return `${chrom}:${start + 1}-${end}`;
}

function shown(value) {
    return value === null ? "–" : value.toFixed(3);
}

function signed(value) {
    return value === null ? "–" : `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}

function made(tag, text) {
    const node = document.createElement(tag);
    node.textContent = text;
    return node;
}

window.livePage = new LivePage();
window.livePage.begin().catch((error) => {
    say("busy", error.message);
    document.body.dataset.ready = "failed";
    throw error;
});
