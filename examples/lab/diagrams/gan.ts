import type { Experiment } from '../experiment/experiment.js';
import { arrow, back, box, dot, type Diagram } from './diagram.js';

const wishes: Readonly<Record<Experiment['loss'], string>> = {
  'non-saturating': 'G wants D to call them real',
  minimax: 'G wants D to be wrong about them',
  'least-squares': "G wants D's answers for them to be 1",
  hinge: "G wants D's answers for them to be high",
  wasserstein: "G wants D's answers for them to be high",
};

export const ganDiagram: Diagram = {
  about:
    "Noise z goes through the generator G to points x'; the discriminator D looks at them and at points x of the data.",
  height: 172,
  shapes: [
    dot('z', [22, 44], 'third', 'z'),
    arrow('z-g', 'M38 44H54'),
    box('generator', [92, 44], 72, 'generator'),
    arrow('g-y', 'M129 44H142'),
    dot('y', [159, 44], 'samples', "x'"),
    arrow('y-d', 'M172 54L194 72'),
    dot('x', [159, 124], 'data', 'x'),
    arrow('x-d', 'M172 114L194 96'),
    box('discriminator', [240, 84], 92, 'discriminator'),
    arrow('d-ld', 'M272 98L284 114'),
    arrow('d-lg', 'M272 70L284 54'),
    box('loss-d', [316, 130], 68, 'loss of D'),
    box('loss-g', [316, 38], 68, 'loss of G'),
    back('b-d', 'M282 130H226V102'),
    back('b-g', 'M316 22V12H92V26'),
  ],
  stages: ({ batch, loss, penalty, weight, ratio }) => {
    const smooth = penalty === 'none' ? '' : ` A penalty, times ${weight}, keeps D from becoming steep.`;
    const often = ratio === 1 ? '' : ` During training, D makes ${ratio} updates for each update of G.`;
    return [
      {
        lit: ['z', 'z-g', 'generator', 'g-y', 'y'],
        words: `The generator turns ${batch} draws of noise z into points x'.`,
      },
      {
        lit: ['x', 'x-d', 'y', 'y-d', 'discriminator'],
        words: `The discriminator looks at ${batch} real points and ${batch} of the generator's, and says how real each one seems.`,
      },
      {
        lit: ['discriminator', 'd-ld', 'loss-d', 'b-d'],
        words: `Where D is wrong, its loss is high. The gradient changes the weights of D only.${smooth}${often}`,
        updates: ['discriminator'],
      },
      {
        lit: ['y', 'y-d', 'discriminator', 'd-lg', 'loss-g'],
        words: `Now it is G's turn: D looks at the points of G, and ${wishes[loss]}.`,
      },
      {
        lit: ['loss-g', 'b-g', 'generator'],
        words:
          'The gradient goes back through D to the points, as the arrows in the plane show, and changes the weights of G.',
        updates: ['generator'],
      },
    ];
  },
};
