/** What a column holds. */
export type ColumnKind = 'number' | 'integer' | 'date' | 'category' | 'boolean';

/** What comes first in dates such as 3/4/2026, with any separator, where no row shows it. */
export type DayOrder = 'DD/MM/YYYY' | 'MM/DD/YYYY';

/** The distribution of numbers, or of dates as milliseconds since 1970. */
export interface NumberRange {
  /** The smallest and the largest number. */
  readonly range: readonly [low: number, high: number];
  /** Decimals to which the numbers are rounded; null if they are not. */
  readonly decimals: number | null;
  /** The unit of which all numbers are multiples, 0.01 for two decimals and 86,400,000 for whole days; 0 for none. */
  readonly unit: number;
  /** Points of the distribution function, rising: numbers, and the share of numbers below each. */
  readonly quantiles: Readonly<Record<'numbers' | 'shares', readonly number[]>>;
  /** Wide intervals without a number, between two groups of many. */
  readonly gaps: readonly (readonly [low: number, high: number])[];
}

/** A column of numbers or dates, as {@link describeTable} describes it. */
export interface NumberColumn extends NumberRange {
  /** The name of the column. */
  readonly name: string;
  /** Whole numbers are 'integer'. */
  readonly kind: 'number' | 'integer' | 'date';
  /** The share of missing cells, 0 to 1. */
  readonly missing: number;
  /**
   * How a date is written: 'date' for a `Date`, or the pattern of a text, such as YYYY-MM-DD, YYYY-MM-DDThh:mm:ssZ, DD.MM.YYYY or MMM D, YYYY; how
   * an amount is written, such as $0.00, #.##0,00 € or 0%. Absent for numbers.
   */
  readonly written?: string | undefined;
  /** True for dates whose days of the week are not equally frequent: they are a category next to the date. */
  readonly weekdays?: boolean | undefined;
}

/** A value of a column of categories, and how many rows have it. */
export interface Category {
  /** The value in the table. */
  readonly value: string | number | boolean;
  /** Rows with this value. */
  readonly count: number;
}

/** A column of categories, as {@link describeTable} describes it. */
export interface CategoryColumn {
  /** The name of the column. */
  readonly name: string;
  /** Categories that are true and false are 'boolean'. */
  readonly kind: 'category' | 'boolean';
  /** The share of missing cells, 0 to 1. */
  readonly missing: number;
  /** All values, the most frequent first. */
  readonly categories: readonly Category[];
  /** The category that stands for all values that are not listed, if there were too many. */
  readonly other?: string | undefined;
}

/** A column of a table. */
export type ColumnDescription = NumberColumn | CategoryColumn;

/** Columns of categories of which only some combinations exist. */
export interface Combination {
  /** The names of the columns. */
  readonly columns: readonly string[];
  /** The combinations that exist: for each column the index of its category, or that after the last for a missing cell. */
  readonly rows: readonly (readonly number[])[];
}

/** Two columns of numbers or dates of which the first never exceeds the second. */
export interface Order {
  /** The column that never exceeds the other. */
  readonly low: string;
  /** The other column. */
  readonly high: string;
  /** What stands for `low` where its cell is missing: the smallest number of both columns. */
  readonly least: number;
  /** The difference high - low, which is never negative. */
  readonly difference: NumberRange;
}

/** A table as plain JSON: what {@link encodeTable}, {@link createTableModel} and {@link decodeTable} need to know of it. */
export interface TableDescription {
  /** Rows from which it was made. */
  readonly rows: number;
  /** The columns in order. */
  readonly columns: readonly ColumnDescription[];
  /** What deserves a look, a sentence each. */
  readonly notes: readonly string[];
  /** Columns whose combinations are limited to those of the table. */
  readonly combinations: readonly Combination[];
  /** Pairs of columns of which the first never exceeds the second. */
  readonly orders: readonly Order[];
}

/** Whether a column holds numbers or dates. */
export function isNumeric(column: ColumnDescription): column is NumberColumn {
  return 'quantiles' in column;
}
