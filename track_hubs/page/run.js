// Page of a finished run: igv.js with its tracks. The page is complete without this script.
"use strict";

const VIEW = 1500; // nt shown around a site
const KEEP_BELOW = 6000; // nt in view, below which a jump keeps the zoom
const FIRST_SEARCH = 100_000; // nt of the first search for the next site; each further search covers four times as many
const SEARCHABLE = 4_000_000; // bytes of gene models, up to which all are loaded and can be searched by name
const SHOWN_AT_FIRST = 4; // proteins
const SETTLED = 150; // milliseconds without a move, after which the address is updated
const NO_PROTEIN = "No protein is selected. Select one above.";
const SITES = { displayMode: "EXPANDED", autoHeight: true, minHeight: 40, maxHeight: 70 };
const MOTIFS = { labelField: "match", displayMode: "COLLAPSED", height: 40 }; // labelled with the protein

const element = (id) => document.getElementById(id);

function say(text) {
    element("status").textContent = text;
}

/** Read position and proteins from the part of the address after `#`. */
function readHash() {
    const hash = new URLSearchParams(location.hash.slice(1));
    return { locus: hash.get("locus"), names: hash.getAll("rbp") };
}

class RunPage {
    constructor(run) {
        this.run = run;
        const { locus, names } = readHash();
        const named = run.groups.filter((group) => names.includes(group.name));
        this.shown = new Set(named.length ? named : run.groups.slice(0, SHOWN_AT_FIRST));
        this.first = locus ?? run.view;
        this.more = new Set(["motifs"]);
        this.tracks = new Map(); // tracks of igv.js by group
        this.changes = Promise.resolve(); // queue of changes of the tracks
        this.jumps = Promise.resolve();
    }

    /** Show a message until the view changes. */
    tell(text) {
        say(text);
        this.messageLocus = this.locus();
    }

    /** Describe an error. If the server has ended, say how to start it. */
    reason(error) {
        const text = error?.message ?? String(error);
        if (!/failed to fetch|networkerror|load failed|status:? ?0\b|accessing resource/i.test(text)) return text;
        const command = isLocal() ? `ideep-scan view OUT --port ${location.port}` : "";
        return `The server of this page does not answer. ${command
            ? `Start it again with the folder of this run, then reload the page: ${command}` : "Reload the page later."}`;
    }

    async begin() {
        if (location.protocol === "file:") {
            const folder = decodeURIComponent(location.pathname).replace(/\/[^/]*$/, "");
            say("This page was opened as a file, so it shows pictures only: web browsers do not let a file read the "
                + `tracks beside it. To browse the tracks, run: ideep-scan view '${folder}'`);
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

    /** Open igv.js with the run's FASTA, a genome of igv.org, or only names and lengths of contigs. */
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
                console.warn(`${genome.id} could not be loaded: ${error.message}`);
            }
        }
        element("genome-note").textContent = `The sequence of ${genome.name} could not be loaded from igv.org.`;
        const sizes = genome.sizes.map(([name, length]) => `${name}\t${length}\n`).join("");
        const fastaURL = URL.createObjectURL(new Blob([sizes]));
        const reference = { id: genome.id, name: genome.name, format: "chromsizes", fastaURL, wholeGenomeView: false };
        const browser = await this.browserIn({ ...plain, reference });
        for (const track of browser.findTracks(({ type }) => type === "sequence")) browser.removeTrack(track);
        return browser;
    }

    browserIn(config) {
        const place = document.createElement("div");
        element("igv").replaceChildren(place);
        return igv.createBrowser(place, config);
    }

    /** Show loading errors of igv.js in the status line instead of one dialog per track. */
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
        const complete = !genes.endsWith(".gz") || Number(reply.headers.get("Content-Length") ?? Infinity) <= SEARCHABLE;
        const source = complete ? { indexed: false, searchable: true } : { indexURL: `${track.url}.tbi` };
        await this.browser.loadTrack({ ...track, ...source });
    }

    /** Return the track configurations of one protein for igv.js. */
    configured(group) {
        const { name, color, pale, score, further, sites, motifs } = group;
        const tracks = [];
        if (score) tracks.push(this.overlay(`${name} score`, score, [0, 1], color, pale, 90));
        const intervals = (role, path, more) => ({
            type: "annotation", name: `${name} ${role}`, url: address(path), color, searchable: false, removable: false,
            ...(path.endsWith(".bb") ? { format: "bigbed" } : { format: "bed", indexURL: address(`${path}.tbi`) }),
            ...more,
        });
        if (sites) tracks.push(intervals("sites", sites, { ...SITES, altColor: pale }));
        if (motifs && this.more.has("motifs")) tracks.push(intervals("motifs", motifs, MOTIFS));
        if (this.more.has("further")) {
            tracks.push(...further.map(({ label, paths, limits }) => this.overlay(label, paths, limits, color, pale, 60)));
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

    /** Load a track and return it in a list. Return an empty list if its file is missing. */
    async load(configured) {
        try {
            return await this.browser.loadTrackList([configured]);
        } catch (error) {
            say(this.reason(error));
            this.messageLocus = undefined; // keep the message in every view
            return [];
        }
    }

    /** Show the tracks, cards and rows of the selected proteins. Changes run one after the other. */
    update(reload = false) {
        this.changes = this.changes.then(() => this.change(reload));
        return this.changes;
    }

    async change(reload) {
        const { groups } = this.run;
        for (const [group, tracks] of this.tracks) {
            if (this.shown.has(group) && !reload) continue;
            this.tracks.delete(group);
            for (const track of tracks) this.browser.removeTrack(track);
        }
        for (const group of groups) {
            if (!this.shown.has(group) || this.tracks.has(group)) continue;
            this.tracks.set(group, (await Promise.all(this.configured(group).map((track) => this.load(track)))).flat());
        }
        document.querySelectorAll("#picker input").forEach((box, i) => { box.checked = this.shown.has(groups[i]); });
        for (const part of document.querySelectorAll("[data-group]")) {
            part.hidden = !this.shown.has(groups[part.dataset.group]);
        }
        if (!this.shown.size) this.tell(NO_PROTEIN);
        else if (element("status").textContent === NO_PROTEIN) say("");
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

    /** Create the checkbox of a protein. */
    choice(group) {
        const label = document.createElement("label");
        const box = Object.assign(document.createElement("input"), { type: "checkbox" });
        const dot = Object.assign(document.createElement("span"), { className: "dot" });
        dot.style.background = group.color;
        const chosen = (other) => (other === group ? box.checked : this.shown.has(other));
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
        if (this.messageLocus !== undefined) say("");
        try {
            const success = await this.browser.search(locus);
            if (success === false) this.tell(`${locus} was not found`);
        } catch (error) {
            const reason = this.reason(error);
            this.tell(reason === error?.message ? `${locus} was not found` : reason);
        }
    }

    frame() {
        const frame = this.browser.referenceFrameList[0];
        return { chrom: frame.chr, start: Math.max(0, Math.floor(frame.start)), end: Math.ceil(frame.end) };
    }

    /** Go to the next (1) or previous (-1) site, from the last site or from the middle of the view. */
    jump(direction) {
        this.jumps = this.jumps.then(() => this.jumped(direction)).catch((error) => this.tell(this.reason(error)));
        return this.jumps;
    }

    async jumped(direction) {
        const least = Number(element("least").value) || 0;
        if (!this.shown.size) return this.tell(NO_PROTEIN);
        if (![...this.tracks.keys()].some((group) => this.sitesOf(group))) {
            return this.tell("no sites are loaded for the selected proteins");
        }
        const { chrom, start, end } = this.frame();
        const at = this.locus() === this.last?.locus ? this.last.at : (start + end) / 2;
        say("searching …");
        const site = await this.nearest(chrom, at, direction, least);
        if (!site) {
            const condition = least ? ` with a score of ${least} or more` : "";
            return this.tell(`no ${direction > 0 ? "further" : "earlier"} site${condition}`);
        }
        const contigLength = new Map(this.run.genome.sizes).get(site.chrom);
        const length = Math.min(contigLength, chrom === "all" || end - start > KEEP_BELOW ? VIEW : end - start);
        const first = Math.max(0, Math.min(contigLength - length, Math.round(site.at - length / 2)));
        await this.go(`${site.chrom}:${first + 1}-${first + length}`);
        this.last = { at: site.at, locus: this.locus() };
        const strand = site.strand === "-" ? "minus" : "plus";
        return this.tell(`${site.group.name} ${site.name}, score ${site.score.toFixed(3)}, ${strand} strand, `
            + `summit at ${site.chrom}:${number.format(Math.floor(site.at) + 1)}`);
    }

    /** Search contig by contig, in growing intervals, for the nearest site. */
    async nearest(chrom, at, direction, least) {
        const names = this.run.genome.sizes.map(([name]) => name);
        const sizes = new Map(this.run.genome.sizes);
        const here = sizes.has(chrom) ? names.indexOf(chrom) : direction > 0 ? 0 : names.length - 1;
        for (let i = here; i >= 0 && i < names.length; i += direction) {
            const length = sizes.get(names[i]);
            let from = i === here && sizes.has(chrom) ? at : (direction > 0 ? -1 : length);
            for (let size = FIRST_SEARCH; direction > 0 ? from < length : from > 0; size *= 4) {
                const to = from + direction * size;
                const site = await this.between(names[i], from, to, direction, least);
                if (site) return site;
                from = to;
            }
        }
        return null;
    }

    /** Return the track of a visible protein's sites. */
    sitesOf(group) {
        return this.tracks.get(group)?.find(({ name }) => name === `${group.name} sites`);
    }

    /** Return the first site after `from`, up to and including `to`; backwards if `to` is smaller. */
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

    /** Return the details of a click on a track as HTML; `undefined` leaves them to igv.js. */
    clicked(track, at, features) {
        if (track.featureSource instanceof BothStrands) {
            const drawn = track.trackView.viewports[0].featureCache?.features ?? [];
            const bars = drawn.filter(({ start, end }) => start <= at && at < end);
            const strand = ({ value }) => [value < 0 ? "Minus strand" : "Plus strand", Math.abs(value).toFixed(3)];
            return bars.length > 0 && detailsHtml([...bars.map(strand), ["Position", number.format(Math.floor(at) + 1)]]);
        }
        const isOwn = [...this.tracks.values()].some((tracks) => tracks.includes(track));
        return isOwn ? (features ?? []).map(aboutFeature).join("<hr>") : undefined;
    }

    locus() {
        const { chrom, start, end } = this.frame();
        return chrom === "all" ? "all" : `${chrom}:${start + 1}-${end}`;
    }

    fileName() {
        const names = [...this.shown].map((group) => group.name);
        const proteins = names.length > SHOWN_AT_FIRST ? `${names.length}_proteins` : names.join("_");
        return `${proteins}_${this.locus()}`.replace(/[^\w.-]+/g, "_");
    }

    /** Update the address once the view is still, because browsers limit the number of updates. */
    moved() {
        if (this.messageLocus !== undefined && this.messageLocus !== this.locus()) {
            say("");
            this.messageLocus = undefined;
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
        const unknown = names.filter((name) => !this.run.groups.some((group) => group.name === name));
        if (unknown.length) this.tell(`not in this run: ${unknown.join(", ")}`);
        if (locus) await this.go(locus);
    }

    async copy() {
        const link = this.address();
        try {
            await navigator.clipboard.writeText(link);
            this.tell("The link to this view was copied.");
        } catch (error) {
            this.tell(`Link to this view: ${link}`);
        }
    }
}

window.runPage = new RunPage(JSON.parse(element("run").textContent));
window.runPage.begin().catch((error) => say(error.message));
