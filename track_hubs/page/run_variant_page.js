// View of typed variants: what each does to the sites of all proteins, as a list with an address.
"use strict";

const VARIANT_MOST = 200; // of a pasted list
const VARIANT_LISTED = 20; // that the address keeps
const VARIANT_SMALL = 0.1; // change of a score, below which a row without a gained or lost site is folded away
const VARIANT_FATES = { gained: "gains a site", lost: "loses its site", moved: "moves its site" };
const VARIANT_HEAD = ["variant", "model", "strand", "gene", "region", "reference", "alternate", "delta", "position", "site", "p_value"];

/** Split a pasted list: a variant a line, lines of a VCF among them, or several separated by commas or semicolons. */
function splitVariants(text) {
    return text.split(/\r?\n|;/).flatMap((line) => {
        const trimmed = line.trim();
        if (!trimmed || trimmed.startsWith("#")) return [];
        const columns = trimmed.split(/\s+/);
        if (columns.length >= 5 && /^\d+$/.test(columns[1])) { // a line of a VCF: an entry per alternate allele
            return columns[4].split(",").map((alt) => [columns[0], columns[1], columns[3], alt].join("-"));
        }
        return trimmed.split(/,\s+/);
    });
}

const signedDelta = (value) => (value === null ? "–" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`);
const hasEffect = (row) => row.site in VARIANT_FATES || Math.abs(row.delta ?? 0) >= VARIANT_SMALL;

/** Sort rows: gained, lost and moved sites first, then by the change of the score. */
function rankEffects(rows) {
    return [...rows].sort((a, b) => (b.site in VARIANT_FATES) - (a.site in VARIANT_FATES) || Math.abs(b.delta ?? 0) - Math.abs(a.delta ?? 0));
}

class VariantPage {
    constructor(page) {
        this.page = page;
        this.id = "variant";
        this.title = "Variant";
        this.entries = []; // of the list: text, answer or error
        this.current = 0;
        this.turn = 0; // number of the latest list
    }

    build(root) {
        this.root = root;
        root.classList.add("explain", "variant-page");
        root.innerHTML = `<form><label for="variant-text">Variant, or a list with one a line</label>
            <textarea id="variant-text" rows="2" spellcheck="false" placeholder="20-1146135-T-C"></textarea>
            <button>score</button></form>
            <p class="dim">chr20:1146135 T&gt;C, 20-1146135-T-C, chr20:g.1146135T&gt;C, NM_006814:c.123A&gt;G, or lines of a VCF;
            up to ${VARIANT_MOST} at a time. Letters of the plus strand, but those of the transcript after c. and n.</p>
            <p class="state" role="status" aria-live="polite"></p><div class="list" tabindex="0" role="group" aria-label="List of variants"></div><div class="result"></div>`;
        const [form, text] = [root.querySelector("form"), root.querySelector("textarea")];
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            const variants = splitVariants(text.value);
            if (variants.length) this.page.views.open(this.id, this.pairs(variants, variants[0]));
        });
        text.addEventListener("keydown", (event) => {
            if (event.key !== "Enter" || event.shiftKey || text.value.includes("\n")) return;
            event.preventDefault();
            form.requestSubmit();
        });
    }

    part(name) {
        return this.root.querySelector(`.${name}`);
    }

    tell(text) {
        this.part("state").textContent = text;
    }

    /** Return what the address keeps: the variant that is shown, and a short list. */
    pairs(variants, variant, model) {
        const pairs = [["variant", variant]];
        if (variants.length > 1 && variants.length <= VARIANT_LISTED) pairs.push(["list", variants.join(";")]);
        if (model) pairs.push(["model", model]);
        this.pasted = variants; // a longer list stays in the page
        return pairs;
    }

    parameters() {
        const { text, answer } = this.entries[this.current] ?? {};
        if (!text) return [];
        return this.pairs(this.entries.map((entry) => entry.answer?.name ?? entry.text), answer?.name ?? text, this.model);
    }

    /** Show the variants that the address names. */
    async show(parameters) {
        const variant = parameters.get("variant"), list = parameters.get("list");
        if (!variant) return;
        this.model = parameters.get("model") ?? undefined;
        const named = list ? splitVariants(list) : this.pasted?.includes(variant) ? this.pasted : [variant];
        const texts = this.entries.map((entry) => entry.answer?.name ?? entry.text);
        const wanted = named.slice(0, VARIANT_MOST);
        const index = wanted.indexOf(variant);
        if (wanted.join(";") === texts.join(";") || wanted.join(";") === this.entries.map(({ text }) => text).join(";")) {
            this.choose(Math.max(0, index));
            return;
        }
        this.root.querySelector("textarea").value = wanted.join("\n");
        await this.score(wanted, Math.max(0, index), named.length - wanted.length);
    }

    /** Score variants one after the other; show the first one as soon as it is there. */
    async score(texts, index, refused) {
        const turn = this.turn += 1, goOn = () => turn === this.turn;
        this.entries = texts.map((text) => ({ text }));
        this.current = index;
        this.part("list").replaceChildren();
        this.part("result").replaceChildren();
        delete this.root.dataset.variant;
        this.tell("waiting for the server …");
        this.computing = this.scoreAll(index, refused, goOn).catch((error) => { if (goOn()) this.tell(`Not computed: ${error.message}`); });
    }

    async scoreAll(index, refused, goOn) {
        const { entries } = this;
        await awaitSession(this.page, (text) => goOn() && this.tell(text), goOn);
        const order = [index, ...entries.keys()].filter((number, i, all) => all.indexOf(number) === i);
        for (const [done, number] of order.entries()) {
            if (!goOn()) return;
            this.tell(entries.length > 1 ? `scoring ${done + 1} of ${entries.length} variants …` : "scoring …");
            const entry = entries[number];
            try {
                entry.answer = await askServer(this.page, "run/variant", { text: entry.text });
            } catch (error) {
                if (error.message === WITHOUT_SERVER) throw error;
                entry.error = error.message;
            }
            if (!goOn()) return;
            if (number === index) this.choose(index);
        }
        this.tell(refused > 0 ? `The first ${VARIANT_MOST} variants were scored; ${refused} more were not: paste them apart.` : "");
        this.listEntries();
        this.root.dataset.scored = entries.length;
        this.page.address();
    }

    /** Show one variant of the list. */
    choose(index) {
        this.current = index;
        const { text, answer, error } = this.entries[index];
        const parts = error ? [explainedElement("p", { class: "note" }, error)] : answer ? this.draw(answer) : [];
        this.part("result").replaceChildren(this.steps(), ...parts);
        this.root.dataset.variant = answer?.name ?? text;
        this.listEntries();
    }

    step(direction) {
        const order = this.order(), at = order.indexOf(this.current) + direction;
        if (order[at] === undefined) return undefined;
        const entry = this.entries[order[at]], names = this.entries.map((one) => one.answer?.name ?? one.text);
        return this.page.views.open(this.id, this.pairs(names, entry.answer?.name ?? entry.text));
    }

    steps() {
        if (this.entries.length < 2) return "";
        const button = (text, direction) => explainedElement("button", { type: "button", onclick: () => this.step(direction) }, text);
        return explainedElement("div", { class: "bar" }, button("◀ previous variant", -1), button("next variant ▶", 1));
    }

    /** Return the numbers of the entries, the strongest first, and those with an error last. */
    order() {
        const strength = ({ answer }) => {
            if (!answer) return -1;
            const [first] = rankEffects(answer.rows);
            return first ? (first.site in VARIANT_FATES) + Math.abs(first.delta ?? 0) : 0;
        };
        return [...this.entries.keys()].sort((a, b) => strength(this.entries[b]) - strength(this.entries[a]));
    }

    /** List all variants, ranked. A click shows one. */
    listEntries() {
        if (this.entries.length < 2) return;
        const rows = this.order().map((number) => {
            const { text, answer, error } = this.entries[number], [first] = answer ? rankEffects(answer.rows) : [];
            const open = () => this.page.views.open(this.id, this.pairs(this.entries.map((one) => one.answer?.name ?? one.text), answer?.name ?? text));
            const name = explainedElement("button", { type: "button", class: "link", onclick: open }, answer?.name ?? text);
            const texts = error ? [error, "", ""] : first
                ? [`${first.model} ${VARIANT_FATES[first.site] ?? (hasEffect(first) ? "changes" : "no effect")}`, signedDelta(first.delta), first.gene ?? "–"]
                : ["waiting …", "", ""];
            const row = explainedElement("tr", {}, explainedElement("td", {}, name), ...texts.map((cell) => explainedElement("td", {}, cell)));
            if (number === this.current) row.classList.add("here");
            if (error || (first && !hasEffect(first))) row.classList.add("faint");
            return row;
        });
        const head = ["Variant", "Strongest", "Delta", "Gene"].map((text) => explainedElement("th", { scope: "col" }, text));
        const table = explainedElement("table", {}, explainedElement("thead", {}, explainedElement("tr", {}, ...head)), explainedElement("tbody", {}, ...rows));
        this.part("list").replaceChildren(table);
    }

    draw(answer) {
        const rows = rankEffects(answer.rows), strong = rows.filter(hasEffect), weak = rows.filter((row) => !hasEffect(row));
        const folded = explainedElement("details", {}, explainedElement("summary", {}, `no effect: ${weak.length} rows whose score changes by less than ${VARIANT_SMALL}, without a gained or lost site`));
        folded.addEventListener("toggle", () => { if (folded.open && folded.children.length < 2) folded.append(this.table(weak, true)); });
        if (weak.some(({ model }) => model === this.model)) folded.open = true;
        return [
            explainedElement("h2", {}, answer.name),
            explainedElement("p", { class: "lead" }, explainedElement("b", {}, this.sentence(answer, rows))),
            explainedElement("p", { class: "dim" }, "Delta is the alternate minus the reference score where the log odds change most. Bars: pale "
                + "is the highest reference score near the variant, dark the alternate one. P is the share of common variants that change as much. "
                + "These are predictions, not measurements."),
            this.tools(answer, rows),
            strong.length ? this.table(strong, false) : "",
            weak.length ? folded : "",
        ];
    }

    /** Say in one sentence what the variant does. */
    sentence(answer, rows) {
        const count = (fate) => new Set(rows.filter(({ site }) => site === fate).map(({ model }) => model)).size;
        const first = rows[0];
        if (!first || !hasEffect(first)) {
            const models = new Set(rows.map(({ model }) => model)).size;
            return `No effect is predicted: no site is gained or lost, and no score of ${models} model${models === 1 ? "" : "s"} changes by ${VARIANT_SMALL} or more.`;
        }
        const fate = VARIANT_FATES[first.site] ?? (first.delta < 0 ? "binds less" : "binds more");
        const where = first.gene ? ` in the ${first.region ?? "transcript"} of ${first.gene}` : "";
        const totals = ["gained", "lost", "moved"].map((kind) => [kind, count(kind)]).filter(([, total]) => total);
        const sum = totals.length ? ` In all, sites: ${totals.map(([kind, total]) => `${total} ${kind}`).join(", ")}.` : "";
        const share = Math.round(100 * (first.pValue ?? 0));
        const common = first.pValue === null ? "" : share < 1 ? " Fewer than 1 of 100 common variants change it as much."
            : ` About ${share} of 100 common variants change it as much.`;
        return `${first.model} ${fate}${where}: its highest score goes from ${(first.reference ?? 0).toFixed(2)} to ${(first.alternate ?? 0).toFixed(2)}.${common}${sum}`;
    }

    tools(answer, rows) {
        const { page } = this, said = explainedElement("span", { role: "status" });
        const button = (text, act) => explainedElement("button", { type: "button", onclick: act }, text);
        const copy = async () => {
            const top = rows.filter(hasEffect).map((row) => `${row.model} ${row.strand}: ${row.reference?.toFixed(3)} to ${row.alternate?.toFixed(3)}, delta ${signedDelta(row.delta)}, site ${row.site}`);
            const text = [`${answer.name} (${page.run.genome.name}): ${this.sentence(answer, rows)}`, ...top, location.href].join("\n");
            await navigator.clipboard.writeText(text).then(() => { said.textContent = "copied"; }, () => { said.textContent = "the browser does not allow copying"; });
        };
        const locus = `${answer.chrom}:${Math.max(1, answer.start - 299)}-${answer.end + 300}`;
        return explainedElement("div", { class: "bar" },
            button("copy as text", copy), button(this.entries.length > 1 ? "save all as TSV" : "save TSV", () => this.save()),
            button("show in the tracks", async () => { await page.views.open(TRACKS); await page.go(locus); }), said);
    }

    /** Write the rows of all variants as a table. */
    makeTable() {
        const lines = this.entries.flatMap(({ answer }) => (answer?.rows ?? []).map((row) => [
            answer.name, row.model, row.strand, row.gene, row.region, row.reference, row.alternate, row.delta,
            row.position === null ? null : row.position + 1, row.site, row.pValue,
        ].map((value) => value ?? ".").join("\t")));
        return [VARIANT_HEAD.join("\t"), ...lines, ""].join("\n");
    }

    save() {
        const href = URL.createObjectURL(new Blob([this.makeTable()], { type: "text/tab-separated-values" }));
        const name = this.entries.length > 1 ? "variants" : this.entries[0].answer.name.replace(/[^\w.-]+/g, "_");
        explainedElement("a", { href, download: `${name}.tsv` }).click();
        setTimeout(() => URL.revokeObjectURL(href), 1000);
    }

    table(rows, isFaint) {
        const head = ["Protein", "Scores", "REF", "ALT", "Delta", "Site", "P", "Gene"].map((text) => explainedElement("th", { scope: "col" }, text));
        const body = rows.map((row) => {
            const lane = explainedElement("td", { class: "lane pair" }, this.bar(row, row.reference, "before"), this.bar(row, row.alternate, "after"));
            const score = (value) => (value === null ? "–" : value.toFixed(3));
            const site = explainedElement("td", {}, row.site in VARIANT_FATES ? explainedElement("b", { class: row.site }, row.site) : row.site);
            const texts = [score(row.reference), score(row.alternate), signedDelta(row.delta)].map((text) => explainedElement("td", { class: "n" }, text));
            const line = explainedElement("tr", {}, explainedElement("td", {}, `${row.model} ${row.strand === "-" ? "−" : "+"}`), lane, ...texts, site,
                explainedElement("td", {}, row.pValue === null ? "–" : String(row.pValue)), explainedElement("td", {}, [row.gene, row.region].filter(Boolean).join(", ") || "–"));
            if (row.model === this.model) line.classList.add("here");
            if (isFaint) line.classList.add("faint");
            return line;
        });
        return explainedElement("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Effects" }, explainedElement("table", {},
            explainedElement("thead", {}, explainedElement("tr", {}, ...head)), explainedElement("tbody", {}, ...body)));
    }

    bar({ model }, value, className) {
        const bar = explainedElement("i", { class: className }), group = this.page.run.groups.find(({ name }) => name === model);
        bar.style.width = `${(100 * (value ?? 0)).toFixed(1)}%`;
        if (group) bar.style.background = className === "before" ? group.pale : group.color;
        return bar;
    }
}
