// Measured data beside the predictions of a run: tracks of the user's files, and how they overlap in view.
"use strict";

const MEASURED = "run/measured", SUMMITS = "run/summits"; // routes of the program's server
const NEAR = 50; // nt between a predicted and a measured summit that count as the same
const COUNT_DELAY = 250; // milliseconds without a move, after which sites are counted
const MEASURED_COLOR = "#444";

/** The intervals of one file that the server reads. */
class MeasuredIntervals {
    constructor(page, number) {
        Object.assign(this, { page, number });
    }

    /** Request the intervals of a stretch, as columns; only their `count` if they are too many. */
    request({ chrom, start, end }) {
        return askServer(this.page, MEASURED, { file: this.number, chrom, start, end });
    }

    /** Return the intervals as features of igv.js. */
    async getFeatures({ chr, start, end }) {
        const { starts = [], ends, points, strands, names } = await this.request({
            chrom: chr, start: Math.max(0, Math.floor(start)), end: Math.ceil(end),
        });
        return starts.map((first, i) => ({
            chr, start: first, end: ends[i], cdStart: points[i], cdEnd: points[i] + 1,
            strand: { 1: "+", "-1": "-" }[strands[i]] ?? ".", name: names[i] ?? "",
        }));
    }
}

/** Return the points of features of igv.js in a stretch: summit or middle, and strand (1, -1, or 0 for none). */
function pointsOf(features, { start, end }) {
    const points = (features ?? []).map((feature) => ({
        position: feature.cdStart !== undefined && feature.cdEnd - feature.cdStart === 1 ? feature.cdStart
            : feature.peak >= 0 ? feature.start + Number(feature.peak) : Math.floor((feature.start + feature.end) / 2),
        strand: { "+": 1, "-": -1 }[feature.strand] ?? 0,
    }));
    return points.filter(({ position }) => position >= start && position < end);
}

/** Count the members of a that have a member of b within `NEAR`, on the same strand; no strand (0) suits both. */
function countNear(a, b) {
    const positions = new Map([1, -1].map((strand) => (
        [strand, b.filter((point) => point.strand !== -strand).map(({ position }) => position).sort((x, y) => x - y)])));
    const isNear = (sorted, position) => {
        let low = 0, high = sorted.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (sorted[middle] < position - NEAR) low = middle + 1;
            else high = middle;
        }
        return low < sorted.length && sorted[low] <= position + NEAR;
    };
    return a.filter(({ position, strand }) => (
        (strand === 0 ? [1, -1] : [strand]).some((side) => isNear(positions.get(side), position)))).length;
}

class Measured {
    constructor(page) {
        this.page = page;
        this.tracks = []; // of igv.js, in their order
        this.turn = 0; // number of the latest count
    }

    /** Load the files that the server shows. A page from another server has none. */
    async load() {
        this.build();
        const { files } = isServed() ? await askServer(this.page, MEASURED, {}) : { files: [] };
        for (const [number, { name, url }] of files.entries()) {
            const config = url ? { type: "wig", format: "bigwig", url: address(url), height: 60, windowFunction: "max" }
                : { type: "annotation", format: "bed", featureSource: new MeasuredIntervals(this.page, number), ...SITES };
            await this.add({ name, removable: false, ...config });
        }
    }

    /** Create the button that adds tracks, and the place for the counts. */
    build() {
        const label = Object.assign(document.createElement("label"), { className: "file", textContent: "add tracks " });
        const box = Object.assign(document.createElement("input"), { id: "add-tracks", type: "file", multiple: true });
        box.addEventListener("change", () => this.addFiles([...box.files]).then(() => { box.value = ""; }));
        label.append(box);
        element("png").parentElement.after(label);
        this.root = Object.assign(document.createElement("section"), { id: "measured", hidden: true });
        this.root.innerHTML = `<h2>Measured beside predicted</h2><p class="dim" aria-live="polite"></p>
            <div class="scroll" tabindex="0"><table></table></div>`;
        element("igv").before(this.root);
    }

    /** Add a track after the genes and variants, before the proteins. */
    async add(config) {
        const order = 60 + this.tracks.length / 100;
        const tracks = await this.page.load({ color: MEASURED_COLOR, searchable: false, ...config, order });
        this.tracks.push(...tracks);
        return tracks.length > 0;
    }

    /** Add files that the user chose; they stay in this browser. */
    async addFiles(files) {
        for (const file of files) {
            const isAdded = await this.add({ url: file, name: file.name, indexed: false, displayMode: "EXPANDED" });
            if (isAdded) this.page.tell(`${file.name} was added. It is shown until the page is closed.`);
        }
        this.follow(this.page.frame());
    }

    /** Count the sites near measured ones in what is in view, once it is still. */
    follow(frame) {
        clearTimeout(this.timer);
        this.tracks = this.tracks.filter((track) => this.page.browser.findTracks((each) => each === track).length);
        this.root.hidden = !this.intervals().length || !isServed();
        if (!this.root.hidden) this.timer = setTimeout(() => this.count(frame), COUNT_DELAY);
    }

    intervals() {
        return this.tracks.filter(({ type }) => type !== "wig");
    }

    async count({ chrom, start, end }) {
        const turn = ++this.turn;
        const groups = this.page.run.groups.filter((group) => this.page.shown.has(group));
        try {
            if (chrom === "all") return this.say("zoom in to count sites");
            const [sites, ...measured] = await Promise.all([
                askServer(this.page, SUMMITS, { chrom, start, end }),
                ...this.intervals().map((track) => this.pointsIn(track, { chrom, start, end })),
            ]);
            if (turn !== this.turn) return undefined; // the view has moved on
            if (sites.count === undefined) {
                this.say("reading the sites of this run …");
                this.timer = setTimeout(() => this.count({ chrom, start, end }), 4 * COUNT_DELAY);
            } else if (!sites.summits) this.say("zoom in to count sites");
            else this.tabulate(groups, this.predicted(sites, groups), measured);
        } catch (error) {
            this.say(this.page.describeError(error));
        }
        return undefined;
    }

    /** Return the measured points of a track in view; null if they are too many. */
    async pointsIn(track, { chrom, start, end }) {
        const source = track.featureSource;
        if (source instanceof MeasuredIntervals) {
            const { points, strands } = await source.request({ chrom, start, end });
            const all = points?.map((position, i) => ({ position, strand: strands[i] }));
            return all?.filter(({ position }) => position >= start && position < end) ?? null;
        }
        return pointsOf(await source.getFeatures({ chr: chrom, start, end, bpPerPixel: 1 }), { start, end });
    }

    /** Return the summits in view of each group. */
    predicted({ models, summits, strands }, groups) {
        const all = summits.map((position, i) => ({ model: models[i], position, strand: strands[i] }));
        return groups.map((group) => all.filter(({ model }) => model === this.page.run.groups.indexOf(group)));
    }

    say(text) {
        this.root.querySelector("p").textContent = text;
        this.root.querySelector("table").replaceChildren();
    }

    /** Write a row per measured track and two columns per protein. */
    tabulate(groups, predicted, measured) {
        const rows = this.intervals().map((track, i) => {
            const points = measured[i];
            const counts = predicted.map((sites) => (points === null ? "zoom in"
                : `${countNear(sites, points)} of ${sites.length}, ${countNear(points, sites)} of ${points.length}`));
            return [track.name, points === null ? "many" : number.format(points.length), ...counts];
        });
        this.say(`Of each pair, first the predicted sites with a measured one within ${NEAR} nt on their strand, then the `
            + "measured ones with a predicted site.");
        const table = this.root.querySelector("table");
        const write = (tag, texts) => {
            const line = document.createElement("tr");
            line.append(...texts.map((text) => Object.assign(document.createElement(tag), { textContent: text })));
            return line;
        };
        table.append(write("th", ["Measured", "In view", ...groups.map(({ name }) => name)]), ...rows.map((row) => write("td", row)));
    }
}
