import type { Tensor1D } from '@tensorflow/tfjs-core';
import { defineExercise, meanOf, sumOf } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'odeLogDensity',
  inputs: (random) => ({ weights: random.uniform([2], 0.6, 1.5), x: random.normal([5]) }),

  mistakes: {
    forwards: 'the path goes forwards, but must go back from the data to the noise',
    plusDivergence: 'the integral is added, but must be subtracted',
    noDivergence: 'the integral of the derivative is missing',
    noConstant: 'the term log(2 pi)/2 of the normal density is missing',
    wholeConstant: 'the term of the normal density is log(2 pi), but must be half of it',
    noDensity: 'the density of the noise is missing',
    densityOfData: 'the density of the noise is taken at x itself, not where the path begins',
    noHalf: 'the square in the normal density lacks its factor 1/2',
    noStepSize: 'the derivatives are added up without the step size',
    pathNoStepSize: 'the steps of the path lack the step size',
    derivativeAfter: 'the derivative is taken at the point to which a step goes, but must be taken where it comes from',
    timesForwards: 'the times rise from 0, but must fall from 1',
    oneTime: 'the time stays 1',
    timesEarly: 'the times are those at which the steps end, but must be those at which they begin',
    oneStep: 'there is only one step',
    oneMore: 'there is one step too many',
    oneLess: 'there is one step too few',
    lastDerivative: 'only the derivative of the last step counts',
    velocities: 'the velocities are added up, not their derivatives',
    negative: 'it is minus the logarithm of the density',
    logarithmOfDerivative: 'the logarithm of the magnitude of the derivatives is added up, but the derivatives must be',
    meanOverBatch: 'it is a mean over the examples, but there must be one number for each',
    sumOverBatch: 'the examples are added up, but there must be one number for each',
  },
  exclusive: [
    [
      'plusDivergence',
      'noDivergence',
      'noStepSize',
      'derivativeAfter',
      'lastDerivative',
      'velocities',
      'logarithmOfDerivative',
    ],
    ['noConstant', 'wholeConstant', 'noDensity', 'densityOfData', 'noHalf'],
    ['timesForwards', 'oneTime', 'timesEarly', 'oneStep', 'oneMore', 'oneLess'],
    ['forwards', 'pathNoStepSize', 'densityOfData', 'noDensity'],
    ['meanOverBatch', 'sumOverBatch'],
  ],
  alone: [
    'wholeConstant',
    'noHalf',
    'pathNoStepSize',
    'oneStep',
    'oneMore',
    'oneLess',
    'lastDerivative',
    'velocities',
    'logarithmOfDerivative',
    'oneTime',
    'timesForwards',
    'timesEarly',
    'noDensity',
  ],

  reference({ weights, x }, wrong) {
    const [a, b] = weights as [number, number];
    const velocity = (at: number, t: number): number => Math.tanh(a * at + b * t * t - 0.3);
    const derivative = (at: number, t: number): number => a * (1 - velocity(at, t) ** 2);
    const count = wrong.oneStep ? 1 : wrong.oneMore ? STEPS + 1 : wrong.oneLess ? STEPS - 1 : STEPS;
    const h = wrong.oneStep ? 1 : 1 / STEPS;
    const logs = x.map((start) => {
      let at = start;
      let integral = 0;
      for (let i = 0; i < count; i++) {
        const t = wrong.timesForwards ? i * h : wrong.oneTime ? 1 : wrong.timesEarly ? 1 - (i + 1) * h : 1 - i * h;
        const next = at + (wrong.forwards ? 1 : -1) * (wrong.pathNoStepSize ? 1 : h) * velocity(at, t);
        const slope = derivative(wrong.derivativeAfter ? next : at, t);
        const term = wrong.velocities ? velocity(at, t) : wrong.logarithmOfDerivative ? Math.log(slope) : slope;
        integral = wrong.lastDerivative ? h * term : integral + (wrong.noStepSize ? 1 : h) * term;
        at = next;
      }
      const z = wrong.densityOfData ? start : at;
      const constant = wrong.noConstant ? 0 : Math.log(2 * Math.PI) * (wrong.wholeConstant ? 1 : 0.5);
      const density = wrong.noDensity ? 0 : -z * z * (wrong.noHalf ? 1 : 0.5) - constant;
      const sign = wrong.noDivergence ? 0 : wrong.plusDivergence ? 1 : -1;
      return (wrong.negative ? -1 : 1) * (density + sign * integral);
    });
    if (wrong.sumOverBatch) return sumOf(logs);
    return wrong.meanOverBatch ? meanOf(logs) : logs;
  },

  call(answer, { weights, x }, tf) {
    const velocity = (at: Tensor1D, t: unknown): unknown => {
      if (typeof t !== 'number') throw new TypeError('velocity takes the time as a number.');
      const [a, b] = tf.split(weights as Tensor1D, 2);
      return tf.tanh(tf.add(tf.mul(a!, at), tf.sub(tf.mul(b!, t * t), 0.3)));
    };
    return answer(velocity, x, 4);
  },

  hints: [
    'Where the velocity grows with x, neighbours move apart. Does that make the density larger or smaller?',
    'The sum of all velocities has a gradient with one number for each example. Why is it the derivative that you need?',
    'Two things change in each step: the point and the integral. Which of them must be computed first?',
  ],

  picture: {
    unit: 'nats',
    // data from -3 to 3
    inputs: () => ({ weights: [1, 0.5], x: Array.from({ length: 41 }, (_, i) => (3 * i) / 20 - 3) }),
  },

  checks: [
    { kind: 'values', points: 6 },
    { kind: 'leaks', points: 1 },
  ],
});

/** The number of steps that `call` gives. */
const STEPS = 4;
