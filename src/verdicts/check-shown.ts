import { wrongKind } from '../tensor/errors.js';

/** Throws unless a step shows the value of a name, which the verdicts `where` judge: those of a family only suit its trainers. */
export function checkShown(where: string, shown: object | undefined, name: string): void {
  const got = (shown as Readonly<Record<string, unknown>> | undefined)?.[name];
  const fix = 'Observe a trainer of the family that they judge.';
  if (got === undefined) throw wrongKind(where, `shown.${name}`, 'must be shown by each step', { got, fix });
}
