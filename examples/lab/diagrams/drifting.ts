import { arrow, back, box, dot, type Diagram } from './diagram.js';

export const driftingDiagram: Diagram = {
  about:
    "Noise z goes through the generator G to points x'; points x of the data pull them, and the points x' push each other: where that leads is the target of G.",
  height: 160,
  shapes: [
    dot('z', [22, 50], 'third', 'z'),
    arrow('z-g', 'M38 50H54'),
    box('generator', [92, 50], 72, 'generator'),
    arrow('g-y', 'M129 50H146'),
    dot('y', [163, 50], 'samples', "x'"),
    arrow('y-v', 'M180 50H202'),
    dot('x', [163, 122], 'data', 'x'),
    arrow('x-v', 'M178 113L212 69'),
    box('drift', [240, 50], 72, 'drift V'),
    arrow('v-l', 'M277 50H288'),
    box('loss', [318, 50], 58, '|V|\u00b2'),
    back('b-g', 'M318 32V14H92V32'),
  ],
  stages: ({ batch, tau }) => [
    {
      lit: ['z', 'z-g', 'generator', 'g-y', 'y'],
      words: `The generator turns ${batch} draws of noise z into points x'.`,
    },
    {
      lit: ['x', 'x-v', 'drift'],
      words: `${batch} points of the data attract each x', the nearest ones most, in proportion to exp(-distance / ${tau}).`,
    },
    {
      lit: ['y', 'y-v', 'drift'],
      words:
        "In the same way, the other x' repel it. The sum of both forces is the drift V. It is 0 where samples are as dense as data.",
    },
    {
      lit: ['drift', 'v-l', 'loss'],
      words:
        "The target of each x' is where the drift takes it, x' + V, which is treated as a constant. The loss is the squared distance to it.",
    },
    {
      lit: ['loss', 'b-g', 'generator'],
      words:
        'The gradient changes the weights of the generator so that its points follow the arrows: one update. A new point takes a single call.',
      updates: [],
    },
  ],
};
