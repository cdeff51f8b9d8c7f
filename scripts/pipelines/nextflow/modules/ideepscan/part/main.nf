process IDEEPSCAN_PART {
    tag "${meta.id} ${part}/${count}"
    label 'process_medium'

    conda "${moduleDir}/environment.yml"
    container "ideep-scan:0.2.0"

    input:
    tuple val(meta), path(fasta), path(gtf), val(part)
    val rbp
    val count

    output:
    tuple val(meta), path("${prefix}.part_${part}_of_${count}"), emit: scores
    path "versions.yml"                                        , emit: versions

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
        --shard ${part}/${count} \\
        --out ${prefix}
    mv ${prefix}/.shards ${prefix}.part_${part}_of_${count}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        ideep-scan: \$(ideep-scan --version | sed 's/^ideep-scan //')
    END_VERSIONS
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    mkdir ${prefix}.part_${part}_of_${count}

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        ideep-scan: \$(ideep-scan --version | sed 's/^ideep-scan //')
    END_VERSIONS
    """
}
