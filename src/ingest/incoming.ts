/** Rows that enter the wave from the table `incoming`: their columns, read back from the server. */
import type pg from 'pg';
import { halvesOf } from '../columns/identity.ts';
import { type BinaryRow, binaryRows } from '../db/binary-copy.ts';
import { EMPLOYMENT_STATUSES, OCCUPATIONS } from '../policy/policy.ts';
import { FLAGS } from '../wave/people.ts';
import { type DecisionValues, MOST_WORDS, readRegistrationNo } from './application-values.ts';
import type { BlocksIn } from './blocks-in.ts';
import { momentOf } from './byte-values.ts';

/** Rows that are read before blocks can be written: the connection does one thing at a time. */
const PIECE = 50_000;

/** The flags as they are kept, from the columns that they tell of. */
const FLAGS_IN_SQL = Object.entries({
  in_school: FLAGS.inSchool,
  disability: FLAGS.disability,
  'email_verified_at is not null': FLAGS.emailVerified,
  'phone_verified_at is not null': FLAGS.phoneVerified,
  'selfie_verified_at is not null': FLAGS.selfieVerified,
  'test_taken_at is not null': FLAGS.testTaken,
  "sex = 'P'": FLAGS.female,
})
  .map(([condition, flag]) => `(${condition})::int * ${flag}`)
  .join(' + ');

/** Adds the columns of all rows in `incoming`, in the order of their lines. */
export async function addIncomingColumns(client: pg.ClientBase, blocks: BlocksIn): Promise<void> {
  let line = 0;
  let found = PIECE;
  while (found === PIECE) {
    found = 0;
    const query = `select line, registration_no, nik, kk, full_name, birth_date, regency_code, ${FLAGS_IN_SQL},
      employment_status, occupation, joined_at from incoming where line > ${line} order by line limit ${PIECE}`;
    for await (const row of binaryRows(client, query)) {
      const values = valuesOf(row);
      blocks.add(values);
      line = values.line;
      found += 1;
    }
    if (blocks.isMuch) await blocks.end();
  }
  await blocks.end();
}

function valuesOf(row: BinaryRow): DecisionValues {
  const field = (place: number) => row[place] ?? Buffer.alloc(0);
  const text = (place: number) => field(place).toString();
  const [nikHigh, nikLow] = halvesOf(text(2));
  const [kkHigh, kkLow] = halvesOf(text(3));
  const words = new Uint32Array(MOST_WORDS);
  const name = field(4);
  return {
    line: Number(field(0).readBigInt64BE()),
    wordCount: readRegistrationNo(field(1), 0, field(1).length, words),
    ...{ words, nikHigh, nikLow, kkHigh, kkLow },
    ...{ bytes: name, nameStart: 0, nameEnd: name.length },
    birthDay: field(5).readInt32BE(),
    regency: Number(text(6)),
    flags: field(7).readInt32BE(),
    employmentStatus: (EMPLOYMENT_STATUSES as readonly string[]).indexOf(text(8)),
    occupation: (OCCUPATIONS as readonly string[]).indexOf(text(9)),
    joined: momentOf(field(10).readBigInt64BE()),
  };
}
