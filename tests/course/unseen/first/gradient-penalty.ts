import type { Unseen } from '../answer.js';

export const gradientPenalty: Unseen = {
  right: [
    `(critic, real, fake, mix) => {
      const between = tf.add(fake, tf.mul(mix, tf.sub(real, fake)));
      const slopes = tf.grad((x) => tf.sum(critic(x)))(between);
      return tf.mean(tf.square(tf.sub(tf.norm(slopes, 'euclidean', 1), 1)));
    }`,
    `(critic, real, fake, mix) => {
      const x = tf.add(tf.mul(mix, real), tf.mul(tf.sub(1, mix), fake));
      const squares = tf.sum(tf.square(tf.grad(critic)(x, tf.onesLike(mix))), 1);
      return tf.add(tf.mean(tf.sub(squares, tf.mul(2, tf.sqrt(squares)))), 1);
    }`,
    `(critic, real, fake, mix) => {
      const penalties = [];
      for (let i = 0; i < real.shape[0]; i++) {
        const [r, f, u] = [real, fake, mix].map((all) => tf.slice(all, [i, 0], [1, -1]));
        const g = tf.grad((x) => tf.squeeze(critic(x)))(tf.add(tf.mul(u, r), tf.mul(tf.sub(1, u), f)));
        penalties.push(tf.square(tf.sub(tf.sqrt(tf.sum(tf.mul(g, g))), 1)));
      }
      return tf.mean(tf.stack(penalties));
    }`,
    `(critic, real, fake, mix) => {
      const at = tf.sub(real, tf.mul(tf.sub(1, mix), tf.sub(real, fake)));
      const { grad } = tf.valueAndGrad((x) => tf.mul(tf.mean(critic(x)), real.shape[0]))(at);
      const lengths = tf.pow(tf.matMul(tf.square(grad), tf.ones([real.shape[1], 1])), 0.5);
      return tf.losses.meanSquaredError(tf.onesLike(mix), lengths);
    }`,
  ],
  wrong: [
    {
      says: 'It is multiplied by 10, the weight that the penalty has in the paper.',
      mistakes: [],
      measured: 'it is 10 times what it should be',
      answer: `(critic, real, fake, mix) => {
        const x = tf.add(tf.mul(mix, real), tf.mul(tf.sub(1, mix), fake));
        const g = tf.grad((x) => tf.sum(critic(x)))(x);
        const norm = tf.sqrt(tf.sum(tf.square(g), 1));
        return tf.mul(10, tf.mean(tf.square(tf.sub(norm, 1))));
      }`,
    },
    {
      says: 'The mean over examples is taken before the square, of the slopes.',
      mistakes: ['meanFirst'],
      answer: `(critic, real, fake, mix) => {
        const x = tf.add(tf.mul(mix, real), tf.mul(tf.sub(1, mix), fake));
        const g = tf.grad((x) => tf.sum(critic(x)))(x);
        const norm = tf.sqrt(tf.sum(tf.square(g), 1));
        return tf.square(tf.sub(tf.mean(norm), 1));
      }`,
    },
    {
      says: 'The root is missing, and the shares of real and fake are swapped.',
      mistakes: ['mixSwapped', 'noRoot'],
      answer: `(critic, real, fake, mix) => {
        const x = tf.add(tf.mul(mix, fake), tf.mul(tf.sub(1, mix), real));
        const g = tf.grad((x) => tf.sum(critic(x)))(x);
        return tf.mean(tf.square(tf.sub(tf.sum(tf.square(g), 1), 1)));
      }`,
    },
    {
      says: 'Only slopes above 1 are penalised, and the slopes are taken at the real data.',
      mistakes: ['atReal', 'oneSided'],
      answer: `(critic, real, fake, mix) => {
        const g = tf.grad((x) => tf.sum(critic(x)))(real);
        const norm = tf.sqrt(tf.sum(tf.square(g), 1));
        return tf.mean(tf.square(tf.relu(tf.sub(norm, 1))));
      }`,
    },
    {
      says: "The slopes are read as numbers, so the penalty has no gradient with respect to the critic's weights.",
      mistakes: [],
      measured: 'No gradient reaches `weights`',
      answer: `(critic, real, fake, mix) => {
        const x = tf.add(tf.mul(mix, real), tf.mul(tf.sub(1, mix), fake));
        const g = tf.tensor(tf.grad((x) => tf.sum(critic(x)))(x).arraySync());
        const norm = tf.sqrt(tf.sum(tf.square(g), 1));
        return tf.mean(tf.square(tf.sub(norm, 1)));
      }`,
    },
  ],
};
