/** In which order files are taken: one that takes long, begun as the last, is waited for alone. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Measured, longest first: whole waves by several processes, and servers that come and go. The others go by their size. */
const LONG = [
  'chaos/short',
  'notify/sending/sending',
  'wave/ledger',
  'wave/frozen-workers',
  'cli/dukcapil',
  'cli/notices-cut-off',
  'embedded/crash',
  'waves-in-turn',
  'embedded/lost-in-a-run',
  'ask/service',
  'properties',
  'embedded/sharing',
  'wave/entropy',
  'cli/redis-lost',
  'registry/exchange',
].map((name) => `/test/${name}.test.ts`);

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = LONG.findIndex((name) => moduleId.endsWith(name));
      return place < 0 ? LONG.length : place;
    };
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
