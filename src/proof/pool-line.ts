/** One line of pool.csv: what the draw knows of an eligible application. */
export interface PoolLine {
  readonly registration_no: string;
  /** From 0. */
  readonly tier: number;
  /** From 1. */
  readonly tickets: number;
  /** 16 hex digits in lower case, see `householdOf`. */
  readonly household: string;
  /** Places left in the household, from 0. */
  readonly slots: number;
  /** Province code, two digits. */
  readonly region: string;
}

/** The first line of pool.csv. It is no leaf of the pool's Merkle tree. */
export const POOL_HEADER = 'registration_no,tier,tickets,household,slots,region';

const COUNT = '0|[1-9][0-9]{0,8}';
const LINE = new RegExp(
  `^([A-Z0-9-]{1,32}),(${COUNT}),([1-9][0-9]{0,8}),([0-9a-f]{16}),(${COUNT}),([0-9]{2})$`,
);

/** The line as it stands in the file and as it is a leaf of the Merkle tree: no quotes, no line end. */
export function formatPoolLine(line: PoolLine): string {
  return [line.registration_no, line.tier, line.tickets, line.household, line.slots, line.region].join(',');
}

/** The values of a line, or undefined for anything that `formatPoolLine` does not write. */
export function parsePoolLine(text: string): PoolLine | undefined {
  const [, registrationNo, tier, tickets, household, slots, region] = LINE.exec(text) ?? [];
  if (registrationNo === undefined || household === undefined || region === undefined) return undefined;
  return {
    registration_no: registrationNo,
    tier: Number(tier),
    tickets: Number(tickets),
    household,
    slots: Number(slots),
    region,
  };
}
