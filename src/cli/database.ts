/** The database: what it is and who may what in it, its tables, its logins. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { Database } from '../db/database.ts';
import type { Provinces } from '../db/logins.ts';
import type { RoleName } from '../db/roles.ts';
import { GelombangError } from '../errors.ts';
import { databaseRole, loginName, provinces as provinceCodes } from './arguments.ts';
import { auditedBy, type WithReason } from './auditing.ts';
import { loginLines, migratedLines, statusLines } from './database-lines.ts';
import { printResult } from './output.ts';
import { type Session, withSession } from './session.ts';

interface Options {
  readonly json?: boolean;
}

interface LoginOptions extends Options, WithReason {
  readonly role: RoleName;
  readonly region?: Provinces;
  readonly passwordFile?: string;
}

const PASSWORD_BYTES = 24;
const SHORTEST_PASSWORD = 16;
const LONGEST_PASSWORD_FILE = 4_096;

export function addDatabase(program: Command, signal: AbortSignal): void {
  const database = program
    .command('database')
    .summary('see who may what in the database, bring its tables up to date, make logins')
    .description(
      'Shows what the database is and who may what in it, brings its tables up to date, makes logins.',
    )
    .addHelpText('after', '\nExample:\n  $ gelombang database status');
  addStatus(database, signal);
  addMigrate(database, signal);
  addLogin(database, signal);
}

function addStatus(database: Command, signal: AbortSignal): void {
  database
    .command('status')
    .summary('version, tables, TLS, and what the program may more than it needs')
    .description(
      'Shows which PostgreSQL it is, whether its tables are up to date, whether it is talked to over TLS, as whom the ' +
        'program signs in and what it may more than it needs, and which logins there are. Nothing is changed.',
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang database status')
    .action(async (options: Options) => {
      const { readStatus } = await import('../db/status.ts');
      await withSession(
        signal,
        async (session) => {
          const status = await readStatus(session.database);
          printResult(options.json === true, status, () => statusLines(status));
        },
        { as: 'looking' },
      );
    });
}

function addMigrate(database: Command, signal: AbortSignal): void {
  database
    .command('migrate')
    .summary('bring tables and roles up to date, as whoever owns them')
    .description(
      'Brings the tables up to date, and settles anew what each role may. For whoever owns the tables; other commands do it ' +
        'by themselves where their login may. Nobody gets into the database any more but its owner and who was given a login.',
    )
    .option('--reason <text>', 'why, for the audit log')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ DATABASE_URL=postgres://owner@… gelombang database migrate')
    .action(async (options: Options & WithReason) => {
      const migrate = async (session: Session) => {
        const { bringUpToDateAudited } = await import('../upkeep.ts');
        const by = () => auditedBy(session);
        const migrated = await bringUpToDateAudited(session.database, by, options.reason);
        printResult(options.json === true, migrated, () => migratedLines(migrated));
      };
      await withSession(signal, migrate, { as: 'owner' });
    });
}

function addLogin(database: Command, signal: AbortSignal): void {
  database
    .command('login')
    .summary('make a login for the program, an analyst or an auditor')
    .description(
      'Makes a login that may what its role may and no more, and prints its password, once. One that was made here gets ' +
        'another password, and other provinces where they are given. A new reader is shown the provinces that are given.',
    )
    .argument('<name>', 'name of the login', loginName)
    .requiredOption('--role <role>', 'worker (the program), reader (analysts) or auditor', databaseRole)
    .option(
      '--region <code>',
      'a province that a reader is shown, such as 31, once each; or all',
      provinceCodes,
    )
    .option('--password-file <file>', 'the password, in a file; it is made if not given')
    .option('--reason <text>', 'why, for the audit log')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang database login jakarta --role reader --region 31')
    .action(async (name: string, options: LoginOptions) => {
      refuseRegions(options);
      const given = await passwordIn(options.passwordFile);
      const make = (session: Session) => makeAudited(session, name, options, given);
      await withSession(signal, make, { as: 'owner' });
    });
}

/** The tables first: the audit log is one of them. */
async function makeAudited(
  session: Session,
  name: string,
  options: LoginOptions,
  given: string | undefined,
): Promise<void> {
  const { audited } = await import('../audit/audited.ts');
  const { database } = session;
  const { bringUpToDate } = await import('../upkeep.ts');
  await bringUpToDate(database);
  const { role, region: provinces, reason } = options;
  const act = { action: 'database.login', subject: { login: name, role, provinces }, reason } as const;
  await audited(await auditedBy(session), act, () => makeNewLogin(database, name, options, given));
}

async function makeNewLogin(
  database: Database,
  name: string,
  { role, region: provinces, json }: LoginOptions,
  given: string | undefined,
): Promise<void> {
  const { makeLogin } = await import('../db/logins.ts');
  const password = given ?? randomBytes(PASSWORD_BYTES).toString('base64url');
  const made = await makeLogin(database.sql, { name, role, password, provinces });
  const shown = given === undefined ? password : null;
  const document = {
    login: name,
    role,
    provinces: made.provinces,
    is_new: made.isNew,
    password: shown,
  };
  printResult(json === true, document, () => loginLines(document));
}

function refuseRegions({ role, region }: LoginOptions): void {
  if (role === 'reader' || region === undefined) return;
  throw new GelombangError(
    'USAGE',
    `--region is for readers: ${role} is shown no person's data by province`,
    {
      next: 'Leave it out, or give --role reader.',
    },
  );
}

/** Its first line. */
async function passwordIn(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const { readSmallFile } = await import('../files/reading.ts');
  const text = (await readSmallFile(path, LONGEST_PASSWORD_FILE)).toString('utf8');
  const [password = ''] = text.split(/\r?\n/, 1);
  if (password.length >= SHORTEST_PASSWORD && /^[\x21-\x7e]+$/.test(password)) return password;
  throw new GelombangError('INPUT_REFUSED', `${path} holds no password that can be used`, {
    next: `Put at least ${SHORTEST_PASSWORD} characters of ASCII without blanks into its first line.`,
  });
}
