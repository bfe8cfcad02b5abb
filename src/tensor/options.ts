import { wrongKind } from './errors.js';

/**
 * The options of the public function `where`, before they are taken apart; throws unless they are an object without other keys
 * than `names`, which are separated by spaces. A misspelt option would be ignored without a word.
 */
export function readOptions<O extends object>(where: string, options: O, names: string, argument = 'options'): O {
  const known = names.split(' ');
  const rule = `must be an object with the keys ${known.join(', ')}`;
  if (options === null || typeof options !== 'object') throw wrongKind(where, argument, rule, { got: options });
  const unknown = Object.entries(options).find(([key, value]) => value !== undefined && !known.includes(key));
  if (unknown !== undefined) throw wrongKind(where, argument, rule, { seen: `the key '${unknown[0]}'` });
  return options;
}
