/** What each role may do with each table and view: whatever is not here, nobody but the owner has. */

export interface Access {
  /** What the program does with it. */
  readonly worker?: string;
  /** What is of no person, for whoever looks at how it was come to. */
  readonly auditor?: string;
}

const READ = 'select';
const ADD = 'select, insert';
const KEEP = 'select, insert, update';
const REPLACE = 'select, insert, delete';
const ALL = 'select, insert, update, delete';

/** Not the key of the households, and not the secret: who knows it before the draw, knows the draw. */
const WAVE_OF_AUDITORS = `select (id, state, policy, policy_sha256, quota, closes_at, opened_at, entropy_source,
  entropy_commitment, entropy_given, beacon_round, beacon_signature, snapshot_id, unverified_by, unverified_at, pool_root,
  frozen_at, seed, published_at, notices_held, funnel, voided_at, voided_by, void_reason, people,
  audit_entry, audit_sha256)`;

/** Every table; a test holds this against the schema. Nothing is emptied (TRUNCATE) or changed in its form by the program. */
export const TABLES: Readonly<Record<string, Access>> = {
  answer: { worker: ADD },
  application_block: { worker: REPLACE },
  asking: { worker: ALL },
  // Nobody but its owner takes anything back that is written there. Who looks at it is written down too.
  audit: { worker: ADD, auditor: ADD },
  cutoff: { worker: ADD, auditor: READ },
  data_key: { worker: KEEP },
  decision_block: { worker: ADD },
  gateway: { worker: KEEP },
  import_file: { worker: ALL, auditor: READ },
  installation: { worker: READ, auditor: 'select (id, people)' },
  lease: { worker: ALL },
  list: { worker: KEEP, auditor: READ },
  list_block: { worker: ADD },
  notice: { worker: KEEP },
  pool: { worker: ADD },
  question_block: { worker: ADD },
  question_file: { worker: KEEP, auditor: READ },
  reader_region: { auditor: READ },
  recipient_block: { worker: ADD },
  recipient_tally: { worker: ADD },
  registry_block: { worker: REPLACE },
  registry_service: { worker: KEEP },
  registry_snapshot: { worker: KEEP, auditor: READ },
  reject: { worker: ADD },
  request: { worker: KEEP, auditor: READ },
  result_block: { worker: ADD },
  review: { worker: KEEP, auditor: READ },
  run: { worker: KEEP, auditor: READ },
  sending: { worker: ALL, auditor: READ },
  stage: { worker: KEEP, auditor: READ },
  stage_block: { worker: REPLACE },
  step: { worker: KEEP },
  wave: { worker: KEEP, auditor: WAVE_OF_AUDITORS },
  wave_list: { worker: ADD, auditor: READ },
  wording: { worker: ADD, auditor: READ },
  worker: { worker: ALL },
};

export const VIEWS: Readonly<Record<string, Access>> = {
  outcome: { worker: READ },
  outcome_by_province: {},
  shown_province: {},
};
