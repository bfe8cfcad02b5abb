import type { layers as tfLayers } from '@tensorflow/tfjs-layers';

type Layer = tfLayers.Layer;

/** The properties of a layer, or of a recurrent layer's cell, that show whether it draws random numbers; and the layers inside it. */
interface Parts {
  readonly rate?: number;
  readonly stddev?: number;
  readonly seed?: number;
  readonly dropout?: number;
  readonly recurrentDropout?: number;
  readonly layers?: readonly Layer[];
  readonly layer?: Layer;
  readonly cell?: Parts;
  readonly cells?: readonly Parts[];
}

/** Finds the first layer that draws from tfjs's own random numbers in training; their state cannot be saved. */
export function randomLayer(layer: Layer): Layer | undefined {
  const { layers = [], layer: wrapped } = layer as unknown as Parts;
  if (draws(layer.getClassName(), layer as unknown as Parts)) return layer;
  for (const inner of [...layers, wrapped]) {
    const found = inner && randomLayer(inner);
    if (found) return found;
  }
  return undefined;
}

function draws(kind: string, { rate = 0, stddev = 0, seed, cell }: Parts): boolean {
  switch (kind) {
    case 'Dropout':
    case 'SpatialDropout1D':
      // with a seed, the mask is the same at each call, before and after a resume
      return partly(rate) && seed == null;
    case 'GaussianDropout':
    case 'AlphaDropout':
      return partly(rate);
    case 'GaussianNoise':
      return stddev !== 0;
    default:
      return cell !== undefined && cellDraws(cell);
  }
}

function cellDraws({ dropout = 0, recurrentDropout = 0, cells = [] }: Parts): boolean {
  return partly(dropout) || partly(recurrentDropout) || cells.some(cellDraws);
}

/** tfjs drops nothing at a rate of 0 or 1. */
function partly(rate: number): boolean {
  return rate > 0 && rate < 1;
}
