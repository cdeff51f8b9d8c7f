// The page of a finished run: igv.js over its tracks. The page is whole without it; it computes no score.
"use strict";

const VIEW = 1500; // nt shown around a site
const KEEP_BELOW = 6000; // nt in view, below which a jump leaves the zoom as it is
const FIRST_LOOK = 100_000; // nt looked through for the next site at first, four times as many each time after
const SEARCHABLE = 4_000_000; // bytes of gene models, up to which all are loaded, so that genes are found by name
const SHOWN_AT_FIRST = 4; // proteins
const SETTLED = 150; // milliseconds without a move
const NOBODY = "No protein is ticked: tick one above.";
const SITES = { displayMode: "EXPANDED", autoHeight: true, minHeight: 40, maxHeight: 70 };
const MOTIFS = { labelField: "match", displayMode: "COLLAPSED", height: 40 }; // named after a protein, not by number

const element = (id) => document.getElementById(id);

function say(text) {
    element("status").textContent = text;
}

/** What the address says after `#`: the place, and the proteins that are shown. */
function readHash() {
    const hash = new URLSearchParams(location.hash.slice(1));
    return { locus: hash.get("locus"), names: hash.getAll("rbp") };
}

class RunPage {
    constructor(run) {
        this.run = run;
        const { locus, names } = readHash();
        const known = run.groups.filter((group) => names.includes(group.name));
        this.shown = new Set(known.length ? known : run.groups.slice(0, SHOWN_AT_FIRST));
        this.first = locus ?? run.view;
        this.more = new Set(["motifs"]);
        this.tracks = new Map(); // by group: its tracks, as igv.js made them
        this.changes = Promise.resolve(); // of what is shown
        this.jumps = Promise.resolve();
    }

    /** Tell something about the view, until the view changes. */
    tell(text) {
        say(text);
        this.told = this.locus();
    }

    /** The reason of an error in words; a server that has ended is told with the way to start it. */
    reason(error) {
        const text = error?.message ?? String(error);
        if (!/failed to fetch|networkerror|load failed|status:? ?0\b|accessing resource/i.test(text)) return text;
        const command = isLocal() ? `ideep-scan view OUT --port ${location.port}` : "";
        return `The server of this page does not answer. ${command
            ? `Start it again with the folder of this run, then reload: ${command}` : "Reload the page later."}`;
    }

    async begin() {
        if (location.protocol === "file:") {
            const folder = decodeURIComponent(location.pathname).replace(/\/[^/]*$/, "");
            say("This page was opened as a file, and web browsers let no file read the tracks beside it: it shows "
                + `pictures only. To browse the tracks, run: ideep-scan view '${folder}'`);
            return;
        }
        say("loading the genome browser …");
        await loadIgv(this.run.igv);
        document.body.classList.add("browsing"); // before igv.js measures how wide it may be
        this.browser = await this.open();
        this.quieten();
        say("");
        await this.loadGenes().catch((error) => say(`The genes could not be loaded: ${this.reason(error)}`));
        this.controls();
        await this.update();
        await this.go(this.first);
        this.browser.on("locuschange", () => this.moved());
        this.browser.on("trackclick", (track, data, at, features) => this.clicked(track, at, features));
        window.addEventListener("hashchange", () => this.follow());
        this.moved();
        document.body.dataset.ready = "yes";
    }

    /** igv.js on the run's own FASTA, on a genome that igv.js hosts, or on names and lengths alone. */
    async open() {
        const { genome } = this.run;
        const common = { locus: this.run.view, tracks: [], showSVGButton: false, showSampleNames: false };
        const plain = { ...common, loadDefaultGenomes: false, genomeList: [], search: false };
        if (genome.fasta) {
            const { id, name, fasta, index, blocks } = genome;
            const files = { fastaURL: address(fasta), indexURL: address(index) };
            if (blocks) files.compressedIndexURL = address(blocks);
            return this.browserIn({ ...plain, reference: { id, name, ...files, wholeGenomeView: false } });
        }
        if (await isHosted(genome.id)) {
            try {
                return await this.browserIn({ ...common, genome: genome.id });
            } catch (error) {
                console.warn(`${genome.id} is not to be had: ${error.message}`);
            }
        }
        element("genome-note").textContent = `The sequence of ${genome.name} could not be had from igv.org.`;
        const sizes = genome.sizes.map(([name, length]) => `${name}\t${length}\n`).join("");
        const fastaURL = URL.createObjectURL(new Blob([sizes]));
        const reference = { id: genome.id, name: genome.name, format: "chromsizes", fastaURL, wholeGenomeView: false };
        const browser = await this.browserIn({ ...plain, reference });
        for (const track of browser.findTracks((each) => each.type === "sequence")) browser.removeTrack(track);
        return browser;
    }

    browserIn(config) {
        const place = document.createElement("div");
        element("igv").replaceChildren(place);
        return igv.createBrowser(place, config);
    }

    /** What igv.js could not load goes into the status line; a dialog for each track would hide the page. */
    quieten() {
        const { alert } = this.browser, present = alert.present.bind(alert);
        alert.present = (message, callback) => {
            const reason = this.reason(message);
            if (reason === (message?.message ?? String(message))) present(message, callback);
            else this.tell(reason);
        };
    }

    async loadGenes() {
        const { genes } = this.run.genome;
        if (!genes) return;
        const track = {
            type: "annotation", format: "bed", name: "Genes", url: address(genes), displayMode: "EXPANDED", order: 0,
            autoHeight: true, maxHeight: 96, color: "#444", removable: false,
        };
        const reply = await fetch(track.url, { method: "HEAD" });
        if (!reply.ok) throw new Error(`${genes} is missing (status ${reply.status})`);
        const whole = !genes.endsWith(".gz") || Number(reply.headers.get("Content-Length") ?? Infinity) <= SEARCHABLE;
        const how = whole ? { indexed: false, searchable: true } : { indexURL: `${track.url}.tbi` };
        await this.browser.loadTrack({ ...track, ...how });
    }

    /** Tracks of one protein, in the shape that igv.js reads. */
    configured(group) {
        const { name, color, pale, score, further, sites, motifs } = group;
        const tracks = [];
        if (score) tracks.push(this.overlay(`${name} score`, score, [0, 1], color, pale, 90));
        const intervals = (what, path, more) => ({
            type: "annotation", name: `${name} ${what}`, url: address(path), color, searchable: false, removable: false,
            ...(path.endsWith(".bb") ? { format: "bigbed" } : { format: "bed", indexURL: address(`${path}.tbi`) }),
            ...more,
        });
        if (sites) tracks.push(intervals("sites", sites, { ...SITES, altColor: pale }));
        if (motifs && this.more.has("motifs")) tracks.push(intervals("motifs", motifs, MOTIFS));
        if (this.more.has("further")) {
            tracks.push(...further.map((each) => this.overlay(each.label, each.paths, each.limits, color, pale, 60)));
        }
        return tracks.map((track, i) => ({ ...track, order: 100 * (this.run.groups.indexOf(group) + 1) + i }));
    }

    overlay(name, paths, [low, high], color, pale, height) {
        const half = (low + high) / 2;
        return {
            type: "wig", name, height, color, altColor: pale, min: -high, max: high, removable: false,
            featureSource: new BothStrands(this.browser, paths), summarize: false, windowFunction: "none",
            guideLines: [half, -half].map((y) => ({ color: "#bbb", dotted: true, y })),
        };
    }

    /** A track, as a list; none where its file is gone, which does not keep the others away. */
    async load(configured) {
        try {
            return await this.browser.loadTrackList([configured]);
        } catch (error) {
            say(this.reason(error));
            this.told = undefined; // true of every view
            return [];
        }
    }

    /** Show the tracks, cards and rows of the proteins that are chosen, and no others; one change after the other. */
    update(anew = false) {
        this.changes = this.changes.then(() => this.change(anew));
        return this.changes;
    }

    async change(anew) {
        const { groups } = this.run;
        for (const [group, tracks] of this.tracks) {
            if (this.shown.has(group) && !anew) continue;
            this.tracks.delete(group);
            for (const track of tracks) this.browser.removeTrack(track);
        }
        for (const group of groups) {
            if (!this.shown.has(group) || this.tracks.has(group)) continue;
            this.tracks.set(group, (await Promise.all(this.configured(group).map((each) => this.load(each)))).flat());
        }
        document.querySelectorAll("#picker input").forEach((box, i) => { box.checked = this.shown.has(groups[i]); });
        for (const part of document.querySelectorAll("[data-group]")) {
            part.hidden = !this.shown.has(groups[part.dataset.group]);
        }
        if (!this.shown.size) this.tell(NOBODY);
        else if (element("status").textContent === NOBODY) say("");
        this.moved();
    }

    controls() {
        const { groups } = this.run;
        element("picker").replaceChildren(...groups.map((group) => this.choice(group)));
        element("proteins").hidden = groups.length < 2;
        element("all").addEventListener("click", () => this.choose(groups));
        element("none").addEventListener("click", () => this.choose([]));
        for (const kind of ["motifs", "further"]) {
            element(kind).parentElement.hidden = !groups.some((group) => group[kind]?.length);
            element(kind).addEventListener("change", (event) => this.switchMore(kind, event.target.checked));
        }
        element("previous").addEventListener("click", () => this.jump(-1));
        element("next").addEventListener("click", () => this.jump(1));
        element("copy").addEventListener("click", () => this.copy());
        element("svg").addEventListener("click", () => this.browser.saveSVGtoFile(`${this.fileName()}.svg`));
        element("png").addEventListener("click", () => this.browser.savePNGtoFile(`${this.fileName()}.png`));
        document.addEventListener("keydown", (event) => this.key(event));
        for (const row of document.querySelectorAll("tr[data-locus]")) {
            row.tabIndex = 0;
            row.addEventListener("click", (event) => event.target.closest("a") || this.visit(row));
            row.addEventListener("keydown", ({ key, target }) => key === "Enter" && target === row && this.visit(row));
        }
        for (const part of document.querySelectorAll("details.pictures")) part.open = false;
    }

    /** A box to tick for a protein. */
    choice(group) {
        const label = document.createElement("label");
        const box = Object.assign(document.createElement("input"), { type: "checkbox" });
        const dot = Object.assign(document.createElement("span"), { className: "dot" });
        dot.style.background = group.color;
        const chosen = (each) => (each === group ? box.checked : this.shown.has(each));
        box.addEventListener("change", () => this.choose(this.run.groups.filter(chosen)));
        label.append(box, dot, group.name);
        return label;
    }

    choose(groups) {
        this.shown = new Set(groups);
        return this.update();
    }

    switchMore(kind, on) {
        if (on) this.more.add(kind);
        else this.more.delete(kind);
        return this.update(true);
    }

    async visit(row) {
        await this.go(row.dataset.locus);
        for (const other of document.querySelectorAll("tr.here")) other.classList.remove("here");
        row.classList.add("here");
        element("igv").scrollIntoView({ block: "start" });
    }

    async go(locus) {
        if (this.told !== undefined) say("");
        try {
            const found = await this.browser.search(locus);
            if (found === false) this.tell(`${locus} was not found`);
        } catch (error) {
            const reason = this.reason(error);
            this.tell(reason === error?.message ? `${locus} was not found` : reason);
        }
    }

    frame() {
        const frame = this.browser.referenceFrameList[0];
        return { chrom: frame.chr, start: Math.max(0, Math.floor(frame.start)), end: Math.ceil(frame.end) };
    }

    /** To the next (1) or previous (-1) site of the proteins shown: from the last one, or elsewhere from the middle. */
    jump(direction) {
        this.jumps = this.jumps.then(() => this.jumped(direction)).catch((error) => this.tell(this.reason(error)));
        return this.jumps;
    }

    async jumped(direction) {
        const least = Number(element("least").value) || 0;
        if (!this.shown.size) return this.tell(NOBODY);
        if (![...this.tracks.keys()].some((group) => this.sitesOf(group))) {
            return this.tell("no sites are loaded for the proteins that are ticked");
        }
        const { chrom, start, end } = this.frame();
        const at = this.locus() === this.last?.locus ? this.last.at : (start + end) / 2;
        say("looking …");
        const found = await this.nearest(chrom, at, direction, least);
        if (!found) {
            const what = least ? ` with a score of ${least} or more` : "";
            return this.tell(`no ${direction > 0 ? "further" : "earlier"} site${what}`);
        }
        const whole = new Map(this.run.genome.sizes).get(found.chrom);
        const length = Math.min(whole, chrom === "all" || end - start > KEEP_BELOW ? VIEW : end - start);
        const first = Math.max(0, Math.min(whole - length, Math.round(found.at - length / 2)));
        await this.go(`${found.chrom}:${first + 1}-${first + length}`);
        this.last = { at: found.at, locus: this.locus() };
        const strand = found.strand === "-" ? "minus" : "plus";
        return this.tell(`${found.group.name} ${found.name}, score ${found.score.toFixed(3)}, ${strand} strand, `
            + `summit at ${found.chrom}:${number.format(Math.floor(found.at) + 1)}`);
    }

    /** The contigs in their order, from one on; within each a stretch that grows until it holds a site. */
    async nearest(chrom, at, direction, least) {
        const names = this.run.genome.sizes.map(([name]) => name);
        const sizes = new Map(this.run.genome.sizes);
        const here = sizes.has(chrom) ? names.indexOf(chrom) : direction > 0 ? 0 : names.length - 1;
        for (let i = here; i >= 0 && i < names.length; i += direction) {
            const length = sizes.get(names[i]);
            let from = i === here && sizes.has(chrom) ? at : (direction > 0 ? -1 : length);
            for (let look = FIRST_LOOK; direction > 0 ? from < length : from > 0; look *= 4) {
                const to = from + direction * look;
                const found = await this.between(names[i], from, to, direction, least);
                if (found) return found;
                from = to;
            }
        }
        return null;
    }

    /** The track with the sites of a protein that is shown. */
    sitesOf(group) {
        return this.tracks.get(group)?.find((each) => each.name === `${group.name} sites`);
    }

    /** The first site after `from`, up to and with `to`; backwards where `to` is smaller. */
    async between(chrom, from, to, direction, least) {
        const [start, end] = [Math.max(0, Math.min(from, to)), Math.max(from, to)];
        let best = null;
        for (const group of this.tracks.keys()) {
            const track = this.sitesOf(group);
            const features = await track?.featureSource.getFeatures({ chr: chrom, start, end, bpPerPixel: 1 });
            for (const feature of features ?? []) {
                const at = summit(feature), score = scoreOf(feature);
                const beyond = direction > 0 ? at > from && at <= to : at < from && at >= to;
                if (!beyond || score < least || (best && direction * (at - best.at) >= 0)) continue;
                best = { chrom, at, score, group, name: feature.name, strand: feature.strand };
            }
        }
        return best;
    }

    key(event) {
        const typing = event.composedPath().some((node) => ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName));
        if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "n") this.jump(1);
        if (event.key === "p") this.jump(-1);
    }

    /** What a click on a track shows, as HTML; `undefined` leaves it to igv.js. */
    clicked(track, at, features) {
        if (track.featureSource instanceof BothStrands) {
            const drawn = track.trackView.viewports[0].featureCache?.features ?? [];
            const there = drawn.filter(({ start, end }) => start <= at && at < end);
            const strand = ({ value }) => [value < 0 ? "Minus strand" : "Plus strand", Math.abs(value).toFixed(3)];
            return there.length > 0 && told([...there.map(strand), ["Position", number.format(Math.floor(at) + 1)]]);
        }
        const own = [...this.tracks.values()].some((tracks) => tracks.includes(track));
        return own ? (features ?? []).map(aboutFeature).join("<hr>") : undefined;
    }

    locus() {
        const { chrom, start, end } = this.frame();
        return chrom === "all" ? "all" : `${chrom}:${start + 1}-${end}`;
    }

    fileName() {
        const names = [...this.shown].map((group) => group.name);
        const what = names.length > SHOWN_AT_FIRST ? `${names.length}_proteins` : names.join("_");
        return `${what}_${this.locus()}`.replace(/[^\w.-]+/g, "_");
    }

    /** Keep the address that of the view, once it stands still: browsers allow only so many changes of it. */
    moved() {
        if (this.told !== undefined && this.told !== this.locus()) {
            say("");
            this.told = undefined;
        }
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.address(), SETTLED);
    }

    address() {
        const names = [...this.shown].map((group) => ["rbp", group.name]);
        history.replaceState(null, "", `#${new URLSearchParams([["locus", this.locus()], ...names])}`);
        return location.href;
    }

    async follow() {
        const { locus, names } = readHash();
        const named = this.run.groups.filter((group) => names.includes(group.name));
        if (named.length) await this.choose(named);
        const strange = names.filter((name) => !this.run.groups.some((group) => group.name === name));
        if (strange.length) this.tell(`not in this run: ${strange.join(", ")}`);
        if (locus) await this.go(locus);
    }

    async copy() {
        const link = this.address();
        try {
            await navigator.clipboard.writeText(link);
            this.tell("the address of this view is in the clipboard");
        } catch (error) {
            this.tell(`the address of this view: ${link}`);
        }
    }
}

window.runPage = new RunPage(JSON.parse(element("run").textContent));
window.runPage.begin().catch((error) => say(error.message));
