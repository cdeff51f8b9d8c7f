// Formats the details of a site, motif hit, variant or score.
"use strict";

const DETAILS = { // labels of the bigBed columns that a click on a site or motif hit shows
    name: "Name", id: "Identifier", ref: "Reference allele", alt: "Alternate allele", model: "Model", site: "Site",
    refScore: "REF score", altScore: "ALT score", delta: "Delta", rawScore: "Score", expectedPrecision: "Expected precision", pValue: "p-value",
    precision: "Expected precision", rankInGene: "Rank in the gene", rankInRun: "Rank in the run",
    driver: "Driver", motifName: "Motif", motif: "Identifier of the motif", motifProtein: "Protein of the motif",
    motifOrigin: "Origin of the motif", match: "Protein", origin: "Origin", geneName: "Gene",
    region: "Region", sequence: "RNA around the summit", transcript: "Transcript",
    isoforms: "Isoforms with this site", junctions: "Exon junctions",
};

/** Write names and values as HTML. */
function detailsHtml(rows) {
    const list = document.createElement("div");
    for (const [name, value] of rows) {
        const line = list.appendChild(document.createElement("div"));
        line.appendChild(document.createElement("b")).textContent = name;
        line.append(` ${value}`);
    }
    list.style.cssText = "padding:6px;max-width:26rem;white-space:normal;overflow-wrap:anywhere";
    return list.outerHTML;
}

/** Write the details of a site or motif hit as HTML. */
function featureDetails(feature) {
    const columns = Object.entries(DETAILS).filter(([column]) => ![undefined, "", "."].includes(feature[column]));
    const round = (text) => Number(Number(text).toPrecision(3));
    const rows = columns.map(([column, name]) => [
        name, /(Score|Value|delta)$/.test(column) ? round(feature[column]) : feature[column],
    ]);
    const { chr, start, end, strand, transcriptStart, transcriptEnd } = feature;
    const span = (from, to) => `${number.format(Number(from) + 1)}–${number.format(to)}`;
    if (transcriptStart !== undefined) rows.push(["In the transcript", span(transcriptStart, transcriptEnd)]);
    return detailsHtml([...rows, ["Position", `${chr}:${span(start, end)} (${strand})`]]);
}

/** Write a link to a view as HTML. */
function viewLink(text, parameters) {
    const link = document.createElement("a");
    link.href = `#${new URLSearchParams(parameters)}`;
    link.textContent = text;
    link.style.cssText = "padding:6px;font-weight:600";
    return link.outerHTML;
}

/** Write a link to the view that explains a site as HTML. */
function explainLink(model, { chr, name, cdStart, start }) {
    return viewLink("explain this site", { view: "site", model, site: name, at: `${chr}:${Number(cdStart ?? start) + 1}` });
}

/** Write a link to the effects of a variant on all models as HTML. */
function variantLink({ chr, start, ref, alt, model }) {
    return viewLink("all proteins", { view: "variant", variant: [chr, Number(start) + 1, ref, alt].join("-"), model });
}
