/** An explanation as it is read: for tests to look into. */
import type { Worded } from '../../src/explain/worded.ts';

/** All that the text says, a line for each. */
export function textOf({ title, voided, summary, sections }: Worded): string {
  const lines = sections.flatMap(({ heading, lines: of }) => [
    heading ?? '',
    ...of.map((line) =>
      'finding' in line
        ? `${line.finding} ${line.text}`
        : `${'label' in line ? `${line.label} ` : ''}${line.text}`,
    ),
  ]);
  return [voided ?? '', `${title}. ${summary}`, ...lines].join('\n');
}

/** Text and document: all that leaves the program. */
export function allOf(worded: Worded): string {
  return `${textOf(worded)}\n${JSON.stringify(worded.document)}`;
}
