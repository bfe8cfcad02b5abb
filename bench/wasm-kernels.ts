/**
 * What enableWasmTraining() gains: the same programs on tfjs's wasm backend with and without it, interleaved, minima.
 *
 * Run: npx tsx bench/wasm-kernels.ts [--json FILE]
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import {
  bernoulli,
  convDecoder,
  convEncoder,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  createVaeTrainer,
  mlp,
  type Network,
} from '../src/index.js';
import { enableWasmTraining } from '../src/wasm/index.js';

const ROUNDS = 5;
const BATCH = 128;

interface Bench {
  readonly name: string;
  /** Runs once; must not leave tensors behind. */
  run(): void;
}

/** A VAE 784-512-20-512-784 with plain tfjs operations, trained by tf.train.adam: what a user has today. */
function vaeStep(): Bench {
  const sizes: [number, number][] = [
    [784, 512],
    [512, 20],
    [512, 20],
    [20, 512],
    [512, 784],
  ];
  const layers = sizes.map(([inputs, units], i) => ({
    weights: tf.variable(tf.randomNormal([inputs, units], 0, Math.sqrt(1 / inputs), 'float32', i + 1)),
    bias: tf.variable(tf.zeros([units])),
  }));
  const variables = layers.flatMap(({ weights, bias }): tf.Variable[] => [weights, bias]);
  const optimizer = tf.train.adam(1e-3);
  const x = tf.randomUniform([BATCH, 784], 0, 1, 'float32', 9);
  const dense = (input: tf.Tensor, layer: number): tf.Tensor =>
    tf.add(tf.matMul(input, layers[layer]!.weights as tf.Tensor2D), layers[layer]!.bias);

  const loss = (): tf.Scalar => {
    const hidden = tf.relu(dense(x, 0));
    const [mean, logVariance] = [dense(hidden, 1), dense(hidden, 2)];
    const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), tf.randomNormal(mean.shape)));
    const logits = dense(tf.relu(dense(z, 3)), 4);
    const crossEntropy = tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits)));
    const squares = tf.add(tf.square(mean), tf.exp(logVariance));
    const divergence = tf.mul(tf.sum(tf.sub(squares, tf.add(logVariance, 1))), 0.5);
    return tf.div(tf.add(crossEntropy, divergence), BATCH);
  };
  return {
    name: 'VAE step 784-512-20, batch 128, tf.train.adam',
    run: () => void optimizer.minimize(loss, false, variables),
  };
}

/** The same VAE, and a convolutional one, through the library's own trainer. */
function trainerSteps(): Bench[] {
  const random = createRandom(1);
  const optimizer = () => createAdam({ learningRate: 1e-3 });
  const step = (name: string, networks: [Network, Network], x: tf.Tensor): Bench => {
    const encoder = createGaussianEncoder(networks[0], { latentSize: 20 });
    const decoder = createDecoder(networks[1], { likelihood: bernoulli });
    const trainer = createVaeTrainer({ encoder, decoder, optimizer: optimizer(), random });
    return { name, run: () => tf.dispose({ ...trainer.step(x) }) };
  };
  const shape = [28, 28, 1] as const;
  return [
    step(
      'VAE step 784-512-20, batch 128, createVaeTrainer',
      [mlp({ sizes: [784, 512, 40], random }), mlp({ sizes: [20, 512, 784], random })],
      random.uniform([BATCH, 784]),
    ),
    step(
      'VAE step conv 28x28, widths 32 and 64, batch 64, createVaeTrainer',
      [
        convEncoder({ shape, widths: [32, 64], outputs: 40, random }),
        convDecoder({ inputs: 20, shape, widths: [64, 32], random }),
      ],
      random.uniform([64, ...shape]),
    ),
  ];
}

/** One convolution, batch 64: forward and both gradients, each alone. */
function convolution(size: number, inputs: number, units: number, filter: number, stride: number): Bench[] {
  const x = tf.randomNormal([64, size, size, inputs]);
  const weights = tf.randomNormal([filter, filter, inputs, units]);
  const dy = tf.randomNormal([64, size / stride, size / stride, units]);
  const attributes = { strides: stride, pad: 'same', dataFormat: 'NHWC', dimRoundingMode: undefined };
  const kernel =
    (kernelName: string, tensors: Record<string, tf.Tensor>, extra: Record<string, number[]>) => (): void =>
      tf.dispose(tf.engine().runKernel(kernelName, tensors, { ...attributes, ...extra } as unknown as tf.NamedAttrMap));
  const name = `conv ${size}x${size}x${inputs}->${units} k${filter}s${stride}`;
  return [
    { name: `${name} forward`, run: kernel('Conv2D', { x, filter: weights }, { dilations: [1, 1] }) },
    {
      name: `${name} input gradient`,
      run: kernel('Conv2DBackpropInput', { dy, filter: weights }, { inputShape: x.shape }),
    },
    { name: `${name} filter gradient`, run: kernel('Conv2DBackpropFilter', { x, dy }, { filterShape: weights.shape }) },
  ];
}

function products(): Bench[] {
  const attention = [0, 1].map((seed) => tf.randomNormal([64, 196, 32], 0, 1, 'float32', seed + 1)) as tf.Tensor3D[];
  const heads = [4, 5].map((seed) => tf.randomNormal([64, 49, 64], 0, 1, 'float32', seed)) as tf.Tensor3D[];
  const [a, b] = [tf.randomNormal([128, 784]), tf.randomNormal([128, 512])];
  const large = [2, 3].map((seed) => tf.randomNormal([8, 128, 128], 0, 1, 'float32', seed)) as tf.Tensor3D[];
  const image = tf.randomNormal([64, 28, 28, 32]);
  return [
    {
      name: 'max pooling 28x28x32, batch 64, with gradient',
      run: () => tf.dispose(tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'same'))(image)),
    },
    { name: 'matMul 8 x [128, 128] x [128, 128]', run: () => tf.dispose(tf.matMul(large[0]!, large[1]!)) },
    {
      name: 'attention scores 64 x [49, 64] x [49, 64]^T',
      run: () => tf.dispose(tf.matMul(heads[0]!, heads[1]!, false, true)),
    },
    { name: 'matMul [128, 784]^T x [128, 512]', run: () => tf.dispose(tf.matMul(a, b, true)) },
    {
      name: 'attention scores 64 x [196, 32] x [196, 32]^T',
      run: () => tf.dispose(tf.matMul(attention[0]!, attention[1]!, false, true)),
    },
  ];
}

function milliseconds(bench: Bench): number {
  const start = performance.now();
  bench.run();
  return performance.now() - start;
}

/** Kernels of both kinds, so that one run can change between them. */
function kernelSwitch(kernelNames: readonly string[], before: ReadonlyMap<string, tf.KernelConfig | undefined>) {
  const after = new Map(kernelNames.map((kernelName) => [kernelName, tf.getKernel(kernelName, 'wasm')]));
  return (which: 'with' | 'without'): void => {
    for (const kernelName of kernelNames) {
      if (tf.getKernel(kernelName, 'wasm') !== undefined) tf.unregisterKernel(kernelName, 'wasm');
      const config = (which === 'with' ? after : before).get(kernelName);
      if (config !== undefined) tf.registerKernel(config);
    }
  };
}

async function main(): Promise<void> {
  const stock = new Map(tf.getKernelsForBackend('wasm').map((config) => [config.kernelName, config]));
  const { kernels } = await enableWasmTraining();
  const use = kernelSwitch(kernels, stock);
  await tf.setBackend('wasm');

  const layers = [
    convolution(14, 64, 128, 4, 2),
    convolution(14, 64, 64, 3, 1),
    convolution(28, 32, 32, 3, 1),
    convolution(28, 1, 64, 4, 2),
  ];
  const benches = [vaeStep(), ...trainerSteps(), ...products(), ...layers.flat()];
  const rows = benches.map((bench) => {
    const best = { without: Infinity, with: Infinity };
    for (let round = 0; round <= ROUNDS; round++) {
      for (const which of ['without', 'with'] as const) {
        use(which);
        try {
          const taken = milliseconds(bench);
          // The first round warms up.
          if (round > 0) best[which] = Math.min(best[which], taken);
        } catch {
          best[which] = NaN;
        }
      }
    }
    return { name: bench.name, ...best, ratio: best.without / best.with };
  });

  console.log(
    `node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, minima of ${ROUNDS} interleaved rounds`,
  );
  console.log(`${'ms'.padEnd(66)} ${'tfjs alone'.padStart(10)} ${'enabled'.padStart(8)} ${'ratio'.padStart(6)}`);
  for (const { name, without, with: enabled, ratio } of rows) {
    const left = Number.isNaN(without) ? 'fails' : without.toFixed(1);
    const gain = Number.isNaN(ratio) ? '-' : ratio.toFixed(1);
    console.log(`${name.padEnd(66)} ${left.padStart(10)} ${enabled.toFixed(1).padStart(8)} ${gain.padStart(6)}`);
  }
  const file = process.argv[process.argv.indexOf('--json') + 1];
  if (process.argv.includes('--json') && file !== undefined) writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
}

await main();
