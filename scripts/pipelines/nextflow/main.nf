#!/usr/bin/env nextflow
// A run of one genome: nextflow run scripts/pipelines/nextflow --fasta hg38.fa --gtf genes.gtf --rbp all --shards 40

include { IDEEPSCAN_GENOME  } from './modules/ideepscan/genome/main'
include { IDEEPSCAN_SCATTER } from './subworkflows/ideepscan_scatter/main'

workflow {
    genome = channel.of([[id: params.name], file(params.fasta, checkIfExists: true), params.gtf ? file(params.gtf, checkIfExists: true) : []])
    rbp = params.rbp.tokenize(',')
    if (params.shards > 1) {
        IDEEPSCAN_SCATTER(genome, rbp, params.shards)
    }
    else {
        IDEEPSCAN_GENOME(genome, rbp)
    }
}
