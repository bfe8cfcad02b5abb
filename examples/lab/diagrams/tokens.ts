import { arrow, back, box, dot, type Diagram } from './diagram.js';

export const tokensDiagram: Diagram = {
  about:
    'Letters of a word x are hidden from the transformer, which predicts how likely each letter is at each hidden place.',
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
    { lit: ['x'], words: `${batch} words x of the list come in, each with a sign that marks its end.` },
    direction === 'right'
      ? {
          lit: ['x', 'x-h', 'hide'],
          words: 'At each place, the letter itself and all later ones are hidden; only the earlier ones are visible.',
        }
      : {
          lit: ['x', 'x-h', 'hide'],
          words: 'In each word, some letters become blanks: a random number, from one to all of them.',
        },
    {
      lit: ['hide', 'h-t', 'transformer', 't-p', 'chances'],
      words: 'The transformer sees the rest. For each hidden place, it gives every letter a probability.',
    },
    {
      lit: ['chances', 'p-l', 'x', 'x-l', 'loss'],
      words:
        direction === 'right'
          ? 'The loss is minus the logarithm of the probability of the true letters: it is small if they are likely.'
          : 'The loss is minus the logarithm of the probability of the hidden letters, weighted so that words with many and with few blanks count equally.',
    },
    {
      lit: ['loss', 'b-t', 'transformer'],
      words: `The gradient changes the weights of the transformer: one update. A new word is then ${direction === 'right' ? 'written letter by letter, from left to right' : 'filled in blank by blank, in any order'}.`,
      updates: [],
    },
  ],
};
