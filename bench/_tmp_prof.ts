import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { enableWasmTraining } from '../src/wasm/index.ts';
import { createAdam, createDecoder, createGaussianEncoder, createRandom, createVaeTrainer, mlp, bernoulli, valueAndGradients, elbo, reparameterize } from '../src/index.ts';
await enableWasmTraining(); await tf.setBackend('wasm'); await tf.ready();
const random = createRandom(1);
const encoder = createGaussianEncoder(mlp({ sizes: [784, 512, 40], random: random.fork('e') }), { latentSize: 20 });
const decoder = createDecoder(mlp({ sizes: [20, 512, 784], random: random.fork('d') }), { likelihood: bernoulli });
const variables = [...encoder.variables, ...decoder.variables];
const x = random.uniform([128, 784]);
const loss = () => { const posterior = encoder.encode(x); const parameters = decoder.decode(reparameterize(posterior, random)); return tf.mean(tf.neg(elbo({ x, parameters, likelihood: bernoulli, posterior }).elbo)) };
const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
const adam = createAdam({ learningRate: 1e-3 });
const theirs = tf.train.adam(1e-3);
const { gradients } = valueAndGradients(loss, variables);
const named = variables.map((v, i) => ({ name: v.name, tensor: gradients[i]! }));
// wrap kernels
const stats = new Map<string, [number, number]>();
for (const k of tf.getKernelsForBackend('wasm')) {
  tf.unregisterKernel(k.kernelName, 'wasm');
  tf.registerKernel({ ...k, setupFunc: undefined as never, kernelFunc: (a) => { const s = performance.now(); const r = k.kernelFunc(a); const e = stats.get(k.kernelName) ?? [0, 0]; e[0] += performance.now() - s; e[1]++; stats.set(k.kernelName, e); return r; } });
}
const run = (name: string, f: () => void, n = 20) => { for (let i = 0; i < 3; i++) f(); stats.clear(); const s = performance.now(); for (let i = 0; i < n; i++) f(); const total = (performance.now() - s) / n; const rows = [...stats].map(([k, [t, c]]) => [k, t / n, c / n] as const).sort((a, b) => b[1] - a[1]); console.log(name, total.toFixed(2), 'kernels', rows.reduce((q, r) => q + r[1], 0).toFixed(2), rows.reduce((q, r) => q + r[2], 0)); for (const r of rows.slice(0, 9)) console.log('   ', r[0], r[1].toFixed(2), r[2]); };
for (let i = 0; i < 2; i++) {
run('gradients', () => { const { value, gradients } = valueAndGradients(loss, variables); tf.dispose([value, gradients]); });
run('our adam', () => adam.apply(gradients, variables));
run('tf adam', () => theirs.applyGradients(named));
run('step', () => tf.dispose({ ...trainer.step(x) }));
}
