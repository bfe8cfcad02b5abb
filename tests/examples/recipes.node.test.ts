import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { trainOnRay } from '../../examples/scale-out/recipes/ray.js';

const folder = fileURLToPath(new URL('../../examples/scale-out/recipes/', import.meta.url));

it.each(readdirSync(folder))('%s starts the program of the run and lets it start again', (name) => {
  const text = readFileSync(folder + name, 'utf8');
  expect(text).toMatch(/torchrun[^]*go_on\.py/);
  expect(text).toMatch(/--max-restarts 3|retries=3/);
});

it('scripts are whole', () => {
  expect(spawnSync('bash', ['-n', `${folder}slurm.sh`]).status).toBe(0);
  const parse = `import ast, sys; ast.parse(open(sys.argv[1]).read())`;
  const { status } = spawnSync('python3', ['-c', parse, `${folder}modal_app.py`]);
  expect([0, null]).toContain(status); // null: there is no Python
});

describe('trainOnRay', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** A dashboard that takes one job, which has these states in turn. */
  async function dashboard(states: readonly string[]) {
    const seen: { method?: string; url?: string; body: string }[] = [];
    let asked = 0;
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        const { method, url } = request;
        seen.push({ method, url, body } as never);
        if (method === 'POST' && states.length === 0) response.statusCode = 503;
        const answer = url!.endsWith('/logs')
          ? { logs: 'CUDA out of memory' }
          : method === 'POST'
            ? { submission_id: 'job_1' }
            : { status: states[asked++] };
        response.end(JSON.stringify(answer));
      });
    }).listen(0);
    await once(server, 'listening');
    return { seen, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  it('submits the command and waits until the job has ended', async () => {
    const { seen, address } = await dashboard(['PENDING', 'RUNNING', 'SUCCEEDED']);
    await trainOnRay({ address, run: '/runs/a', processes: 2, interval: 1 });
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /api/jobs/',
      ...Array<string>(3).fill('GET /api/jobs/job_1'),
    ]);
    const { entrypoint } = JSON.parse(seen[0]!.body) as { entrypoint: string };
    expect(entrypoint).toMatch(/^torchrun .*--nproc-per-node 2 .*\/runs\/a\/go_on\.py \/runs\/a$/);
  });

  it('says why a job was not taken or failed', async () => {
    const failed = await dashboard(['RUNNING', 'FAILED']);
    await expect(trainOnRay({ address: failed.address, run: '/r', interval: 1 })).rejects.toThrow(
      /FAILED:\nCUDA out of memory/,
    );
    server?.close();
    const busy = await dashboard([]);
    await expect(trainOnRay({ address: busy.address, run: '/r' })).rejects.toThrow(/answered 503/);
  });
});
