import { html, nothing, svg, type SVGTemplateResult } from 'lit';
import { diagrams } from '../diagrams/index.js';
import type { Shape } from '../diagrams/diagram.js';
import { isOfPictures } from '../experiment/pictures.js';
import { update } from './acts.js';
import { isPaced } from './pacing.js';
import { experiment, session } from './store.js';
import { isSlow, slowStage, startSlow, stopSlow } from './slow-motion.js';
import { Watching } from './watching.js';

const WIDTH = 360;

/** What of a game can be updated by hand. */
const players: readonly (readonly [label: string, names: readonly string[] | undefined])[] = [
  ['Update D', ['discriminator']],
  ['Update G', ['generator']],
  ['Both', undefined],
];

/** The family as a diagram, which lights up stage by stage in slow motion. */
export class LabDiagram extends Watching {
  override render() {
    const { family } = experiment.value;
    const diagram = diagrams[family];
    const stages = diagram.stages(experiment.value);
    const stage = isSlow.value ? stages[slowStage.value] : undefined;
    const { snapshot, data } = session.value;
    const { status } = snapshot.value;
    const canGo = data.value !== undefined && status !== 'finished' && status !== 'failed';
    return html`<section class="diagram" aria-label="Diagram">
      <h2>How one update works</h2>
      <svg viewBox=${`0 0 ${WIDTH} ${diagram.height}`} role="img" aria-label=${said(diagram.about)}>
        <defs>
          ${['', '-lit'].map(
            (which) =>
              svg`<marker id=${`tip${which}`} viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="6.5" markerHeight="6.5" orient="auto"><path class=${`tip${which}`} d="M0 0L8 4L0 8z" /></marker>`,
          )}
        </defs>
        ${diagram.shapes.map((shape) => part(shape, stage?.lit.includes(shape.name) === true, stage !== undefined))}
      </svg>
      <p class="stage" aria-live="polite">
        ${said(stage === undefined ? diagram.about : `${slowStage.value + 1} of ${stages.length}. ${stage.words}`)}
      </p>
      <p class="row">
        <button
          id="slow"
          aria-pressed=${isSlow.value}
          ?disabled=${!isSlow.value && !canGo}
          @click=${() => (isSlow.value ? stopSlow() : void startSlow())}
        >
          ${isSlow.value ? 'Stop slow motion' : 'Slow motion'}
        </button>
        ${
          family !== 'gan'
            ? nothing
            : players.map(
                ([label, names]) =>
                  html`<button
                    ?disabled=${!canGo || isSlow.value || isPaced.value || status === 'running'}
                    @click=${() => void update(names)}
                  >
                    ${label}
                  </button>`,
              )
        }
      </p>
    </section>`;
  }
}

/** What the diagrams say about points holds for pictures, too, except that these are not in the plane. */
function said(words: string): string {
  if (!isOfPictures(experiment.value.data)) return words;
  return words.replace(', as the arrows in the plane show,', '').replaceAll('point', 'picture');
}

function part(shape: Shape, isLit: boolean, isDimmed: boolean): SVGTemplateResult {
  const state = isLit ? 'lit' : isDimmed ? 'dim' : '';
  if (shape.kind === 'arrow') {
    const tip = `url(#tip${isLit ? '-lit' : ''})`;
    const kind = shape.isBack === true ? 'back' : 'forth';
    return svg`<path class=${`arrow ${kind} ${state}`} d=${shape.path} marker-end=${tip} />`;
  }
  const [x, y] = shape.at;
  const label = svg`<text x=${x} y=${y}>${shape.label}</text>`;
  if (shape.kind === 'words') return svg`<g class=${`part ${state}`}>${label}</g>`;
  if (shape.kind === 'dot')
    return svg`<g class=${`part dot fill-${shape.color} ${state}`}><circle cx=${x} cy=${y} r="14" />${label}</g>`;
  const { width } = shape;
  return svg`<g class=${`part ${state}`}><rect x=${x - width / 2} y=${y - 16} width=${width} height="32" rx="6" />${label}</g>`;
}

customElements.define('lab-diagram', LabDiagram);
