import { defaultsOf, type Experiment } from '../experiment/experiment.js';
import type { Story } from './story.js';

/** The stories, in order. */
export const stories: readonly Story[] = [
  {
    title: 'Blur',
    words: [
      'A VAE learns to make new points that look like the data. Its encoder gives each point a place in a small plane, as a cloud rather than a dot; its decoder ' +
        'turns places back into points.',
      'Where clouds overlap, the decoder cannot tell which point is meant. The best it can do is to answer in the middle. In a picture ' +
        'that looks like blur; here, samples lie between the turns of the roll instead of on them. How much overlap there is depends on what an error costs: a decoder that ' +
        'expects noise is not punished for small errors.',
    ],
    tasks: [
      'Press Start, and wait for a thousand updates: the samples (orange) lie next to the roll.',
      'Try less noise: the clouds shrink, and the samples come closer to the roll.',
    ],
    experiment: { family: 'vae', data: 'roll', noise: 0.4 },
    trials: [
      { label: 'Noise 0.1', changes: { noise: 0.1 } },
      { label: 'Noise 0.4', changes: { noise: 0.4 } },
    ],
  },
  {
    title: 'A map of latents',
    words: [
      'After training, the plane inside a VAE is a map. Places near each other become points near each other, and each cloud of the ' +
        'data has its own region. The model did not know about the eight clouds: it found that sorting them makes points easy to describe.',
      'The second term of the loss, KL, pulls all regions towards the middle, so that no gaps are left. Therefore a place picked at random ' +
        'almost always means something. At the borders between regions the decoder has to change its mind quickly, and makes points that lie between two clouds.',
    ],
    tasks: [
      'Press Start, and wait until the ellipses have sorted themselves.',
      'Drag the mark in the latent plane, and watch the mark among the data.',
      'Cross a border slowly: where does the decoder jump?',
    ],
    experiment: { family: 'vae', data: 'ring' },
    layers: ['warp', 'data', 'samples', 'decoded'],
  },
  {
    title: 'Mode collapse and its cure',
    words: [
      'A generator G and a discriminator D play against each other: G makes points, D says which are real. G is only rewarded for points that D ' +
        'accepts. So why learn all eight clouds? Points of one cloud will do, until D no longer accepts them; then G moves on to another.',
      'That is mode collapse: the samples look real, one by one, but they are all similar, and most of the data are left out. Here both players learn in large ' +
        'steps, and nothing keeps D from becoming steep, so G is thrown about. The cure is to keep D gentle: smaller steps, and the penalty R1 ' +
        'on its slope. Then G is pulled to all clouds at once.',
    ],
    tasks: [
      'Press Start. The samples sweep across the clouds, and end as a speck in a single one; the bars count them.',
      'Press Cure, and then Start: within 500 updates all eight clouds have samples.',
      'Collapse again, and find out which of the three changes in the cure matters most.',
    ],
    experiment: { family: 'gan', data: 'ring', loss: 'least-squares', penalty: 'none', rate: 0.01, steps: 1_600 },
    layers: ['heat', 'data', 'now'],
    trials: [
      { label: 'Cure', changes: { loss: 'non-saturating', penalty: 'r1', rate: 2e-3 } },
      { label: 'Collapse again', changes: { loss: 'least-squares', penalty: 'none', rate: 0.01 } },
    ],
  },
  {
    title: 'Noise and back',
    words: [
      'Take a point and add a little noise, again and again, until only noise is left. Each step is easy to undo, roughly, if you know what the data look like. ' +
        'A diffusion model learns just that: from a noisy point, and how much noise there is, it estimates where the point came from.',
      'The arrows show this estimate. With much noise, all of them point to the middle of the data, since anything is possible. With less, they ' +
        'begin to distinguish the two moons. To make new points, the model starts with noise and follows its own arrows in small steps.',
    ],
    tasks: [
      'Press Start, wait for a thousand updates, and press Stop.',
      'Press Play below the plane, and watch the arrows and the paths of the samples.',
      'Show the noisy data, and move the slider by hand.',
    ],
    experiment: { family: 'diffusion', data: 'moons' },
    layers: ['data', 'field', 'paths'],
  },
  {
    title: 'Few calls',
    words: [
      'Each step from noise to a sample calls the network once, and calls cost time: a picture in 50 calls takes 50 times as long as in one. ' +
        'So how few are enough? That depends on the sampler.',
      'DDPM adds fresh noise after each step and needs many of them. DDIM goes straight on, without new noise. DPM-Solver++ also uses the step before, like a driver ' +
        'who sees that the road bends; that helps from about eight calls on. With a single call, all of them answer with the average of what is possible: blur again.',
    ],
    tasks: [
      'Press Start, and wait for two thousand updates.',
      'Try 15 calls, 4 calls and 1 call, and compare the three samplers.',
      'Measure the quality against calls: how many are enough?',
    ],
    experiment: { family: 'diffusion', data: 'roll', calls: 4 },
    opens: ['samplers'],
    trials: [
      { label: '15 calls', changes: { calls: 15 } },
      { label: '4 calls', changes: { calls: 4 } },
      { label: '1 call', changes: { calls: 1 } },
    ],
  },
  {
    title: 'Three families',
    words: [
      'Three families learn the same data, each for the same number of seconds. The VAE is quick and steady, and draws bridges between ' +
        'clouds, because its decoder cannot jump. The GAN makes sharp points once both players are in balance, but may leave out a cloud. ' +
        'The diffusion model is the most exact in the end, but calls its network many times for one sample.',
      'No family is best at everything. What counts is what you need: a map of the data, samples at once, or samples as good as they can be. The energy distance below each says how far its ' +
        'samples are from the data; the number under it is the distance between two sets of real data.',
    ],
    tasks: [
      'Press Start all, and watch the three take turns.',
      'Choose other data, and try again: who wins on the grid?',
    ],
    experiment: { family: 'diffusion', data: 'ring' },
    page: 'side',
  },
  {
    title: 'Words out of blanks',
    words: [
      'A word is a row of letters, and noise takes another form here: it replaces letters by blanks. The model sees what is left, and predicts for each ' +
        'blank how likely every letter is. A new word starts as a row of blanks, which the model fills in one by one, in any order.',
      'Nobody tells it what a vowel is. First it finds how frequent letters are, then which of them are neighbours, and finally how words begin and end: ' +
        'nonsense becomes words that could exist. Some are in the list of 3,096 that it learns from; most are inventions. You can also let it write from left to right: it learns that ' +
        'sooner, but can then only continue a beginning.',
    ],
    tasks: [
      'Press Start, and watch the words: when do vowels and consonants begin to take turns?',
      'Type letters, with _ for blanks, such as _a_e or s__ing.',
      'Try left to right: after a thousand updates about half of its words are in the list, which it learns by heart.',
    ],
    experiment: { family: 'tokens' },
    trials: [
      { label: 'Left to right', changes: { direction: 'right' } },
      { label: 'Fill in blanks', changes: { direction: 'blanks' } },
    ],
  },
  {
    title: 'Drift',
    words: [
      'Can a model make a point in one call, without an opponent, and without many steps? Here each sample feels two forces: data near it pull, and other samples ' +
        'near it push. Where samples are as dense as data, the forces cancel. The arrows show their sum, the drift, and the generator learns to put each sample where its ' +
        'arrow points.',
      'How far is near? That is the temperature. If it is low, a sample feels only its neighbours, and fine shapes are learned; if it is high, samples feel the data as a whole, and ' +
        'blur them. All this needs distances that mean something: between pictures, pixel by pixel, they do not.',
    ],
    tasks: [
      'Press Start: the samples spread along the roll, until their arrows point in random directions.',
      'Raise the temperature to 0.5 while it runs: what is lost? Then go back.',
      'Show the latent grid: one call maps this square onto the roll.',
    ],
    experiment: { family: 'drifting', data: 'roll', tau: 0.05 },
    trials: [
      { label: 'Temperature 0.5', changes: { tau: 0.5 } },
      { label: 'Temperature 0.05', changes: { tau: 0.05 } },
    ],
  },
];

/** The experiment with which a story begins. */
export const experimentOf = ({ experiment }: Story): Experiment => ({
  ...defaultsOf(experiment.family),
  ...experiment,
});
