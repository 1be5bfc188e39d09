/** The history of measurements: a file of Markdown that gets one more section. */
import { appendFile } from 'node:fs/promises';
import type { BenchDocument } from './document.ts';

export async function appendToHistory(
  path: string,
  document: BenchDocument,
  report: readonly string[],
): Promise<void> {
  const { taken_at: takenAt, versions } = document;
  const section = ['', `## ${takenAt.slice(0, 10)}, ${versions.commit}`, '', '```text', ...report, '```', ''];
  await appendFile(path, section.join('\n'));
}
