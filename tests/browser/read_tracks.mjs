// bigWigs and bigBeds as @gmod/bbi, JBrowse 2's reader, has them: paths in, one JSON object per file out, by path.
// Of each: what its header says, every value or row by contig, and for each zoom level of a bigWig its summaries.
import { BigBed, BigWig } from "@gmod/bbi";

async function read(path) {
    const file = path.endsWith(".bw") ? new BigWig({ path }) : new BigBed({ path });
    const { fileType, zoomLevels, autoSql, fieldCount, definedFieldCount, totalSummary, refsByNumber }
        = await file.getHeader();
    const contigs = Object.fromEntries(Object.values(refsByNumber).map((ref) => [ref.name, ref.length]));
    const over = async (options) => Object.fromEntries(await Promise.all(Object.entries(contigs).map(
        async ([contig, length]) => [contig, await file.getFeatures(contig, 0, length, options)])));
    const zooms = {};
    if (fileType === "bigwig") {
        // The reader takes the coarsest level whose bins are at most twice as wide as what it is asked for.
        for (const { reductionLevel } of zoomLevels) zooms[reductionLevel] = await over({ basesPerSpan: reductionLevel / 2 });
    }
    return { fileType, autoSql, fieldCount, definedFieldCount, totalSummary, contigs, rows: await over(), zooms };
}

const found = await Promise.all(process.argv.slice(2).map(async (path) => [path, await read(path)]));
process.stdout.write(JSON.stringify(Object.fromEntries(found)));
