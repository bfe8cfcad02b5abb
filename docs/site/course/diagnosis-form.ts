// The four broken trainings are answered with menus under their pictures. The answer itself stays the text of a file, which can be saved and handed in.
import { blankDiagnoses, cures, diseases, runs } from '../../../examples/course/pieces/broken-trainings/choices.js';

const fields = {
  disease: { label: 'What it suffers from', words: diseases },
  cure: { label: 'What helps', words: cures },
} as const;
type Field = keyof typeof fields;
type Diagnoses = Record<string, Record<Field, string>>;

/** Adds the menus to the page of the piece. `changed` receives the text of the answer; the returned function shows such a text. */
export function addDiagnosisForm(page: HTMLElement, changed: (text: string) => void): (text: string) => void {
  const menus = runs.flatMap((run) => {
    const group = document.createElement('fieldset');
    group.append(Object.assign(document.createElement('legend'), { textContent: `Run ${run}` }));
    const added = (Object.keys(fields) as Field[]).map((field) => {
      const { label, menu, note } = createMenu(field);
      menu.addEventListener('change', () => changed(textOf()));
      group.append(label);
      return { run, field, menu, note };
    });
    const heading = [...page.querySelectorAll('h2')].find(({ textContent }) => textContent === `Run ${run}`);
    heading!.nextElementSibling!.after(group);
    return added;
  });
  const textOf = (): string => {
    const diagnoses: Diagnoses = {};
    for (const { run, field, menu } of menus) (diagnoses[run] ??= { disease: '', cure: '' })[field] = menu.value;
    return `${JSON.stringify(diagnoses, null, 2)}\n`;
  };
  return (text) => {
    const diagnoses = read(text);
    for (const { run, field, menu, note } of menus) {
      menu.value = diagnoses[run]?.[field] ?? '';
      if (menu.selectedIndex < 0) menu.value = '';
      note();
    }
  };
}

function createMenu(field: Field) {
  const { label: title, words } = fields[field];
  const label = Object.assign(document.createElement('label'), { textContent: title });
  const menu = document.createElement('select');
  menu.append(
    new Option('Choose ...', ''),
    ...Object.keys(words).map((word) => new Option(word.replaceAll('-', ' '), word)),
  );
  const meaning = document.createElement('small');
  const note = (): void => {
    meaning.textContent = (words as Readonly<Record<string, string>>)[menu.value] ?? '';
  };
  menu.addEventListener('change', note);
  label.append(menu, meaning);
  return { label, menu, note };
}

function read(text: string): Partial<Diagnoses> {
  try {
    return { ...(JSON.parse(text) as Diagnoses | null) };
  } catch {
    return JSON.parse(blankDiagnoses) as Diagnoses;
  }
}
