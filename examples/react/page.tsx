/// <reference types="vite/client" />
// A run in React: a component only needs `useSyncExternalStore`. The model is in spiral.ts.
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { createRef, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import type { Report } from 'tfjs-generative';
import { startWasm } from 'tfjs-generative/wasm';
import Plot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { createSpiralRun } from './spiral.js';

const canvas = createRef<HTMLCanvasElement>();

const create = () => createSpiralRun(() => canvas.current);

function Page() {
  const [{ run, dispose }, show] = useState(create);
  const { status, step, history } = useSyncExternalStore(run.subscribe, run.snapshot);
  const [first, last] = [history.at(0), history.at(-1)].map((report) => report?.metrics.loss.toFixed(3));
  const again = async () => {
    await run.stop();
    dispose();
    show(create());
  };
  return (
    <main>
      <h1>A spiral out of noise</h1>
      <p>A diffusion model learns 8,192 points of a spiral. The picture shows what it draws so far.</p>
      <canvas className="samples" ref={canvas} width={1080} height={880} />
      <div className="row">
        <button onClick={() => void run.start()} disabled={status === 'running' || status === 'finished'}>
          Start
        </button>
        <button onClick={() => void run.stop()} disabled={status !== 'running'}>
          Stop
        </button>
        <button onClick={() => void again()} disabled={step === 0}>
          Begin again
        </button>
        <output>
          {status}, step {step}
          {first !== undefined && `, loss ${first} → ${last}`}
        </output>
      </div>
      <LossLine history={history} />
    </main>
  );
}

function LossLine({ history }: { history: readonly Report<'loss'>[] }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);
  useEffect(() => {
    const axis = { stroke: '#a9afc3', grid: { stroke: '#2a2e3d' }, labelSize: 18 };
    const axes = ['steps', 'loss, squared error'].map((label) => ({ ...axis, label }));
    const series = [{ label: 'step' }, { label: 'loss', stroke: '#7cc4ff', width: 2 }];
    const size = { width: box.current!.clientWidth, height: 180, legend: { show: false } };
    plot.current = new Plot({ ...size, series, axes, scales: { x: { time: false } } }, [[]], box.current!);
    return () => plot.current?.destroy();
  }, []);
  useEffect(() => {
    plot.current?.setData([history.map(({ step }) => step), history.map(({ metrics }) => metrics.loss)]);
  }, [history]);
  return <div ref={box} />;
}

/** The error if WebAssembly does not start. */
function Failure({ reason }: { reason: string }) {
  return (
    <main>
      <h1>A spiral out of noise</h1>
      <p role="alert">This page trains on WebAssembly, which did not start: {reason}</p>
    </main>
  );
}

const root = createRoot(document.getElementById('root')!);
startWasm({ paths: { 'tfjs-backend-wasm-simd.wasm': simd } }).then(
  () => root.render(<Page />),
  ({ message }: Error) => root.render(<Failure reason={message} />),
);
