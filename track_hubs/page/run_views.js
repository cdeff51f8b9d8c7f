// Views of a run's page: the tracks, and others in the same place, of which one is open at a time.
"use strict";

const TRACKS = "tracks"; // the view that the address does not name

/** Give the page of an earlier version the places of tabs and tracks. */
function completePage() {
    if (element("views")) return;
    const controls = element("proteins").parentElement, beside = document.querySelector(".beside");
    const [tabs, tracks] = ["views", "view-tracks"].map((id) => Object.assign(document.createElement("div"), { id }));
    controls.before(tabs, element("status"), tracks);
    tracks.append(controls, beside);
}

/**
 * The views and their tabs.
 *
 * A view has an `id`, a `title` for its tab, and `build(root)`, which fills its section once.
 * Further methods are optional: `show(parameters)` when it is opened or its address changes, `follow(frame)` when the
 * tracks move, and `parameters()` with what the address keeps of it, as pairs.
 */
class Views {
    constructor(page) {
        this.page = page;
        this.entries = new Map(); // view, tab and section by identifier
        this.current = TRACKS;
    }

    /** Create the tabs, with the tracks as the first view. */
    build() {
        this.tabs = element("views");
        this.tabs.setAttribute("role", "tablist");
        this.tabs.setAttribute("aria-label", "Views of this run");
        this.tabs.addEventListener("keydown", (event) => this.handleKey(event));
        this.place({ id: TRACKS, title: "Tracks" }, element("view-tracks"));
    }

    /** Add a view after the others. It is built when it is opened for the first time. */
    add(view) {
        const section = document.createElement("section");
        section.id = `view-${view.id}`;
        [...this.entries.values()].at(-1).section.after(section);
        this.place(view, section);
    }

    place(view, section) {
        const tab = document.createElement("button");
        Object.assign(tab, { id: `tab-${view.id}`, textContent: view.title });
        tab.setAttribute("role", "tab");
        tab.setAttribute("aria-controls", section.id);
        section.setAttribute("role", "tabpanel");
        section.setAttribute("aria-labelledby", tab.id);
        tab.addEventListener("click", () => this.open(view.id));
        this.tabs.append(tab);
        this.entries.set(view.id, { view, tab, section, isBuilt: view.id === TRACKS });
        this.mark();
    }

    /** Open a view as a new entry of the browser's history. `parameters` is a URLSearchParams or pairs. */
    async open(id, parameters = []) {
        await this.show(id, parameters);
        this.page.address({ isNew: true });
    }

    /** Show a view without a new entry of the history. An unknown identifier means the tracks. */
    async show(id, parameters = []) {
        this.current = this.entries.has(id) ? id : TRACKS;
        const { view, section } = this.entries.get(this.current), entry = this.entries.get(this.current);
        this.mark();
        if (!entry.isBuilt) {
            entry.isBuilt = true;
            view.build(section);
        }
        if (this.current === TRACKS) await this.page.browser?.visibilityChange();
        await view.show?.(new URLSearchParams(parameters));
    }

    /** Tell the open view what the tracks show. */
    follow(frame) {
        this.entries.get(this.current)?.view.follow?.(frame);
    }

    /** Return what the address keeps of the open view, as pairs. */
    parameters() {
        if (this.current === TRACKS) return [];
        return [["view", this.current], ...(this.entries.get(this.current).view.parameters?.() ?? [])];
    }

    mark() {
        this.tabs.hidden = this.entries.size < 2;
        for (const [id, { tab, section }] of this.entries) {
            const isOpen = id === this.current;
            tab.setAttribute("aria-selected", isOpen);
            tab.tabIndex = isOpen ? 0 : -1;
            section.hidden = !isOpen;
        }
    }

    /** Move between the tabs with the arrow keys, Home and End. */
    handleKey(event) {
        const ids = [...this.entries.keys()], at = ids.indexOf(this.current), last = ids.length - 1;
        const target = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
        if (target === undefined) return;
        event.preventDefault();
        this.open(ids[target]);
        this.entries.get(ids[target]).tab.focus();
    }
}
