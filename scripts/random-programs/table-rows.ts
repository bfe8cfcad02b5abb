import { expressionOf, type Expression } from './expression.js';

/** A small table. */
export const tableRows: Expression = expressionOf(
  Array.from({ length: 12 }, (_, i) => ({
    height: 150 + ((i * 7) % 40),
    count: i % 4,
    country: ['Chile', 'Kenya', 'Nepal'][i % 3]!,
    open: i % 2 === 0,
  })),
);
