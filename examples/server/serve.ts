import { createServer, type Server } from 'node:http';

type Draw = (request: { seed: number; label: number; signal: AbortSignal }) => Promise<Float32Array>;

/** A server whose /sample?seed=1&label=3 sends the numbers of one picture, float32. */
export const createSampleServer = (draw: Draw): Server =>
  createServer((request, response) => {
    const left = new AbortController();
    response.on('close', () => left.abort());
    const { searchParams } = new URL(request.url!, 'http://localhost');
    const [seed, label] = [Number(searchParams.get('seed')), Number(searchParams.get('label'))];
    draw({ seed, label, signal: left.signal }).then(
      ({ buffer }) => response.end(Buffer.from(buffer)),
      (error) => response.writeHead(error instanceof RangeError ? 400 : 500).end(String(error)),
    );
  });
