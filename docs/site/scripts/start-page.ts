// Writes the start page, with its programs highlighted: `npx tsx docs/site/scripts/start-page.ts out/site` writes only it.
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { highlight } from 'sugar-high';
import { commandsFromSource, isPublished } from '../../install.mjs';
import { source } from '../../package.mjs';
import { imageSize } from '../../plugins/image-size.mjs';
import { siteHeader } from '../header/header.mjs';
import { previewOf } from '../header/preview.mjs';

/** A command with a button that copies it. */
const commandOf = (command: string): string =>
  `<div class="command"><code>${command.replaceAll('&', '&amp;')}</code><button type="button" data-copy="${command.replaceAll('&', '&amp;')}">Copy</button></div>`;

/** The commands that install the package from its source, until npm has it. */
const notYet = (command: string): string =>
  isPublished
    ? ''
    : `<details class="not-yet"><summary>Not on npm yet: install it from the source</summary>${commandsFromSource(command).map(commandOf).join('')}</details>`;

/** The start page, with its programs highlighted. */
export async function writeStart(site: string): Promise<void> {
  const from = 'docs/site/start';
  let page = (await readFile(`${from}/index.html`, 'utf8')).replaceAll(
    '<!-- source -->',
    source === undefined ? '' : `<a href="${source}">Source</a>`,
  );
  const install = 'npm i tfjs-generative @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm';
  const [, description] = /<meta\s+name="description"\s+content="([^"]*)"/.exec(page)!;
  const size = imageSize('emoji-completion.png')!;
  const parts = {
    header: siteHeader('./', { search: 'here' }),
    preview: previewOf({ title: 'tfjs-generative', description: description!, page: 'index.html' }),
    install: commandOf(install) + notYet(install),
    'not-yet': notYet(install),
    'emoji-size': `width="${size.width}" height="${size.height}"`,
  };
  for (const [name, html] of Object.entries(parts)) page = page.replace(`{{${name}}}`, () => html);
  for (const family of ['vae', 'gan', 'diffusion']) {
    const program = await readFile(`${from}/${family}.mjs`, 'utf8');
    page = page.replace(
      `{{${family}}}`,
      () => `<pre tabindex="0" data-run><code>${highlight(program.trim())}</code></pre>`,
    );
  }
  await writeFile(`${site}/index.html`, page);
  await writeFile(
    `${site}/start.css`,
    (
      await Promise.all(
        [`${from}/start.css`, 'docs/site/header/header.css', 'docs/site/search.css', 'docs/site/run/run.css'].map(
          (file) => readFile(file, 'utf8'),
        ),
      )
    ).join('\n'),
  );
  for (const file of ['tabs.js', 'hero.js', 'copy.js', 'paths.json'])
    await copyFile(`${from}/${file}`, `${site}/${file}`);
  await copyFile('docs/site/preview.png', `${site}/preview.png`);
  await copyFile('docs/site/search.js', `${site}/search.js`);
  // without this file, GitHub Pages drops folders whose names begin with an underscore
  await writeFile(`${site}/.nojekyll`, '');
}

if (process.argv[1] !== undefined && basename(process.argv[1]) === basename(fileURLToPath(import.meta.url)))
  await writeStart(process.argv[2] ?? 'out/site');
