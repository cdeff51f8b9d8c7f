#!/usr/bin/env bash
#SBATCH --job-name=ideep-scan
#SBATCH --ntasks=50
#SBATCH --cpus-per-task=4
#SBATCH --mem-per-cpu=1500M
#SBATCH --time=04:00:00
#SBATCH --output=%x-%j.out
#SBATCH --open-mode=append
#SBATCH --signal=B:TERM@120
# Run ideep-scan on a Dask cluster within one job of Slurm:
# sbatch slurm.sh genome --rbp all hg38.fa --gtf genes.gtf -o OUT --resume
# With GPUs: sbatch --ntasks=8 --gpus-per-task=1 slurm.sh genome ... --device cuda
# A worker per task. Folder, inputs and OUT are on storage that all nodes see.
set -uo pipefail

file=$PWD/dask-$SLURM_JOB_ID.json
dask scheduler --port 0 --no-dashboard --scheduler-file "$file" >"dask-$SLURM_JOB_ID.log" 2>&1 &
scheduler=$!
until [ -s "$file" ]; do
    kill -0 "$scheduler" || exit 1
    sleep 0.2
done
srun --kill-on-bad-exit=0 dask worker --scheduler-file "$file" --nthreads "$SLURM_CPUS_PER_TASK" --no-nanny \
    --no-dashboard --memory-limit 0 --death-timeout 60 --local-directory "${TMPDIR:-/tmp}" \
    >>"dask-$SLURM_JOB_ID.log" 2>&1 &
workers=$!
program=
warned=
trap 'warned=yes; kill -TERM $program' TERM
ideep-scan "$@" --dask "$file" &
program=$!
while
    warned=
    wait "$program"
    code=$?
    [ -n "$warned" ] # a signal ends `wait` before the program has ended
do :; done
kill "$workers" "$scheduler" 2>/dev/null # Slurm ends what is left when this script ends
rm -f "$file"
exit "$code"
