import type { Unseen } from '../answer.js';

export const ddimSample: Unseen = {
  right: [
    `(predictNoise, xT, alphaBars) => {
      const table = [1, ...alphaBars.arraySync()];
      let x = xT;
      for (let t = table.length - 2; t >= 0; t--) {
        const eps = predictNoise(x, t);
        const x0 = tf.div(tf.sub(x, tf.mul(Math.sqrt(1 - table[t + 1]), eps)), Math.sqrt(table[t + 1]));
        x = tf.add(tf.mul(Math.sqrt(table[t]), x0), tf.mul(Math.sqrt(1 - table[t]), eps));
      }
      return x;
    }`,
    `(predictNoise, xT, alphaBars) => {
      const ratios = [...alphaBars.dataSync()].map((a) => Math.sqrt((1 - a) / a));
      const scale = (t) => Math.sqrt(1 + ratios[t] ** 2);
      const last = ratios.length - 1;
      let y = tf.mul(xT, scale(last));
      for (let t = last; t >= 0; t--) {
        const next = t > 0 ? ratios[t - 1] : 0;
        y = tf.add(y, tf.mul(next - ratios[t], predictNoise(tf.div(y, scale(t)), t)));
      }
      return y;
    }`,
    `function walk(predictNoise, x, alphaBars, t = alphaBars.shape[0] - 1) {
      if (t < 0) return x;
      const at = (s) => (s < 0 ? tf.scalar(1) : tf.reshape(tf.slice(alphaBars, [s], [1]), []));
      const noise = predictNoise(x, t);
      const data = tf.div(tf.sub(x, tf.mul(tf.sqrt(tf.sub(1, at(t))), noise)), tf.sqrt(at(t)));
      const next = tf.add(tf.mul(tf.sqrt(at(t - 1)), data), tf.mul(tf.sqrt(tf.sub(1, at(t - 1))), noise));
      return walk(predictNoise, next, alphaBars, t - 1);
    }`,
    `(predictNoise, xT, alphaBars) =>
      tf.unstack(alphaBars).reduceRight((x, a, t, all) => {
        const b = t === 0 ? tf.onesLike(a) : all[t - 1];
        const keep = tf.sqrt(tf.div(b, a));
        const change = tf.sub(tf.sqrt(tf.sub(1, b)), tf.mul(keep, tf.sqrt(tf.sub(1, a))));
        return tf.add(tf.mul(keep, x), tf.mul(change, predictNoise(x, t)));
      }, xT)`,
  ],
  wrong: [
    {
      says: 'The estimate of the data is clipped to -1 to 1 in each step.',
      mistakes: ['clipped'],
      answer: `(predictNoise, xT, alphaBars) => {
        const a = alphaBars.arraySync();
        let x = xT;
        for (let t = a.length - 1; t >= 0; t--) {
          const next = t > 0 ? a[t - 1] : 1;
          const eps = predictNoise(x, t);
          const x0 = tf.clipByValue(tf.div(tf.sub(x, tf.mul(Math.sqrt(1 - a[t]), eps)), Math.sqrt(a[t])), -1, 1);
          x = tf.add(tf.mul(Math.sqrt(next), x0), tf.mul(Math.sqrt(1 - next), eps));
        }
        return x;
      }`,
    },
    {
      says: 'It stops at timestep 0 without the last step to the data.',
      mistakes: ['stopsEarly'],
      answer: `(predictNoise, xT, alphaBars) => {
        const a = alphaBars.arraySync();
        let x = xT;
        for (let t = a.length - 1; t > 0; t--) {
          const eps = predictNoise(x, t);
          const x0 = tf.div(tf.sub(x, tf.mul(Math.sqrt(1 - a[t]), eps)), Math.sqrt(a[t]));
          x = tf.add(tf.mul(Math.sqrt(a[t - 1]), x0), tf.mul(Math.sqrt(1 - a[t - 1]), eps));
        }
        return x;
      }`,
    },
    {
      says: 'The network always sees xT instead of the present x, and the noise has 1 - alphaBar as its factor, without the root.',
      mistakes: ['startAlways', 'noRootOfNoise'],
      answer: `(predictNoise, xT, alphaBars) => {
        const a = alphaBars.arraySync();
        let x = xT;
        for (let t = a.length - 1; t >= 0; t--) {
          const next = t > 0 ? a[t - 1] : 1;
          const eps = predictNoise(xT, t);
          const x0 = tf.div(tf.sub(x, tf.mul(1 - a[t], eps)), Math.sqrt(a[t]));
          x = tf.add(tf.mul(Math.sqrt(next), x0), tf.mul(1 - next, eps));
        }
        return x;
      }`,
    },
    {
      says: 'It walks from the first timestep to the last.',
      mistakes: ['backwards'],
      answer: `(predictNoise, xT, alphaBars) => {
        const a = alphaBars.arraySync();
        let x = xT;
        for (let t = 0; t < a.length; t++) {
          const next = t + 1 < a.length ? a[t + 1] : 1;
          const eps = predictNoise(x, t);
          const x0 = tf.div(tf.sub(x, tf.mul(Math.sqrt(1 - a[t]), eps)), Math.sqrt(a[t]));
          x = tf.add(tf.mul(Math.sqrt(next), x0), tf.mul(Math.sqrt(1 - next), eps));
        }
        return x;
      }`,
    },
    {
      says: 'The network gets timesteps that count from 1, and the last step ends at the first alphaBar instead of 1.',
      mistakes: ['stopsEarly', 'countsFromOne'],
      answer: `(predictNoise, xT, alphaBars) => {
        const a = alphaBars.arraySync();
        let x = xT;
        for (let t = a.length; t > 0; t--) {
          const now = a[t - 1], next = a[Math.max(t - 2, 0)];
          const eps = predictNoise(x, t);
          const x0 = tf.div(tf.sub(x, tf.mul(Math.sqrt(1 - now), eps)), Math.sqrt(now));
          x = tf.add(tf.mul(Math.sqrt(next), x0), tf.mul(Math.sqrt(1 - next), eps));
        }
        return x;
      }`,
    },
  ],
};
