import { checkObject, checkRecord } from '../tensor/checks.js';
import { checkDescription } from './check-description.js';
import type { TableModel } from './table-model.js';

/** Throws unless `model` is a model of a table. */
export function checkTableModel(where: string, argument: string, model: TableModel): void {
  checkObject(where, argument, model);
  checkRecord(where, `${argument}.network`, model.network, 'apply', 'createTableModel(...)');
  checkDescription(where, `${argument}.description`, model.description);
}
