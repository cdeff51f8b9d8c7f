// Requests of the live page: bases and scores of the visible region, as igv.js reads them.
"use strict";

const FLANKS_BELOW = 9000; // nt of view and flanks together, below which both are requested at once
const number = new Intl.NumberFormat("en-GB");

const element = (id) => document.getElementById(id);

function setText(id, text) {
    element(id).textContent = text;
}

/** Write a region as text for the search box of igv.js (1-based). */
function regionText({ chrom, start, end }) {
    return `${chrom}:${start + 1}-${end}`;
}

/** Client of the server's routes. An answer with an `error` is thrown. An outdated answer is null. */
class Routes {
    command = "ideep-scan view --live"; // starts the server

    constructor() {
        this.client = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
        this.view = 0;
        this.pending = new Set();
    }

    /** Cancel pending requests, on this page and on the server, because the view has changed. */
    changeView() {
        this.view += 1;
        for (const controller of this.pending) controller.abort();
        this.pending.clear();
    }

    /** Request a route. The next change of the view cancels a droppable request. */
    async request(name, query, droppable = false) {
        const controller = new AbortController();
        const parameters = droppable ? { ...query, client: this.client, view: this.view } : query;
        if (droppable) this.pending.add(controller);
        try {
            const url = `live/${name}?${new URLSearchParams(parameters)}`;
            const answer = await this.fetchJson(url, controller.signal);
            if (answer.error) throw new Error(answer.error);
            return answer.moved_on ? null : answer;
        } catch (error) {
            if (error.name === "AbortError") return null;
            throw error;
        } finally {
            this.pending.delete(controller);
        }
    }

    async fetchJson(url, signal) {
        let reply;
        try {
            reply = await fetch(url, { signal });
        } catch (error) {
            if (error.name === "AbortError") throw error;
            throw new Error(this.absenceText());
        }
        try {
            return await reply.json();
        } catch (error) {
            if (error.name === "AbortError") throw error;
            throw new Error(`The server of this page answered with status ${reply.status}. Reload the page.`);
        }
    }

    /** Say how to start a server that does not answer. */
    absenceText() {
        return "The server of this page does not answer. Start it again, then reload the page: "
            + `${this.command} --port ${location.port}`;
    }
}

/** Sequence source for igv.js: bases of the user's FASTA, loaded in blocks. */
class SequenceSource {
    static BLOCK = 20_000; // nt

    constructor(routes, contigs) {
        this.routes = routes;
        this.lengths = new Map(contigs);
        this.blocks = new Map();
    }

    /** Return the promise of a block; the cache holds up to 100 of them. */
    block(chrom, index) {
        const key = `${chrom}:${index}`;
        if (!this.blocks.has(key)) {
            if (this.blocks.size > 100) this.blocks.delete(this.blocks.keys().next().value);
            const start = index * SequenceSource.BLOCK;
            const answer = this.routes.request("sequence", { chrom, start, end: start + SequenceSource.BLOCK });
            this.blocks.set(key, answer.then(({ sequence }) => sequence));
            answer.catch(() => this.blocks.delete(key));
        }
        return this.blocks.get(key);
    }

    /** Return the plus strand of an interval, with N before the start of the contig. */
    async getSequence(chrom, start, end) {
        const first = Math.max(0, start), last = Math.min(end, this.lengths.get(chrom) ?? 0);
        if (first >= last) return "";
        let text = "N".repeat(first - start);
        for (let index = Math.floor(first / SequenceSource.BLOCK); index * SequenceSource.BLOCK < last; index++) {
            const origin = index * SequenceSource.BLOCK;
            text += (await this.block(chrom, index)).slice(Math.max(0, first - origin), last - origin);
        }
        return text;
    }
}

/** Scores of all models in view: one request for all tracks. In a wide view the flanks follow later. */
class ScoreView {
    constructor(routes, browser, widest) {
        Object.assign(this, { routes, browser, widest });
        this.key = null;
        this.promise = null;
        this.answer = null; // the latest answer
        this.duration = 0; // milliseconds until it arrived
        this.error = null; // message if there is no answer
        this.tracks = []; // tracks of igv.js that draw the scores
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
            this.routes.changeView();
            this.key = key;
            this.promise = this.request(key, { chrom, start, end, step }).catch((error) => this.recordError(key, error));
        }
        return (await this.promise) ?? undefined;
    }

    /** Record an error. The request is repeated at the next update. */
    recordError(key, error) {
        if (key !== this.key) return null;
        this.key = null;
        this.error = error.message;
        this.showStatus();
        return null;
    }

    async request(key, { chrom, start, end, step }) {
        const begin = performance.now();
        const view = this.frame();
        const isComplete = end - start <= FLANKS_BELOW || view.chrom !== chrom;
        const [first, last] = isComplete ? [start, end] : [Math.max(start, view.start), Math.min(end, view.end)];
        this.answer = this.error = null;
        this.showStatus();
        const query = { chrom, start: this.roundStart(first, last, step), end: last, step };
        const answer = await this.routes.request("scores", query, true);
        if (!answer) return null;
        if (answer.zoom_in) return { ...answer, tracks: [] };
        Object.assign(this, { answer, duration: performance.now() - begin });
        this.showStatus();
        if (!isComplete && end - start + step <= this.widest) this.requestFlanks(key, { chrom, start, end, step });
        return answer;
    }

    /** Return the start to request, such that the server's rounding to steps does not exceed the limit. */
    roundStart(first, last, step) {
        return last - (first - first % step) > this.widest ? first + step - first % step : first;
    }

    /** Request the flanks after the view, so that they are ready when the user pans. */
    async requestFlanks(key, query) {
        const answer = await this.routes.request("scores", query, true).catch(() => null);
        if (!answer || key !== this.key || answer.zoom_in) return;
        this.answer = answer;
        this.promise = Promise.resolve(answer);
        for (const track of this.tracks) redraw(track);
    }

    showStatus() {
        setText("busy", this.statusText(this.frame()));
    }

    statusText({ chrom, start, end }) {
        const region = `${chrom}:${number.format(start + 1)}–${number.format(end)}`;
        if (end - start > this.widest) return `Zoom in: at most ${number.format(this.widest)} nt are scored at once.`;
        if (this.error) return this.error;
        const { answer } = this;
        const overlaps = answer && answer.chrom === chrom && answer.start < end && answer.end > start;
        if (!overlaps) return `${region}: scoring …`;
        const [first, last] = [start, end].map((position) => (position - answer.start) / answer.step);
        const isInView = (value, i) => value !== null && i + 1 > first && i < last;
        if (answer.tracks.some((track) => track.values.some(isInView))) {
            return `${region} scored in ${(this.duration / 1000).toFixed(2)} s`;
        }
        return `${region}: nothing to score here. ${answer.tracks.length ? "The sequence is unknown (N)."
            : "The annotation has no transcript here, and only transcribed strands are scored."}`;
    }

    /** Return the features of a track; none on an error, which the status line then shows. */
    async featuresOrNone(request) {
        try {
            return await request();
        } catch (error) {
            this.error = error.message;
            this.showStatus();
            return [];
        }
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
