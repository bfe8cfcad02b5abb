// A typedoc plugin: it names each entry as it is imported, and sorts the names of the main entry by their rooms.
import { CommentTag, Converter, ReflectionKind } from 'typedoc';

const topics = {
  vae: 'Variational autoencoders',
  gan: 'Generative adversarial networks',
  diffusion: 'Diffusion models',
  distributions: 'Distributions and likelihoods',
  nets: 'Networks',
  training: 'Training',
  loop: 'Training',
  verdicts: 'Training',
  random: 'Random numbers',
  gradients: 'Networks',
  tensor: 'Tensors',
};

export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (reflection.kindOf(ReflectionKind.Module)) {
      reflection.name = reflection.name === 'index' ? 'tfjs-generative' : `tfjs-generative/${reflection.name}`;
      roomOf.set(reflection, 'Reference');
      return;
    }
    if (!reflection.parent?.kindOf(ReflectionKind.Module) || reflection.parent.name !== 'tfjs-generative') return;
    const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName;
    const room = /\/src\/(\w+)\//.exec(file ?? '')?.[1];
    const topic = topics[room];
    if (topic === undefined) throw new Error(`docs/plugins/topics.mjs has no topic for ${reflection.name} in ${file}`);
    roomOf.set(reflection, topic);
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    // `changeset version` writes below the first line of the changelog, and registries show the README: they have no front matter
    for (const document of project.documents ?? []) {
      if (document.name === 'CHANGELOG')
        Object.assign(document, { name: 'Changes' }).frontmatter.category = 'Contribute';
      if (document.name === 'README')
        Object.assign(document, { name: 'The repository' }).frontmatter.category = 'Look up';
    }
    for (const [reflection, topic] of roomOf) addCategory(reflection, topic);
  });
  const roomOf = new Map();
}

/** The comment of a function belongs to its signature. */
function addCategory(reflection, topic) {
  for (const documented of reflection.signatures ?? [reflection]) {
    documented.comment?.blockTags.push(categoryTag(topic));
  }
}

function categoryTag(topic) {
  return new CommentTag('@category', [{ kind: 'text', text: topic }]);
}
