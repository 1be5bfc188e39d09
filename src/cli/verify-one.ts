/** One applicant's own case, for a person with a SHA-256 calculator: what was computed, and how to do it again. */
import type { Member, OneReport } from '../verify/one.ts';
import { counted } from './words.ts';

/** One hash, and a command of any shell that computes it. */
interface Computed {
  readonly hash: string;
  readonly command: string;
}

type Path = readonly (Member['path'][number] & { readonly command: string })[];

export function oneDocument({ registrationNo, result, member }: OneReport): object {
  return {
    registration_no: registrationNo,
    result: result === undefined ? null : resultDocument(result),
    pool: member === undefined ? null : memberDocument(registrationNo, member),
  };
}

function resultDocument({ where, outcome, reasons, tier, rank }: NonNullable<OneReport['result']>) {
  const number = (text: string) => (text === '' ? null : Number(text));
  const codes = reasons === '' ? [] : reasons.split('|');
  return { where, outcome, reasons: codes, tier: number(tier), rank: number(rank) };
}

function memberDocument(registrationNo: string, member: Member) {
  const { where, line, leafIndex, leaves, root, poolRoot, entropy, seed, draw, tier, drawn } = member;
  return {
    where,
    line,
    leaf_index: leafIndex,
    leaves,
    leaf: leafOf(member),
    path: pathOf(member),
    root,
    seed: { pool_root: poolRoot, entropy, seed, command: seedOf(member).command },
    tickets: ticketsOf(registrationNo, member).map((ticket, place) => ({ ticket: place + 1, ...ticket })),
    draw: draw === '' ? null : draw,
    tier,
    rank: drawn?.rank ?? null,
    candidates: drawn?.candidates ?? null,
    outcome: drawn?.outcome ?? null,
  };
}

export function oneLines(report: OneReport): string[] {
  const { registrationNo, wave, member } = report;
  if (member === undefined)
    return [`${registrationNo} is not in the pool of wave ${wave}.`, ...saidLines(report)];
  return [
    `${registrationNo} is in the pool of wave ${wave}, ${member.where}:`,
    `  ${member.line}`,
    ...proofLines(member),
    ...drawLines(registrationNo, member),
    ...saidLines(report),
  ];
}

function proofLines(member: Member): string[] {
  const { leafIndex, leaves, path } = member;
  return [
    '',
    '1. Its leaf: SHA-256 of a byte 00 and the line.',
    ...computedLines(leafOf(member)),
    '',
    `2. From leaf ${leafIndex + 1} of ${leaves} to the root: SHA-256 of a byte 01, the left half and the right half.`,
    ...pathOf(member).flatMap(({ side, gives, command }, place) => [
      `   step ${place + 1} of ${path.length}, the other half being the ${side} one`,
      ...computedLines({ hash: gives, command }),
    ]),
    member.root === member.poolRoot
      ? '   This is pool_root in draw.json.'
      : `   In draw.json pool_root is ${member.poolRoot}: another.`,
  ];
}

function drawLines(registrationNo: string, member: Member): string[] {
  const { tickets, draw, tier, drawn } = member;
  if (drawn === undefined) return ['', 'The pool has faults: it cannot be drawn.'];
  const place = drawn.rank === undefined ? 'no rank: its household is full' : `rank ${drawn.rank}`;
  return [
    '',
    '3. The seed: SHA-256 of pool_root:entropy.',
    ...computedLines(seedOf(member)),
    '',
    `4. ${counted(tickets.length, 'ticket')}: SHA-256 of seed:registration_no:number. The smallest is its draw.`,
    ...ticketsOf(registrationNo, member).flatMap(computedLines),
    `   its draw is ${draw}`,
    '',
    `5. By tier (${tier}), then by draw, among ${counted(drawn.candidates, 'candidate')}: ${place}, ${drawn.outcome}.`,
  ];
}

function saidLines({ result }: OneReport): string[] {
  if (result === undefined) return [];
  const { where, outcome, reasons, tier, rank } = result;
  const more = [...(tier === '' ? [] : [`tier ${tier}`]), ...(rank === '' ? [] : [`rank ${rank}`])];
  const codes = reasons === '' ? [] : reasons.split('|').map((code) => `  ${code}`);
  return ['', `${[`${where} says ${outcome}`, ...more].join(', ')}${codes.length > 0 ? ':' : '.'}`, ...codes];
}

function computedLines({ hash, command }: Computed): string[] {
  return [`   ${command}`, `   ${hash}`];
}

/** What goes into the commands are digits, capitals, commas and dashes: nothing that a shell would take for its own. */
function leafOf({ line, leafHash }: Member): Computed {
  return { hash: leafHash, command: `printf '\\000%s' '${line}' | sha256sum` };
}

function pathOf({ leafHash, path }: Member): Path {
  return path.map((step, place) => {
    const below = path[place - 1]?.gives ?? leafHash;
    const halves = step.side === 'left' ? [step.hash, below] : [below, step.hash];
    return { ...step, command: `printf '01%s%s' ${halves.join(' ')} | xxd -r -p | sha256sum` };
  });
}

function seedOf({ poolRoot, entropy, seed }: Member): Computed {
  return { hash: seed, command: `printf '%s:%s' ${poolRoot} ${entropy} | sha256sum` };
}

function ticketsOf(registrationNo: string, { seed, tickets }: Member): readonly Computed[] {
  return tickets.map((hash, place) => ({
    hash,
    command: `printf '%s:%s:%s' ${seed} ${registrationNo} ${place + 1} | sha256sum`,
  }));
}
