/** What the web service would answer about a wave, known before the wave is closed: then nobody is called. */
import { type StageJobs, stageJob } from '../../jobs/processor.ts';
import { BUCKETS } from '../../src/columns/identity.ts';
import { inTransaction } from '../../src/db/session.ts';
import { keepAnswers, type NewAnswer } from '../../src/registry/answers.ts';
import { hashOf, type Question, questionOf } from '../../src/registry/question.ts';
import { readApplications } from '../../src/wave/parts.ts';
import type { Installation } from './installation.ts';
import { similarity } from './oracle-reasons.ts';
import { plainDigits, type Row, readRows } from './oracle-rows.ts';
import type { WaveInput } from './wave.ts';

type Said = Omit<NewAnswer, 'nik' | 'asked' | 'answeredAt'>;

export interface Answering {
  readonly answeredAt?: Date;
  /** What is answered in place of what a file of the registry says; undefined for no answer. */
  instead?(said: Said, nik: string): Said | undefined;
}

const CODES: Readonly<Record<string, readonly [code: string, status: number]>> = {
  ACTIVE: ['01', 1],
  INACTIVE: ['14', 2],
  DECEASED: ['11', 3],
  DUPLICATE: ['12', 4],
};

/** Answers every question of a wave by its registry file. Its applications are imported. */
export async function answerAll(
  { database }: Installation,
  { waveId, policy, registry }: WaveInput,
  { answeredAt = new Date(), instead = (said) => said }: Answering = {},
): Promise<void> {
  const people = new Map(readRows(registry).map((row) => [plainDigits(row.nik ?? ''), row]));
  const key = database.keys.forQuestions;
  const whole = { part: 0, lower: '0', upper: String(BUCKETS) };
  const { applications } = await inTransaction(database, (client) => readApplications(client, waveId, whole));
  const answers = new Map<string, NewAnswer>();
  for (let row = 0; row < applications.rows; row++) {
    const question = questionOf(applications, row, policy.match.name);
    const said = instead(answerTo(question, people.get(question.nik)), question.nik);
    const asked = hashOf(key, question);
    if (said !== undefined)
      answers.set(asked.toString('hex'), { ...said, nik: question.nik, asked, answeredAt });
  }
  await database.sql.begin((sql) => keepAnswers(sql, [...answers.values()]));
}

function answerTo(question: Question, person: Row | undefined): Said {
  if (person === undefined)
    return { code: '13', status: 0, kkMatches: null, birthDateMatches: null, nameSimilarity: null };
  const [code, status] = CODES[person.status ?? ''] ?? ['', 0];
  return {
    code,
    status,
    kkMatches: plainDigits(person.kk ?? '') === question.kk,
    birthDateMatches: person.birth_date === question.birthDate,
    nameSimilarity: similarity(question.fullName, person.full_name ?? ''),
  };
}

/** The same wave, of which the web service is asked. */
export function askingService(input: WaveInput, reuseDays = 30): WaveInput {
  const match = { name: input.policy.match.name, source: 'dukcapil', reuse_days: reuseDays } as const;
  return { ...input, policy: { ...input.policy, match } };
}

/** Asks nobody: what has no answer stays without one. */
export function askingNobody(jobs: StageJobs): StageJobs {
  const work = async () => ({ counts: { unanswered: 0 }, digest: '' });
  return { ...jobs, ask: stageJob({ ...jobs.ask.stage, work }) };
}
