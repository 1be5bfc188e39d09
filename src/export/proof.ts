/** draw.json, review.json and datapackage.json: what is needed to recompute a wave, and what its files are. */

import type { WrittenFile } from '../files/unfinished.ts';
import { QUICKNET, timeOfRound } from '../proof/beacon.ts';
import { OUTCOMES, seatsByRegion } from '../proof/seats.ts';
import { entropySourceOf } from '../wave/entropy.ts';
import type { Wave } from '../wave/record.ts';
import type { References } from '../wave/references.ts';
import type { Review } from '../wave/review.ts';
import type { DecidedBy } from './decided.ts';
import type { DecisionsByList } from './list-decisions.ts';
import type { ExportTable } from './tables.ts';

export type WrittenFiles = ReadonlyMap<string, WrittenFile>;

export interface DrawFacts {
  readonly entropy: string;
  readonly references: References;
  readonly listDecisions: DecisionsByList;
  readonly decided: DecidedBy;
  readonly files: WrittenFiles;
}

/** Everything that the draw depends on, in one object. */
export function drawDocument(wave: Wave, facts: DrawFacts) {
  const { entropy, references, listDecisions, decided, files } = facts;
  return {
    wave: wave.id,
    policy: wave.policy,
    policy_sha256: wave.policySha256,
    quota: wave.quota,
    reserve: wave.policy.reserve,
    household_cap: wave.policy.household_cap,
    regions: Object.fromEntries(seatsByRegion(wave.policy.regions, wave.quota)),
    ...references,
    lists: references.lists.map((list) => ({ ...list, decisions: listDecisions.get(list.name) ?? [] })),
    counts: counts(wave),
    pool_root: wave.poolRoot,
    entropy,
    entropy_source: entropySourceOf(wave),
    entropy_commitment: wave.entropyCommitment,
    beacon: beaconOf(wave),
    seed: wave.seed,
    opened_at: wave.openedAt,
    closes_at: wave.closesAt,
    frozen_at: wave.frozenAt,
    published_at: wave.publishedAt,
    voided: voidedOf(wave),
    people: wave.people ?? 'one',
    decided_by: decided,
    audit: wave.audit,
    files: Object.fromEntries(files),
  };
}

/** The round that was named when the wave was opened. Its signature can be checked with the chain's public key. */
function beaconOf({ beaconRound: round, beaconSignature: signature }: Wave) {
  if (round === null) return null;
  const { chainHash: chain_hash, publicKey: public_key } = QUICKNET;
  const round_time = new Date(timeOfRound(round)).toISOString();
  return { chain_hash, public_key, round, round_time, signature };
}

/** That the wave does not count, without the name of who said so. */
function voidedOf({ voided }: Wave) {
  return voided === null ? null : { at: voided.at, reason: voided.reason };
}

function counts(wave: Wave) {
  const funnel = new Map(wave.funnel ?? []);
  const of = (step: string) => funnel.get(step) ?? 0;
  return {
    rows_read: of('rows_read'),
    rows_rejected: of('rows_rejected'),
    applications: of('applications'),
    eligible: of('ELIGIBLE'),
    candidates: of('CANDIDATES'),
    outcomes: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, of(outcome)])),
  };
}

/** What the review of the draw said, and why it was published all the same if it was; by whom is not for everyone. */
export function reviewDocument({ approval, ...review }: Review) {
  return { ...review, approval: approval === null ? null : { at: approval.at, reason: approval.reason } };
}

/** A Frictionless Data Package over the CSV files. */
export function dataPackage(wave: Wave, tables: readonly ExportTable[], files: WrittenFiles) {
  return {
    profile: 'tabular-data-package',
    name: `wave-${wave.id}`,
    title: `Results of wave ${wave.id}`,
    created: wave.publishedAt,
    resources: tables.map((table) => ({
      profile: 'tabular-data-resource',
      name: table.name.replace('.csv', ''),
      path: table.name,
      description: table.description,
      format: 'csv',
      mediatype: 'text/csv',
      encoding: 'utf-8',
      bytes: files.get(table.name)?.bytes,
      hash: `sha256:${files.get(table.name)?.sha256}`,
      dialect: { delimiter: ',', quoteChar: '"', doubleQuote: true, lineTerminator: '\n', header: true },
      schema: {
        fields: table.columns.map(({ name, type, description, pattern }) => ({
          name,
          type,
          description,
          ...(pattern === undefined ? {} : { constraints: { pattern } }),
        })),
        missingValues: [''],
      },
    })),
  };
}
