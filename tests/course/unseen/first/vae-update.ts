import type { Unseen } from '../answer.js';

export const vaeUpdate: Unseen = {
  right: [
    `(encoder, decoder, x, noise, model) => {
      const e = tf.variable(encoder), d = tf.variable(decoder);
      const sgd = tf.train.sgd(0.1);
      sgd.minimize(() => {
        const { mean, logVariance } = model.encode(e, x);
        const z = tf.add(mean, tf.mul(tf.exp(tf.div(logVariance, 2)), noise));
        return tf.neg(tf.mean(model.elbo(x, model.decode(d, z), mean, logVariance)));
      }, false, [e, d]);
      sgd.dispose();
      return { encoder: e, decoder: d };
    }`,
    `(encoder, decoder, x, noise, model) => {
      const bound = (e, d) => {
        const q = model.encode(e, x);
        const z = tf.add(q.mean, tf.mul(tf.sqrt(tf.exp(q.logVariance)), noise));
        return tf.mean(model.elbo(x, model.decode(d, z), q.mean, q.logVariance));
      };
      const byEncoder = tf.grad((e) => bound(e, decoder))(encoder);
      const byDecoder = tf.grad((d) => bound(encoder, d))(decoder);
      return { encoder: tf.add(encoder, tf.mul(0.1, byEncoder)), decoder: tf.add(decoder, tf.mul(0.1, byDecoder)) };
    }`,
    `(encoder, decoder, x, noise, model) => {
      const batch = x.shape[0];
      let newEncoder = encoder, newDecoder = decoder;
      for (let i = 0; i < batch; i++) {
        const row = tf.slice(x, [i, 0], [1, -1]), draw = tf.slice(noise, [i, 0], [1, -1]);
        const loss = (e, d) => {
          const { mean, logVariance } = model.encode(e, row);
          const logits = model.decode(d, tf.add(mean, tf.mul(draw, tf.exp(tf.mul(0.5, logVariance)))));
          return tf.neg(tf.sum(model.elbo(row, logits, mean, logVariance)));
        };
        const [de, dd] = tf.grads(loss)([encoder, decoder]);
        newEncoder = tf.sub(newEncoder, tf.mul(0.1 / batch, de));
        newDecoder = tf.sub(newDecoder, tf.mul(0.1 / batch, dd));
      }
      return { decoder: newDecoder, encoder: newEncoder };
    }`,
    `(encoder, decoder, x, noise, model) => tf.tidy(() => {
      const { grads } = tf.valueAndGrads((e, d) => {
        const { mean, logVariance } = model.encode(e, x);
        const z = tf.add(mean, tf.mul(noise, tf.exp(tf.mul(logVariance, 0.5))));
        return tf.sum(tf.mul(model.elbo(x, model.decode(d, z), mean, logVariance), 0.1 / x.shape[0]));
      })([encoder, decoder]);
      const [newEncoder, newDecoder] = [encoder, decoder].map((weights, i) => tf.addN([weights, grads[i]]));
      return { encoder: newEncoder, decoder: newDecoder };
    })`,
  ],
  wrong: [
    {
      says: 'It returns the new weights in an array instead of a record.',
      mistakes: [],
      measured: 'it must return `{ encoder, decoder }`, not an array',
      answer: `(encoder, decoder, x, noise, model) => {
        const bound = (e, d) => {
          const { mean, logVariance } = model.encode(e, x);
          const z = tf.add(mean, tf.mul(tf.exp(tf.mul(0.5, logVariance)), noise));
          return tf.mean(model.elbo(x, model.decode(d, z), mean, logVariance));
        };
        const [ge, gd] = tf.grads(bound)([encoder, decoder]);
        return [tf.add(encoder, tf.mul(0.1, ge)), tf.add(decoder, tf.mul(0.1, gd))];
      }`,
    },
    {
      says: 'It returns the steps, without adding them to the old weights.',
      mistakes: ['returnsSteps'],
      answer: `(encoder, decoder, x, noise, model) => {
        const bound = (e, d) => {
          const { mean, logVariance } = model.encode(e, x);
          const z = tf.add(mean, tf.mul(tf.exp(tf.mul(0.5, logVariance)), noise));
          return tf.mean(model.elbo(x, model.decode(d, z), mean, logVariance));
        };
        const [ge, gd] = tf.grads(bound)([encoder, decoder]);
        return { encoder: tf.mul(0.1, ge), decoder: tf.mul(0.1, gd) };
      }`,
    },
    {
      says: 'The noise is scaled by the variance, not by its root, and the bounds are summed over the batch instead of averaged.',
      mistakes: ['sumOverBatch', 'byVariance'],
      answer: `(encoder, decoder, x, noise, model) => {
        const bound = (e, d) => {
          const { mean, logVariance } = model.encode(e, x);
          const z = tf.add(mean, tf.mul(tf.exp(logVariance), noise));
          return tf.sum(model.elbo(x, model.decode(d, z), mean, logVariance));
        };
        const [ge, gd] = tf.grads(bound)([encoder, decoder]);
        return { encoder: tf.add(encoder, tf.mul(0.1, ge)), decoder: tf.add(decoder, tf.mul(0.1, gd)) };
      }`,
    },
    {
      says: 'It decodes the mean without noise, and it steps down the bound instead of up.',
      mistakes: ['ascent', 'decodesMean'],
      answer: `(encoder, decoder, x, noise, model) => {
        const bound = (e, d) => {
          const { mean, logVariance } = model.encode(e, x);
          return tf.mean(model.elbo(x, model.decode(d, mean), mean, logVariance));
        };
        const [ge, gd] = tf.grads(bound)([encoder, decoder]);
        return { encoder: tf.sub(encoder, tf.mul(0.1, ge)), decoder: tf.sub(decoder, tf.mul(0.1, gd)) };
      }`,
    },
    {
      says: 'The sum is divided by the number of pixels instead of the number of examples.',
      mistakes: ['overPixels'],
      answer: `(encoder, decoder, x, noise, model) => {
        const bound = (e, d) => {
          const { mean, logVariance } = model.encode(e, x);
          const z = tf.add(mean, tf.mul(tf.exp(tf.mul(0.5, logVariance)), noise));
          return tf.div(tf.sum(model.elbo(x, model.decode(d, z), mean, logVariance)), x.shape[1]);
        };
        const [ge, gd] = tf.grads(bound)([encoder, decoder]);
        return { encoder: tf.add(encoder, tf.mul(0.1, ge)), decoder: tf.add(decoder, tf.mul(0.1, gd)) };
      }`,
    },
  ],
};
