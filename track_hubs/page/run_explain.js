// View of one site: why it is here, how sure that is, and who else binds there.
"use strict";

const EXPLAIN_POLL = 500; // milliseconds between two questions while the server opens the models
const EXPLAIN_OTHERS = 10; // proteins that are listed at first
const MODALITIES = {
    sequence: "letters of the RNA", region: "place in the transcript", motifs: "known motifs", structure: "RNA folding",
    cobinding: "CLIP sites of other proteins", evidence: "your own tracks",
};

/** Create an element with attributes, and texts or elements inside. */
function explainedElement(name, attributes = {}, ...content) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
        else node.setAttribute(key, value);
    }
    node.append(...content.filter((part) => part !== null && part !== undefined));
    return node;
}

/** Wait until the server has opened the models of the run. `tell` shows its progress; `goOn` tells whether to wait. */
async function awaitSession(page, tell, goOn) {
    for (const begin = Date.now(); goOn();) {
        const { state, text } = await askServer(page, "run/session", {});
        if (state === "ready") return;
        if (state === "failed") throw new Error(text);
        tell(`${text} ${Math.round((Date.now() - begin) / 1000)} s`);
        await new Promise((resolve) => { setTimeout(resolve, EXPLAIN_POLL); });
    }
}

class SiteView {
    constructor(page) {
        this.page = page;
        this.id = "site";
        this.title = "One site";
        this.turn = 0; // number of the latest request
        this.explanation = null;
    }

    build(root) {
        this.root = root;
        root.classList.add("explain");
        this.lay(explainedElement("p", {}, "No site is chosen. Click a site in the tracks and then ", explainedElement("i", {}, "explain"), ", or a site in a table."));
        document.addEventListener("keydown", (event) => this.handleKey(event));
    }

    /** Replace the content of the view. */
    lay(...parts) {
        this.root.replaceChildren(...parts.filter(Boolean));
    }

    parameters() {
        return this.key ? Object.entries(this.key) : [];
    }

    /** Explain the site that the address names; without one, keep what is shown. */
    async show(parameters) {
        const key = Object.fromEntries(["model", "site", "at"].flatMap((name) => (parameters.get(name) ? [[name, parameters.get(name)]] : [])));
        if (!key.model || !key.site) return;
        if (this.explanation && key.model === this.key.model && key.site === this.key.site) return;
        const turn = this.turn += 1;
        this.key = key;
        this.explanation = null;
        try {
            const explanation = await askServer(this.page, "run/site", key);
            if (turn !== this.turn) return;
            this.explanation = explanation;
            this.key.at = this.placeOf(explanation.site);
            this.draw(explanation);
        } catch (error) {
            if (turn === this.turn) this.lay(explainedElement("p", { class: "state" }, error.message));
            return;
        }
        this.compute(turn); // the rest follows
    }

    /** Return contig and summit, by which the server finds a site faster. */
    placeOf({ chrom, summit }) {
        return `${chrom}:${summit + 1}`;
    }

    open(model, link) {
        return this.page.views.open(this.id, Object.entries({ model, ...link }));
    }

    draw(explanation) {
        const { site, model, gene } = explanation;
        this.falls = explainedElement("div", { class: "falls" });
        this.letters = explainedElement("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Letters and motifs" });
        this.state = explainedElement("p", { class: "state", role: "status" }, "waiting for the server …");
        this.lay(
            this.steps(explanation),
            explainedElement("h2", {}, `${model.name} at ${site.name}`),
            this.sentence(explanation),
            this.links(explanation),
            explainedElement("h3", {}, "Where"),
            gene ? explainedElement("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Transcript" }, drawPlace(explanation)) : null,
            explainedElement("p", { class: "dim" }, this.describePlace(explanation)),
            explainedElement("h3", {}, "How sure"),
            this.precision(explanation),
            explainedElement("h3", {}, "What the model reads"),
            this.state,
            this.falls,
            explainedElement("h3", {}, "Which letters"),
            this.letters,
            explainedElement("h3", {}, "Other proteins at this place"),
            this.others(explanation),
            explainedElement("h3", {}, "RNA around the summit"),
            this.sequence(site),
        );
        this.root.dataset.site = `${model.name} ${site.name}`;
        delete this.root.dataset.evidence;
    }

    /** Create the buttons to the previous and the next site of the model. */
    steps({ model, previous, next }) {
        const button = (text, key, link) => {
            const node = explainedElement("button", { type: "button", title: `key ${key}`, onclick: () => this.open(model.name, link) }, text);
            node.disabled = !link;
            return node;
        };
        return explainedElement("div", { class: "bar" }, button("◀ previous site", "p", previous), button("next site ▶", "n", next));
    }

    /** Say in one paragraph what is predicted, and how often such a prediction is right. */
    sentence({ site, model, gene }) {
        const assay = model.assay ? ` (${model.assay.replace(" (", ", ").replace(")", "")})` : "";
        const where = gene ? `${/^[aeiou]/i.test(site.region ?? "") ? "an" : "the"} ${site.region ?? "transcript"} of ${gene.name}` : `${site.chrom} outside of known genes`;
        const score = `${model.protein}${assay} is predicted to bind ${where} here, with a score of ${site.score.toFixed(3)} out of 1. `;
        const share = Math.round(100 * (site.precision ?? 0));
        const precision = site.precision === undefined ? "Nothing is known about how many such calls are true."
            : model.measured ? `Of 100 such calls about ${share} lie near a measured peak.`
            : `Of 100 calls with this score or a higher one, about ${share} are expected to be true.`;
        return explainedElement("p", { class: "lead" }, score, explainedElement("b", {}, precision));
    }

    links({ site, model, gene }) {
        const { page } = this, around = `${site.chrom}:${Math.max(1, site.summit - 749)}-${site.summit + 751}`;
        const button = (text, act) => explainedElement("button", { type: "button", onclick: act }, text);
        const has = (view) => page.views.entries.has(view);
        const ucsc = document.querySelector('a[href*="cgi-bin/hgTracks"]');
        const link = ucsc && new URL(ucsc.href);
        link?.searchParams.set("position", `${site.chrom}:${site.start + 1}-${site.end}`);
        return explainedElement("div", { class: "bar" },
            button("show in the tracks", () => this.showTracks(model.name, around)),
            gene && has("transcript") ? button("read 5′→3′", () => page.views.open("transcript", Object.entries({ gene: gene.name }))) : null,
            gene && has("sites") ? button(`sites in ${gene.name}`, () => page.views.open("sites", Object.entries({ gene: gene.name }))) : null,
            gene && has("gene") ? button(`all proteins on ${gene.name}`, () => page.views.open("gene", Object.entries({ gene: gene.name }))) : null,
            link ? explainedElement("a", { href: link.href }, "UCSC") : null);
    }

    async showTracks(model, locus) {
        const { page } = this, group = page.run.groups.find(({ name }) => name === model);
        await page.views.open(TRACKS);
        if (group && !page.shown.has(group)) await page.toggle(group);
        await page.go(locus);
    }

    /** Say where in the transcript and on the genome the site lies. */
    describePlace({ site, gene }) {
        const genome = `${site.chrom}:${number.format(site.start + 1)}–${number.format(site.end)}, ${site.strand === "-" ? "minus" : "plus"} strand.`;
        if (!gene) return genome;
        const inside = gene.position === null
            ? `nt ${number.format(gene.summit + 1)} of the ${number.format(gene.length)} nt of the unspliced transcript`
            : `nt ${number.format(gene.position + 1)} of the ${number.format(gene.spliced)} nt of the mRNA`;
        return `The summit is ${inside} ${gene.transcript}, read from 5′ to 3′; introns are folded. On the genome: ${genome}`;
    }

    /** Draw the expected precision as 100 squares; say threshold and ranks. */
    precision({ site, model, gene }) {
        const box = explainedElement("div", { class: "sure" });
        if (site.precision !== undefined) {
            const count = Math.round(100 * site.precision);
            const squares = explainedElement("div", { class: "squares", role: "img", "aria-label": `${count} of 100 squares are filled` });
            squares.append(...Array.from({ length: 100 }, (_, i) => explainedElement("i", i < count ? { class: "true" } : {})));
            box.append(squares);
        }
        const rank = (name, of) => (name === undefined ? null : of ? `${number.format(name)} of ${number.format(of)}` : number.format(name));
        const rows = [
            ["Expected precision", site.precision === undefined ? null : `${Math.round(100 * site.precision)} of 100 calls like this one`],
            ["Known from", model.measured ? model.measured.truth : null],
            ["Score", `${site.score.toFixed(3)}${model.threshold ? `; sites begin at ${model.threshold}` : ""}`
                + `${model.smoothing ? `, averaged over ${model.smoothing} nt` : ""}`],
            ["p-value", site.pValue === undefined ? null : `${site.pValue.toPrecision(3)} of a position outside of sites`],
            [`Rank among its sites in ${gene?.name}`, gene ? rank(site.rankInGene, gene.sites) : null],
            ["Rank among its sites in the run", rank(site.rankInRun, model.sites)],
        ].filter(([, text]) => text);
        const list = explainedElement("dl");
        for (const [name, text] of rows) list.append(explainedElement("dt", {}, name), explainedElement("dd", {}, text));
        box.append(list);
        return box;
    }

    /** Draw what the server computes: falls without each modality, and letters. */
    async compute(turn) {
        const { site, model } = this.explanation, goOn = () => turn === this.turn;
        const tell = (text) => { if (goOn()) this.state.textContent = text; };
        try {
            await awaitSession(this.page, tell, goOn);
            if (!goOn()) return;
            tell("computing …");
            const { chrom, start, end, summit, strand } = site;
            const evidence = await askServer(this.page, "run/evidence", { model: model.name, chrom, start, end, summit, strand });
            if (!goOn()) return;
            this.drawFalls(evidence);
            this.letters.replaceChildren(
                drawContributions(this.explanation, evidence),
                explainedElement("p", { class: "dim" }, "The height of a letter says how far the log odds of its strongest window "
                    + "fall if another base is there. Letters below the line speak against a site. The logo is that of the best motif hit."),
            );
            this.root.dataset.evidence = "yes";
        } catch (error) {
            tell(`Not computed: ${error.message}`);
            this.letters.replaceChildren(explainedElement("p", { class: "dim" }, "Not computed, for the same reason."));
        }
    }

    drawFalls({ falls, position, score }) {
        const entries = Object.entries(falls), { site, model } = this.explanation;
        if (!entries.length) {
            this.state.textContent = `${model.name} reads ${MODALITIES.sequence} only, so nothing can be left out.`;
            return;
        }
        const most = Math.max(...entries.map(([, fall]) => Math.abs(fall)), 0.1);
        this.state.textContent = `How far the log odds (natural logarithm) fall without each input, at ${site.chrom}:`
            + `${number.format(position + 1)}, where the score is ${score.toFixed(3)}. A bar to the left: the score rises without it.`
            + `${site.driver ? "" : " The table names no driver: no position of the site reaches the threshold by itself, or nothing lowers the score."}`;
        const rows = entries.sort((a, b) => b[1] - a[1]).map(([name, fall]) => {
            const bar = explainedElement("i", { class: fall < 0 ? "bar-rise" : "bar-fall" });
            bar.style.width = `${(Math.abs(fall) / most * 50).toFixed(1)}%`;
            const text = `${fall < 0 ? "−" : "+"}${Math.abs(fall).toFixed(2)}`;
            return explainedElement("tr", name === site.driver ? { class: "here" } : {},
                explainedElement("th", { scope: "row" }, MODALITIES[name] ?? name, name === site.driver ? explainedElement("span", { class: "tag" }, "driver") : null),
                explainedElement("td", { class: "lane" }, bar), explainedElement("td", { class: "n" }, text));
        });
        this.falls.replaceChildren(explainedElement("table", {}, explainedElement("tbody", {}, ...rows)));
    }

    /** List sites of other models here; a click explains them. */
    others({ others, site }) {
        if (!others.length) return explainedElement("p", { class: "dim" }, "No other protein of this run has a site that overlaps it.");
        const box = explainedElement("div");
        const lay = (count) => {
            const rows = others.slice(0, count).map((other) => this.other(other, site));
            const head = ["Protein", "Score", "0 to 1", "Summit", "Expected precision"].map((text) => explainedElement("th", { scope: "col" }, text));
            const table = explainedElement("table", {}, explainedElement("thead", {}, explainedElement("tr", {}, ...head)), explainedElement("tbody", {}, ...rows));
            const rest = others.length - count;
            box.replaceChildren(table);
            if (rest > 0) box.append(explainedElement("button", { type: "button", onclick: () => lay(others.length) }, `show ${rest} more`));
        };
        lay(EXPLAIN_OTHERS);
        return box;
    }

    other(other, site) {
        const group = this.page.run.groups.find(({ name }) => name === other.model);
        const bar = explainedElement("i", { class: "bar-fall" });
        bar.style.width = `${(100 * other.score).toFixed(0)}%`;
        if (group) bar.style.background = group.color;
        const distance = (other.summit - site.summit) * (site.strand === "-" ? -1 : 1);
        const link = { site: other.name, at: this.placeOf(other) };
        return explainedElement("tr", {},
            explainedElement("td", {}, explainedElement("button", { type: "button", class: "link", onclick: () => this.open(other.model, link) }, other.model)),
            explainedElement("td", { class: "n" }, other.score.toFixed(3)), explainedElement("td", { class: "lane" }, bar),
            explainedElement("td", {}, distance === 0 ? "the same" : `${Math.abs(distance)} nt ${distance < 0 ? "5′" : "3′"}`),
            explainedElement("td", {}, other.precision === undefined ? "–" : `${Math.round(100 * other.precision)} of 100`));
    }

    /** Show the RNA around the summit, with a button that copies it. */
    sequence({ sequence }) {
        if (!sequence) return explainedElement("p", { class: "dim" }, "The run has no sequence of this site.");
        const code = explainedElement("code", {}, sequence), said = explainedElement("span", { role: "status" });
        const copy = async () => {
            await navigator.clipboard.writeText(sequence).then(() => { said.textContent = "copied"; }, () => {
                getSelection().selectAllChildren(code);
                said.textContent = "selected; copy it with the keyboard";
            });
        };
        return explainedElement("div", {}, explainedElement("p", { class: "rna" }, code), explainedElement("div", { class: "bar" },
            explainedElement("button", { type: "button", onclick: copy }, "copy the RNA"), said,
            explainedElement("span", { class: "dim" }, `${sequence.length} nt, from 5′ to 3′`)));
    }

    handleKey(event) {
        if (this.page.views.current !== this.id || !this.explanation || event.ctrlKey || event.metaKey || event.altKey) return;
        if (["INPUT", "TEXTAREA", "SELECT"].includes(event.target.tagName)) return;
        const link = { n: this.explanation.next, p: this.explanation.previous }[event.key];
        if (link) this.open(this.explanation.model.name, link);
    }
}
