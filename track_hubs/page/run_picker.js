// Choice of the proteins with tracks on a run's page, and their cards.
"use strict";

/** Checkboxes of the proteins. Many are folded away, behind a box to search them. */
class Picker {
    constructor(page, groups) {
        this.page = page;
        this.groups = groups;
    }

    build() {
        const bar = element("proteins");
        this.labels = this.groups.map((group) => this.label(group));
        element("picker").replaceChildren(...this.labels);
        element("all").addEventListener("click", () => this.page.choose(this.groups));
        element("none").addEventListener("click", () => this.page.choose([]));
        bar.hidden = this.groups.length < 2;
        if (this.groups.length > MAX_OPEN) this.fold(bar);
        this.mark();
    }

    /** Create the checkbox of a protein. */
    label(group) {
        const label = document.createElement("label");
        const box = Object.assign(document.createElement("input"), { type: "checkbox" });
        const dot = Object.assign(document.createElement("span"), { className: "dot" });
        dot.style.background = group.color;
        box.addEventListener("change", () => this.page.toggle(group));
        label.append(box, dot, group.name);
        return label;
    }

    /** Move the bar into an element that opens, with a box to search. */
    fold(bar) {
        const details = Object.assign(document.createElement("details"), { className: "picker" });
        this.summary = details.appendChild(document.createElement("summary"));
        const search = Object.assign(document.createElement("input"), { type: "search", placeholder: "protein", spellcheck: false });
        search.setAttribute("aria-label", "Find a protein to open its tracks");
        search.addEventListener("input", () => this.filter(search.value));
        bar.before(details);
        bar.firstElementChild.replaceWith(search);
        details.append(bar);
    }

    filter(text) {
        const part = text.trim().toLowerCase();
        this.labels.forEach((label, i) => { label.hidden = !this.groups[i].name.toLowerCase().includes(part); });
    }

    /** Mark the proteins whose tracks are open. */
    mark() {
        const { shown } = this.page;
        this.labels?.forEach((label, i) => { label.firstChild.checked = shown.has(this.groups[i]); });
        if (this.summary) this.summary.textContent = `Tracks of ${shown.size} of ${this.groups.length} proteins are open`;
    }
}

/** Show the card of a protein or hide it. Fetch its logo once, if the page has too many to hold them all. */
async function showCard(card, isShown) {
    card.hidden = !isShown;
    const place = card.querySelector("[data-logo]");
    if (!isShown || !place) return;
    const url = address(place.dataset.logo);
    place.removeAttribute("data-logo");
    const reply = await fetch(url).catch(() => null);
    if (!reply?.ok) return;
    const figure = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("figure.logo");
    if (figure) place.replaceWith(figure);
}
