/** One SQL statement fails at the server, or the connection with it. */
import { CLOSE, closeUntilThrough } from '../going-on.ts';
import type { Case, Kind } from '../kind.ts';
import type { Disturbance, ServerProxy } from '../proxy/proxy.ts';
import { isOfQueue } from '../queue-calls.ts';
import type { Reference } from '../reference.ts';
import type { Rig } from '../rig.ts';

/** Disk full, out of memory, cancelled, serialization failure, internal error, too many connections. */
const STATES = ['53100', '53200', '57014', '40001', 'XX000', '53300'] as const;
const LONGEST_STALL = 3_000;

export const statement: Kind = {
  name: 'statement',
  about: 'the k-th SQL statement of a close fails, or its connection is cut or stalls',
  usual: 20,
  turns: ({ statements }) => statements.length,
  run: failStatement,
};

async function failStatement({ chance, rig, reference, turn }: Case): Promise<void> {
  const at = turn(reference.statements);
  const state = chance.of(STATES);
  const disturbance = disturbanceIn(chance.below(10), chance.hits(5000));
  const proxy = await rig.sqlProxy(state);
  const stalls = disturbance.kind === 'stall' ? chance.below(LONGEST_STALL) : 0;
  const ends = chance.hits(5000);
  proxy.decide((number, what) => {
    if (number !== at) return undefined;
    rig.broke(
      `statement ${number}: ${disturbance.kind} ${disturbance.kind === 'fail' ? state : ''} (${what})`,
    );
    if (disturbance.kind === 'stall') setTimeout(() => endStall(proxy, ends), stalls);
    return disturbance;
  });
  await rig.run(CLOSE, { database: proxy });
  await closeUntilThrough(rig);
}

/** Most fail: the others are there for every kind of loss. */
function disturbanceIn(way: number, all: boolean): Disturbance {
  if (way < 6) return { kind: 'fail' };
  if (way < 9) return { kind: 'cut', how: way < 8 ? 'reset' : 'end', all };
  return { kind: 'stall' };
}

/** What stalled goes on, or is cut. */
function endStall(proxy: ServerProxy, cut: boolean): void {
  if (cut) proxy.cutAll('reset');
  proxy.goOn();
}

function callsIn({ commands, statements }: Reference): readonly string[] {
  return commands.length > 0 ? commands : statements.filter((what) => isOfQueue('postgres', what));
}

export const queue: Kind = {
  name: 'queue',
  about: "the k-th of the queue's calls of a close fails, or its connection is cut or stalls",
  usual: 16,
  turns: (reference) => callsIn(reference).length,
  run: async ({ chance, rig, reference, turn }) => {
    const disturbance = disturbanceIn(chance.below(10), chance.hits(5000));
    const at = turn(callsIn(reference));
    if (rig.backend === 'redis') {
      const proxy = await rig.redisProxy(chance.of(['ERR', 'LOADING', 'OOM', 'READONLY'] as const));
      breakAt(rig, proxy, at, disturbance, () => true);
      await rig.run(CLOSE, { queue: proxy });
    } else {
      const proxy = await rig.sqlProxy(chance.of(STATES));
      breakAt(rig, proxy, at, disturbance, (what) => isOfQueue('postgres', what));
      await rig.run(CLOSE, { database: proxy });
    }
    await closeUntilThrough(rig);
  },
};

function breakAt(
  rig: Rig,
  proxy: ServerProxy,
  at: number,
  disturbance: Disturbance,
  isMeant: (what: string) => boolean,
): void {
  let count = 0;
  proxy.decide((_, what) => {
    if (!isMeant(what)) return undefined;
    count += 1;
    if (count !== at) return undefined;
    rig.broke(`call ${at} of the queue: ${disturbance.kind} (${what})`);
    if (disturbance.kind === 'stall') setTimeout(() => endStall(proxy, at % 2 === 0), LONGEST_STALL);
    return disturbance;
  });
}
