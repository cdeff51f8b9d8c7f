include { IDEEPSCAN_PART  } from '../../modules/ideepscan/part/main'
include { IDEEPSCAN_MERGE } from '../../modules/ideepscan/merge/main'

workflow IDEEPSCAN_SCATTER {
    take:
    genome // channel: [ val(meta), path(fasta), path(gtf) ]
    rbp    // value: a protein, a list of proteins, or 'all'
    count  // integer: number of jobs that share a run

    main:
    jobs = genome.combine(channel.fromList((1..count).toList()))
    IDEEPSCAN_PART(jobs, rbp, count)
    parts = IDEEPSCAN_PART.out.scores.groupTuple(size: count)
    IDEEPSCAN_MERGE(genome.join(parts), rbp)

    emit:
    run      = IDEEPSCAN_MERGE.out.run
    manifest = IDEEPSCAN_MERGE.out.manifest
    tracks   = IDEEPSCAN_MERGE.out.tracks
    hits     = IDEEPSCAN_MERGE.out.hits
    versions = IDEEPSCAN_PART.out.versions.first().mix(IDEEPSCAN_MERGE.out.versions)
}
