/** A cell: a number, a text, true or false, a date, or nothing. */
export type Cell = number | bigint | string | boolean | Date | null | undefined;

/** A row of a table, by the names of its columns. An absent cell is missing, as are null, undefined, NaN and the empty text. */
export type Row = Readonly<Record<string, Cell>>;

/** A table: its rows, records of cells as {@link Row}, or its columns, all of the same length. Readers such as d3's give rows the type `object`. */
export type Table = readonly object[] | Readonly<Record<string, ArrayLike<Cell>>>;
