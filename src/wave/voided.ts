import { GelombangError } from '../errors.ts';
import type { Wave } from './record.ts';

/** @throws GelombangError CONFLICT where the wave is void, with what holds of it then, if that is said. */
export function refuseVoid({ id, voided }: Wave, then?: string): void {
  if (voided === null) return;
  const { at, reason } = voided;
  const holds = then === undefined ? '' : `; ${then}`;
  throw new GelombangError('CONFLICT', `wave ${id} is void since ${at}: ${reason}${holds}`, {
    concerns: { wave: id },
    next: `Look at it with: gelombang wave status ${id}`,
  });
}
