import { readApi, type ApiFunction } from './api-types.js';
import { doorCall } from './door.js';
import { drawOf, type Draw } from './draw.js';
import type { Program } from './expression.js';
import { observed } from './observed.js';
import { rules } from './rules/index.js';
import { spoil } from './spoil.js';

const api = readApi();

/** Functions whose success changes the process, or needs what a test does not have: they are only called with something wrong. */
const onlySpoiled =
  /^(wasm|webgpu|grading|browser|backend)\/|^node\/(startWebgpu|terminalProgress)|\/serveRun|\/connectRun|\.dispose$/;
/** Functions that are not called: they take away what the next programs need. */
const left =
  /\/(disposeWasmTraining|useWebgpuKernels|repairGradients)$|^grading\/(gradeSubmission|gradeToFile)$|^(node|grading|browser|layers)\/\w+\.|\/(Exercise|Observer|Piece|RunPort|RunContext|StepInput|GameStep|GamePass|SolverState|RunChannel|ServedRun|RemoteRun|ConsistencyTarget|PredictionTarget|AdversarialLoss|VaeObjective|Optimizer|DiffusionSolver|Part|TokenSampler|LogFile|CheckpointStore|ReportContext)\./;

/** The public functions that programs call directly. */
export const doors: readonly ApiFunction[] = api.functions.filter((one) => !left.test(`${one.entry}/${one.name}`));
export const nameOf = ({ entry, name }: ApiFunction): string => `${entry}/${name}`;
export const allFunctions: readonly string[] = api.functions.map(nameOf);

/** The program of a number in a stream: half of them have something made wrong. */
export function programOf(seed: number, number: number, rule?: string): Program {
  const d = drawOf(1_000_003 * seed + number);
  if (rule === 'door' || (rule === undefined && d.chance(0.4))) return doorProgram(d, number);
  const all = rule === undefined ? rules : rules.filter(({ name }) => name === rule);
  const program = observed(d, d.pick(all)(d));
  return d.chance(0.5) ? spoil(d, program) : program;
}

/** The functions take turns, so that each is called soon. */
function doorProgram(d: Draw, number: number): Program {
  const door = doors[(number * 7919 + d.integer(0, 3)) % doors.length]!;
  const program = doorCall(d, api, door);
  return d.chance(0.85) || onlySpoiled.test(nameOf(door)) ? spoil(d, program) : program;
}
