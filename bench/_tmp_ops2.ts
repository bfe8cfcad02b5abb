import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
await tf.setBackend('wasm'); await tf.ready();
const n = 835384;
const a = tf.randomUniform([n]), b = tf.randomUniform([n]), s = tf.scalar(0);
const m = tf.isFinite(a);
const z = tf.zeros([n]);
const m2 = tf.reshape(m,[1,n]), a2=tf.reshape(a,[1,n]), b2=tf.reshape(b,[1,n]);
const time = (f: () => unknown, k = 15) => { const t: number[] = []; for (let i = 0; i < k + 2; i++) { const p = performance.now(); tf.tidy(() => { f(); }); if (i > 1) t.push(performance.now() - p); } t.sort((p, q) => p - q); return `${t[k >> 1]!.toFixed(2)} (min ${t[0]!.toFixed(2)})`; };
for (const [name, f] of Object.entries({
  where: () => tf.where(m, a, b), where2d: () => tf.where(m2,a2,b2), all: () => tf.all(m), addFlag: () => tf.add(tf.zerosLike(a), s), isFinite: () => tf.isFinite(a),
  select: () => tf.where(tf.isFinite(tf.add(tf.zerosLike(a), s)), a, b), sumMul0: () => tf.sum(tf.mul(tf.square(a), 0)), max: () => tf.max(a), mean: ()=>tf.mean(a),
  sum2: () => tf.sum(tf.reshape(a, [8, n/8]), 1), square: () => tf.square(a), sqrt: ()=>tf.sqrt(a), rsqrt: ()=>tf.rsqrt(a), fill: ()=>tf.fill([n],0),
})) console.log(name.padEnd(10), time(f));
