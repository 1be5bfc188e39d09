/** What holds for an installation as a whole. */
import type { Command } from 'commander';
import type { People } from '../approval/people.ts';
import { howManyPeople } from './arguments.ts';
import { commandToSay, takesReason, type WithReason, withAudit } from './auditing.ts';
import { printResult, warn } from './output.ts';
import { type Session, withSession } from './session.ts';

interface Options extends WithReason {
  readonly json?: boolean;
}

export function addInstallation(program: Command, signal: AbortSignal): void {
  const installation = program
    .command('installation')
    .summary('how many people it takes where it matters')
    .description('Shows and sets what holds for the installation as a whole.')
    .addHelpText('after', '\nExample:\n  $ gelombang installation show');
  addShow(installation, signal);
  addPeople(installation, signal);
}

function addShow(installation: Command, signal: AbortSignal): void {
  installation
    .command('show')
    .summary('how many people it takes, and who is signed in')
    .description(
      'Shows how many people it takes where it matters, and by which login the database knows you.',
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang installation show')
    .action(async ({ json = false }: { json?: boolean }) => {
      const { loginOf } = await import('../approval/decide.ts');
      const { readPeople } = await import('../approval/people.ts');
      await withSession(signal, async ({ config, database }) => {
        const people = await readPeople(database.sql);
        const login = await loginOf(database.sql);
        printResult(json, { people, operator: config.operator, login }, () => [
          SAID[people],
          `operator        ${config.operator}`,
          `database login  ${login}`,
          ...(people === 'unset' ? ['', `Next: ${commandToSay(config)}`] : []),
        ]);
      });
    });
}

const SAID: Readonly<Record<People, string>> = {
  unset: 'One person decides alone, and nobody has said that it is to be so.',
  one: 'One person decides alone.',
  two: 'It takes two people where it matters.',
};

function addPeople(installation: Command, signal: AbortSignal): void {
  takesReason(installation.command('people'))
    .summary('say how many people it takes where it matters')
    .description(
      'Says how many people it takes for list release, list discard, review approve, wave close --with-unverified, wave void and ' +
        'export --unmasked. With two, one asks and another one approves, each with a login of the database of their own. It takes the ' +
        'login that owns the tables.',
    )
    .argument('<people>', 'one or two', howManyPeople)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang installation people two')
    .action(async (people: 'one' | 'two', { reason, json }: Options) => {
      const { hasSeveralLogins, setPeople } = await import('../approval/people.ts');
      const deed = { action: 'installation.people', subject: { people }, reason } as const;
      const work = async ({ config, database, log }: Session) => {
        const isShared = config.databaseUrl === undefined;
        await setPeople(database, { people, operator: config.operator, isShared }, log);
        if (people === 'two' && !(await hasSeveralLogins(database.sql)))
          warn('the database has one login: nobody can approve what it asks for before there is another');
        printResult(json === true, { people }, () => [SAID[people]]);
      };
      await withAudit(signal, deed, work, { as: 'owner' });
    });
}
