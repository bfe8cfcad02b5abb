import { readdirSync } from 'node:fs';

/** The public entries that have a report in `api/`; the main one is `index`. */
export const entriesOf = (): string[] =>
  readdirSync('api')
    .filter((file) => file.endsWith('.api.md'))
    .map((file) => file.slice(0, -'.api.md'.length));
