import { wrongKind } from '../tensor/errors.js';
import type { TableDescription } from './description.js';

/** Throws unless `description` is one of {@link describeTable}. */
export function checkDescription(where: string, argument: string, description: TableDescription): void {
  const { columns, rows, combinations, orders } = (description ?? {}) as Partial<TableDescription>;
  if (
    Array.isArray(columns) &&
    columns.length > 0 &&
    Number.isInteger(rows) &&
    Array.isArray(combinations) &&
    Array.isArray(orders)
  )
    return;
  throw wrongKind(where, argument, 'must be the description of a table', {
    got: description,
    fix: 'Make it with describeTable.',
  });
}
