import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
await tf.setBackend('wasm'); await tf.ready();
const n = 835384;
const a = tf.randomUniform([n]), b = tf.randomUniform([n]), s = tf.scalar(0.5), c = tf.scalar(true, 'bool');
const parts = [401408, 512, 20480, 40, 10240, 512, 401408, 784].map(k => tf.randomUniform([k]));
const time = (f: () => unknown, k = 15) => { const t: number[] = []; for (let i = 0; i < k + 2; i++) { const p = performance.now(); tf.tidy(() => { f(); }); if (i > 1) t.push(performance.now() - p); } t.sort((p, q) => p - q); return `${t[k >> 1]!.toFixed(2)} (min ${t[0]!.toFixed(2)})`; };
const p2 = tf.randomUniform([784,512]), q2 = tf.randomUniform([784,512]);
for (const [name, f] of Object.entries({
  add: () => tf.add(a, b), mulScalar: () => tf.mul(a, 0.1), scalarMul: () => tf.mul(s, a), subFrom: () => tf.sub(1, a), square: () => tf.square(a), sqrt: () => tf.sqrt(a), div: () => tf.div(a, b), divScalar: () => tf.div(a, s),
  sum: () => tf.sum(a), where: () => tf.where(c, a, b), zerosLike: () => tf.zerosLike(a), concat: () => tf.concat(parts), isFinite: () => tf.isFinite(s), slice: () => tf.slice(a, 512, 401408),
  sliceAll: () => { let o = 0; for (const p of parts) { tf.slice(a, o, p.size); o += p.size; } }, split2: () => tf.split(tf.tensor1d([1, 2]), 2), addN: () => tf.addN([a, b]), mulSame2d: () => tf.mul(p2, q2), maximum: () => tf.maximum(a, s), select3: () => tf.where(c, s, s), matvec: () => tf.sum(tf.mul(a,a)), dot: () => tf.matMul(tf.reshape(a,[1,n]), tf.reshape(a,[n,1])), max: () => tf.max(a), abs: () => tf.abs(a), all: () => tf.isNaN(a),
})) console.log(name.padEnd(10), time(f));
