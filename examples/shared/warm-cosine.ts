import { cosineDecay, linearRamp, type Schedule } from 'tfjs-generative';

/** A learning rate that rises to about `highest` over `warmUp` updates, and decays to 0 along a cosine over `steps`. */
export function warmCosine({
  highest,
  warmUp,
  steps,
}: Readonly<Record<'highest' | 'warmUp' | 'steps', number>>): Schedule {
  const rise = linearRamp({ from: 0, to: 1, steps: warmUp });
  const decay = cosineDecay({ from: highest, to: 0, steps });
  return (step) => rise(step + 1) * decay(step);
}
