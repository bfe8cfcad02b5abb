import type { Seen } from '../views/view.js';
import { experiment, session } from './store.js';

/** What views draw now, or undefined before there is anything. */
export function seenNow(): Seen | undefined {
  const { frame, data, pictures } = session.value;
  if (frame.value === undefined || data.value === undefined) return undefined;
  return { experiment: experiment.value, frame: frame.value, data: data.value, pictures: pictures.value };
}
