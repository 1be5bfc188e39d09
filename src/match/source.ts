/** What a source of the registry is given: a part's applications, what is to be filled in of each, and its past recipients. */
import type { Applications } from '../wave/people.ts';
import type { StepContext } from '../wave/stage.ts';
import type { BlockOf } from '../wave/stage-blocks.ts';
import type { PastMembers } from './past-members.ts';

export interface Matching extends Pick<StepContext, 'client' | 'database' | 'wave' | 'part'> {
  readonly applications: Applications;
  /** Of each application. */
  readonly buckets: Uint32Array;
  /** The rows in the order of bucket and NIK. */
  readonly order: Uint32Array;
  /** Row for row: `status` and what follows from it are for the source to fill in; all 0, which is not found. */
  readonly matched: BlockOf<'matched'>;
  readonly past: PastMembers;
}
