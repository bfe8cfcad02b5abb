/**
 * Tables: rows of numbers, categories, dates and gaps. A description, an encoding, a model that makes rows or fills in cells, a report on
 * made rows, and a likelihood for a VAE.
 *
 * @packageDocumentation
 */
export type { Cell, Row, Table } from './rows.js';
export { decodeTable, type SyntheticCell, type SyntheticRow } from './decode-table.js';
export { describeTable, type DescribeTableOptions } from './describe-table.js';
export type {
  Category,
  CategoryColumn,
  ColumnDescription,
  ColumnKind,
  Combination,
  DayOrder,
  NumberColumn,
  NumberRange,
  Order,
  TableDescription,
} from './description.js';
export { encodeTable } from './encode-table.js';
export { readRow } from './read-row.js';
export { createTableModel, type TableModel, type TableModelOptions } from './table-model.js';
export { createTableTrainer, type TableTrainerOptions } from './table-trainer.js';
export { sampleTable, type SampleTableOptions } from './sample-table.js';
export { tableReport, type TableReport, type TableReportOptions } from './report/table-report.js';
export type { ColumnErrors, ColumnShape, NamedError } from './report/column-shapes.js';
export type { Compared } from './report/compared.js';
export type { Efficacy } from './report/efficacy.js';
export type { PairError, TrendErrors } from './report/pair-trends.js';
export type { CloserShare, ComparedShare, Privacy } from './report/privacy.js';
export { columnsLikelihood, type ColumnsLikelihoodOptions } from './columns-likelihood.js';
