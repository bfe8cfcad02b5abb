// Writes how to install the package from its source into README and guides, or removes it as soon as npm has the package: npm run tool -- install-lines
import { readFileSync, writeFileSync } from 'node:fs';
import { pages, withInstallLines } from '../docs/install.mjs';

for (const page of pages) writeFileSync(page, withInstallLines(readFileSync(page, 'utf8')));
