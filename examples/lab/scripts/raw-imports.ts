// Lets Node import a text as Vite does: `import text from './words.txt?raw'`.
import { register } from 'node:module';

const hooks = `
  import { readFile } from 'node:fs/promises';
  export async function load(url, context, next) {
    if (!url.endsWith('?raw')) return next(url, context);
    const text = await readFile(new URL(url), 'utf8');
    return { format: 'module', shortCircuit: true, source: 'export default ' + JSON.stringify(text) };
  }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
