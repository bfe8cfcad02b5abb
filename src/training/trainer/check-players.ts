import { outOfRange } from '../../tensor/errors.js';

/** Throws unless `players` is an array of at least one name, all of them among `of` if it is given. */
export function checkPlayers(
  where: string,
  argument: string,
  players: readonly string[],
  { of }: { readonly of?: readonly string[] } = {},
): void {
  const isKnown = (name: unknown): boolean => (of ? of.includes(name as string) : typeof name === 'string');
  if (Array.isArray(players) && players.length > 0 && players.every(isKnown)) return;
  const names = of ? `among ${of.join(', ') || 'none'}` : 'such as discriminator';
  throw outOfRange(where, argument, `must be an array of the trainer's players, ${names}`, { got: players });
}
