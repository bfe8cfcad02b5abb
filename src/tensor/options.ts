import { wrongKind } from './errors.js';

/**
 * Checks and returns the options of the public function `where`; throws unless they are an object with no keys other
 * than `names`, which are separated by spaces. Otherwise a misspelt option would silently be ignored.
 */
export function readOptions<O extends object>(where: string, options: O, names: string, argument = 'options'): O {
  const known = names.split(' ');
  const rule = `must be an object with the keys ${known.join(', ')}`;
  if (options === null || typeof options !== 'object') throw wrongKind(where, argument, rule, { got: options });
  const unknown = Object.entries(options).find(([key, value]) => value !== undefined && !known.includes(key));
  if (unknown !== undefined) throw wrongKind(where, argument, rule, { seen: `the key '${unknown[0]}'` });
  return options;
}
