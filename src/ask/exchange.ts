/** Files of NIKs that the registry answers: nobody is called, it is only counted who has no answer yet. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Transaction } from '../db/database.ts';
import { type Questions, questionsOf } from '../registry/exchange.ts';
import { lockSnapshots } from '../wave/answer-files.ts';
import type { Wave } from '../wave/record.ts';
import { askCommands } from '../wave/registry-commands.ts';
import type { StepContext, StepResult } from '../wave/stage.ts';

class Counts {
  questions = 0;
  answered = 0;
  notAsked = 0;
  /** Answered, and not asked for by a file of this wave. */
  reused = 0;
  /** They hold nothing up: a past recipient without an answer counts for the household of then. */
  recipientsUnanswered = 0;

  get unanswered(): number {
    return this.questions - this.answered;
  }

  add({ niks, applies, answered, asked, notAsked }: Questions): void {
    this.notAsked += notAsked;
    for (let row = 0; row < niks.rows; row++) {
      const isAnswered = answered[row] === 1;
      if (applies[row] === 0) {
        this.recipientsUnanswered += isAnswered ? 0 : 1;
        continue;
      }
      this.questions += 1;
      this.answered += isAnswered ? 1 : 0;
      this.reused += isAnswered && asked[row] === 0 ? 1 : 0;
    }
  }
}

export async function countExchange({ client, database, wave }: StepContext): Promise<StepResult> {
  const counted = new Counts();
  for await (const questions of questionsOf({ client, sql: database.sql }, wave)) counted.add(questions);
  await writeAsking(client, wave, counted);
  const { questions, answered, unanswered, notAsked, recipientsUnanswered } = counted;
  const counts = {
    ...{ questions, answered, unanswered, not_asked: notAsked },
    ...(recipientsUnanswered === 0 ? {} : { recipients_unanswered: recipientsUnanswered }),
  };
  return { counts, digest: createHash('sha256').update(JSON.stringify(counts)).digest('hex') };
}

async function writeAsking(client: pg.ClientBase, { id }: Wave, counted: Counts): Promise<void> {
  const { questions, answered, unanswered, notAsked, reused } = counted;
  const endedFor =
    unanswered === 0
      ? null
      : `the registry has not answered about ${unanswered} of ${questions} NIKs in files\n${askCommands(id)}`;
  await client.query(
    `insert into asking (wave_id, questions, reused, answered, not_asked, ended_for) values ($1, $2, $3, $4, $5, $6)
    on conflict (wave_id) do update set questions = excluded.questions, reused = excluded.reused,
      answered = excluded.answered, not_asked = excluded.not_asked, ended_for = excluded.ended_for, updated_at = now()`,
    [id, questions, reused, answered, notAsked, endedFor],
  );
}

/**
 * From here on the wave knows the answers that there are now: later ones do not change what it is decided by. Alone, so that
 * no file that is on its way is one of them for some parts of the wave and not for others.
 */
export async function fixExchange(sql: Transaction, { id }: Wave): Promise<void> {
  await lockSnapshots(sql);
  await sql`
    update wave set snapshot_id = (
      select max(id) from registry_snapshot where kind = 'answers' and dropped_at is null
    ) where id = ${id} and state = 'closing'`;
}
