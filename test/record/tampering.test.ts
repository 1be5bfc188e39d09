/** Results that somebody changed who has the database and not the key: whoever reads them is told, and gives nothing out. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stagesOf } from '../../jobs/processor.ts';
import type { Transaction } from '../../src/db/database.ts';
import { explain } from '../../src/explain/explain.ts';
import { exportWave } from '../../src/export/export.ts';
import type { Stages } from '../../src/wave/advance.ts';
import { readResults } from '../../src/wave/result-blocks.ts';
import type { PartBounds } from '../../src/wave/stage.ts';
import { simulated } from '../simulate/simulated.ts';
import { asOwner } from '../support/database.ts';
import { type Installation, installation } from '../support/installation.ts';
import { runProgram } from '../support/program.ts';
import { madeUpWave, runWave, unguarded } from '../support/wave.ts';

/** A block each. */
const PARTS = 3;

interface Block extends PartBounds {
  readonly part: number;
  readonly lines: string;
}

let at: Installation;
let blocks: readonly Block[];

beforeAll(async () => {
  at = await installation();
  await runWave(at, await madeUpWave({ applicants: 150, seed: 51 }), { parts: PARTS });
  blocks = await at.database.sql<Block[]>`
    select part, lower, upper, convert_from(lines, 'UTF8') as lines from result_block order by part, position`;
  expect(blocks).toHaveLength(PARTS);
});

/** As a superuser who switches the triggers off; afterwards everything is as it was. */
async function withChange(
  change: (sql: Transaction) => Promise<unknown>,
  work: () => Promise<void>,
): Promise<void> {
  const all = await asOwner(at.database, (sql) => sql`select * from result_block order by part, position`);
  await unguarded(at.database, async (sql) => void (await change(sql)));
  try {
    await work();
  } finally {
    await unguarded(at.database, async (sql) => {
      await sql`delete from result_block`;
      await sql`insert into result_block ${sql([...all])}`;
    });
  }
}

function numberIn(part: number): string {
  return blocks[part]?.lines.split(',', 1)[0] ?? '';
}

/** The lines of a part, in which an applicant who was not drawn has the place of one who was. */
function swapped(part: number): string {
  const lines = (blocks[part]?.lines ?? '').split('\n');
  const of = (outcome: string) => lines.findIndex((line) => line.includes(`,${outcome},`));
  const [lucky, unlucky] = [of('ACCEPTED'), of('NOT_DRAWN')];
  const [won, lost] = [lines[lucky]?.split(',') ?? [], lines[unlucky]?.split(',') ?? []];
  lines[lucky] = [...won.slice(0, 2), ...lost.slice(2)].join(',');
  lines[unlucky] = [...lost.slice(0, 2), ...won.slice(2)].join(',');
  return lines.join('\n');
}

const swap = (sql: Transaction) =>
  sql`update result_block set lines = convert_to(${swapped(1)}, 'UTF8') where part = 1`;

const read = async (range?: PartBounds): Promise<string[]> => {
  const client = await at.database.copyPool.connect();
  let done = false;
  try {
    const lines: string[] = [];
    for await (const block of readResults(client, 17, range)) lines.push(block.lines.toString());
    done = true;
    return lines;
  } finally {
    client.release(!done);
  }
};

const exporting = () =>
  exportWave(at.database, { waveId: 17, folder: join(at.folder, 'out'), unmasked: false }, at.log);
const explaining = (part: number) => explain(at.database, 17, numberIn(part));

const CHANGES: readonly [string, part: number, (sql: Transaction) => Promise<unknown>][] = [
  ['two outcomes are swapped', 1, swap],
  [
    'a province is another',
    1,
    (sql) => sql`update result_block set regions = set_byte(regions, 0, 99) where part = 1`,
  ],
  ['its rows are said to be more', 0, (sql) => sql`update result_block set rows = rows + 1 where part = 0`],
  [
    'a block has the sealed digits of another',
    2,
    (sql) =>
      sql`update result_block set hidden = (select hidden from result_block where part = 1) where part = 2`,
  ],
  ['it is said to end later', 1, (sql) => sql`update result_block set upper = upper || '-' where part = 1`],
];

/** Where a block is missing, the number is looked for in the one before it. */
const GAPS: readonly [string, part: number, (sql: Transaction) => Promise<unknown>][] = [
  ['the first block is missing', 0, (sql) => sql`delete from result_block where part = 0`],
  ['one between is missing', 1, (sql) => sql`delete from result_block where part = 1`],
  ['the last is missing', 2, (sql) => sql`delete from result_block where part = 2`],
  ['all are missing', 0, (sql) => sql`delete from result_block`],
];

const refusalOf = (part: number) => ({
  code: 'UNEXPECTED',
  message: `block 0 of part ${part} of the results of wave 17 is not as it was recorded: it was changed or put there from elsewhere`,
  concerns: { wave: 17, part, block: 0 },
  next: expect.stringContaining('gelombang audit verify'),
});

describe('where', () => {
  test.each(CHANGES)('%s, they are not given out, and it is said what to do', async (_, part, change) => {
    await withChange(change, async () => {
      const refusal = refusalOf(part);
      await expect(exporting()).rejects.toMatchObject(refusal);
      expect(await readdir(at.folder)).not.toContain('out');
      await expect(explaining(part)).rejects.toMatchObject(refusal);
    });
  });

  test.each(GAPS)('%s, that is refused too', async (_, part, change) => {
    await withChange(change, async () => {
      const refusal = {
        message: expect.stringMatching(/^the results of wave 17 are not whole: a block is missing/),
        next: expect.stringContaining('an export that was handed out'),
      };
      await expect(exporting()).rejects.toMatchObject(refusal);
      await expect(explaining(part)).rejects.toMatchObject(refusal);
      const { lower = null, upper = null } = blocks[part] ?? {};
      await expect(read({ lower, upper })).rejects.toMatchObject(refusal);
    });
  });

  test('outcomes are swapped, no simulation says that the wave came out otherwise', async () => {
    await withChange(swap, async () => {
      await expect(simulated(at)).rejects.toMatchObject(refusalOf(1));
    });
  });

  test('outcomes are swapped, no later wave counts tickets by them', async () => {
    await withChange(swap, async () => {
      const next = await madeUpWave({ applicants: 20, seed: 52 }, 19);
      const tickets = { per_unsuccessful_wave: 1, max: 5 };
      await expect(runWave(at, { ...next, policy: { ...next.policy, tickets } })).rejects.toMatchObject({
        message: expect.stringContaining('stage freeze: a step failed'),
        faults: [{ what: expect.stringContaining('block 0 of part 1 of the results of wave 17') }],
      });
    });
  });

  test('a block is said to begin later, so that who is looked for is in none, that is refused', async () => {
    const later = (sql: Transaction) =>
      sql`update result_block set lower = ${`${numberIn(1)}-`} where part = 1`;
    await withChange(later, async () => {
      await expect(explaining(1)).rejects.toThrow('are not whole');
      await expect(exporting()).rejects.toThrow('block 0 of part 1 of the results of wave 17');
    });
  });

  test('a simulation came out otherwise, its blocks are of no use in the place of those of the wave', async () => {
    const caught: Record<string, unknown>[] = [];
    const stages: Stages = stagesOf(at.jobs);
    const record = {
      ...stages.record,
      work: async (context: Parameters<Stages['record']['work']>[0]) => {
        const result = await stages.record.work(context);
        const { rows } = await context.client.query(
          `select * from pg_temp.result_block where part = ${context.part.part}`,
        );
        caught.push(...rows);
        return result;
      },
    };
    const { changed_sides } = await simulated(at, { set: { quota: '5' } }, { stages: { ...stages, record } });
    expect(changed_sides).toBeGreaterThan(0);
    expect(caught).toHaveLength(PARTS);
    const replace = async (sql: Transaction) => {
      await sql`delete from result_block`;
      await sql`insert into result_block ${sql(caught)}`;
    };
    await withChange(replace, async () => {
      await expect(exporting()).rejects.toThrow('data key 4294967295 is not in the database');
    });
  });

  test('a block of decisions is missing, nobody is told of what became of somebody else', async () => {
    const all = await asOwner(at.database, (sql) => sql`select * from decision_block`);
    await unguarded(at.database, async (sql) => {
      await sql`delete from decision_block where source = 1`;
    });
    const explained = [0, 1, 2].map((part) => explaining(part).catch((error: Error) => error.message));
    expect(await Promise.all(explained)).toContainEqual(
      expect.stringMatching(/^the decisions of wave 17 are not whole/),
    );
    await unguarded(at.database, async (sql) => {
      await sql`delete from decision_block`;
      await sql`insert into decision_block ${sql([...all])}`;
    });
  });
});

test('what nobody has changed is read, whole or a range of it', async () => {
  expect(await read()).toEqual(blocks.map(({ lines }) => lines));
  for (const { lower, upper, lines } of blocks) expect(await read({ lower, upper })).toEqual([lines]);
  const inside = { lower: numberIn(1), upper: `${numberIn(1)}-` };
  expect(await read(inside)).toEqual([blocks[1]?.lines]);
  await exporting();
  const { code } = await runProgram(at, ['explain', '17', numberIn(2)]);
  expect(code).toBe(0);
});

test('a wave without an application has a block too, and its results are none', async () => {
  const empty = await installation();
  const input = await madeUpWave({ applicants: 40, seed: 2 });
  const { results } = await runWave(empty, { ...input, applicants: [] });
  expect(results.trimEnd().split('\n')).toHaveLength(1);
  expect(await empty.database.sql`select rows from result_block`).toEqual([{ rows: 0 }]);
  expect(await empty.database.sql`select from outcome`).toHaveLength(0);
  await expect(explain(empty.database, 17, 'A-1')).rejects.toThrow('there is no application A-1 in wave 17');
});
