import { inputList } from '../../record/input-list.js';
import type { RecordedTensor } from '../../record/recording.js';
import { activationText } from './activation-text.js';
import { numbersIn } from './numbers-in.js';
import { numberOf, numberText, type PythonOperation, type PythonOperations } from './python-printer.js';

const product: PythonOperation = (p, { inputs, attributes }) => {
  const { a, b, bias, preluActivationWeights } = inputs as Record<string, RecordedTensor>;
  const { transposeA, transposeB, activation, leakyreluAlpha } = attributes;
  const [left, right] = [`${p.tensor(a!)}${transposeA ? '.mT' : ''}`, `${p.tensor(b!)}${transposeB ? '.mT' : ''}`];
  const isPlain = bias?.shape.length === 1 && a!.shape.length === 2 && b!.shape.length === 2;
  const plain = isPlain
    ? `torch.addmm(${p.tensor(bias)}, ${left}, ${right})`
    : `${left} @ ${right}${bias ? ` + ${p.tensor(bias)}` : ''}`;
  return activationText(
    p,
    plain,
    activation,
    leakyreluAlpha,
    preluActivationWeights && p.value(preluActivationWeights),
  );
};

export const products: PythonOperations = {
  BatchMatMul: product,
  _FusedMatMul: product,
  Einsum: (p, { inputs, attributes }) =>
    `torch.einsum("${attributes['equation'] as string}", ${inputList(inputs).map((x) => p.tensor(x)).join(', ')})`, // prettier-ignore
  LogSoftmax: (p, { inputs: { logits } }) => `${p.tensor(logits!)}.log_softmax(-1)`,
  Softmax: (p, { inputs: { logits } }) => `${p.tensor(logits!)}.softmax(-1)`,
  Normalize: (p, { inputs: { x, scale, offset }, attributes: { epsilon, groups, examples } }) => {
    const how = [numberText(numberOf(p, epsilon)), numberOf(p, groups), p.size(examples as number)].join(', ');
    return `${p.help('normalize')}(${p.tensor(x!)}, ${p.tensor(scale!)}, ${p.tensor(offset!)}, ${how})`;
  },
  Waves: (p, { inputs: { x }, attributes: { turnsPerStep } }) =>
    `${p.help('waves')}(${p.tensor(x!)}, ${numbersIn(p, turnsPerStep!)})`,
};
