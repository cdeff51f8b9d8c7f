// A hub in one file as @gmod/ucsc-hub, the reader of JBrowse 2, has it: path of hub.txt in, its stanzas as JSON out.
import { readFileSync } from "node:fs";
import { SingleFileHub } from "@gmod/ucsc-hub";

const { hubData, genome, tracks } = new SingleFileHub(readFileSync(process.argv[2], "utf8"));
const stanzas = Object.entries(tracks.data).map(([name, stanza]) => [name, stanza.data]);
process.stdout.write(JSON.stringify({ hub: hubData.data, genome: genome.data, tracks: Object.fromEntries(stanzas) }));
