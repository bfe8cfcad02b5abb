#!/bin/bash
# sbatch slurm.sh RUN: two machines with 4 GPUs each train the run of exportRun in a folder that both of them see.
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=4
#SBATCH --cpus-per-task=16
#SBATCH --requeue
set -euo pipefail
run=${1:?sbatch slurm.sh RUN}
first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
# a job that is requeued goes on from the newest state
srun torchrun --nnodes "$SLURM_NNODES" --nproc-per-node 4 --max-restarts 3 \
  --rdzv-backend c10d --rdzv-endpoint "$first:29500" --rdzv-id "$SLURM_JOB_ID" \
  "$run/go_on.py" "$run"
