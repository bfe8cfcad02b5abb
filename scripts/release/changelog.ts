/** What `CHANGELOG.md` says about a version, in Markdown, or '' if nothing. */
export function changelogOf(text: string, version: string): string {
  const sections = text.split(/^## /m).slice(1);
  const section = sections.find((section) => section.split('\n')[0]!.trim() === version) ?? '';
  return section.split('\n').slice(1).join('\n').trim();
}
