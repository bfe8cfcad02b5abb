// Times the VAE's step of models.ts in jax-js, which has one thread in Node: node bench/steps/jax-step.mjs vae 1 REPEATS.
// It is not a dependency of this project: npm i --no-save @jax-js/jax@0.1.25, or JAX_JS=/path/to/@jax-js/jax/dist/index.js.
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const [name, , repeats] = process.argv.slice(2);
if (name !== 'vae') throw new Error(`There is no model ${name} for jax-js here.`);
const jax = await import(process.env['JAX_JS'] ?? '@jax-js/jax');
const { grad, jit, nn, numpy: np, random, tree } = jax;
await jax.init('wasm');
jax.defaultDevice('wasm');

const BATCH = 128;
const rate = 1e-3;
const keys = random.split(random.key(1), 7);
const sizes = { encoder: [784, 512], latent: [512, 40], decoder: [20, 512], image: [512, 784] };

/** Every use of an array except the last goes through its `ref`, because functions of jax-js take ownership. */
const dense = (x, { weights, bias }) => np.matmul(x, weights).add(bias);

const parameters = Object.fromEntries(
  Object.entries(sizes).map(([layer, size], i) => [
    layer,
    { weights: random.normal(keys.ref.slice(i), size).mul(size[0] ** -0.5), bias: np.zeros([size[1]]) },
  ]),
);
const zeros = () => tree.map((x) => np.zeros(x.shape), parameters);

function loss(layers, x, noise) {
  const hidden = nn.relu(dense(x.ref, layers.encoder));
  const gaussian = dense(hidden, layers.latent);
  const [mean, logVariance] = np.split(gaussian, 2, 1);
  const z = mean.ref.add(np.exp(logVariance.ref.mul(0.5)).mul(noise));
  const logits = dense(nn.relu(dense(z, layers.decoder)), layers.image);
  const error = np.sum(nn.softplus(logits.ref).sub(x.mul(logits)));
  const divergence = np.sum(np.square(mean).add(np.exp(logVariance.ref)).sub(logVariance.add(1)));
  return error.add(divergence.mul(0.5)).div(BATCH);
}

/** Gradients and Adam in one compiled function; `corrections` are 1 - beta1^t and 1 - beta2^t. */
const update = jit((layers, means, squares, x, noise, corrections) => {
  const gradients = grad(loss)(tree.ref(layers), x, noise);
  const newMeans = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), means, tree.ref(gradients));
  const newSquares = tree.map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), squares, gradients);
  const [first, second] = np.split(corrections, 2);
  const newLayers = tree.map(
    (p, m, v) =>
      p.sub(
        m
          .div(first.ref)
          .mul(rate)
          .div(np.sqrt(v.div(second.ref)).add(1e-8)),
      ),
    layers,
    tree.ref(newMeans),
    tree.ref(newSquares),
  );
  tree.dispose([first, second]);
  return [newLayers, newMeans, newSquares];
});

const images = random.uniform(keys.ref.slice(5), [BATCH, 784]);
let [state, key, t] = [[parameters, zeros(), zeros()], keys.slice(6), 0];

async function step() {
  t++;
  const [next, used] = np.split(random.split(key, 2), 2);
  key = next.reshape([2]);
  const noise = random.normal(used.reshape([2]), [BATCH, 20]);
  state = update(...state, images.ref, noise, np.array([1 - 0.9 ** t, 1 - 0.999 ** t]));
  await jax.blockUntilReady(state);
}

for (let i = 0; i < 3; i++) await step();
const times = [];
for (let i = 0; i < Number(repeats); i++) {
  const start = performance.now();
  await step();
  times.push(performance.now() - start);
}
process.stdout.write(`\n${JSON.stringify({ times, threads: 1 })}\n`);
