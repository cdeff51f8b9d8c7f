// View of a run's page: one transcript read from its 5' end, whatever its strand.
"use strict";

const TRANSCRIPT = "transcript"; // identifier of the view
const MOST_OPEN = 12; // proteins with a row of their own; the server sends sites of at most as many
const MOST_LETTERS = 2000; // nt of one request for letters
const FEWEST_BASES = 24; // nt in view, below which there is no need for finer scores
const ZOOM_STEP = 1.5, PAN_STEP = 0.2; // of a key
const COMPLEMENTS = { A: "U", C: "G", G: "C", T: "A", U: "A" };
const INTRONS = { folded: "folded", scale: "to scale", none: "left out" };

/** Ask the server for a transcript: the answer's values, and its scores as `rows` by group. */
async function requestTranscript(query, signal) {
    const reply = await fetch(address(`run/transcript?${new URLSearchParams(query)}`), { signal });
    if (reply.status === 404) throw new Error(WITHOUT_SERVER);
    return readTranscript(new Uint8Array(await reply.arrayBuffer()));
}

/** Read an answer: a line of JSON, then the bytes of a row per group. */
function readTranscript(content) {
    const stop = content.indexOf(10), head = stop < 0 ? content : content.subarray(0, stop);
    const answer = JSON.parse(new TextDecoder().decode(head));
    if (answer.error) throw new Error(answer.error);
    if (!answer.pieces) return answer;
    const bins = answer.pieces.reduce((sum, piece) => sum + piece[3], 0), bytes = content.subarray(stop + 1);
    answer.rows = new Map(answer.groups.map((group, i) => [group, bytes.subarray(i * bins, (i + 1) * bins)]));
    return answer;
}

class TranscriptView {
    constructor(page, request = requestTranscript) {
        Object.assign(this, { page, request, id: TRANSCRIPT, title: "5′→3′" });
        this.introns = "folded";
        this.hasHeat = false;
        if (element("copy")) this.addButton();
    }

    /** Add a button to the tracks that opens the transcript in view. */
    addButton() {
        const button = this.link("read 5′→3′", () => this.page.views.open(TRANSCRIPT, Object.entries(this.page.frame())));
        element("copy").before(button, " ");
    }

    build(root) {
        this.root = root;
        root.classList.add("transcript");
        const options = Object.entries(INTRONS).map(([value, text]) => `<option value="${value}">${text}</option>`);
        root.innerHTML = `<div class="bar">
            <label>gene <input type="search" class="gene" size="12" list="transcript-genes" placeholder="PSMF1, NM_…" spellcheck="false"></label>
            <datalist id="transcript-genes"></datalist>
            <label>transcript <select class="isoform"></select></label>
            <label>introns <select class="introns">${options.join("")}</select></label>
            <label><input type="checkbox" class="heat"> all proteins as a heat map</label>
            <span><button class="out" aria-label="zoom out">−</button> <button class="in" aria-label="zoom in">+</button>
            <button class="whole">whole transcript</button></span>
            <span><button class="there">show in tracks</button> <button class="svg">save SVG</button> <button class="png">save PNG</button></span></div>
            <p class="state" role="status" aria-live="polite"></p>
            <div class="drawing" tabindex="0" role="group" aria-label="Drawing of the transcript: arrow keys move, plus and minus zoom, 0 shows all"></div>
            <p class="point">&nbsp;</p><div class="chosen" hidden></div>
            <p class="dim">The 5′ end is at the left on both strands. High boxes are coding. Drag to move; drag on the rulers to zoom there;
            Ctrl and the wheel zoom; zoom in to see motif hits and to read the RNA. Grey was not scored. Boxes below the scores are called sites with their summit,
            and motif hits. Click a row of the heat map to give its protein a row of its own. Scores are predictions, not measurements.</p>`;
        this.part("heat").parentElement.hidden = this.page.run.groups.length < 2;
        this.part("there").hidden = !this.page.visitLocus;
        this.connect();
        this.pointer = new TranscriptPointer(this);
        new ResizeObserver(() => this.resize()).observe(this.part("drawing"));
    }

    part(name) {
        return this.root.querySelector(`.${name}`);
    }

    say(text) {
        this.part("state").textContent = text;
    }

    connect() {
        const on = (name, event, action) => this.part(name).addEventListener(event, action);
        on("gene", "input", () => this.suggest());
        on("gene", "change", ({ target }) => target.value.trim() && this.open({ gene: target.value.trim() }));
        on("isoform", "change", ({ target }) => this.open({ gene: this.data.gene, transcript: target.value }));
        on("introns", "change", ({ target }) => this.change({ introns: target.value }));
        on("heat", "change", ({ target }) => this.change({ hasHeat: target.checked }));
        on("in", "click", () => this.zoom(ZOOM_STEP));
        on("out", "click", () => this.zoom(1 / ZOOM_STEP));
        on("whole", "click", () => this.showWhole());
        on("there", "click", () => this.showTracks());
        on("svg", "click", () => saveDrawing(this.part("drawing").querySelector("svg"), this.fileName(), "svg"));
        on("png", "click", () => saveDrawing(this.part("drawing").querySelector("svg"), this.fileName(), "png"));
        on("drawing", "keydown", (event) => this.handleKey(event));
    }

    /** Show what the address names, or else the transcript that the tracks show. */
    async show(parameters) {
        const given = Object.fromEntries(["gene", "transcript", "introns", "heat", "at"].map((name) => [name, parameters.get(name)]));
        if (INTRONS[given.introns]) this.introns = given.introns;
        if (given.gene || given.transcript) this.hasHeat = given.heat === "all";
        this.part("introns").value = this.introns;
        this.part("heat").checked = this.hasHeat;
        const at = /^(\d+)-(\d+)$/.exec(given.at ?? "")?.slice(1).map(Number);
        if (given.gene || given.transcript) return this.load({ gene: given.gene ?? given.transcript, ...(given.transcript ? { transcript: given.transcript } : {}) }, at);
        if (parameters.get("chrom")) return this.load({ chrom: parameters.get("chrom"), start: parameters.get("start"), end: parameters.get("end") });
        if (this.data) return this.load({ gene: this.data.gene, transcript: this.data.transcript }, [this.layout.view().first + 1, this.layout.view().last]);
        const frame = this.page.frame?.();
        if (frame && frame.chrom !== "all") return this.load(frame);
        return this.say("Type a gene or the accession of a transcript.");
    }

    parameters() {
        if (!this.data) return [];
        const { first, last } = this.layout.view();
        const pairs = [["gene", this.data.gene], ["transcript", this.data.transcript]];
        if (this.layout.scale > this.layout.least * 1.0001) pairs.push(["at", `${first + 1}-${last}`]);
        if (this.introns !== "folded") pairs.push(["introns", this.introns]);
        if (this.hasHeat) pairs.push(["heat", "all"]);
        return pairs;
    }

    /** Open a gene or transcript as a new entry of the browser's history. */
    async open(query) {
        await this.load(query);
        this.page.address?.({ isNew: true });
    }

    /** Load a gene, transcript or place, and draw it as a whole or the interval `at` (1-based). */
    async load(query, at) {
        this.say("loading …");
        try {
            const { gene, transcript } = query.gene && query.transcript ? query : await this.request({ ...query, groups: "", step: 1 << 30 });
            this.data = await this.request({ gene, transcript, groups: "", step: 1 << 30 });
        } catch (error) {
            return this.fail(error);
        }
        this.listIsoforms();
        this.letters = new Map();
        this.choose(null);
        this.arrange(at);
        return this.refresh();
    }

    fail(error) {
        if (error.name === "AbortError") return;
        if (!this.data) this.part("drawing").replaceChildren();
        this.say(this.page.describeError?.(error) ?? error.message);
    }

    listIsoforms() {
        const { isoforms, transcript, gene } = this.data;
        this.part("gene").value = gene;
        this.part("isoform").replaceChildren(...isoforms.map(({ name, length, exons, coding }) => Object.assign(document.createElement("option"), {
            value: name, selected: name === transcript, textContent: `${name} (${number.format(length)} nt${this.data.locus ? "" : `, ${exons} exon${exons > 1 ? "s" : ""}${coding ? "" : ", non-coding"}`})`,
        })));
        this.part("introns").disabled = this.data.exons.length < 2;
    }

    /** Lay the transcript out for the width of the page. */
    arrange(at) {
        this.width = Math.max(280, Math.floor(this.part("drawing").clientWidth) || 900);
        const left = this.width < 600 ? DRAWN.narrow : DRAWN.left;
        this.layout = new TranscriptLayout(this.data.exons, this.introns, this.width - left - DRAWN.right);
        if (at) this.layout.show(Math.max(0, at[0] - 1), Math.min(this.data.end - this.data.start, at[1]));
    }

    change(settings) {
        const { first, last } = this.layout?.view() ?? {};
        const isWhole = this.layout && this.layout.scale <= this.layout.least * 1.0001;
        Object.assign(this, settings);
        if (!this.data) return;
        this.arrange(isWhole ? undefined : [first + 1, last]);
        this.refresh().then(() => this.page.address?.());
    }

    resize() {
        if (this.data && this.part("drawing").clientWidth && Math.floor(this.part("drawing").clientWidth) !== this.width) this.change({});
    }

    openGroups() {
        return this.page.run.groups.filter((group) => this.page.shown.has(group)).slice(0, MOST_OPEN);
    }

    /** Ask for the scores of what is in view, and draw it. */
    async refresh() {
        this.pending?.abort();
        this.pending = new AbortController();
        const { groups } = this.page.run, open = this.openGroups(), numbers = open.map((group) => groups.indexOf(group)).join();
        const { first, last } = this.layout.view(), { gene, transcript } = this.data;
        const step = Math.max(1, Math.floor(1 / this.layout.scale));
        try {
            this.data = await this.request({
                gene, transcript, first, last, step, introns: this.introns, groups: this.hasHeat ? "all" : numbers, sites: numbers,
            }, this.pending.signal);
        } catch (error) {
            return this.fail(error);
        }
        this.draw();
        this.describe();
        await this.loadLetters();
        this.root.dataset.drawn = `${transcript}:${first}-${last}`;
    }

    draw() {
        const { data, layout, letters, width } = this;
        const open = this.openGroups(), heat = this.hasHeat ? this.sorted() : [];
        const { chrom, strand, start, end, gene, transcript } = data;
        const names = data.locus ? transcript : `${gene} ${transcript === gene ? "" : transcript}`;
        const title = data.locus ? `${names} · ${this.page.run.genome.name}` : width < 600 ? names : `${names} · ${chrom}:${number.format(start + 1)}–${number.format(end)} (${strand === "-" ? "−" : "+"}) · ${this.page.run.genome.name}`;
        this.picture = new TranscriptPicture({ data, layout, groups: this.page.run.groups, open, heat, letters, width, title, onSite: (site) => this.choose(site) });
        this.part("drawing").replaceChildren(this.picture.draw());
        this.marker = this.picture.add("path", { stroke: "#222", "stroke-opacity": 0.5, "pointer-events": "none", class: "screen" });
    }

    /** Sort the proteins of the heat map by their highest score in view. */
    sorted() {
        const { groups } = this.page.run;
        const highest = new Map(groups.map((group, i) => [group, (this.data.rows.get(i) ?? []).reduce((high, byte) => (byte === NOT_SCORED ? high : Math.max(high, byte)), -1)]));
        return [...groups].sort((a, b) => highest.get(b) - highest.get(a));
    }

    describe() {
        const { sites, problems, length, exons } = this.data;
        if (problems.length) return this.say(`Some files could not be read: ${problems.join("; ")}`);
        const isHidden = ({ start, end }) => this.introns === "none" && !exons.some(([first, last]) => first < end && last > start);
        const hidden = sites.filter(isHidden).length, count = sites.length - hidden;
        const closed = this.page.shown.size > MOST_OPEN ? ` Of ${this.page.shown.size} open proteins, the first ${MOST_OPEN} are drawn.` : "";
        const none = this.openGroups().length ? "" : " No protein is selected.";
        const extent = this.data.locus ? "" : ` in ${exons.length} exon${exons.length > 1 ? "s" : ""}`;
        return this.say(`${number.format(length)} nt${extent}; ${count} site${count === 1 ? "" : "s"} in view`
            + `${hidden ? `, and ${hidden} in introns that are left out` : ""}.${closed}${none}`);
    }

    /** Load the letters of what is in view if they would be wide enough. */
    async loadLetters() {
        if (this.layout.scale < LETTER_WIDTH) return;
        const { data } = this, view = this.layout.view();
        try {
            for (const { isExon, start, end } of this.layout.parts) {
                const first = Math.max(start, view.first), last = Math.min(end, view.last);
                if (first >= last || last - first > MOST_LETTERS || this.letters.has(first) && this.letters.has(last - 1)) continue;
                if (!isExon && this.introns !== "scale") continue;
                const text = await this.readSequence(data, first, last);
                if (!text) throw new Error();
                [...text].forEach((letter, i) => this.letters.set(first + i, letter));
            }
        } catch {
            return this.say(`The letters of ${this.page.run.genome.name} could not be loaded.`);
        }
        if (data === this.data && this.letters.size) this.draw();
    }

    /** Read the RNA of an interval from the genome of igv.js; an empty text if there is none. */
    async readSequence({ chrom, strand, start, end }, first, last) {
        const [low, high] = strand === "-" ? [end - last, end - first] : [start + first, start + last];
        const text = (await this.page.browser.genome.getSequence(chrom, low, high))?.toUpperCase() ?? "";
        if (strand !== "-") return text.replaceAll("T", "U");
        return [...text].reverse().map((letter) => COMPLEMENTS[letter] ?? letter).join("");
    }

    zoom(factor, x = this.layout.width / 2) {
        if (!this.data) return;
        this.layout.zoom(factor, x);
        this.redraw();
    }

    showWhole() {
        if (!this.data) return;
        this.arrange();
        this.redraw();
    }

    /** Draw what is there at its new place, and ask for the rest once the view is still. */
    redraw() {
        this.draw();
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.refresh().then(() => this.page.address?.()), REDRAW_DELAY);
    }

    handleKey(event) {
        if (!this.data || event.ctrlKey || event.metaKey || event.altKey) return;
        const pan = this.layout.width * PAN_STEP;
        const action = {
            ArrowLeft: () => this.pan(-pan), ArrowRight: () => this.pan(pan), Home: () => this.pan(-Infinity), End: () => this.pan(Infinity),
            "+": () => this.zoom(ZOOM_STEP), "=": () => this.zoom(ZOOM_STEP), "-": () => this.zoom(1 / ZOOM_STEP), 0: () => this.showWhole(),
        }[event.key];
        if (!action) return;
        event.preventDefault();
        action();
    }

    pan(distance) {
        this.layout.moveTo(this.layout.offset + distance);
        this.redraw();
    }

    /** Show what is known of a site, with links. */
    choose(site) {
        const box = this.part("chosen");
        box.hidden = !site;
        if (!site) return;
        const group = this.page.run.groups[site.group], { numbers } = this.picture;
        const facts = [`score ${site.score.toFixed(3)}`, site.precision && `expected precision ${Number(site.precision).toFixed(2)}`,
            site.region, site.driver && `driver: ${site.driver}`, site.rankInGene && `rank ${site.rankInGene} in its gene`, site.motifName && `motif ${site.motifName}`,
            site.summit !== undefined && `summit at ${numbers.describe(site.summit)}`];
        box.replaceChildren(Object.assign(document.createElement("b"), { textContent: `${group.name} ${site.name}` }),
            ` ${facts.filter(Boolean).join(" · ")} `);
        if (this.page.views?.entries.has("site")) box.append(this.link("explain this site", () => this.page.views.open("site", Object.entries({ model: group.name, site: site.name }))));
        if (this.page.visitLocus) box.append(this.link("show in tracks", () => this.page.visitLocus(this.locus(site.start - 300, site.end + 300))));
    }

    link(text, action) {
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
        button.addEventListener("click", action);
        return button;
    }

    /** Return an interval of places as text for a genome browser. */
    locus(first, last) {
        const { numbers } = this.picture, clip = (place) => Math.min(Math.max(place, 0), this.data.end - this.data.start - 1);
        const [low, high] = [first, last - 1].map((place) => numbers.genome(clip(place))).sort((a, b) => a - b);
        return `${this.data.chrom}:${low + 1}-${high + 1}`;
    }

    showTracks() {
        if (!this.data) return;
        const { first, last } = this.layout.view();
        this.page.visitLocus(this.locus(first, last));
    }

    /** List genes whose name begins with what is typed. */
    async suggest() {
        const text = this.part("gene").value.trim();
        if (!text) return;
        const { genes } = await this.request({ begin: text }).catch(() => ({ genes: [] }));
        element("transcript-genes").replaceChildren(...genes.map((value) => Object.assign(document.createElement("option"), { value })));
    }

    fileName() {
        const { gene, transcript } = this.data ?? {};
        return [gene, transcript, ...this.openGroups().slice(0, 4).map(({ name }) => name)].join("_").replace(/[^\w.-]+/g, "_");
    }
}
