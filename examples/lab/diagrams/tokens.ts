import { arrow, back, box, dot, type Diagram } from './diagram.js';

export const tokensDiagram: Diagram = {
  about: 'Letters of a word x are hidden from the transformer, which says how likely each letter is in their places.',
  height: 150,
  shapes: [
    dot('x', [22, 50], 'data', 'x'),
    arrow('x-h', 'M38 50H52'),
    box('hide', [82, 50], 56, 'hide'),
    arrow('h-t', 'M111 50H128'),
    box('transformer', [174, 50], 88, 'transformer'),
    arrow('t-p', 'M219 50H236'),
    box('chances', [290, 50], 104, 'p of each letter'),
    arrow('p-l', 'M290 67V95'),
    box('loss', [290, 113], 104, '-log p(x)'),
    arrow('x-l', 'M22 65V122H236'),
    back('b-t', 'M238 104H174V68'),
  ],
  stages: ({ batch, direction }) => [
    { lit: ['x'], words: `${batch} words x of the list come in, with a sign for the end of each.` },
    direction === 'right'
      ? {
          lit: ['x', 'x-h', 'hide'],
          words: 'In each place, the letter itself and all that follow it are hidden: what came before is seen.',
        }
      : {
          lit: ['x', 'x-h', 'hide'],
          words:
            'For each word, chance picks how many letters are hidden, from one to all, and which: they become blanks.',
        },
    {
      lit: ['hide', 'h-t', 'transformer', 't-p', 'chances'],
      words:
        'The transformer sees the rest. Each hidden place looks at the others, and gives every letter a probability.',
    },
    {
      lit: ['chances', 'p-l', 'x', 'x-l', 'loss'],
      words:
        direction === 'right'
          ? 'The loss is small if the letters that are really there are likely: minus the logarithm of their probability.'
          : 'The loss is small if the hidden letters are likely: minus the logarithm of their probability, weighted so that many blanks count as much as few.',
    },
    {
      lit: ['loss', 'b-t', 'transformer'],
      words: `The gradient moves the weights of the transformer: one update. A new word is then ${direction === 'right' ? 'written letter by letter, from left to right' : 'filled in blank by blank, in any order'}.`,
      updates: [],
    },
  ],
};
