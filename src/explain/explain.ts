/** Why an application of a published wave had its outcome: from what was recorded then, and nothing is decided again. */
import type { Database, Queryable } from '../db/database.ts';
import { inTransaction } from '../db/session.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import { maskIdentity } from '../identity/mask.ts';
import { loadRegionNames } from '../identity/regions.ts';
import type { Policy } from '../policy/policy.ts';
import { readWave, type Wave } from '../wave/record.ts';
import { readAnswer, slipOf, versionOf } from './answered.ts';
import { type Application, readApplication } from './application.ts';
import { readDrawn } from './drawn.ts';
import type { Explanation, OtherWave } from './explanation.ts';
import { readHeldAgainst, wavesReceived } from './held-against.ts';
import { nikSays } from './nik-says.ts';
import { findRecorded, type Recorded } from './recorded.ts';
import { rulingsOf } from './rulings.ts';
import { whereUnnumbered } from './unnumbered.ts';

/** Characters of `YYYY-MM-DD`. */
const DAY = 10;

export interface Explained {
  readonly explanation: Explanation;
  /** The wave's, which the words for it are taken from. */
  readonly policy: Policy;
}

/**
 * @throws GelombangError INPUT_REFUSED for an unknown wave and for a number that has no application in it; CONFLICT where
 * the wave is not published.
 */
export async function explain(
  database: Database,
  waveId: number,
  registrationNo: string,
): Promise<Explained> {
  const { sql } = database;
  const wave = await readWave(sql, waveId);
  const publishedAt = publicationOf(wave);
  const others = await readOtherWaves(sql, wave);
  const found = await findRecorded(sql, [waveId, ...others.keys()], registrationNo);
  const recorded = found.find((each) => each.wave === waveId);
  const elsewhere = found.filter((each) => each !== recorded);
  if (recorded === undefined) throw await notInWave(sql, wave, registrationNo, elsewhere);
  const { application, received, sought, version } = await readKept(database, wave, recorded, registrationNo);
  const answer = await readAnswer(sql, wave, application);
  const heldAgainst = await readHeldAgainst(sql, wave, { version, answer });
  const { policy, voided } = wave;
  const { born, sex } = application;
  const explanation: Explanation = {
    wave: waveId,
    registration_no: registrationNo,
    outcome: recorded.outcome,
    reasons: recorded.reasons,
    published_at: publishedAt,
    void: voided === null ? null : { at: voided.at, reason: voided.reason },
    policy: policy.name,
    policy_sha256: wave.policySha256,
    application: whereabouts(recorded, application),
    nik: nikSays({ nik: recorded.nik, born, sex }, publishedAt.slice(0, DAY), await loadRegionNames()),
    ...heldAgainst,
    rules: rulingsOf({
      ...{ policy, answer, wavesReceived: received, lists: heldAgainst.lists },
      ...sought,
      ...application,
      ...recorded,
    }),
    nik_warnings: application.nikWarnings,
    nik_slip: sought.slip,
    draw: await readDrawn(sql, wave, registrationNo, recorded, elsewhere),
    other_waves: elsewhere.flatMap((each) => otherWave(each, others.get(each.wave))),
  };
  return { explanation, policy };
}

/** What blocks hold of somebody. */
function readKept(database: Database, wave: Wave, recorded: Recorded, registrationNo: string) {
  return inTransaction(database, async (client) => {
    const application = await readApplication(client, wave, recorded.nik, registrationNo);
    return {
      application,
      received: await wavesReceived(client, wave, recorded.nik),
      sought: await slipOf(client, wave, recorded, application),
      version: await versionOf(client, wave, recorded),
    };
  });
}

function publicationOf({ id, state, publishedAt, voided }: Wave): string {
  if (publishedAt !== null) return publishedAt;
  const concerns = { wave: id };
  if (voided !== null) {
    throw new GelombangError('CONFLICT', `wave ${id} was voided before it was published: ${voided.reason}`, {
      concerns,
      next: `It has no outcomes to explain. What is known of it: gelombang wave status ${id}`,
    });
  }
  throw new GelombangError('CONFLICT', `wave ${id} is not published: there is no outcome to explain yet`, {
    concerns,
    next:
      state === 'open'
        ? `Close it first: gelombang wave close ${id}`
        : `See how far it is: gelombang wave status ${id}`,
  });
}

type Published = Pick<OtherWave, 'published_at' | 'void'>;

/** All that were published, those that were voided afterwards too. */
async function readOtherWaves(sql: Queryable, wave: Wave): Promise<ReadonlyMap<number, Published>> {
  const rows = await sql<{ id: number; publishedAt: string; void: boolean }[]>`
    select id, published_at as "publishedAt", state = 'void' as void from wave
    where published_at is not null and id <> ${wave.id} order by id`;
  return new Map(rows.map((row) => [row.id, { published_at: isoTime(row.publishedAt), void: row.void }]));
}

function otherWave({ wave, outcome, reasons }: Recorded, published: Published | undefined): OtherWave[] {
  return published === undefined ? [] : [{ wave, ...published, outcome, reasons }];
}

function whereabouts({ nik }: Recorded, { gave, file }: Application): Explanation['application'] {
  return { nik: maskIdentity(nik), joined_at: gave.joined_at, file, line: Number(gave.line) };
}

/** A number that is among the rejected rows is told so: it has no outcome, and what it has is faults. */
async function notInWave(
  sql: Queryable,
  { id }: Wave,
  registrationNo: string,
  elsewhere: readonly Recorded[],
): Promise<GelombangError> {
  const rows = await sql<{ file: string; line: number; column: string; code: string }[]>`
    select file.file_name as file, reject.line::float8 as line, reject.column_name as column, reject.code
    from import_file as file join reject on reject.import_id = file.id
    where file.wave_id = ${id} and upper(reject.registration_no) = upper(${registrationNo})
    order by file.id, reject.line, reject.position`;
  const faults = rows.map(({ file, line, column, code }) => ({
    where: `${file}:${line}${column === '' ? '' : `, column ${column}`}`,
    what: code,
  }));
  const refused = (message: string, next: string) =>
    new GelombangError('INPUT_REFUSED', message, { concerns: { wave: id }, faults, next });
  if (rows.length > 0) {
    return refused(
      `${registrationNo} is not in wave ${id}: its row was rejected and never became an application`,
      'The codes are explained in docs/formats.md. The data have to be put right and come in for another wave.',
    );
  }
  const last = elsewhere.at(-1)?.wave;
  const first =
    last === undefined
      ? 'Look at the number: it is the registration number, not the NIK.'
      : `The account did not join this wave. It was in another: gelombang explain ${last} ${registrationNo}`;
  const next = [first, ...(await whereUnnumbered(sql, id))].join('\n');
  return refused(`there is no application ${registrationNo} in wave ${id}`, next);
}
