/** Dukcapil's web service is asked about everybody who has no answer yet. */
import type { Transaction } from '../db/database.ts';
import type { DukcapilSettings } from '../dukcapil/settings.ts';
import { GelombangError } from '../errors.ts';
import { lockAnswers } from '../registry/answers.ts';
import type { Wave } from '../wave/record.ts';
import type { StepContext, StepResult, Waiting } from '../wave/stage.ts';

export async function askService(
  { wave }: StepContext,
  _settings: DukcapilSettings | undefined,
): Promise<StepResult | Waiting> {
  throw new GelombangError('UNEXPECTED', `wave ${wave.id}: not there yet`);
}

/** The answers that the wave knows from here on. */
export async function fixAnswers(sql: Transaction, { id }: Wave): Promise<void> {
  await lockAnswers(sql);
  await sql`
    update wave set last_answer = coalesce(pg_sequence_last_value(pg_get_serial_sequence('answer', 'id')), 0)
    where id = ${id}`;
}
