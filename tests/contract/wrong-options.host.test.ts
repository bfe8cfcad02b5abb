import { afterAll, describe, expect, test } from 'vitest';
import golden from '../golden/rules.json';
import { inScope } from '../support/in-scope.js';
import { factories } from './factories.js';

inScope();

/** Values of the wrong kind for almost every option. */
const wrongKinds: readonly unknown[] = [null, 'text', true, [], [0, 1], {}, () => undefined];
/** Numbers on both sides of the limits that options have. */
const numbers: readonly unknown[] = [NaN, Infinity, -1.5, 0, 0.5, 1, 2];

async function errorOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** One clear sentence: function: `argument` rule; got value. Fix. */
const CLEAR = /^[\w.]+: `[^`]+` [^;]+; got [^\n]+\.$/;

/** The function, the argument and the rule of an error; 'accepted' without one. Anything else is returned as it is. */
function ruleOf(error: unknown): string {
  if (error === undefined) return 'accepted';
  const { message = '' } = error as Partial<Error>;
  if (!CLEAR.test(message)) return `not one sentence of ours: ${message}`;
  return message.slice(0, message.indexOf('; got '));
}

const show = (value: unknown): string =>
  typeof value === 'function' ? 'a function' : typeof value === 'number' ? String(value) : JSON.stringify(value);

/** The rules of a function: what it says for each option that is absent or wrong, and for the options as a whole. */
type Rules = Readonly<Record<string, Readonly<Record<string, string>>>>;
const found: Record<string, Rules> = {};

describe.each(Object.entries(factories()))('%s', (name, [call, make]) => {
  const answer = async (options: unknown): Promise<string> => ruleOf(await errorOf(() => call(options as never)));

  test('accepts the options of this table', async () => {
    expect(await answer(make())).toBe('accepted');
  });

  test('has the rules of tests/golden/rules.json for options that are unknown, absent, of a wrong kind or out of range', async () => {
    const rules: Record<string, Record<string, string>> = {};
    /** Adds a value to those that have the same answer. */
    const add = async (option: string, value: string, options: unknown): Promise<void> => {
      const rule = await answer(options);
      const known = (rules[option] ??= {})[rule];
      rules[option][rule] = known === undefined ? value : `${known}, ${value}`;
    };
    for (const options of [undefined, null, 3, 'text', () => undefined]) await add('', show(options), options);
    await add('', 'an unknown key', { ...make(), misspelt: 1 });
    for (const [option, value] of Object.entries(make())) {
      await add(option, 'nothing', { ...make(), [option]: undefined });
      for (const wrong of typeof value === 'number' ? [...wrongKinds, ...numbers] : wrongKinds)
        await add(option, show(wrong), { ...make(), [option]: wrong });
    }
    found[name] = rules;
    expect(JSON.stringify(rules)).not.toContain('not one sentence of ours');
    if (process.env['UPDATE_GOLDEN'] === undefined)
      expect({ [name]: rules }).toEqual({ [name]: (golden as Record<string, Rules>)[name] });
  });
});

test('the golden file has nothing else', () => {
  if (process.env['UPDATE_GOLDEN'] === undefined) expect(Object.keys(golden).sort()).toEqual(Object.keys(found).sort());
});

// npm run tool -- golden writes the file
afterAll(async () => {
  if (process.env['UPDATE_GOLDEN'] === undefined) return;
  const { writeFile } = await import('node:fs/promises');
  await writeFile(
    'tests/golden/rules.json',
    `${JSON.stringify(Object.fromEntries(Object.entries(found).sort()), undefined, 1)}\n`,
  );
});
