// Settings of igv.js for the tracks of a protein.
"use strict";

const SITES = { displayMode: "EXPANDED", autoHeight: true, minHeight: 40, maxHeight: 70 };
const MOTIFS = { displayMode: "EXPANDED", autoHeight: true, minHeight: 40, maxHeight: 90 };

/** Tracks of the proteins of a run. `kinds` names those that are shown beside scores and sites. */
class ProteinTracks {
    constructor(browser, groups, kinds) {
        Object.assign(this, { browser, groups, kinds });
    }

    /** Return the track configurations of one protein for igv.js. */
    configs(group) {
        const { name, color, pale, score, further, sites, motifs, motif_label: labelField } = group;
        const tracks = [];
        if (score) tracks.push(this.overlay(`${name} score`, score, [0, 1], color, pale, 90));
        const intervals = (role, path, settings) => ({
            type: "annotation", name: `${name} ${role}`, url: address(path), color, searchable: false, removable: false,
            ...(path.endsWith(".bb") ? { format: "bigbed" } : { format: "bed", indexURL: address(`${path}.tbi`) }),
            ...settings,
        });
        if (sites) tracks.push(intervals("sites", sites, { ...SITES, altColor: pale }));
        if (motifs && this.kinds.has("motifs")) tracks.push(intervals("motifs", motifs, { ...MOTIFS, labelField }));
        if (this.kinds.has("further")) {
            tracks.push(...further.flatMap(({ label, paths, limits, letters }) => (
                letters ? this.letters(label, paths, color) : [this.overlay(label, paths, limits, color, pale, 60)])));
        }
        return tracks.map((track, i) => ({ ...track, order: 100 * (this.groups.indexOf(group) + 1) + i }));
    }

    overlay(name, paths, [low, high], color, pale, height) {
        const half = (low + high) / 2;
        return {
            type: "wig", name, height, color, altColor: pale, min: -high, max: high, removable: false,
            featureSource: new BothStrands(this.browser, paths), summarize: false, windowFunction: "none",
            guideLines: [half, -half].map((y) => ({ color: "#bbb", dotted: true, y })),
        };
    }

    /** Return a track per strand that draws each base of the RNA as high as its value. */
    letters(name, paths, color) {
        return Object.entries(paths).map(([strand, path]) => ({
            type: "wig", name: `${name} (${strand})`, height: 90, color, altColor: color, autoscale: true, removable: false,
            graphType: "dynseq", featureSource: new StrandLetters(this.browser, strand, path), summarize: false,
        }));
    }
}
