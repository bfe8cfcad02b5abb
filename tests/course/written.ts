// Whole answers as students write them, in the chained style of TensorFlow.js's own tutorials. The page and the command line both grade them.

/** An answer to the exercise of this name. */
export interface Written {
  readonly exercise: string;
  readonly says: string;
  readonly text: string;
  /** What the first result must say, if both must agree on that. */
  readonly message?: string;
}

const module = (body: string): string => `import * as tf from '@tensorflow/tfjs-core';\n\n${body.trim()}\n`;

const tidy = (name: string, parameters: string, body: string): string =>
  module(`export function ${name}(${parameters}) {\n  return tf.tidy(() => {\n    ${body}\n  });\n}`);

/** For each exercise a right answer, and what makes it wrong: another text for a piece of it. */
const answers: Readonly<Record<string, readonly [right: string, piece: string, wrong: string]>> = {
  reparameterize: [
    tidy('reparameterize', 'mean, logVariance, noise', 'return logVariance.mul(0.5).exp().mul(noise).add(mean);'),
    'logVariance.mul(0.5)',
    'logVariance',
  ],
  'gaussian-kl': [
    tidy(
      'gaussianKl',
      'mean, logVariance',
      'return mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum(1).mul(0.5);',
    ),
    '.mul(0.5)',
    '',
  ],
  'bernoulli-log-likelihood': [
    tidy('bernoulliLogLikelihood', 'x, logits', 'return x.mul(logits).sub(logits.softplus()).sum(1);'),
    '.sum(1)',
    '.mean(1)',
  ],
  elbo: [
    tidy(
      'elbo',
      'x, logits, mean, logVariance',
      `const likelihood = x.mul(logits).sub(logits.softplus()).sum(1);
    return likelihood.sub(mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum(1).div(2));`,
    ),
    'return likelihood.sub',
    'return likelihood.add',
  ],
  'vae-update': [
    tidy(
      'vaeUpdate',
      'encoder, decoder, x, noise, model',
      `const loss = (e, d) => {
      const { mean, logVariance } = model.encode(e, x);
      const z = logVariance.div(2).exp().mul(noise).add(mean);
      return model.elbo(x, model.decode(d, z), mean, logVariance).mean().neg();
    };
    const [ofEncoder, ofDecoder] = tf.grads(loss)([encoder, decoder]);
    return { encoder: encoder.sub(ofEncoder.mul(0.1)), decoder: decoder.sub(ofDecoder.mul(0.1)) };`,
    ),
    '.mean().neg()',
    '.mean()',
  ],
  'importance-weighted-bound': [
    tidy('importanceWeightedBound', 'logWeights', 'return logWeights.logSumExp(0).sub(Math.log(logWeights.shape[0]));'),
    'logWeights.logSumExp(0)',
    'logWeights.exp().sum(0).log()',
  ],
  'gan-losses': [
    tidy(
      'ganLosses',
      'realLogits, fakeLogits',
      `const caught = fakeLogits.softplus().mean();
    return {
      discriminator: realLogits.neg().softplus().mean().add(caught),
      minimax: caught.neg(),
      nonSaturating: fakeLogits.neg().softplus().mean(),
    };`,
    ),
    'nonSaturating: fakeLogits.neg()',
    'nonSaturating: fakeLogits',
  ],
  'gan-update': [
    tidy(
      'ganUpdate',
      'generator, discriminator, real, noise, model',
      `const fake = model.generate(generator, noise);
    const ofDiscriminator = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fake)));
    const moved = discriminator.sub(ofDiscriminator(discriminator).mul(0.1));
    const ofGenerator = tf.grad((g) => model.generatorLoss(model.judge(moved, model.generate(g, noise))));
    return { generator: generator.sub(ofGenerator(generator).mul(0.1)), discriminator: moved };`,
    ),
    'model.judge(moved,',
    'model.judge(discriminator,',
  ],
  'gradient-penalty': [
    tidy(
      'gradientPenalty',
      'critic, real, fake, mix',
      `const between = real.mul(mix).add(fake.mul(mix.neg().add(1)));
    const slopes = tf.grad((x) => critic(x).sum())(between);
    return slopes.norm('euclidean', 1).sub(1).square().mean();`,
    ),
    '.sub(1).square()',
    '.square()',
  ],
  'add-noise': [
    tidy(
      'addNoise',
      'x, noise, timesteps, alphaBars',
      `const alphaBar = alphaBars.gather(timesteps).expandDims(1);
    return alphaBar.sqrt().mul(x).add(alphaBar.neg().add(1).sqrt().mul(noise));`,
    ),
    'add(1).sqrt()',
    'add(1)',
  ],
  'denoiser-losses': [
    tidy(
      'denoiserLosses',
      'denoise, x, noise, alphaBar',
      `const [alpha, sigma] = [alphaBar.sqrt(), alphaBar.neg().add(1).sqrt()];
    const xt = alpha.mul(x).add(sigma.mul(noise));
    const v = denoise(xt);
    const error = (a, b) => a.squaredDifference(b).mean();
    return {
      velocity: error(v, alpha.mul(noise).sub(sigma.mul(x))),
      sample: error(alpha.mul(xt).sub(sigma.mul(v)), x),
      noise: error(sigma.mul(xt).add(alpha.mul(v)), noise),
    };`,
    ),
    '.mean();',
    '.sum();',
  ],
  'ddim-sample': [
    tidy(
      'ddimSample',
      'predictNoise, xT, alphaBars',
      `const sigmaOf = (alphaBar) => alphaBar.neg().add(1).sqrt();
    const table = alphaBars.unstack();
    let x = xT;
    for (let t = table.length - 1; t >= 0; t--) {
      const noise = predictNoise(x, t);
      const clean = x.sub(sigmaOf(table[t]).mul(noise)).div(table[t].sqrt());
      x = t === 0 ? clean : table[t - 1].sqrt().mul(clean).add(sigmaOf(table[t - 1]).mul(noise));
    }
    return x;`,
    ),
    't >= 0; t--',
    't > 0; t--',
  ],
  'masked-bound': [
    tidy(
      'maskedBound',
      'logits, tokens, masked, t',
      `const own = tokens.oneHot(logits.shape[2]).mul(logits.logSoftmax()).sum(2);
    return own.mul(masked).sum(1).div(t).neg();`,
    ),
    '.div(t)',
    '',
  ],
};

/** Right answers. */
export const right: readonly Written[] = Object.entries(answers).map(([exercise, [text]]) => ({
  exercise,
  says: 'right',
  text,
  message: 'Right.',
}));

/** Answers that are wrong, or that give no numbers. */
export const wrong: readonly Written[] = [
  ...Object.entries(answers).map(([exercise, [text, piece, other]]) => {
    if (text.split(piece).length !== 2) throw new Error(`${piece} is not once in the answer to ${exercise}`);
    return { exercise, says: `${other} instead of ${piece}`, text: text.replace(piece, other) };
  }),
  ...(
    [
      [
        'an error in its fifth line',
        module('export const gaussianKl = (mean) => {\n\n  return mean.squared();\n};'),
        'It threw TypeError in line 5: mean.squared is not a function',
      ],
      [
        'an error while it is loaded',
        module("throw new RangeError('too early');\nexport const gaussianKl = () => 1;"),
        'Loading it threw RangeError in line 3: too early',
      ],
      [
        'a text that does not parse',
        module('export const gaussianKl = (;'),
        'Your answer does not parse: line 3: Unexpected token.',
      ],
      ['a name that is declared twice', module('const a = 1;\nconst a = 2;\nexport const gaussianKl = () => a;')],
      [
        'an operation that TensorFlow.js does not have',
        "import { sqare } from '@tensorflow/tfjs';\nexport const gaussianKl = (mean) => sqare(mean);",
        "Loading it threw SyntaxError in line 1: The requested module '@tensorflow/tfjs' does not provide an export named 'sqare'",
      ],
      ['a default import', "import tf from '@tensorflow/tfjs';\nexport const gaussianKl = (mean) => tf.square(mean);"],
      [
        'a package that is not there',
        "import * as tf from '@tensorflow/tfjs-node';\nexport const gaussianKl = (mean) => tf.square(mean);",
        "Loading it threw Error: Cannot find package '@tensorflow/tfjs-node' imported from answer.js",
      ],
      [
        'a file that is not there',
        "import { half } from './half';\nexport const gaussianKl = (mean) => half(mean);",
        "Loading it threw Error: Cannot find module 'half.js' imported from answer.js",
      ],
      [
        'another name',
        module('export const gaussianKL = (mean) => mean.sum(1);'),
        'Write `export function gaussianKl`; the file exports `gaussianKL`.',
      ],
      [
        'no export',
        module('const gaussianKl = (mean) => mean.sum(1);\nexport const half = 0.5;'),
        'Write `export` before `gaussianKl`: the file does not export it.',
      ],
      [
        'a default export',
        module('export default (mean) => mean.sum(1);'),
        'Write `export function gaussianKl`, without `default`: the file has a default export.',
      ],
      [
        'a module of CommonJS',
        'exports.gaussianKl = (mean) => mean.sum(1);',
        'The file must be a module: write `import` instead of `require`, and `export function gaussianKl` instead of `module.exports`.',
      ],
      [
        'a number of its name',
        module('export const gaussianKl = 5;'),
        '`gaussianKl` must be a function; the file exports a number of this name.',
      ],
      [
        'operators',
        module('export const gaussianKl = (mean) =>\n  0.5 * (mean ** 2);'),
        'It calculates with a tensor as if it were a number in line 4: instead of operators such as `*` and `**`, and functions of Math, use tf.mul, tf.square and others.',
      ],
      [
        'a sum by an operator',
        module('export const gaussianKl = (mean, logVariance) => tf.sum(mean + logVariance, 1);'),
        'It adds a tensor with `+` in line 3, which makes a text of it: use tf.add.',
      ],
      [
        'a promise that is rejected later',
        module('export const gaussianKl = async (mean) => { await mean.data(); throw new Error(); };'),
        'It must return a tensor, not a promise: write it without async and await.',
      ],
      ['promises', module('export const gaussianKl = (mean) => ({ kl: (async () => mean)() });')],
      [
        'an error in the depths of TensorFlow.js',
        module('export const gaussianKl = (mean) =>\n  tf.tidy(() => mean.mul(mean.sum(1)).sum(1));'),
        'It threw Error in line 4: Operands could not be broadcast together with shapes 4,3 and 4.',
      ],
      ['an array', module('export const gaussianKl = (mean) => mean.sum(1).arraySync();')],
      [
        'its inputs as an error',
        module('export const gaussianKl = (m) => {\n  throw new Error(m.dataSync().join());\n};'),
      ],
      [
        'a tensor that is disposed',
        module('export const gaussianKl = (m) => {\n  m.dispose();\n  return m.sum(1);\n};'),
      ],
      [
        'tensors left behind',
        answers['gaussian-kl']![0].replace('tf.tidy(() => {', '(() => {').replace('});', '})();'),
      ],
      ['views of its input', module('export const gaussianKl = (m) => { m.reshape([-1]); return m.clone().sum(1); };')],
    ] as const
  ).map(([says, text, message]) => ({
    exercise: 'gaussian-kl',
    says,
    text,
    ...(message !== undefined && { message }),
  })),
];
