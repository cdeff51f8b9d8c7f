// Page of a finished run: igv.js with its tracks. The page is complete without this script.
"use strict";

const VIEW = 1500; // nt shown around a site
const KEEP_BELOW = 6000; // nt in view, below which a jump keeps the zoom
const MAX_PROTEINS = 4; // shown at first, and named in a file's name
const ADDRESS_DELAY = 150; // milliseconds without a move, after which the address is updated
const MAX_OPEN = 8; // proteins with tracks of their own, if the overview shows all
const NO_PROTEIN = "No protein is selected. Select one above.";

class RunPage {
    constructor(run) {
        this.run = run;
        completePage();
        const { locus, names } = readHash();
        this.firstHash = new URLSearchParams(location.hash.slice(1)); // moves of the tracks replace it before views are there
        const groups = run.groups.filter((group) => names.includes(group.name));
        this.shown = new Set(groups.length ? groups : run.groups.slice(0, MAX_PROTEINS));
        this.overview = new Overview(this, run.groups);
        this.picker = new Picker(this, run.groups);
        this.firstView = locus ?? run.view;
        this.kinds = new Set(["motifs"]); // tracks shown beside scores and sites
        this.tracks = new Map(); // tracks of igv.js by group
        this.sites = new SiteSearch(this.tracks, run.genome.sizes);
        this.variants = new Variants(this, run.variants ?? []);
        this.measured = new Measured(this);
        this.views = new Views(this);
        this.place = new Place(this);
        this.server = new ServerWatch(() => this.resume());
        this.changes = Promise.resolve(); // queue of changes of the tracks
        this.jumps = Promise.resolve(); // queue of jumps to sites
        this.lastJump = null; // summit of the latest one, and the view after it
    }

    /** Show a message until the view changes. */
    tell(text) {
        say(text);
        this.messageLocus = this.locus();
    }

    /** Describe an error. If the server has ended, say how to start it. */
    describeError(error) {
        return this.server.describe(error);
    }

    /** Show everything again after the server was gone. */
    async resume() {
        say("The server is back.");
        await this.update(true);
        say("");
    }

    async begin() {
        if (location.protocol === "file:") {
            const folder = decodeURIComponent(location.pathname).replace(/\/[^/]*$/, "");
            say("This page was opened as a file, so it shows pictures only: web browsers do not let a file read the "
                + `tracks beside it. To browse the tracks, run: ideep-scan view '${folder}'`);
            return;
        }
        await this.beginOverview(); // before igv.js, which keeps the browser busy while it is loaded
        say("loading the genome browser …");
        const hosting = isHosted(this.run.genome);
        await loadIgv(this.run.igv);
        document.body.classList.add("browsing"); // before igv.js measures how wide it may be
        this.browser = await openGenome(this.run, await hosting);
        this.place.build();
        this.proteinTracks = new ProteinTracks(this.browser, this.run.groups, this.kinds);
        this.redirectAlerts();
        say("");
        await loadGenes(this.browser, this.run.genome.genes).catch((error) => (
            say(`The genes could not be loaded: ${this.describeError(error)}`)));
        this.connectControls();
        await this.go(this.firstView); // before tracks are loaded, so that they are loaded for this view alone
        await this.variants.load();
        await this.measured.load();
        await this.update();
        this.buildViews();
        this.browser.on("locuschange", () => this.updateView());
        this.browser.on("trackclick", (track, data, position, features) => this.clickDetails(track, position, features));
        window.addEventListener("hashchange", () => this.followAddress());
        await this.showView(this.firstHash);
        this.updateView();
        if (this.excess) this.tell(this.excess);
        document.body.dataset.ready = "yes";
        performance.mark("tracks");
    }

    /** Create the tabs of the views that this run has. */
    buildViews() {
        this.views.build();
        if (this.run.groups.some((group) => group.sites)) this.views.add(new SiteTable(this));
        if (this.run.genome.genes && this.views.entries.has("sites")) this.views.add(new GenePage(this));
        const { genes, transcripts } = this.run.genome;
        if (genes || transcripts) this.views.add(new TranscriptView(this));
        if (this.run.groups.some((group) => group.sites)) this.views.add(new SiteView(this));
        if (isServed()) this.views.add(new VariantPage(this));
    }

    /** Open the tracks at a place. */
    async visitLocus(locus) {
        await this.views.open(TRACKS);
        await this.go(locus);
    }

    /** Show the view that the address names. */
    showView(hash = new URLSearchParams(location.hash.slice(1))) {
        return this.views.show(hash.get("view") ?? (hash.has("variant") ? "variant" : null), hash);
    }

    /** Draw the overview before igv.js is there; it needs the program's server and more than one protein. */
    async beginOverview() {
        const { groups, view } = this.run;
        if (groups.length < 2) return;
        this.overview.build(document.querySelector("#view-tracks .beside"));
        this.hasOverview = await this.overview.show(parseLocus(this.firstView) ?? parseLocus(view)) === true;
        this.limit([...this.shown]);
    }

    /** Open or close the tracks of a protein. */
    toggle(group) {
        return this.choose(this.run.groups.filter((member) => this.shown.has(member) !== (member === group)));
    }

    /** Show loading errors of igv.js in the status line instead of one dialog per track. */
    redirectAlerts() {
        const { alert } = this.browser, present = alert.present.bind(alert);
        alert.present = (message, callback) => {
            const missing = /^Unrecognized locus: <b> (.*) <\/b>$/.exec(message?.message)?.[1];
            if (missing) return this.tell(this.describeMissing(missing));
            const reason = this.describeError(message);
            if (reason === (message?.message ?? String(message))) present(message, callback);
            else this.tell(reason);
        };
    }

    /** Explain why a name or place was not found. */
    describeMissing(text) {
        const genes = this.run.genome.genes ? " Its genes are those that were scanned, and those beside them." : " It has no genes.";
        return `${text} was not found in this run.${parseLocus(text) ? "" : genes}`;
    }

    /** Load a track and return it in a list. Return an empty list if its file is missing. */
    async load(config) {
        try {
            return await this.browser.loadTrackList([config]);
        } catch (error) {
            say(this.describeError(error));
            this.messageLocus = undefined; // keep the message in every view
            return [];
        }
    }

    /** Show the tracks, cards and rows of the selected proteins. Changes run one after the other. */
    update(reload = false) {
        this.changes = this.changes.then(() => this.applySelection(reload));
        return this.changes;
    }

    async applySelection(reload) {
        const { groups } = this.run;
        for (const [group, tracks] of this.tracks) {
            if (this.shown.has(group) && !reload) continue;
            this.tracks.delete(group);
            for (const track of tracks) this.browser.removeTrack(track);
        }
        const missing = groups.filter((group) => this.shown.has(group) && !this.tracks.has(group));
        for (const group of missing) {
            if (!this.shown.has(group)) continue; // closed while others were loaded
            if (missing.length > MAX_OPEN) say(`loading tracks: ${missing.indexOf(group) + 1} of ${missing.length} proteins …`);
            this.tracks.set(group, (await Promise.all(this.proteinTracks.configs(group).map((track) => this.load(track)))).flat());
        }
        if (missing.length > MAX_OPEN) say("");
        if (this.overview.root) this.overview.markOpen(this.shown);
        this.picker.mark();
        for (const part of document.querySelectorAll("[data-group]")) {
            showCard(part, this.shown.has(groups[part.dataset.group]));
        }
        if (!this.shown.size) this.tell(NO_PROTEIN);
        else if (element("status").textContent === NO_PROTEIN) say("");
        this.updateView();
    }

    connectControls() {
        const { groups } = this.run;
        this.picker.build();
        for (const kind of ["motifs", "further"]) {
            element(kind).parentElement.hidden = !groups.some((group) => group[kind]?.length);
            element(kind).addEventListener("change", (event) => this.switchKind(kind, event.target.checked));
        }
        element("previous").addEventListener("click", () => this.jump(-1));
        element("next").addEventListener("click", () => this.jump(1));
        element("copy").addEventListener("click", () => this.copy());
        element("svg").addEventListener("click", () => this.browser.saveSVGtoFile(`${this.fileName()}.svg`));
        element("png").addEventListener("click", () => savePng(this.browser, `${this.fileName()}.png`));
        element("png").after(" ", themeButton(), " ", keysButton());
        document.addEventListener("keydown", (event) => this.handleKey(event));
        for (const row of document.querySelectorAll("tr[data-locus]")) {
            row.tabIndex = 0;
            row.addEventListener("click", (event) => event.target.closest("a") || this.visit(row));
            row.addEventListener("keydown", ({ key, target }) => key === "Enter" && target === row && this.visit(row));
        }
        for (const part of document.querySelectorAll("details.pictures")) part.open = false;
    }

    choose(groups) {
        this.limit(groups);
        if (this.excess) this.tell(this.excess);
        return this.update();
    }

    /** Choose proteins, beside the overview not more than fit; those that are open stay. Keep what to say about the others. */
    limit(groups) {
        const isTooMany = this.hasOverview && groups.length > MAX_OPEN;
        const open = groups.filter((group) => this.shown.has(group)), closed = groups.filter((group) => !this.shown.has(group));
        this.shown = new Set(isTooMany ? [...open, ...closed].slice(0, MAX_OPEN) : groups);
        this.excess = isTooMany && `Tracks of ${MAX_OPEN} of ${groups.length} proteins are open, so that the page stays quick. `
            + `The overview shows all ${this.run.groups.length}; close one to open another.`;
    }

    switchKind(kind, on) {
        if (on) this.kinds.add(kind);
        else this.kinds.delete(kind);
        return this.update(true);
    }

    async visit(row) {
        if (this.views.current !== TRACKS) await this.views.open(TRACKS);
        await this.go(row.dataset.locus);
        for (const previous of document.querySelectorAll("tr.here")) previous.classList.remove("here");
        row.classList.add("here");
        if (row.dataset.about) this.tell(row.dataset.about);
        element("status").scrollIntoView({ block: "start" });
    }

    async go(locus) {
        if (this.messageLocus !== undefined) say("");
        try {
            const success = await this.browser.search(locus);
            if (success === false) this.tell(this.describeMissing(locus));
        } catch (error) {
            const reason = this.describeError(error);
            this.tell(reason === error?.message ? this.describeMissing(locus) : reason);
        }
    }

    /** Return what the tracks show. A window that changes its size while they are hidden makes igv.js lose their end. */
    frame() {
        const { chr: chrom, start, end } = this.browser.referenceFrameList[0];
        if (end > start) this.lastFrame = { chrom, start: Math.max(0, Math.floor(start)), end: Math.ceil(end) };
        return this.lastFrame;
    }

    /** Go to the next (1) or previous (-1) site, from the last site or from the middle of the view. */
    jump(direction) {
        this.jumps = this.jumps.then(() => this.jumpOnce(direction)).catch((error) => this.tell(this.describeError(error)));
        return this.jumps;
    }

    async jumpOnce(direction) {
        const minimum = Number(element("least").value) || 0;
        if (!this.shown.size) return this.tell(NO_PROTEIN);
        if (!this.sites.hasTrack()) return this.tell("no sites are loaded for the selected proteins");
        const { chrom, start, end } = this.frame();
        const position = this.locus() === this.lastJump?.locus ? this.lastJump.summit : (start + end) / 2;
        say("searching …");
        const site = await this.sites.findNearest({ chrom, position, direction, minimum });
        if (!site) {
            const condition = minimum ? ` with a score of ${minimum} or more` : "";
            return this.tell(`no ${direction > 0 ? "further" : "earlier"} site${condition}`);
        }
        const contigLength = new Map(this.run.genome.sizes).get(site.chrom);
        const length = Math.min(contigLength, chrom === "all" || end - start > KEEP_BELOW ? VIEW : end - start);
        const first = Math.max(0, Math.min(contigLength - length, Math.round(site.summit - length / 2)));
        await this.go(`${site.chrom}:${first + 1}-${first + length}`);
        this.lastJump = { summit: site.summit, locus: this.locus() };
        const strand = site.strand === "-" ? "minus" : "plus";
        return this.tell(`${site.group.name} ${site.name}, score ${site.score.toFixed(3)}, ${strand} strand, `
            + `summit at ${site.chrom}:${number.format(Math.floor(site.summit) + 1)}`);
    }

    handleKey(event) {
        const typing = event.composedPath().some((node) => ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName));
        if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "?") showKeys();
        if (this.views.current !== TRACKS) return;
        if (event.key === "n") this.jump(1);
        if (event.key === "p") this.jump(-1);
        if (event.key === "j" && this.variants.rows.length) this.variants.step(1);
        if (event.key === "k" && this.variants.rows.length) this.variants.step(-1);
    }

    /** Return the details of a click on a track as HTML; `undefined` leaves them to igv.js. */
    clickDetails(track, position, features) {
        if (track.featureSource instanceof BothStrands) {
            const values = track.trackView.viewports[0].featureCache?.features ?? [];
            const bars = values.filter(({ start, end }) => start <= position && position < end);
            const strand = ({ value }) => [value < 0 ? "Minus strand" : "Plus strand", Math.abs(value).toFixed(3)];
            const row = ["Position", number.format(Math.floor(position) + 1)];
            return bars.length > 0 && detailsHtml([...bars.map(strand), row]);
        }
        if (this.variants.tracks.includes(track)) {
            const visible = (features ?? []).filter((feature) => this.variants.accepts(feature));
            const link = (feature) => (this.views.entries.has("variant") ? variantLink(feature) : "");
            return visible.map((feature) => featureDetails(feature) + link(feature)).join("<hr>");
        }
        if (this.measured.tracks.includes(track)) return undefined;
        const group = [...this.tracks.keys()].find((member) => this.tracks.get(member).includes(track));
        if (!group) return undefined;
        const isSites = track === this.sites.trackOf(group);
        return (features ?? []).map((feature) => featureDetails(feature) + (isSites ? explainLink(group.name, feature) : "")).join("<hr>");
    }

    locus() {
        const { chrom, start, end } = this.frame();
        return chrom === "all" ? "all" : `${chrom}:${start + 1}-${end}`;
    }

    fileName() {
        const names = [...this.shown].map((group) => group.name);
        const proteins = names.length > MAX_PROTEINS ? `${names.length}_proteins` : names.join("_");
        return `${proteins}_${this.locus()}`.replace(/[^\w.-]+/g, "_");
    }

    /** Update the address once the view is still, because browsers limit the number of updates. */
    updateView() {
        if (this.messageLocus !== undefined && this.messageLocus !== this.locus()) {
            say("");
            this.messageLocus = undefined;
        }
        if (this.hasOverview && this.views.current === TRACKS) this.overview.follow(this.frame());
        if (this.views.current === TRACKS) this.place.follow(this.frame());
        this.views.follow(this.frame());
        if (this.measured.root) this.measured.follow(this.frame());
        clearTimeout(this.timer);
        if (this.views.tabs) this.timer = setTimeout(() => this.address(), ADDRESS_DELAY); // not before the address was read
    }

    /** Keep the view in the address, as a new entry of the browser's history on request. Return the address. */
    address({ isNew = false } = {}) {
        const names = [...this.shown].map((group) => ["rbp", group.name]);
        const hash = `#${new URLSearchParams([["locus", this.locus()], ...names, ...this.views.parameters()])}`;
        if (isNew && hash !== location.hash) history.pushState(null, "", hash);
        else history.replaceState(null, "", hash);
        return location.href;
    }

    async followAddress() {
        const { locus, names } = readHash();
        const groups = this.run.groups.filter((group) => names.includes(group.name));
        if (groups.length) await this.choose(groups);
        const unknown = names.filter((name) => !this.run.groups.some((group) => group.name === name));
        if (locus && locus !== this.locus()) await this.go(locus);
        if (this.excess) this.tell(this.excess);
        if (unknown.length) this.tell(`not in this run: ${unknown.join(", ")}`);
        await this.showView();
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

restoreTheme();
window.runPage = new RunPage(JSON.parse(element("run").textContent));
window.runPage.begin().catch((error) => say(error.message));
