// Submits a run to a Ray cluster by its REST interface, and waits for its end.

/** Where and how a run trains. */
export interface RayOptions {
  /** The address of Ray's dashboard. */
  readonly address: string;
  /** The folder of `exportRun` as the cluster sees it. */
  readonly run: string;
  /** Processes on the machine that Ray chooses; default 4. */
  readonly processes?: number;
  /** Milliseconds between two questions whether it has ended; default 5000. */
  readonly interval?: number;
}

/**
 * Trains a run on a Ray cluster.
 *
 * @throws Error if Ray does not take the job, or the job fails; with the end of its log
 */
export async function trainOnRay({ address, run, processes = 4, interval = 5000 }: RayOptions): Promise<void> {
  const jobs = new URL('/api/jobs/', address);
  const entrypoint = `torchrun --standalone --nproc-per-node ${processes} --max-restarts 3 ${run}/go_on.py ${run}`;
  const body = JSON.stringify({
    entrypoint,
    entrypoint_num_gpus: processes,
    runtime_env: { pip: ['torch', 'safetensors', 'numpy'] },
  });
  const { submission_id: id } = (await ask(jobs, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })) as { submission_id: string };
  for (;;) {
    const { status } = (await ask(new URL(id, jobs))) as { status: string };
    if (status === 'SUCCEEDED') return;
    if (status === 'FAILED' || status === 'STOPPED') {
      const { logs } = (await ask(new URL(`${id}/logs`, jobs))) as { logs: string };
      throw new Error(`Ray's job ${id} ended as ${status}:\n${logs.slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

async function ask(url: URL, init?: RequestInit): Promise<unknown> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url.href} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
  return answer.json();
}
