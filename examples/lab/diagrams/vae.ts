import { arrow, back, box, dot, words, type Diagram } from './diagram.js';

export const vaeDiagram: Diagram = {
  about:
    'A point x goes through the encoder to a cloud of latents, and one latent z through the decoder to a point again.',
  height: 188,
  shapes: [
    dot('x', [22, 60], 'data', 'x'),
    arrow('x-e', 'M38 60H56'),
    box('encoder', [92, 60], 66, 'encoder'),
    arrow('e-m', 'M126 54L142 42'),
    arrow('e-s', 'M126 66L142 78'),
    box('mean', [166, 38], 46, 'mean'),
    box('sd', [166, 82], 46, 'sd'),
    arrow('m-z', 'M190 42L206 53'),
    arrow('s-z', 'M190 78L206 67'),
    dot('z', [221, 60], 'third', 'z'),
    dot('chance', [221, 16], 'faint', '\u03b5'),
    arrow('c-z', 'M221 32V43'),
    arrow('z-d', 'M237 60H250'),
    box('decoder', [285, 60], 66, 'decoder'),
    arrow('d-y', 'M319 60H326'),
    dot('y', [343, 60], 'samples', "x'"),
    box('kl', [166, 134], 96, 'KL to prior'),
    arrow('ms-kl', 'M166 96V119'),
    box('misfit', [285, 134], 96, '-log p(x|z)'),
    arrow('y-misfit', 'M343 76V134H336'),
    arrow('x-misfit', 'M22 76V166H285V151'),
    back('b-decoder', 'M277 118V78'),
    back('b-encoder', 'M118 134H92V78'),
    words('sum', [226, 134], '+'),
  ],
  stages: ({ batch, beta }) => [
    { lit: ['x', 'x-e'], words: `${batch} points x of the data come in.` },
    {
      lit: ['encoder', 'e-m', 'e-s', 'mean', 'sd'],
      words: 'For each point, the encoder gives a cloud of latents: a mean and a standard deviation.',
    },
    {
      lit: ['mean', 'sd', 'chance', 'm-z', 's-z', 'c-z', 'z'],
      words: 'One latent z is drawn at random from each cloud.',
    },
    { lit: ['z', 'z-d', 'decoder', 'd-y', 'y'], words: "The decoder turns each z into a point x'." },
    {
      lit: ['x', 'y', 'x-misfit', 'y-misfit', 'misfit'],
      words: "The first term of the loss is how far x' is from x.",
    },
    {
      lit: ['mean', 'sd', 'ms-kl', 'kl'],
      words: `The second term is how far each cloud is from the prior, a cloud around 0${beta === 1 ? '' : `, times ${beta}`}. It keeps the clouds wide and close together.`,
    },
    {
      lit: ['misfit', 'sum', 'kl', 'b-decoder', 'b-encoder', 'encoder', 'decoder'],
      words:
        'The gradient of the sum goes back through decoder and encoder and changes the weights of both: one update.',
      updates: [],
    },
  ],
};
