/** The whole audit log, recomputed, and held against what else is known of it. */
import type { Queryable } from '../db/database.ts';
import { findMissingGuards } from '../db/guards.ts';
import { type Anchor, Chain, type ChainFault } from './chain.ts';
import type { Head } from './entry.ts';
import { Pairs } from './pairs.ts';
import { entriesOf } from './read.ts';

/** Faults that are kept; the others are counted. */
const MOST_FAULTS = 20;

export interface AuditReport {
  readonly verified: boolean;
  readonly entries: number;
  /** Where the log stands: to be kept elsewhere, and given to `--against` later. */
  readonly audit: Head | null;
  /** The first entry that is not as it was written. */
  readonly broken_at: number | null;
  readonly fault_count: number;
  /** The first of them. */
  readonly faults: readonly ChainFault[];
}

/** @param against Heads that are kept outside of the database; those of published waves are looked up here. */
export async function verifyAudit(sql: Queryable, against: readonly Anchor[]): Promise<AuditReport> {
  // Before the entries: those of a wave that is published meanwhile are there by then.
  const anchors = [...(await headsOfWaves(sql)), ...against];
  const chain = new Chain(anchors.toSorted((a, b) => a.entry - b.entry));
  const pairs = new Pairs();
  const faults = new Faults();
  faults.add(await guardFaults(sql));
  let entries = 0;
  for await (const entry of entriesOf(sql)) {
    entries += 1;
    faults.add(chain.take(entry));
    faults.add(pairs.take(entry));
  }
  faults.add(chain.end());
  return {
    verified: faults.count === 0,
    entries,
    audit: chain.head ?? null,
    broken_at: faults.first,
    fault_count: faults.count,
    faults: faults.kept,
  };
}

class Faults {
  readonly kept: ChainFault[] = [];
  count = 0;
  first: number | null = null;

  add(found: readonly ChainFault[]): void {
    this.count += found.length;
    this.kept.push(...found.slice(0, Math.max(0, MOST_FAULTS - this.kept.length)));
    for (const { entry } of found)
      if (entry !== null && (this.first === null || entry < this.first)) this.first = entry;
  }
}

async function headsOfWaves(sql: Queryable): Promise<Anchor[]> {
  return sql<Anchor[]>`
    select audit_entry::float8 as entry, audit_sha256 as sha256, 'the publication of wave ' || id as said
    from wave where audit_entry is not null order by id`;
}

/** What is written while they are off may have been written by anyone. */
async function guardFaults(sql: Queryable): Promise<ChainFault[]> {
  const missing = await findMissingGuards(sql);
  return missing.map((what) => ({ entry: null, what: `the database guards it no more: ${what}` }));
}
