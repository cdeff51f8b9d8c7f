// View of a run's page with all sites in a table, which the program's server filters, sorts and sends page by page.
"use strict";

const SITE_ROWS = 50; // of a page of the table
const SITE_DELAY = 200; // milliseconds without a key, after which sites are asked for
const SITE_FILTERS = ["text", "model", "gene", "region", "driver", "score", "precision"];
const SITE_ORDER = "-score"; // the first order
const SITE_COLUMNS = [ // title, order of the server, class, text of a site
    ["Protein", "model", "", (site) => site.model],
    ["Site", "name", "", (site) => site.name],
    ["Score", "score", "n", (site) => digitsOf(site.score)],
    ["Expected precision", "precision", "n", (site) => digitsOf(site.precision)],
    ["Position", "place", "", (site) => placeOfSite(site)],
    ["Strand", "strand", "", (site) => site.strand.replace("-", "−")],
    ["p\u2011value", "p_value", "n minor", (site) => shortNumber(site.p_value)],
    ["Rank in gene", "rank_in_gene", "n minor", (site) => site.rank_in_gene ?? "–"],
    ["Driver", "driver", "minor", (site) => site.driver ?? "–"],
    ["Motif", "motif", "minor", (site) => site.motif_name ?? "–"],
    ["Gene", "gene", "", (site) => site.gene_name ?? "–"],
    ["Region", "region", "", (site) => site.region ?? "–"],
];
const SITE_TABLE = `<div class="bar">
<label>find <input type="search" name="text" size="18" placeholder="gene, motif, chr1:1-5000" spellcheck="false"></label>
<label>protein <select name="model"></select></label>
<label>gene <input type="search" name="gene" size="9" spellcheck="false"></label>
<label>region <select name="region"></select></label>
<label>driver <select name="driver"></select></label>
<label>score ≥ <input type="number" name="score" min="0" max="1" step="0.05"></label>
<label>precision ≥ <input type="number" name="precision" min="0" max="1" step="0.05"></label>
<button type="button" class="clear">clear filters</button></div>
<div class="bar"><span class="state" role="status" aria-live="polite">loading the sites …</span>
<span class="pages"><button type="button" class="back" title="key Page Up">◀</button> <span class="range"></span>
<button type="button" class="forth" title="key Page Down">▶</button></span>
<a class="download" download="sites.tsv">download these sites (TSV)</a></div>
<div class="scroll"><table><thead><tr></tr></thead><tbody></tbody></table></div>
<p class="dim">Click a row, or press Enter, to see the site in the tracks; arrow keys move between rows. Positions are
1-based, as in genome browsers. <b>Expected precision</b> is the share of true sites that is expected at the score of a
site. Sites are predictions, not measurements.</p>`;

const shortNumber = (value) => (value === null ? "–" : value < 0.001 ? value.toExponential(1).replace("-", "−") : value.toPrecision(2));
const digitsOf = (value) => (value === null ? "–" : value.toFixed(3));
const placeOfSite = ({ chrom, start, end }) => `${chrom}:${number.format(start + 1)}–${number.format(end)}`;

/** Hide the static table of the strongest sites, which this view replaces. */
function hideStrongestSites() {
    const title = [...document.querySelectorAll("h2")].find(({ textContent }) => textContent === "Strongest sites");
    for (let part = title; part; part = part.nextElementSibling) {
        if (part !== title && !part.matches("p, .scroll")) break;
        part.hidden = true;
    }
}

class SiteTable {
    constructor(page) {
        this.page = page;
        this.id = "sites";
        this.title = "All sites";
        this.state = { order: SITE_ORDER, offset: 0 };
        this.rows = [];
        this.questions = new Questions(page, (text) => this.say(text));
        this.at = 0; // row that the keyboard has
        if (isServed()) hideStrongestSites();
    }

    build(root) {
        this.root = root;
        root.classList.add("sites");
        root.innerHTML = SITE_TABLE;
        this.part("thead tr").replaceChildren(...SITE_COLUMNS.map(([title, order, kind]) => this.header(title, order, kind)));
        for (const name of SITE_FILTERS) {
            this.control(name).addEventListener("input", () => this.filterSoon());
        }
        this.part(".clear").addEventListener("click", () => this.change({ ...this.cleared(), offset: 0 }));
        this.part(".back").addEventListener("click", () => this.turn(-1));
        this.part(".forth").addEventListener("click", () => this.turn(1));
        this.part("tbody").addEventListener("keydown", (event) => this.handleKey(event));
        this.part("tbody").addEventListener("click", (event) => {
            const row = event.target.closest("tr");
            if (row && !event.target.closest("button") && !getSelection().toString()) this.open(this.rows[row.sectionRowIndex]);
        });
    }

    part(selector) {
        return this.root.querySelector(selector);
    }

    control(name) {
        return this.part(`[name=${name}]`);
    }

    header(title, order, kind) {
        const cell = document.createElement("th"), button = document.createElement("button");
        Object.assign(cell, { scope: "col", className: kind });
        cell.dataset.order = order;
        Object.assign(button, { type: "button", textContent: title });
        const first = ["score", "precision"].includes(order) ? `-${order}` : order; // the order that a first click means
        const other = first === order ? `-${order}` : order;
        button.addEventListener("click", () => this.change({ order: this.state.order === first ? other : first, offset: 0 }));
        cell.append(button);
        return cell;
    }

    cleared() {
        return Object.fromEntries(SITE_FILTERS.map((name) => [name, ""]));
    }

    /** Show what an address or another view asks for; without parameters, what was shown before. */
    show(parameters) {
        if (parameters.size) {
            const offset = Number(parameters.get("offset"));
            this.state = { order: parameters.get("order") ?? SITE_ORDER, offset: Number.isSafeInteger(offset) && offset > 0 ? offset : 0 };
            for (const name of SITE_FILTERS) this.state[name] = parameters.get(name) ?? "";
        }
        return this.load();
    }

    /** Return what the address keeps: filters, order and place that differ from the first ones. */
    parameters() {
        const isUsual = { order: SITE_ORDER, offset: 0 };
        return Object.entries(this.state).filter(([name, value]) => value !== "" && value !== isUsual[name]);
    }

    query() {
        return new URLSearchParams(Object.entries(this.state).filter(([, value]) => value !== ""));
    }

    filterSoon() {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => {
            const filters = SITE_FILTERS.map((name) => [name, this.control(name).value.trim()]);
            this.change({ ...Object.fromEntries(filters), offset: 0 });
        }, SITE_DELAY);
    }

    /** Change filters, order or page, and load the rows. */
    async change(parts) {
        Object.assign(this.state, parts);
        this.at = 0;
        await this.load();
        this.page.address();
    }

    /** Load the rows that pass the filters. */
    async load() {
        try {
            const content = await this.questions.ask(`run/sites?${new URLSearchParams([...this.query(), ["limit", SITE_ROWS]])}`);
            return content && this.fill(content);
        } catch (error) {
            return this.refuse(error.message);
        }
    }

    say(text) {
        this.part(".state").textContent = text;
    }

    /** Explain why there are no rows. */
    refuse(text) {
        this.rows = [];
        this.part("tbody").replaceChildren();
        this.part(".pages").hidden = true;
        this.part(".download").hidden = true;
        this.say(text);
    }

    fill({ rows, total, sites, options, problems }) {
        const { offset } = this.state;
        if (total && offset >= total) return this.change({ offset: Math.floor((total - 1) / SITE_ROWS) * SITE_ROWS });
        this.rows = rows;
        this.total = total;
        for (const name of ["model", "region", "driver"]) this.fillOptions(name, options[name]);
        for (const name of SITE_FILTERS) {
            const control = this.control(name);
            if (control !== document.activeElement) control.value = this.state[name] ?? "";
        }
        for (const cell of this.part("thead tr").children) {
            const { order } = cell.dataset, isSorted = [order, `-${order}`].includes(this.state.order);
            cell.ariaSort = !isSorted ? null : this.state.order === order ? "ascending" : "descending";
        }
        const hadFocus = this.part("tbody").contains(document.activeElement);
        this.part("tbody").replaceChildren(...rows.map((site, i) => this.row(site, i)));
        if (hadFocus) this.focus(this.at);
        this.part(".pages").hidden = !total;
        this.part(".range").textContent = `${number.format(offset + 1)}–${number.format(offset + rows.length)}`;
        this.part(".back").disabled = offset === 0;
        this.part(".forth").disabled = offset + rows.length >= total;
        this.part(".download").hidden = !total;
        this.part(".download").href = address(`run/sites.tsv?${this.query()}`);
        this.describe(total, sites, problems);
        return undefined;
    }

    describe(total, sites, problems) {
        const isFiltered = SITE_FILTERS.some((name) => this.state[name]);
        const all = `${number.format(sites)} ${sites === 1 ? "site" : "sites"}`;
        const count = !sites ? "No site reached the threshold." : !isFiltered ? all
            : total ? `${number.format(total)} of ${all}` : `None of ${all} passes these filters.`;
        this.say([count, ...problems.map((problem) => `Some sites could not be read: ${problem}`)].join(" "));
    }

    fillOptions(name, counts) {
        const select = this.control(name), value = this.state[name] ?? "";
        const options = counts.map(([text, count]) => new Option(`${text === "." ? "none" : text} (${number.format(count)})`, text));
        if (value && !counts.some(([text]) => text === value)) options.push(new Option(`${value} (0)`, value));
        select.replaceChildren(new Option("all", ""), ...options);
        select.value = value;
    }

    row(site, index) {
        const row = document.createElement("tr"), { views } = this.page;
        row.tabIndex = index === this.at ? 0 : -1;
        row.append(...SITE_COLUMNS.map(([title, order, kind, text]) => {
            const cell = Object.assign(document.createElement("td"), { className: kind, textContent: text(site) });
            if (order === "model") cell.prepend(this.dot(site.model));
            if (order === "score") cell.style.setProperty("--share", `${100 * site.score}%`);
            if (order === "score") cell.classList.add("meter");
            return cell;
        }));
        if (views.entries.has("site")) {
            this.link(row.cells[1], () => views.open("site", Object.entries({ model: site.model, site: site.name })), "Why is this site here?");
        }
        if (views.entries.has("gene") && site.gene_name) {
            this.link(row.cells[10], () => views.open("gene", [["gene", site.gene_name]]), "All proteins on this gene");
        }
        return row;
    }

    dot(model) {
        const dot = Object.assign(document.createElement("span"), { className: "dot" });
        dot.style.background = this.page.run.groups.find(({ name }) => name === model)?.color;
        return dot;
    }

    /** Let the text of a cell open another view. */
    link(cell, open, title) {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "link", title });
        button.textContent = cell.textContent;
        button.tabIndex = -1;
        button.addEventListener("click", open);
        cell.replaceChildren(button);
    }

    turn(direction) {
        const offset = this.state.offset + direction * SITE_ROWS;
        if (offset < 0 || offset >= this.total) return undefined;
        return this.change({ offset });
    }

    /** Give a row to the keyboard. */
    focus(index) {
        const rows = this.part("tbody").rows;
        if (!rows.length) return;
        rows[this.at]?.setAttribute("tabindex", -1);
        this.at = Math.max(0, Math.min(rows.length - 1, index));
        rows[this.at].tabIndex = 0;
        rows[this.at].focus();
    }

    async handleKey(event) {
        const row = event.target.closest("tr"), last = this.rows.length - 1;
        if (event.target !== row || event.ctrlKey || event.metaKey || event.altKey) return;
        const at = row.sectionRowIndex, { key } = event;
        if (!["ArrowDown", "ArrowUp", "Home", "End", "PageDown", "PageUp", "Enter"].includes(key)) return;
        event.preventDefault();
        if (key === "Enter") this.open(this.rows[at]);
        else if (key === "PageDown" || (key === "ArrowDown" && at === last)) await this.turn(1);
        else if (key === "PageUp") await this.turn(-1);
        else if (key === "ArrowUp" && at === 0 && this.state.offset) await this.turn(-1).then(() => this.focus(SITE_ROWS - 1));
        else this.focus({ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[key]);
    }

    /** Show a site in the tracks, with those of its protein. */
    async open(site) {
        const { page } = this, group = page.run.groups.find(({ name }) => name === site.model);
        if (group && !page.shown.has(group)) await page.choose([...page.shown, group]);
        await page.views.open(TRACKS);
        const size = new Map(page.run.genome.sizes).get(site.chrom) ?? Infinity, half = VIEW / 2;
        await page.go(`${site.chrom}:${Math.max(1, site.summit + 1 - half)}-${Math.min(size, site.summit + half)}`);
        page.tell(`${site.model} ${site.name}, score ${digitsOf(site.score)}, summit at ${site.chrom}:${number.format(site.summit + 1)}`);
    }
}
