// A typedoc plugin: it links the pages of docs/ that comments name, and writes the name of tfjs's optimizer as users do.
import { resolve } from 'node:path';
import { Context, Converter } from 'typedoc';

export function load(app) {
  const { createSymbolReference } = Context.prototype;
  Context.prototype.createSymbolReference = function (...given) {
    const reference = createSymbolReference.apply(this, given);
    if (reference.name === 'Optimizer' && reference.package === '@tensorflow/tfjs-core')
      reference.name = 'tf.Optimizer';
    return reference;
  };

  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const { comment } of Object.values(project.reflections)) {
      if (comment === undefined) continue;
      comment.summary = withLinks(comment.summary, project);
      for (const tag of comment.blockTags) {
        if (tag.tag !== '@example') tag.content = withLinks(tag.content, project);
      }
    }
  });
}

/** The parts of a comment, in which `docs/gan.md` becomes `[docs/gan.md](its page)`. */
function withLinks(parts, project) {
  return parts.flatMap((part) => {
    if (part.kind !== 'text') return [part];
    const texts = part.text.split(/(docs\/[\w-]+\.md)/); // every second one is a page
    return texts.flatMap((text, i) => {
      if (i % 2 === 0) return [{ kind: 'text', text }];
      const { target } = project.files.registerAbsolute(resolve(text));
      return [
        { kind: 'text', text: `[${text}](` },
        { kind: 'relative-link', text, target },
        { kind: 'text', text: ')' },
      ];
    });
  });
}
