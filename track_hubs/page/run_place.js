// Line of a run's page that explains what is in view: strands that were not scored, and the way to the next scores.
"use strict";

const PLACE_DELAY = 250; // milliseconds without a move, after which the place is explained

class Place {
    constructor(page) {
        this.page = page;
    }

    build() {
        this.root = Object.assign(document.createElement("p"), { id: "place", className: "dim" });
        this.root.setAttribute("role", "status");
        document.querySelector("#view-tracks .beside").before(this.root);
    }

    /** Explain an interval once the view is still. */
    follow(view) {
        clearTimeout(this.timer);
        if (this.isPlain) return; // a plain web server has no explanations
        this.timer = setTimeout(() => this.show(view), PLACE_DELAY);
    }

    async show(view) {
        this.request?.abort();
        this.request = new AbortController();
        if (view.chrom === "all" || !(view.end > view.start)) return this.root.replaceChildren();
        const { chrom, start, end } = view;
        try {
            const reply = await fetch(address(`run/place?${new URLSearchParams({ chrom, start, end })}`), { signal: this.request.signal });
            this.isPlain = reply.status === 404;
            if (!reply.ok) return this.root.replaceChildren();
            const { text, nearest } = await reply.json();
            this.root.replaceChildren(text);
            if (nearest) this.root.append(" ", this.wayTo(nearest));
        } catch (error) {
            if (error.name !== "AbortError") this.page.tell(this.page.describeError(error));
        }
    }

    /** Create the button that goes to a place. */
    wayTo(locus) {
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: `nearest scores: ${locus}` });
        button.addEventListener("click", () => this.page.go(locus));
        return button;
    }
}
