// How to install the package from its source, for as long as npm does not have it: one text for README, guides and the start page.
// `npm run tool -- install-lines` writes it into the Markdown files, between `<!-- from source: KIND -->` and `<!-- end -->`.
import { readFileSync } from 'node:fs';
import { source } from './package.mjs';

const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Whether npm has the package: its first version is any other than this one. */
export const isPublished = version !== '0.0.0';

/** The package as a file, in a copy of the repository next to the user's folder. */
export const packed = `../${name}/${name}-${version}.tgz`;

/** Files with commands that need the package, all of which have such a text. */
export const pages = [
  'README.md',
  'docs/getting-started.md',
  'docs/recipes.md',
  'docs/runtimes.md',
  'examples/starter/README.md',
];

/** The commands that install the package from its source, and then the others, in place of `npm i ...`. */
export const commandsFromSource = (command) => {
  const others = command.replace(`npm i ${name}`, '').trim();
  return [
    ...(source === undefined ? [] : [`git clone ${source} ../${name}`]),
    `(cd ../${name} && npm ci && npm run build && npm pack)`,
    `npm i ${packed}`,
    ...(others === '' ? [] : [`npm i ${others}`]),
  ];
};

const where =
  source === undefined
    ? `Put a copy of the repository, with the name \`${name}\`, next to your folder`
    : 'Clone the repository';

/** The text for a place in a page, after a command or a list of them; nothing as soon as npm has the package. */
export function fromSource(kind) {
  if (isPublished) return '';
  if (kind === 'table')
    return `${name} is not on npm yet: in these commands, write \`${packed}\` for \`${name}\`, a file that \`npm ci && npm run build && npm pack\` makes in a copy of the repository.`;
  if (kind === 'scripts')
    return `${name} is not on npm yet, so these addresses do not work: \`npm ci && npm run build\` makes the scripts in \`dist/\` of a copy of the repository, to be served with the page.`;
  const isStarter = kind === 'starter';
  const command = isStarter ? `npm i ${name}` : kind.replace('each: ', '');
  return [
    `${name} is not on npm yet. ${where}, and install it from there${isStarter ? ' first' : ''}:`,
    `\`\`\`sh\n${commandsFromSource(command).join('\n')}\n\`\`\``,
    ...(kind.startsWith('each: ') ? ['In the other commands, replace the name in the same way.'] : []),
  ].join('\n\n');
}

/** A page with its texts as they should be now. */
export const withInstallLines = (text) =>
  text.replaceAll(/(<!-- from source: (.*?) -->\n)[\s\S]*?(<!-- end -->)/g, (_, start, kind, end) => {
    const lines = fromSource(kind);
    return `${start}\n${lines === '' ? '' : `${lines}\n\n`}${end}`;
  });
