process IDEEPSCAN_GENOME {
    tag "${meta.id}"
    label 'process_medium'

    conda "${moduleDir}/environment.yml"
    container "ideep-scan:0.2.0"

    input:
    tuple val(meta), path(fasta), path(gtf)
    val rbp

    output:
    tuple val(meta), path("${prefix}")              , emit: run
    tuple val(meta), path("${prefix}/manifest.json"), emit: manifest
    tuple val(meta), path("${prefix}/tracks/*.bw")  , emit: tracks, optional: true
    tuple val(meta), path("${prefix}/hits/*.bed.gz"), emit: hits
    path "versions.yml"                             , emit: versions

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def proteins = [rbp].flatten().collect { name -> "--rbp ${name}" }.join(' ')
    def annotation = gtf ? "--gtf ${gtf}" : ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    ideep-scan genome \\
        ${proteins} \\
        ${fasta} \\
        ${annotation} \\
        --threads ${task.cpus} \\
        ${args} \\
        --out ${prefix}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        ideep-scan: \$(ideep-scan --version | sed 's/^ideep-scan //')
    END_VERSIONS
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    mkdir -p ${prefix}/tracks ${prefix}/hits
    touch ${prefix}/manifest.json
    for protein in ${[rbp].flatten().join(' ')}; do
        touch ${prefix}/tracks/\$protein.plus.bw ${prefix}/tracks/\$protein.minus.bw
        echo "" | gzip > ${prefix}/hits/\$protein.bed.gz
    done

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        ideep-scan: \$(ideep-scan --version | sed 's/^ideep-scan //')
    END_VERSIONS
    """
}
