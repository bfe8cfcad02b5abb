import type { Draw } from '../draw.js';
import { call, expressionOf, named, own, type Expression, type Program, type Written } from '../expression.js';
import { filesOf } from '../files.js';
import { stream } from '../networks.js';
import { shared } from '../training.js';
import { twin } from '../twin.js';

const columns: Readonly<Record<string, (d: Draw, i: number) => Written>> = {
  height: (d) => Math.round(1000 * (150 + 40 * d.unit())) / 10,
  count: (d) => d.integer(0, 6),
  country: (d) => d.pick(['Chile', 'Kenya', 'Nepal']),
  open: (d) => d.chance(0.5),
  day: (d) => `2026-0${d.integer(1, 9)}-1${d.integer(0, 9)}`,
  score: (d) => (d.chance(0.2) ? null : d.integer(-5, 5) / 2),
  code: (d) => `${d.integer(1, 3)}`,
};

/** A model of a table, its trainer, and rows. */
export function tables(d: Draw): Program {
  const names = Object.keys(columns).filter(() => d.chance(0.5));
  if (names.length === 0) names.push('height');
  const rows = Array.from({ length: d.integer(8, 14) }, (_, i) =>
    Object.fromEntries(names.map((name) => [name, columns[name]!(d, i)])),
  );
  const model: Expression = call('tables/createTableModel', {
    description: named('description'),
    width: d.integer(3, 6),
    layers: d.maybe(() => d.integer(1, 2)),
    random: stream(d),
  });
  const n = d.integer(1, 3);
  const known = d.maybe(() => ({ [names[0]!]: rows[0]![names[0]!]! }), 0.3);
  const encoded = call('tables/encodeTable', named('description'), named('rows'));
  return twin(d, named('model'), {
    rule: 'tables',
    constants: [
      ['rows', expressionOf(rows)],
      ['description', call('tables/describeTable', named('rows'))],
      ['model', model],
      ['trainer', call('tables/createTableTrainer', { model: named('model'), ...shared(d) })],
      ['batches', expressionOf([0, 1, 2, 3].map((i) => own('rowsOf', encoded, 2 * i, 2)))],
      [
        'outRows',
        call('tables/sampleTable', named('model'), n, {
          random: stream(d),
          steps: d.maybe(() => d.integer(1, 3), 0.8),
          known,
        }),
      ],
      ['outDecoded', call('tables/decodeTable', named('description'), encoded)],
      ['part', named('model')],
    ],
    files: filesOf(d),
  });
}
