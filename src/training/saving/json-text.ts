// A regular expression would take minutes for a string with many escapes, and overflow the stack at ten million characters.

/** The number of keys in a JSON text, counting equal ones separately. */
export function countKeys(text: string): number {
  let count = 0;
  for (let start = text.indexOf('"'); start >= 0;) {
    const end = endOfString(text, start);
    let next = end + 1;
    while (next < text.length && ' \t\n\r'.includes(text[next]!)) next++;
    if (text[next] === ':') count++;
    start = text.indexOf('"', end + 1);
  }
  return count;
}

/** The depth of nested arrays and objects in a JSON text. */
export function levelsOf(text: string): number {
  let [level, maxLevel] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '[' || character === '{') maxLevel = Math.max(maxLevel, ++level);
    else if (character === ']' || character === '}') level--;
  }
  return maxLevel;
}

/** The index of the quote that ends the string which begins at `start`; beyond the text if there is none. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
