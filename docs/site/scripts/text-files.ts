// Writes what a program reads, such as a coding assistant: llms.txt lists the guides, llms-full.txt has all signatures and guides, and guides/ has
// each guide as Markdown. `npx tsx docs/site/scripts/text-files.ts out/site` writes only them.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { entries, importOf, moduleOf } from '../../package.mjs';

/** Writes the files into the folder of a site. */
export async function writeTextFiles(site: string): Promise<void> {
  const { description } = JSON.parse(await readFile('package.json', 'utf8')) as { description: string };
  const head = `# tfjs-generative\n\n> ${description}\n`;
  const overview = await readFile('docs/site/overview.md', 'utf8');
  const lists = overview.slice(overview.indexOf('## Learn'), overview.indexOf('## Reference'));
  const files = [...lists.matchAll(/\]\(\.\.\/([\w-]+\.md)\)/g)].map(([, file]) => file!);
  const guides = await Promise.all(files.map(async (file) => ({ file, text: await guideOf(`docs/${file}`) })));
  await mkdir(`${site}/guides`, { recursive: true });
  for (const { file, text } of guides) await writeFile(`${site}/guides/${file}`, text);
  const full = [
    head,
    '## Signatures\n\nAll public names, by the entry that exports them. Each entry is ES and CommonJS with types.\n',
    ...(await signatures()),
    `## Guides\n\n${guides.length} pages, each with a heading of its own.\n`,
    ...guides.map(({ text }) => text),
  ];
  await writeFile(`${site}/llms-full.txt`, full.join('\n'));
  const ours = lists.split('\n').filter((line) => !/\]\((?!\.\.\/[\w-]+\.md\))/.test(line));
  const index = [
    head,
    '[All signatures and guides in one file](llms-full.txt), to write programs from. Each guide is also a page of its own, in Markdown.\n',
    ours.join('\n').replaceAll('](../', '](guides/'),
  ];
  await writeFile(`${site}/llms.txt`, index.join('\n'));
}

/** A guide without the lines that only the site needs. */
async function guideOf(path: string): Promise<string> {
  const text = await readFile(path, 'utf8');
  return text
    .replace(/^---\n[\s\S]*?\n---\n\s*/, '')
    .replaceAll(/^<!--.*?-->\n+/gm, '')
    .replaceAll(/<!-- (?:size: .*?|end) -->/g, '')
    .replaceAll(/^!\[.*\]\(.*\)\n+/gm, '');
}

/** The reports of api/, with a sentence for each name instead of `@public`, and imports of what other entries export. */
async function signatures(): Promise<string[]> {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, process.cwd());
  const checker = ts.createProgram(entries.map(moduleOf), options);
  const names = new Map(entries.map((entry) => [entry, sentencesOf(checker, moduleOf(entry))]));
  return Promise.all(
    entries.map(async (entry) => {
      const report = await readFile(`api/${entry}.api.md`, 'utf8');
      // API Extractor calls what a global has the name of, such as Report, Report_2
      const code = /```ts\n+([\s\S]*?)```/
        .exec(report)![1]!
        .replaceAll(/^export \{ \w+_2 as \w+ \}\n+/gm, '')
        .replaceAll(/^(?=\w+ \w+_2\b)/gm, 'export ')
        .replaceAll(/\b(\w+)_2\b/g, '$1');
      const body = code
        .replaceAll(
          /^\/\/ @public.*\n(export \w+ (\w+))/gm,
          (_, line: string, name: string) => `/** ${names.get(entry)!.get(name)} */\n${line}`,
        )
        .replace(/^\/\/ \(No @packageDocumentation.*\n+/m, '');
      const others = [...names].filter(([other]) => other !== entry);
      const imported = new Set(names.get(entry)!.keys());
      const imports = others.flatMap(([other, theirs]) => {
        // types: a word of a signature in small letters is a parameter
        const used = [...theirs.keys()].filter(
          (name) => /^[A-Z]/.test(name) && !imported.has(name) && new RegExp(`\\b${name}\\b`).test(code),
        );
        used.forEach((name) => imported.add(name));
        return used.length === 0 ? [] : [`import { type ${used.join(', type ')} } from '${importOf(other)}';\n`];
      });
      return `### ${importOf(entry)}\n\n\`\`\`ts\n${imports.join('')}${body.trim()}\n\`\`\`\n`;
    }),
  );
}

/** The first paragraph of the docstring of each name that a module exports. */
function sentencesOf(program: ts.Program, path: string): Map<string, string> {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(resolve(path))!)!;
  return new Map(
    checker.getExportsOfModule(module).map((symbol) => {
      const own = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const text = ts.displayPartsToString(own.getDocumentationComment(checker));
      const [first] = text.replaceAll(/\{@link (\w+)\s*\}/g, '$1').split(/\n\s*\n/);
      return [symbol.name, first!.replaceAll(/\s+/g, ' ').trim()];
    }),
  );
}

if (process.argv[1] !== undefined && basename(process.argv[1]) === basename(fileURLToPath(import.meta.url)))
  await writeTextFiles(process.argv[2] ?? 'out/site');
