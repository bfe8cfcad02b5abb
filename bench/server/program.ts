/**
 * A server in a separate process: tsx bench/server/program.ts each|queue. It sends its port to its parent and, for each client that left,
 * the time at which its sampler stopped or its request left the queue. `each` calls one sampler per request, `queue` is
 * examples/server.
 */
import * as tf from '@tensorflow/tfjs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDenoiser, createRandom, cosineSchedule, predictVelocity, sampleDdim, unet } from '../../src/index.js';
import { startWasm } from '../../src/wasm/index.js';
import { createQueue, type SampleRequest } from '../../examples/server/queue.js';
import { createSampleServer } from '../../examples/server/serve.js';

/** What this program sends. */
export type Message =
  | { readonly port: number }
  | { readonly seed: number; readonly leftAt: number }
  | { readonly tensors: number; readonly megabytes: number };

const SHAPE = [28, 28, 1];
const STEPS = 20;

await startWasm({ threads: 1 });
const random = createRandom(1);
const network = unet({ channels: 1, widths: [16, 32], classes: 10, random });
const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 100 }), predicts: predictVelocity });

const send = (message: Message): void => void process.send!(message);

async function sampleOne({ seed, label, signal }: SampleRequest): Promise<Float32Array> {
  const condition = tf.tensor1d([label], 'int32');
  try {
    const options = { shape: [1, ...SHAPE], steps: STEPS, random: createRandom(seed), condition, signal };
    const samples = await sampleDdim(denoiser, options);
    const pixels = (await samples.data()) as Float32Array;
    samples.dispose();
    return pixels;
  } finally {
    condition.dispose();
  }
}

const draw =
  process.argv[2] === 'queue' ? createQueue({ denoiser, shape: SHAPE, classes: 10, steps: STEPS }) : sampleOne;
await draw({ seed: 0, label: 0, signal: new AbortController().signal });

const server: Server = createSampleServer(async (wish) => {
  try {
    return await draw(wish);
  } catch (error) {
    if (wish.signal.aborted) send({ seed: wish.seed, leftAt: performance.timeOrigin + performance.now() });
    throw error;
  }
});
server.listen(0, '127.0.0.1', () => send({ port: (server.address() as AddressInfo).port }));
// a separate server, whose answers need only the event loop
const pings = createServer((_, response) => void response.end());
pings.listen(0, '127.0.0.1', () => send({ port: (pings.address() as AddressInfo).port }));
process.on('message', () => {
  send({ tensors: tf.memory().numTensors, megabytes: process.memoryUsage().rss / 1e6 });
});
process.on('disconnect', () => process.exit());
