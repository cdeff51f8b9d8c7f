#!/usr/bin/env bash
#SBATCH --job-name=ideep-scan
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --output=%x-%j.out
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:TERM@120
# Run ideep-scan as a job of Slurm: sbatch scan.sh genome --rbp all hg38.fa --gtf genes.gtf -o OUT --resume
# A task of an array scores its part only: of PARTS, which submit.sh sets.
# Two minutes before the time limit Slurm sends TERM. The program then stops, and the job goes back into the queue.
set -uo pipefail

command=$1
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
    set -- "$@" --shard "$SLURM_ARRAY_TASK_ID/$PARTS"
fi
program=
warned=
stopped=
trap 'warned=yes; stopped=yes; [ -z "$program" ] || kill -TERM "$program"' TERM
ideep-scan "$@" &
program=$!
[ -z "$stopped" ] || kill -TERM "$program" # a signal came before the program was known
while
    warned=
    wait "$program"
    code=$?
    [ -n "$warned" ] # a signal ends `wait` before the program has ended
do :; done
# A merge begins again each time, so another one under the same limit would stop as well.
if [ "$command" != merge ] && [ -n "$stopped" ] && [ "$code" -eq 143 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 20 ]; then
    scontrol requeue "$SLURM_JOB_ID"
fi
exit "$code"
