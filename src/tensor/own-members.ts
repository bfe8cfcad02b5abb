import { wrongKind } from './errors.js';
import { checkFunction } from './plain-checks.js';

type Members = Readonly<Record<string, unknown>>;

/** A method of ours with the members of its record that it calls. */
interface OwnMethod {
  readonly membersCalled?: Members;
}

/**
 * Notes which members of its record a method of ours calls, so that a copy such as `{ ...decoder, decode }`, whose `mean` still calls the
 * old `decode`, is recognised; returns the method, with further properties.
 */
export function calling<F extends object, Properties extends object>(
  membersCalled: object,
  method: F,
  properties?: Properties,
): F & Properties {
  return Object.assign(method, { membersCalled, ...properties! });
}

/** The members that a method of ours calls; undefined for a user's own method. */
export const callsOf = (method: unknown): Members | undefined => (method as OwnMethod | undefined)?.membersCalled;

/** Throws if a record is a copy with another member that one of these methods of ours calls. */
export function checkCopy(where: string, argument: string, record: object, methods: string, fix: string): void {
  const own = record as Members;
  for (const name of methods.split(' ')) {
    for (const [member, called] of Object.entries(callsOf(own[name]) ?? {})) {
      if ((own[member] ?? called) === called) continue;
      throw wrongKind(where, `${argument}.${name}`, `must match \`${member}\``, { seen: 'another', fix });
    }
  }
}

/** The frozen copy of a record with another `member`, to which `complete` adds the methods that call it. */
export function copyWith<R extends object>(
  where: string,
  argument: string,
  record: R,
  member: string,
  value: unknown,
  complete: (copy: R) => R,
): R {
  checkFunction(where, `${argument}.${member}`, (record as Members | undefined)?.[member]);
  checkFunction(where, member, value);
  return Object.freeze(complete({ ...record, [member]: value }));
}
