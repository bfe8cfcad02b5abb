// Writes the limits of .size-limit.js, which CI checks, into the guides: npm run tool -- size-lines
import { readFileSync, writeFileSync } from 'node:fs';
import { pagesWithSizes, withSizes } from './sizes.js';

for (const page of pagesWithSizes()) writeFileSync(page, withSizes(readFileSync(page, 'utf8')));
