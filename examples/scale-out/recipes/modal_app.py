"""modal volume create runs && modal volume put runs RUN run && modal run modal_app.py && modal volume get runs run RUN --force"""

import subprocess

import modal

image = modal.Image.debian_slim().pip_install("torch", "safetensors", "numpy")
runs = modal.Volume.from_name("runs")
app = modal.App("go-on", image=image)


@app.function(gpu="H100:4", volumes={"/runs": runs}, timeout=24 * 60 * 60, retries=3)
def go_on():
    # a function that is retried goes on from the newest state
    subprocess.run(["torchrun", "--nproc-per-node", "4", "/runs/run/go_on.py", "/runs/run"], check=True)
    runs.commit()


@app.local_entrypoint()
def main():
    go_on.remote()
