import { readFileSync } from 'node:fs';

const listed = (JSON.parse(readFileSync('docs/guides.json', 'utf8')) as string[]).filter((path) => path.startsWith('docs/')); // prettier-ignore

/** The guides, which teach: `docs/vae.md`. */
export const guides: readonly string[] = listed.filter((path) => !path.startsWith('docs/results/'));

/** The pages with measurements and how they were made: `docs/results/emoji.md`. */
export const results: readonly string[] = listed.filter((path) => path.startsWith('docs/results/'));

/** What the package tells a coding assistant. */
export const skill = 'SKILL.md';

/** All pages of the repository that visitors of the site read. */
export const pages: readonly string[] = ['README.md', 'CONTRIBUTING.md', ...listed];
