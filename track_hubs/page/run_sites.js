// Search of a run's page for the next site of the visible proteins.
"use strict";

const FIRST_SEARCH = 100_000; // nt of the first search for the next site; each further search covers four times as many

/** Return the middle of a site's summit (the thick part of its BED row), 0-based. */
function summitOf(feature) {
    return Number(feature.cdStart ?? feature.start) + 0.5;
}

/** Return the score of a site, from 0 to 1. A plain BED has thousandths. */
function scoreOf(feature) {
    return feature.rawScore === undefined ? Number(feature.score) / 1000 : Number(feature.rawScore);
}

/** Search of the loaded tracks, a Map from each visible group to its tracks of igv.js. */
class SiteSearch {
    constructor(tracks, sizes) {
        this.tracks = tracks;
        this.names = sizes.map(([name]) => name);
        this.sizes = new Map(sizes);
    }

    /** Return the track of a visible protein's sites. */
    trackOf(group) {
        return this.tracks.get(group)?.find(({ name }) => name === `${group.name} sites`);
    }

    hasTrack() {
        return [...this.tracks.keys()].some((group) => this.trackOf(group));
    }

    /**
     * Return the nearest site after (direction 1) or before (-1) a position, with at least the minimum score.
     * Search contig by contig, in growing intervals. Return null if there is no such site.
     */
    async findNearest({ chrom, position, direction, minimum }) {
        const isContig = this.sizes.has(chrom);
        const first = isContig ? this.names.indexOf(chrom) : direction > 0 ? 0 : this.names.length - 1;
        for (let i = first; i >= 0 && i < this.names.length; i += direction) {
            const length = this.sizes.get(this.names[i]);
            let from = i === first && isContig ? position : (direction > 0 ? -1 : length);
            for (let size = FIRST_SEARCH; direction > 0 ? from < length : from > 0; size *= 4) {
                const to = from + direction * size;
                const site = await this.findBetween(this.names[i], from, to, { direction, minimum });
                if (site) return site;
                from = to;
            }
        }
        return null;
    }

    /** Return the first site after `from`, up to and including `to`; backwards if `to` is smaller. */
    async findBetween(chrom, from, to, { direction, minimum }) {
        const [start, end] = [Math.max(0, Math.min(from, to)), Math.max(from, to)];
        let nearest = null;
        for (const group of this.tracks.keys()) {
            const query = { chr: chrom, start, end, bpPerPixel: 1 };
            const features = await this.trackOf(group)?.featureSource.getFeatures(query);
            for (const feature of features ?? []) {
                const summit = summitOf(feature), score = scoreOf(feature);
                const isBetween = direction > 0 ? summit > from && summit <= to : summit < from && summit >= to;
                if (!isBetween || score < minimum) continue;
                if (nearest && direction * (summit - nearest.summit) >= 0) continue;
                nearest = { chrom, summit, score, group, name: feature.name, strand: feature.strand };
            }
        }
        return nearest;
    }
}
