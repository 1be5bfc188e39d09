/** The registry as people: a snapshot of all, or those whom it answered about in files. */
import { numbers } from '../columns/layout.ts';
import { isNik } from '../identity/nik.ts';
import { type Seeking, seekPeople } from '../registry/people.ts';
import { answerFilesOf } from '../wave/answer-files.ts';
import { NOT_REGISTERED, type People } from '../wave/people.ts';
import { UNANSWERED } from '../wave/stage-blocks.ts';
import { similarityOfNames } from './names.ts';
import type { PastMembers } from './past-members.ts';
import type { Matching } from './source.ts';
import { NOT_ASKED } from './warnings.ts';

export async function matchSnapshot(matching: Matching): Promise<void> {
  const { client, wave, part, order, past } = matching;
  await seekPeople(client, Number(wave.snapshotId), part, [seekingOf(matching, order), past.seeking()]);
}

/** Of several answers about somebody the newest is what the registry says: what an older one said is written over. */
export async function matchExchange(matching: Matching): Promise<void> {
  const { client, database, wave, part, order, past } = matching;
  const answers = await answerFilesOf(database.sql, wave, wave.snapshotId);
  const seeking = seekingOf(matching, order.filter(markUnanswered(matching)));
  const households = new NewestHouseholds(past);
  for (const { version } of answers) await seekPeople(client, version, part, [seeking, households.seeking]);
  households.tell();
}

/** Until an answer is found. Whoever was not asked for is not there: of them there can be none. */
function markUnanswered({ applications, matched }: Matching): (row: number) => boolean {
  const { nikHigh, nikLow } = applications.of;
  const { status, nikWarnings } = matched.of;
  return (row) => {
    const isAsked = isNik(nikHigh[row] as number, nikLow[row] as number);
    if (isAsked) status[row] = UNANSWERED;
    else nikWarnings[row] = (nikWarnings[row] as number) | NOT_ASKED;
    return isAsked;
  };
}

function seekingOf(
  { applications: { of }, buckets, matched: { of: matched } }: Matching,
  order: Uint32Array,
): Seeking {
  const found = (row: number, { of: people }: People, person: number) => {
    const status = people.status[person] as number;
    const isThere = status !== NOT_REGISTERED;
    const sameHousehold = of.kkHigh[row] === people.kkHigh[person] && of.kkLow[row] === people.kkLow[person];
    const sameDay = of.birthDay[row] === people.birthDay[person];
    // All of it, also of who is not there: an older answer may have said otherwise.
    matched.status[row] = isThere ? 1 + status : 0;
    matched.kkMatches[row] = isThere && sameHousehold ? 1 : 0;
    matched.birthDateMatches[row] = isThere && sameDay ? 1 : 0;
    matched.nameSimilarity[row] = isThere ? similarityOfNames(of.fullName, row, people.fullName, person) : 0;
  };
  return { buckets, nikHigh: of.nikHigh, nikLow: of.nikLow, order, found };
}

/** Where past recipients live now: told of once all answers are read, so that nobody lives where they did before. */
class NewestHouseholds {
  readonly seeking: Seeking;
  readonly #past: ReturnType<PastMembers['seeking']>;
  readonly #kkHigh: Uint32Array;
  readonly #kkLow: Uint32Array;

  constructor(past: PastMembers) {
    this.#past = past.seeking();
    const { length } = this.#past.order;
    this.#kkHigh = numbers('u32', length);
    this.#kkLow = numbers('u32', length);
    this.seeking = {
      ...this.#past,
      // Of somebody whom the registry does not have both are 0, as they are of somebody without a household.
      found: (row, { of }, person) => {
        this.#kkHigh[row] = of.kkHigh[person] as number;
        this.#kkLow[row] = of.kkLow[person] as number;
      },
    };
  }

  tell(): void {
    const { nikHigh, nikLow, order, found } = this.#past;
    const housed = { rows: order.length, of: { nikHigh, nikLow, kkHigh: this.#kkHigh, kkLow: this.#kkLow } };
    for (const row of order) found(row, housed, row);
  }
}
