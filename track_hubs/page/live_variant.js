// A variant on the live page: tracks of both haplotypes, and a table of its effect on each model and strand.
"use strict";

const UP = "#b2182b", DOWN = "#2166ac"; // positive and negative changes
const MANY = 4; // number of models, above which letters and variant are placed above the scores

function createElement(tag, text) {
    const node = document.createElement(tag);
    node.textContent = text;
    return node;
}

/** Sort the tracks of a variant by change, greatest first. */
function rankByChange(tracks) {
    const change = (track) => Math.abs(track.most?.change ?? -1);
    return [...tracks].sort((a, b) => change(b) - change(a));
}

function scoreText(value) {
    return value === null ? "–" : value.toFixed(3);
}

function changeText(value) {
    return value === null ? "–" : `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}

/** The variant that a live page shows, if any. */
class VariantView {
    constructor(page) {
        this.page = page;
        this.answer = null; // the server's answer about the variant
        this.choice = null; // model and strand that were selected before the variant
        this.turn = 0; // number of the latest request
        this.tracks = [];
    }

    /** Show the effect of a variant. Clear the previous one first, so that a refused variant leaves nothing visible. */
    async show(text) {
        const turn = await this.clear();
        const { page } = this;
        try {
            const answer = await page.routes.request("variant", { text });
            if (turn !== this.turn) return; // another variant was requested meanwhile
            this.choice = { name: page.model.name, strand: page.strand };
            this.answer = answer;
            this.tabulate(answer);
            const strongest = rankByChange(answer.tracks)[0];
            await page.choose(strongest.model, strongest.strand);
            const { chrom, start, end } = answer, margin = page.about.half + 15;
            await page.browser.search(regionText({ chrom, start: Math.max(0, start - margin), end: end + margin }));
            document.body.dataset.variant = `${chrom}:${start + 1} ${answer.ref}>${answer.alt}`;
        } catch (error) {
            if (turn !== this.turn) return;
            await this.clear();
            setText("variant-error", error.message);
        }
    }

    /** Remove the variant and restore the model and strand selected before it. Return the number of the next request. */
    async clear() {
        const turn = this.turn += 1;
        this.answer = null;
        element("effect").hidden = true;
        setText("variant-error", "");
        delete document.body.dataset.variant;
        await this.removeTracks();
        if (this.choice) await this.page.choose(this.choice.name, this.choice.strand);
        this.choice = null;
        return turn;
    }

    async removeTracks() {
        const { tracks } = this;
        this.tracks = [];
        for (const track of tracks) await this.page.browser.removeTrack(track);
    }

    /** Draw the tracks of the selected model and strand, if there is a variant. */
    async draw() {
        if (!this.answer) return;
        await this.removeTracks();
        const { model, strand } = this.page;
        const candidates = rankByChange(this.answer.tracks.filter((track) => track.model === model.name));
        const effect = candidates.find((track) => track.strand === (strand ?? candidates[0]?.strand));
        if (!effect) return;
        const configs = this.trackConfigs(model, effect);
        const first = this.page.about.models.length > MANY ? 10 : 1000;
        configs.forEach((config, i) => { config.order = first + i; });
        this.tracks = await this.page.browser.loadTrackList(configs);
    }

    /** Return the track configurations of the variant and its effect on a strand for igv.js. */
    trackConfigs(model, effect) {
        const { chrom, from, start, end, ref, alt } = this.answer;
        const region = { chrom, start: from, step: 1, end: from + effect.reference.length };
        const wig = (name, values, limits) => {
            const features = [...bars(region, values, 1)];
            return {
                type: "wig", name, height: 60, summarize: false, windowFunction: "none", visibilityWindow: 50_000,
                featureSource: { getFeatures: async ({ chr }) => (chr === chrom ? features : []) }, removable: false,
                ...limits,
            };
        };
        const greatest = Math.max(0.5, ...effect.change.map((value) => Math.abs(value ?? 0)));
        const side = effect.strand === "+" ? "plus" : "minus";
        const score = { min: 0, max: 1, color: model.color };
        const change = { min: -greatest, max: greatest, color: UP, altColor: DOWN };
        const features = [{ chr: chrom, start, end: Math.max(end, start + 1), name: `${ref || "–"}>${alt || "–"}` }];
        return [
            { type: "annotation", name: "Variant", features, height: 40, color: UP, removable: false },
            wig(`${model.name} reference (${ref || "–"}), ${side} strand`, effect.reference, score),
            wig(`${model.name} alternate (${alt || "–"}), ${side} strand`, effect.alternate, score),
            wig("Change of the log odds", effect.change, change),
        ];
    }

    /** Write the table of the effect on each model and strand. A click on a row draws it. */
    tabulate(answer) {
        const { chrom, start, ref, alt } = answer;
        const insertion = Math.max(0, alt.length - ref.length), deletion = Math.max(0, ref.length - alt.length);
        setText("effect-title", `${chrom}:${number.format(start + 1)} ${ref || "–"}>${alt || "–"}`);
        setText("effect-note", insertion ? `${insertion} inserted nt have no position on the reference. `
            + "Their scores count in \"highest, alternate\" but are not drawn."
            : deletion ? `${deletion} deleted nt have no alternate score, so the track is empty there.` : "");
        element("effect-rows").replaceChildren(...rankByChange(answer.tracks).map((track) => this.row(track)));
        element("effect").hidden = false;
    }

    row(track) {
        const row = document.createElement("tr");
        const { most, best } = track;
        const texts = [
            track.model, track.strand === "-" ? "−" : "+", scoreText(best[0]), scoreText(best[1]),
            most ? changeText(most.change) : "–",
            most ? `${number.format(most.position + 1)}: ${scoreText(most.reference)} → ${scoreText(most.alternate)}` : "–",
        ];
        row.append(...texts.map((text) => createElement("td", text)));
        row.addEventListener("click", () => this.page.choose(track.model, track.strand));
        row.tabIndex = 0;
        row.addEventListener("keydown", (event) => event.key === "Enter" && row.click());
        return row;
    }
}
