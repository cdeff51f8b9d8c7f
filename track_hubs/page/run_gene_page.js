// View of a run's page with all proteins over one gene: sites by region, and the gene drawn to scale.
"use strict";

const GENE_REGIONS = { intron: "introns", exon: "non-coding exons" }; // regions whose titles differ from their names
const GENE_LEAST = 20; // genes for a comparison
const GENE_CIRCLE = 22; // pixels of the largest circle
const GENE_MARGIN = 36, GENE_SITES = 96, GENE_ROW = 15; // pixels: beside the drawing, of its scores, of a transcript
const GENE_TRANSCRIPTS = 6; // drawn
const GENE_DELAY = 150; // milliseconds without a key, after which names are asked for
const GENE_PAGE = `<div class="bar">
<label>gene <input type="search" name="gene" size="12" list="gene-names" spellcheck="false" autocomplete="off"></label>
<datalist id="gene-names"></datalist>
<label>find <input type="search" name="protein" size="10" placeholder="protein" spellcheck="false"></label>
<label><input type="checkbox" name="all"> also proteins without a site</label>
<button type="button" class="tracks">see the gene in the tracks</button></div>
<p class="state" role="status" aria-live="polite">loading the gene …</p>
<div class="drawing"></div>
<div class="scroll"><table><thead><tr></tr></thead><tbody></tbody></table></div>
<p class="dim">The area of a circle is the number of sites per 1,000 scanned nt, its colour is the highest score
<span class="scale"></span>, and the number beside it counts the sites. <span class="background"></span>
Click a number to list these sites. Each base counts once: as coding if any transcript of the gene codes there, then as
5'UTR, 3'UTR, exon, intron. Sites are predictions, not measurements.</p>`;

const percentOf = (share) => `${share === 1 ? 100 : Math.min(99, Math.floor(100 * share))} %`;

/** Return the colour of a score from 0 to 1 on the scale of the overview. */
function colorOfScore(score) {
    const place = Math.max(0, Math.min(1, score)) * (SCALE.length - 1), low = Math.min(Math.floor(place), SCALE.length - 2);
    return `color-mix(in srgb, ${SCALE[low + 1]} ${Math.round(100 * (place - low))}%, ${SCALE[low]})`;
}

/** Create an element of SVG, with a text that the mouse shows. */
function titledNode(name, attributes, title) {
    const node = svgNode(name, attributes);
    node.append(svgNode("title", {}, title));
    return node;
}

class GenePage {
    constructor(page) {
        this.page = page;
        this.id = "gene";
        this.title = "Gene";
        this.state = { gene: "", protein: "", order: "all", all: "" };
        this.questions = new Questions(page, (text) => this.say(text));
        this.names = new Questions(page, () => {});
    }

    build(root) {
        this.root = root;
        root.classList.add("gene");
        root.innerHTML = GENE_PAGE;
        this.part(".scale").style.background = `linear-gradient(90deg,${SCALE})`;
        const input = this.part("[name=gene]");
        input.addEventListener("input", () => this.complete(input.value.trim()));
        input.addEventListener("change", () => this.choose(input.value.trim()));
        this.part("[name=protein]").addEventListener("input", ({ target }) => this.arrange({ protein: target.value.trim() }));
        this.part("[name=all]").addEventListener("change", ({ target }) => this.arrange({ all: target.checked ? "yes" : "" }));
        this.part(".tracks").addEventListener("click", () => this.openTracks());
        new ResizeObserver(() => this.draw()).observe(this.part(".drawing"));
    }

    part(selector) {
        return this.root.querySelector(selector);
    }

    say(text) {
        this.part(".state").textContent = text;
    }

    /** Show the gene that an address or another view asks for; without parameters, what was shown before. */
    show(parameters) {
        if (parameters.size) {
            const first = { gene: "", protein: "", order: "all", all: "" };
            this.state = Object.fromEntries(Object.entries(first).map(([name, value]) => [name, parameters.get(name) ?? value]));
        }
        return this.load();
    }

    /** Return what the address keeps. */
    parameters() {
        return Object.entries(this.state).filter(([name, value]) => value && !(name === "order" && value === "all"));
    }

    /** Suggest genes whose symbols begin with a text. A complete symbol from the list is opened. */
    complete(text) {
        const names = this.part("datalist");
        clearTimeout(this.timer);
        if ([...names.options].some(({ value }) => value === text)) return this.choose(text);
        this.timer = setTimeout(async () => {
            const content = await this.names.ask(`run/gene?${new URLSearchParams({ complete: text })}`).catch(() => undefined);
            if (content) names.replaceChildren(...content.genes.map((gene) => new Option("", gene)));
        }, GENE_DELAY);
        return undefined;
    }

    /** Open another gene as a new entry of the browser's history. */
    choose(gene) {
        if (!gene || gene === this.state.gene) return undefined;
        return this.page.views.open(this.id, [...this.parameters().filter(([name]) => name !== "gene"), ["gene", gene]]);
    }

    async load() {
        const { gene } = this.state;
        if (this.content && gene === this.content.gene) return this.arrange({});
        try {
            const content = await this.questions.ask(`run/gene?${new URLSearchParams({ gene })}`);
            return content && this.fill(content);
        } catch (error) {
            return this.refuse(error.message);
        }
    }

    refuse(text) {
        this.content = null;
        this.part("[name=gene]").value = this.state.gene;
        for (const part of ["thead tr", "tbody", ".drawing"]) this.part(part).replaceChildren();
        this.say(text);
    }

    fill(content) {
        this.content = content;
        this.state.gene = content.gene;
        const rows = content.models.map((model) => ({ ...model, total: model.regions.reduce((sum, { count }) => sum + count, 0) }));
        this.rows = rows;
        this.regions = content.regions.map((region, i) => ({ ...region, i, title: GENE_REGIONS[region.name] ?? region.name }));
        this.columns = this.regions.filter(({ length, i }) => length || rows.some(({ regions }) => regions[i]?.count));
        this.most = Math.max(...rows.flatMap(({ regions }) => regions.map(({ density }) => density ?? 0)), Number.MIN_VALUE);
        this.draw();
        this.arrange({});
        this.page.address();
    }

    /** Filter and sort the rows, then list them. */
    arrange(change) {
        Object.assign(this.state, change);
        for (const name of ["gene", "protein"]) {
            const control = this.part(`[name=${name}]`);
            if (control !== document.activeElement || name === "gene") control.value = this.state[name];
        }
        this.part("[name=all]").checked = Boolean(this.state.all);
        if (!this.content) return;
        const text = this.state.protein.toLowerCase(), region = this.regions.find(({ name }) => name === this.state.order);
        const amount = (row) => (region ? row.regions[region.i]?.count ?? 0 : row.total);
        const highest = (row) => Math.max(...(region ? [row.regions[region.i]] : row.regions).map((cell) => cell?.highest ?? 0), 0);
        const rows = this.rows.filter(({ name, total }) => name.toLowerCase().includes(text) && (this.state.all || total));
        if (this.state.order === "name") rows.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
        else rows.sort((a, b) => amount(b) - amount(a) || highest(b) - highest(a));
        this.part("thead tr").replaceChildren(this.header("Protein", "name"), ...this.columns.map((column) => (
            this.header(column.title, column.name, this.sizeOf(column)))), this.header("All", "all"));
        this.part("tbody").replaceChildren(...rows.map((row) => this.row(row)));
        this.describe(rows.length);
        if (Object.keys(change).length) this.page.address();
    }

    /** Describe how much of a region was scanned. */
    sizeOf({ length, whole }) {
        return length >= whole ? `${number.format(whole)} nt` : `${number.format(length)} of ${number.format(whole)} nt scanned`;
    }

    header(title, order, detail) {
        const cell = Object.assign(document.createElement("th"), { scope: "col" }), button = document.createElement("button");
        Object.assign(button, { type: "button", textContent: title });
        button.addEventListener("click", () => this.arrange({ order }));
        if (this.state.order === order) cell.ariaSort = order === "name" ? "ascending" : "descending";
        cell.append(button);
        if (detail) cell.append(Object.assign(document.createElement("small"), { textContent: detail }));
        return cell;
    }

    row(row) {
        const line = document.createElement("tr"), name = document.createElement("th");
        const dot = Object.assign(document.createElement("span"), { className: "dot" });
        dot.style.background = this.colorOf(row.name);
        name.scope = "row";
        name.append(dot, row.name);
        const all = document.createElement("td");
        if (row.total) all.append(this.link(row.total, row.name, "", `${row.name}: ${row.total} sites in this gene`));
        line.append(name, ...this.columns.map(({ i }) => this.cell(row, this.regions[i])), all);
        line.addEventListener("mouseenter", () => this.highlight(row.name));
        line.addEventListener("mouseleave", () => this.highlight(null));
        return line;
    }

    cell({ name, regions }, region) {
        const cell = document.createElement("td"), { count, highest, density, share } = regions[region.i] ?? { count: 0 };
        if (!count) return cell;
        const others = region.genes - 1, isCompared = share !== null && others >= GENE_LEAST;
        const circle = Object.assign(document.createElement("span"), { className: "circle" });
        const size = 3 + (GENE_CIRCLE - 3) * Math.sqrt((density ?? 0) / this.most);
        Object.assign(circle.style, { width: `${size}px`, height: `${size}px`, background: colorOfScore(highest) });
        const about = [`${name}, ${region.title}: ${count} ${count === 1 ? "site" : "sites"}, highest score ${highest.toFixed(3)}`];
        if (density !== null) about.push(`${density.toPrecision(2)} per 1,000 nt`);
        if (isCompared) about.push(`more than in ${percentOf(share)} of ${number.format(others)} other genes`);
        const link = this.link(count, name, region.name, about.join(", "));
        link.prepend(circle);
        cell.append(link);
        if (isCompared) cell.append(Object.assign(document.createElement("small"), { textContent: percentOf(share) }));
        return cell;
    }

    /** Create a number that leads to its sites in the table. */
    link(text, model, region, title) {
        const link = Object.assign(document.createElement("button"), { type: "button", className: "link", title });
        link.append(Object.assign(document.createElement("span"), { textContent: text }));
        link.ariaLabel = title;
        link.addEventListener("click", () => this.page.views.open("sites", Object.entries({ gene: this.content.gene, model, region })));
        return link;
    }

    colorOf(model) {
        return this.page.run.groups.find(({ name }) => name === model)?.color ?? "#888";
    }

    describe(count) {
        const { gene, chrom, start, end, strand, total, copies } = this.content, { rows, regions } = this;
        const bound = rows.filter((row) => row.total).length, lacking = regions.filter(({ length, whole }) => !length && whole);
        const texts = [`${gene}, ${chrom}:${number.format(start + 1)}–${number.format(end)}, ${strand === "-" ? "minus" : "plus"} strand: `
            + `${number.format(total)} ${total === 1 ? "site" : "sites"} of ${bound} of ${rows.length} proteins.`];
        if (copies > 1) texts.push(`The annotation has it at ${copies} places; the first is drawn, all are counted.`);
        if (this.content.differ) texts.push("The runs scanned different parts of it; the lengths are those of the first run.");
        if (!this.columns.length) texts.push("Nothing of this gene was scanned.");
        else if (lacking.length) texts.push(`Not scanned: ${lacking.map(({ title }) => title).join(", ")}.`);
        if (count < bound) texts.push(`${count} of them are shown.`);
        this.say(texts.join(" "));
        const most = Math.max(0, ...this.columns.map(({ genes }) => genes - 1));
        this.part(".background").textContent = most >= GENE_LEAST
            ? `A percentage is the share of the other genes of this run with such a region (up to ${number.format(most)}) that have fewer sites per 1,000 nt.`
            : `There is no comparison with other genes: this run has ${most + 1} with such regions, and ${GENE_LEAST + 1} are needed.`;
    }

    /** Draw the gene to scale: the strongest sites by their score, and transcripts below. */
    draw() {
        const place = this.part(".drawing"), width = place.clientWidth;
        if (!this.content || !width) return;
        const { start, end, sites, transcripts, chrom, gene, strand, isoforms, total } = this.content;
        const shown = transcripts.slice(0, GENE_TRANSCRIPTS), height = GENE_SITES + GENE_ROW * shown.length + 34;
        const x = (position) => GENE_MARGIN + (position - start) / (end - start) * (width - 2 * GENE_MARGIN);
        const lowest = Math.min(0.5, ...sites.map(({ score }) => score)), y = (score) => 8 + (1 - score) / (1 - lowest) * (GENE_SITES - 16);
        const svg = svgNode("svg", { width, height, role: "img", "aria-label": `${gene} with its ${sites.length} strongest sites` });
        for (const score of [1, (1 + lowest) / 2, lowest]) {
            svg.append(svgNode("line", { x1: GENE_MARGIN, x2: width - GENE_MARGIN, y1: y(score), y2: y(score), class: "grid" }));
            svg.append(this.text(score.toFixed(2), GENE_MARGIN - 4, y(score) + 4, "end"));
        }
        for (const site of [...sites].reverse()) {
            const title = `${site.model} ${site.name}, score ${site.score.toFixed(3)}, ${site.region ?? "outside of genes"}`;
            const circle = titledNode("circle", { cx: x(site.summit + 0.5), cy: y(site.score), r: 3.5, fill: this.colorOf(site.model) }, title);
            circle.dataset.model = site.model;
            circle.addEventListener("click", () => this.openSite(site));
            svg.append(circle);
        }
        shown.forEach((transcript, i) => this.drawTranscript(svg, transcript, GENE_SITES + GENE_ROW * (i + 0.5), x));
        const [left, right] = strand === "-" ? ["3'", "5'"] : ["5'", "3'"], below = GENE_SITES + GENE_ROW * shown.length;
        svg.append(this.text(left, GENE_MARGIN - 6, GENE_SITES + GENE_ROW / 2 + 4, "end"), this.text(right, width - GENE_MARGIN + 6, GENE_SITES + GENE_ROW / 2 + 4, "start"));
        svg.append(this.text(number.format(start + 1), GENE_MARGIN, below + 14, "start"), this.text(number.format(end), width - GENE_MARGIN, below + 14, "end"));
        const more = [total > sites.length ? `the ${sites.length} strongest sites` : "", isoforms > shown.length ? `${shown.length} of ${isoforms} transcripts` : ""];
        svg.append(this.text([chrom, ...more.filter(Boolean)].join(", "), width / 2, below + 14, "middle"));
        place.replaceChildren(svg);
    }

    text(content, x, y, anchor) {
        const text = svgNode("text", { x, y, "text-anchor": anchor });
        text.textContent = content;
        return text;
    }

    drawTranscript(svg, { id, exons, cds }, middle, x) {
        const group = titledNode("g", { class: "transcript" }, id);
        group.append(svgNode("line", { x1: x(exons[0][0]), x2: x(exons.at(-1)[1]), y1: middle, y2: middle }));
        const box = (first, last, half) => group.append(svgNode("rect", {
            x: x(first), width: Math.max(1, x(last) - x(first)), y: middle - half, height: 2 * half,
        }));
        for (const [first, last] of exons) {
            box(first, last, 3);
            if (cds && Math.max(first, cds[0]) < Math.min(last, cds[1])) box(Math.max(first, cds[0]), Math.min(last, cds[1]), 6);
        }
        svg.append(group);
    }

    /** Show the sites of one protein only, or of all. */
    highlight(model) {
        for (const circle of this.root.querySelectorAll("circle")) circle.classList.toggle("faint", model !== null && circle.dataset.model !== model);
    }

    openSite(site) {
        const { views } = this.page;
        if (views.entries.has("site")) return views.open("site", Object.entries({ model: site.model, site: site.name }));
        return views.entries.get("sites").view.open(site);
    }

    async openTracks() {
        if (!this.content) return;
        const { chrom, start, end } = this.content;
        await this.page.views.open(TRACKS);
        await this.page.go(`${chrom}:${start + 1}-${end}`);
    }
}
