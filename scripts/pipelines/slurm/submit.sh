#!/usr/bin/env bash
# Submit a scan as an array of jobs, and a job that merges their scores.
# submit.sh 40 --rbp all hg38.fa --gtf genes.gtf -o OUT
# Options for sbatch, such as the partition, come from SBATCH_PARTITION and the other variables of sbatch.
set -euo pipefail

count=$1
shift
job=$(dirname "${BASH_SOURCE[0]}")/scan.sh
parts=$(sbatch --parsable --array="1-$count" --export="ALL,PARTS=$count" "$job" genome "$@")
# The merge is one job, and it begins again if it is stopped: give it time for all positions.
sbatch --parsable --time="${MERGE_TIME:-12:00:00}" --dependency="afterok:${parts%%;*}" --kill-on-invalid-dep=yes "$job" merge "$@"
