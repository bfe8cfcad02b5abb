import type { Expression, Program } from './expression.js';
import { ownParts } from './own-parts.js';

const text = (expression: Expression): string => {
  const list = (items: readonly Expression[] = []): string => items.map(text).join(', ');
  switch (expression.is) {
    case 'value':
      return typeof expression.value === 'string' ? quoted(expression.value) : String(expression.value);
    case 'odd':
      return expression.text;
    case 'name':
    case 'export':
      return expression.name;
    case 'call':
      return `${expression.name}(${list(expression.list)})`;
    case 'method':
      return `${text(expression.of)}.${expression.name}(${list(expression.list)})`;
    case 'own':
      return expression.list ? `${expression.name}(${list(expression.list)})` : expression.name;
    case 'object': {
      const fields = Object.entries(expression.fields).map(([name, value]) => {
        const key = /^[\w$]+$/.test(name) ? name : quoted(name);
        return key === text(value) ? key : `${key}: ${text(value)}`;
      });
      return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
    }
    case 'array':
      return `[${list(expression.items)}]`;
  }
};

const quoted = (value: string): string =>
  `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

/** The program as TypeScript that can be saved and run. */
export function printProgram({ constants, files = [] }: Program): string {
  const imports = new Map<string, Set<string>>();
  const owned = new Set<string>();
  const importing = (entry: string, name: string): void =>
    void imports.set(entry, (imports.get(entry) ?? new Set()).add(name));
  const visit = (expression: Expression): void => {
    if (expression.is === 'call' || expression.is === 'export') importing(expression.entry, expression.name);
    if (expression.is === 'own') owned.add(expression.name);
    if (expression.is === 'method') visit(expression.of);
    const inner =
      expression.is === 'array'
        ? expression.items
        : expression.is === 'object'
          ? Object.values(expression.fields)
          : 'list' in expression
            ? (expression.list ?? [])
            : [];
    inner.forEach(visit);
  };
  constants.forEach(([, expression]) => visit(expression));
  const lines = constants
    .filter(([name]) => name !== 'part' || files.length > 0)
    .map(([name, expression]) => `const ${name} = ${isWaited(expression) ? 'await ' : ''}${text(expression)};`);
  const hasTrainer = constants.some(([name]) => name === 'trainer') && constants.some(([name]) => name === 'batches');
  return [
    `import * as tf from '@tensorflow/tfjs';`,
    ...[...imports].map(
      ([entry, names]) =>
        `import { ${[...names].join(', ')} } from 'tfjs-generative${entry === 'index' ? '' : `/${entry}`}';`,
    ),
    ...[...owned].map((name) => `const ${name} = ${sourceOf(name)};`),
    ...lines,
    ...(hasTrainer ? ['trainer.step(batches[0]);'] : []),
    ...(files.length > 0 ? [`// saved and loaded: ${files.join(', ')}`] : []),
  ].join('\n');
}

const isWaited = (expression: Expression): boolean =>
  (expression.is === 'call' && !/^(create[A-Z]|with[A-Z])/.test(expression.name)) || expression.is === 'method';

/** A function of `own-parts.ts`; those of definePart are described. */
function sourceOf(name: string): string {
  const f = ownParts[name as keyof typeof ownParts] as ((...list: never[]) => unknown) | undefined;
  return f === undefined ? '() => undefined' : `/* own-parts.ts */ ${f.toString().replaceAll(/\s+/g, ' ')}`;
}
