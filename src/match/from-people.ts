/** The registry as people: a snapshot of all, or those whom it answered about in files. */
import { GelombangError } from '../errors.ts';
import { type Seeking, seekPeople } from '../registry/people.ts';
import type { People } from '../wave/people.ts';
import { similarityOfNames } from './names.ts';
import type { Matching } from './source.ts';

export async function matchSnapshot(matching: Matching): Promise<void> {
  const { client, wave, part, past } = matching;
  await seekPeople(client, Number(wave.snapshotId), part, [seekingOf(matching), past.seeking()]);
}

export async function matchExchange({ wave }: Matching): Promise<void> {
  throw new GelombangError('UNEXPECTED', `wave ${wave.id} is not there yet`);
}

function seekingOf({ applications: { of }, buckets, order, matched: { of: matched } }: Matching): Seeking {
  const found = (row: number, { of: people }: People, person: number) => {
    const sameHousehold = of.kkHigh[row] === people.kkHigh[person] && of.kkLow[row] === people.kkLow[person];
    matched.status[row] = 1 + (people.status[person] as number);
    matched.kkMatches[row] = sameHousehold ? 1 : 0;
    matched.birthDateMatches[row] = of.birthDay[row] === people.birthDay[person] ? 1 : 0;
    matched.nameSimilarity[row] = similarityOfNames(of.fullName, row, people.fullName, person);
  };
  return { buckets, nikHigh: of.nikHigh, nikLow: of.nikLow, order, found };
}
