/** The registry as a test plays it: asked in files, and answering in files. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type QuestionSummary, writeQuestions } from '../../src/export/questions.ts';
import { type AnswersSummary, importAnswers } from '../../src/ingest/answers.ts';
import { fileOf, type Installation } from './installation.ts';
import { rowsOf, type WaveInput } from './wave.ts';

const HEADER = 'nik,kk,full_name,birth_date,sex,status';

export interface Asked {
  readonly summary: QuestionSummary;
  /** In the order of the file. */
  readonly niks: readonly string[];
}

/** The wave under a policy that has the registry asked in files, and no snapshot to fall back on. */
export function exchanged(input: WaveInput, reuseDays = 30): WaveInput {
  const { match } = input.policy;
  const policy = {
    ...input.policy,
    match: { name: match.name, source: 'exchange', reuse_days: reuseDays } as const,
  };
  return { ...input, policy, registry: `${HEADER}\n` };
}

let files = 0;

/** Has the questions of a wave written. */
export async function ask(by: Installation, waveId: number): Promise<Asked> {
  const path = join(by.folder, `questions-${++files}.csv`);
  const { signal } = new AbortController();
  const summary = await writeQuestions(by.database, { waveId, path, operator: 'tester', signal }, by.log);
  if (summary.file === null) return { summary, niks: [] };
  return { summary, niks: rowsOf(await readFile(path, 'utf8')).rows };
}

export interface Answering {
  /** Today if not given. */
  readonly asOf?: string | undefined;
  readonly signal?: AbortSignal;
}

/** Brings rows of answers in. */
export async function answer(
  to: Installation,
  rows: readonly string[],
  { asOf, signal = new AbortController().signal }: Answering = {},
): Promise<AnswersSummary> {
  const path = await fileOf(to, `answers-${++files}.csv`, [HEADER, ...rows, ''].join('\n'));
  return importAnswers(to.database, { path, onProgress: () => {}, signal, asOf }, to.log);
}

/** What a registry has to say about some NIKs: its own rows, or that it does not have them. */
export function answersFrom(registry: string): (niks: readonly string[]) => string[] {
  const rows = new Map(rowsOf(registry).rows.map((row) => [row.slice(0, 16), row]));
  return (niks) => niks.map((nik) => rows.get(nik) ?? `${nik},,,,,NOT_FOUND`);
}

/** So many days before today, in Jakarta, as `YYYY-MM-DD`. */
export function daysAgo(days: number): string {
  return new Date(Date.now() + 7 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10);
}
