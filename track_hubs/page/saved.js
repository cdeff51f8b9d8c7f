// Page in one file about some genes of a run: the drawing of transcripts with data inside of the page.

/** Inflate one of the answers that the page holds. */
async function readSaved(index) {
    const packed = Uint8Array.from(atob(element(`drawing${index}`).textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return readTranscript(new Uint8Array(await new Response(stream).arrayBuffer()));
}

class SavedPage {
    constructor(data) {
        const { groups, genome, shown, drawings } = data;
        this.run = { groups, genome: { name: genome } };
        this.shown = new Set(groups.filter(({ name }) => shown.includes(name)));
        this.drawings = drawings;
        this.answers = new Map();
    }

    async begin() {
        this.view = new SavedTranscript(this, (query) => this.answer(query));
        this.view.hasHeat = this.run.groups.length > 1;
        this.view.build(element("drawing"));
        for (const row of document.querySelectorAll("tr[data-site]")) {
            row.tabIndex = 0;
            row.addEventListener("click", () => this.visit(row.dataset));
            row.addEventListener("keydown", ({ key }) => key === "Enter" && this.visit(row.dataset));
        }
        await this.view.show(new URLSearchParams(Object.entries({ gene: this.drawings[0][0], heat: this.view.hasHeat ? "all" : "" })));
        document.body.dataset.ready = "yes";
    }

    /** Answer a query of the view as the server does, from what the page holds. */
    async answer({ begin, gene, transcript, sites = "", first = 0, last = Infinity }) {
        if (begin) return { genes: [...new Set(this.drawings.map(([name]) => name))].filter((name) => name.toLowerCase().startsWith(begin.toLowerCase())) };
        const index = this.drawings.findIndex(([name, accession]) => name.toLowerCase() === gene?.toLowerCase() && (!transcript || accession === transcript));
        if (index < 0) throw new Error(`${transcript ?? gene} is not in this page; it holds ${[...new Set(this.drawings.map(([name]) => name))].join(", ")}`);
        if (!this.answers.has(index)) this.answers.set(index, await readSaved(index));
        const answer = this.answers.get(index), numbers = sites.split(",").filter(Boolean).map(Number);
        const isShown = ({ group, start, end }) => numbers.includes(group) && start < last && end > first;
        const names = this.drawings.filter(([name]) => name === this.drawings[index][0]).map(([, accession]) => accession);
        return {
            ...answer, sites: answer.sites.filter(isShown), motifs: answer.motifs.filter(isShown),
            isoforms: answer.isoforms.filter(({ name }) => names.includes(name)),
        };
    }

    /** Open or close the row of a protein. */
    toggle(group) {
        if (!this.shown.delete(group)) this.shown.add(group);
    }

    /** Show a site of the table in the drawing. */
    async visit({ site, model, gene }) {
        const { groups } = this.run, group = groups.find(({ name }) => name === model), index = groups.indexOf(group);
        this.shown.add(group);
        if (this.view.data.gene !== gene) await this.view.load({ gene });
        let found = null;
        for (const [, transcript] of this.drawings.filter(([name]) => name === gene)) {
            const { sites } = await this.answer({ gene, transcript, sites: `${index}` });
            found = sites.find(({ name }) => name === site);
            if (!found) continue;
            const middle = found.summit ?? found.start;
            await this.view.load({ gene, transcript }, [Math.max(1, middle - 150), middle + 150]);
            break;
        }
        this.view.choose(found);
        element("drawing").scrollIntoView({ block: "start" });
    }
}

class SavedTranscript extends TranscriptView {
    /** Read the RNA of an interval from the letters of the answer. */
    readSequence({ letters }, first, last) {
        const part = letters.find(([start, text]) => start <= first && last <= start + text.length);
        return part ? part[1].slice(first - part[0], last - part[0]) : "";
    }
}

window.savedPage = new SavedPage(JSON.parse(element("saved").textContent));
window.savedPage.begin().catch((error) => say(error.message));
