import { CLASSES, conditionFor, labelsOf, labelsOrNothing, type Condition } from '../conditions.js';
import type { Draw } from '../draw.js';
import { call, method, type Expression, type Written } from '../expression.js';
import { frozen, network, stream, type Shape } from '../networks.js';

/** A network for diffusion, and the options that examples need. */
export interface Denoising {
  readonly shape: Shape;
  readonly make: () => Expression;
  readonly condition: Condition;
  readonly isLabelled: boolean;
}

export function denoising(d: Draw, stepSizes?: number): Denoising {
  const isLabelled = d.chance(0.5);
  const classes = isLabelled ? CLASSES : undefined;
  const condition: Condition = {
    wrap: network,
    options: (draw, count) => (isLabelled ? { condition: labelsOf(draw, count) } : {}),
  };
  const of = (shape: Shape, make: () => Expression): Denoising => ({ shape, make, condition, isLabelled });
  /** An image model that may also see a picture, or have places frozen. */
  const ofImages = (make: (channels: number) => Expression): Denoising => {
    const [pictures, name] = [d.integer(1, 2), isLabelled ? 'sketch' : d.maybe(() => 'sketch')];
    const isPictured = d.chance(0.35);
    const isFrozen = d.chance(0.15);
    const body = (): Expression => {
      const net = make(isPictured ? channels + pictures : channels);
      return isFrozen ? frozen(d, net, ['last', 'labels', 'level 0', 'time']) : net;
    };
    if (!isPictured) return of([4, 4, channels], body);
    const shown = (draw: Draw, count: number): Expression => method(stream(draw), 'normal', [count, 4, 4, pictures]);
    return {
      shape: [4, 4, channels],
      make: () => call('withPicture', body(), { channels: pictures, name }),
      condition: {
        wrap: network,
        options: (draw, count) => ({
          ...condition.options(draw, count),
          ...(name === undefined ? { condition: shown(draw, count) } : { conditions: { sketch: shown(draw, count) } }),
        }),
      },
      isLabelled,
    };
  };
  const size = d.integer(1, 4);
  const channels = d.pick([1, 1, 3]);
  const rest = { classes, stepSizes };
  return d.pick([
    () => of([size], () => call('denoisingMlp', { size, width: d.integer(2, 6), ...rest, random: stream(d) })),
    () => of([size], () => call('denoisingMlp', { size, width: d.integer(2, 6), ...rest, random: stream(d) })),
    () => {
      const widths = d.chance(0.5) ? [2] : [2, 2];
      return ofImages((shown) =>
        call('unet', {
          channels: shown,
          widths,
          groups: d.pick([1, 2]),
          timeSize: d.integer(2, 4),
          blocks: d.maybe(() => 1),
          attention: d.maybe(() => [widths.length - 1], 0.4),
          dropoutRate: d.maybe(() => 0.1, 0.3),
          ...rest,
          random: stream(d),
        }),
      );
    },
    () =>
      of([4, 2], () =>
        call('unet1d', { channels: 2, widths: [2], groups: 1, timeSize: 2, ...rest, random: stream(d) }),
      ),
    () =>
      ofImages((shown) =>
        call('dit', {
          size: d.pick<Written>([4, [4, 4]]),
          channels: shown,
          width: 4,
          heads: d.pick([1, 2]),
          depth: d.integer(1, 2),
          patch: d.maybe(() => d.pick([1, 2])),
          timeSize: d.integer(2, 4),
          dropoutRate: d.maybe(() => 0.1, 0.3),
          ...rest,
          random: stream(d),
        }),
      ),
    ...(stepSizes === undefined
      ? [
          () => {
            const free = labelsOrNothing(d);
            const from = [d.integer(1, 4)];
            return {
              shape: from,
              make: () => free.wrap(d, from, from),
              condition: free,
              isLabelled: Object.keys(free.options(d, 1)).length > 0,
            };
          },
          () => {
            const from = d.pick([[d.integer(1, 4)], [4, 4, 1]]);
            const any = conditionFor(d, from);
            return { shape: from, make: () => any.wrap(d, from, from), condition: any, isLabelled: false };
          },
          () => {
            const wide = d.integer(2, 4);
            return of([wide], () =>
              call(
                'withTimesteps',
                call(
                  'withScaleAndShift',
                  network(d, [wide], [wide]),
                  call('dense', { inputs: 4, units: 2 * wide, random: stream(d) }),
                ),
                {
                  time: call('timeEmbedding', { size: 4, maxPeriod: d.maybe(() => 100) }),
                  labels: isLabelled ? call('embedding', { classes: CLASSES, size: 4, random: stream(d) }) : undefined,
                },
              ),
            );
          },
        ]
      : []),
  ])();
}
