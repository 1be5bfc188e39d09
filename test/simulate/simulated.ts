/** A simulation in this process, and what it gives. */
import { stagesOf } from '../../jobs/processor.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { ReadPolicy } from '../../src/policy/read.ts';
import { canonicalJson } from '../../src/proof/canonical.ts';
import { sha256 } from '../../src/proof/sha256.ts';
import type { SimulationReport } from '../../src/simulate/report.ts';
import { type Simulating, type SimulationRequest, simulateWave } from '../../src/simulate/simulate.ts';
import type { Installation } from '../support/installation.ts';

export interface Asked extends Partial<Pick<SimulationRequest, 'waveId' | 'policy' | 'data'>> {
  /** Key → value, as `--set` takes them. */
  readonly set?: Readonly<Record<string, string>>;
}

export interface Simulated extends SimulationReport {
  /** Lines of the applications that change sides. */
  readonly sides: readonly string[];
}

/** Of wave 17, if nothing else is asked for. */
export async function simulated(
  { database, jobs, log }: Installation,
  { set = {}, waveId = 17, data = 'frozen', policy }: Asked = {},
  simulating: Partial<Simulating> = {},
): Promise<Simulated> {
  const changes = Object.entries(set).map(([key, value]) => ({ key, value }));
  const request = { waveId, data, changes, ...(policy === undefined ? {} : { policy }) };
  let sides = '';
  const report = await simulateWave(database, request, {
    ...{ stages: stagesOf(jobs), log, signal: new AbortController().signal },
    takeSides: async (lines) => {
      for await (const chunk of lines) sides += chunk;
    },
    ...simulating,
  });
  return { ...report, sides: sides.split('\n').slice(0, -1) };
}

/** A policy as it is after it was read. */
export function asRead(policy: Policy): ReadPolicy {
  const canonical = canonicalJson(policy);
  return { policy, canonical, sha256: sha256(canonical, 'hex') };
}

/** The number of something in a simulation, by the name of its table and its own. */
export function countOf(
  report: SimulationReport,
  table: 'outcomes' | 'reasons' | 'provinces',
  name: string,
): { readonly before: number; readonly after: number } {
  const rows: readonly { readonly before: number; readonly after: number }[] = report[table];
  const row = rows.find((each) => Object.values<unknown>(each).includes(name));
  if (row === undefined) return { before: 0, after: 0 };
  return { before: row.before, after: row.after };
}
