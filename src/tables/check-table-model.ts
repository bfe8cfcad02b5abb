import { checkRecord } from '../tensor/checks.js';
import type { TableModel } from './table-model.js';

/** Throws unless `model` is a model of a table. */
export function checkTableModel(where: string, argument: string, model: TableModel): void {
  checkRecord(where, argument, model, 'predict', 'createTableModel(...)');
}
