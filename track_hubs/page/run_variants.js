// Variants of a run's page: a track of igv.js, and a list to filter and to step through.
"use strict";

const VARIANTS = { displayMode: "EXPANDED", autoHeight: true, minHeight: 40, maxHeight: 110 };

class Variants {
    constructor(page, sources) {
        this.page = page;
        this.sources = sources;
        this.tracks = []; // of igv.js
        this.rows = [...document.querySelectorAll("#variants tr[data-locus]")];
    }

    async load() {
        for (const { name, url } of this.sources) {
            const config = {
                type: "annotation", format: "bigbed", name, url: address(url), searchable: false, removable: false,
                order: 50, ...VARIANTS, // after the genes, before the proteins
            };
            this.tracks.push(...await this.page.load(config));
        }
        this.connectControls();
    }

    connectControls() {
        if (!this.rows.length) return;
        if (isServed()) this.addButton();
        element("previous-variant").addEventListener("click", () => this.step(-1));
        element("next-variant").addEventListener("click", () => this.step(1));
        for (const id of ["variant-model", "variant-site", "least-delta"]) element(id).addEventListener("input", () => this.filter());
        for (const row of this.rows) row.addEventListener("keydown", (event) => this.handleKey(event));
        this.filter();
    }

    /** Add a button that opens the view with the effects of the last row on all proteins. */
    addButton() {
        const button = Object.assign(document.createElement("button"), { id: "all-proteins", type: "button", textContent: "all proteins", title: "score this variant with all models of the run" });
        button.addEventListener("click", () => {
            const row = this.rows.find(({ classList }) => classList.contains("here")) ?? this.visibleRows()[0];
            if (row && !row.dataset.variant) this.page.tell("an allele of this variant is too long to be scored here");
            else if (row) this.page.views.open("variant", Object.entries({ variant: row.dataset.variant, model: row.dataset.model }));
        });
        element("next-variant").after(" ", button);
    }

    /** Tell whether the filters accept a row of the list, or a box of the track. */
    accepts({ model, site, absDelta }) {
        const isChosen = (id, value) => ["", value].includes(element(id).value);
        const least = Number(element("least-delta").value) || 0;
        return isChosen("variant-model", model) && isChosen("variant-site", site) && Number(absDelta) >= least;
    }

    /** Apply the filters to the list and to the tracks. */
    filter() {
        for (const row of this.rows) row.hidden = !this.accepts(row.dataset);
        const count = this.visibleRows().length;
        element("variant-count").textContent = count < this.rows.length
            ? `${number.format(count)} of ${number.format(this.rows.length)} rows pass the filters.` : "";
        for (const track of this.tracks) track.filter = (feature) => this.accepts(feature);
    }

    visibleRows() {
        return this.rows.filter((row) => !row.hidden);
    }

    /** Go to the next (1) or previous (-1) row that passes the filters, from the last one. */
    async step(direction) {
        const last = this.rows.findIndex((row) => row.classList.contains("here"));
        const following = direction > 0 ? this.rows.slice(last + 1) : this.rows.slice(0, Math.max(0, last)).reverse();
        const row = following.find(({ hidden }) => !hidden);
        if (!row) return this.page.tell(`no ${direction > 0 ? "further" : "earlier"} variant in the list`);
        const list = row.closest(".scroll");
        await this.page.visit(row);
        list.scrollTop += row.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 2;
        return row;
    }

    async handleKey(event) {
        const direction = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!direction) return;
        event.preventDefault();
        (await this.step(direction))?.focus({ preventScroll: true });
    }
}
