// How much a view shows; the page knows these numbers without the worker's libraries.

/** Training points. */
export const DATA = 4_096;
/** Samples in a frame. */
export const SAMPLES = 512;
/** Lines of a latent grid in each direction, and points on each. */
export const GRID = { lines: 17, points: 49 } as const;
/** Data points that a VAE encodes. */
export const ENCODED = 300;
/** Places between two data points in the latents of a VAE. */
export const STOPS = 13;
/** Cells of a discriminator's heat map in each direction. */
export const HEAT = 40;
/** Samples with the gradient that moves them. */
export const ARROWS = 96;
/** Arrows of a denoiser's field in each direction. */
export const FIELD = 20;
/** Points whose way back is shown. */
export const PATHS = 64;
/** Calls of the network with which samples are compared with data. */
export const CALLS = [1, 2, 4, 8, 16, 32] as const;
/** Samplers that are compared, in this order. */
export const SAMPLERS = ['ddpm', 'ddim', 'dpm'] as const;
/**
 * Pictures: samples of a VAE or a GAN, and of a diffusion model; pictures of the data that are reconstructed, noised or judged; pictures on
 * a way; samples that are watched while they are made; pictures that are encoded.
 */
export const PICTURES = { shown: 24, made: 16, compared: 8, stops: 8, making: 4, encoded: 100 } as const;
/** Places of a word: at most eight letters, and its end. */
export const PLACES = 9;
/** Words: samples; completions of what was typed; words that are watched while they are made. */
export const WORDS = { shown: 48, completed: 32, making: 3 } as const;
/** Heads of attention, which divide the width. */
export const headsOf = (width: number): number => [4, 2, 1].find((heads) => width % heads === 0)!;
/** Numbers in the latents of a GAN of pictures. */
export const GAN_LATENT = 32;
/** Numbers in the vector for a class of a VAE. */
export const LABEL_SIZE = 4;
