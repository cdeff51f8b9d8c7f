#!/usr/bin/env bash
# Start a worker for each GPU of this machine, for a scheduler that runs elsewhere: gpus.sh tcp://host:8786
# On a single machine no worker needs to be started: ideep-scan genome ... --device cuda --dask local
# Two threads per worker: one shard is written while the next one is on the GPU.
set -euo pipefail

IFS=, read -r -a gpus <<<"${CUDA_VISIBLE_DEVICES:-$(nvidia-smi --query-gpu=index --format=csv,noheader | paste -sd,)}"
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
for gpu in "${gpus[@]}"; do
    CUDA_VISIBLE_DEVICES=$gpu dask worker "$1" --nthreads 2 --no-nanny --no-dashboard --memory-limit 0 \
        --name "$(hostname)-gpu$gpu" --local-directory "${TMPDIR:-/tmp}" &
done
wait
