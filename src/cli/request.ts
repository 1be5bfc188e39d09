/** What one person has asked for, and the word of another one. */
import type { Command } from 'commander';
import type { Given } from '../approval/given.ts';
import { commandOf } from '../approval/matter.ts';
import type { ApprovalRequest } from '../approval/request.ts';
import { requestNumber } from './arguments.ts';
import { withAudit } from './auditing.ts';
import { printResult } from './output.ts';
import { requestDetails } from './request-lines.ts';
import { withSession } from './session.ts';
import { nextLine } from './words.ts';

interface Options {
  readonly reason?: string;
  readonly json?: boolean;
}

export function addRequests(program: Command, signal: AbortSignal): void {
  const request = program
    .command('request')
    .summary('see what others have asked for, approve or refuse it')
    .description('Shows what waits for a second person, and takes their word.')
    .addHelpText('after', '\nExample:\n  $ gelombang request list');
  addList(request, signal);
  addApprove(request, signal);
  addRefuse(request, signal);
}

function addList(request: Command, signal: AbortSignal): void {
  request
    .command('list')
    .summary('what was asked for, by whom, and what became of it')
    .description('Shows the requests that wait for a second person, or were approved and are not done yet.')
    .option('--all', 'those too that were refused, or are done')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang request list --all')
    .action(async ({ all = false, json = false }: { all?: boolean; json?: boolean }) => {
      const { readRequests } = await import('../approval/request.ts');
      await withSession(signal, async ({ database }) => {
        const requests = await readRequests(database.sql, { all });
        printResult(json, { requests }, () => listLines(requests));
      });
    });
}

function listLines(requests: readonly ApprovalRequest[]): string[] {
  if (requests.length === 0) return ['No request waits.'];
  const [open] = requests.filter(({ state }) => state === 'open');
  const next =
    open === undefined
      ? []
      : ['', nextLine(`gelombang request approve ${open.request}`, 'by another person')];
  return [...requests.flatMap(requestDetails), ...next];
}

function addApprove(request: Command, signal: AbortSignal): void {
  request
    .command('approve')
    .summary('approve what another person has asked for')
    .description(
      'Approves what another person has asked for: they give their command again then, and it goes through, once. It takes ' +
        'another operator than the one who asked, and another login of the database. It is not taken back.',
    )
    .argument('<request>', 'number of the request', requestNumber)
    .option('--reason <text>', 'why; it is kept with the request')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', "\nExample:\n  $ gelombang request approve 3 --reason 'seen the list of BKN'")
    .action((number: number, options: Options) => decide(number, 'approved', options, signal));
}

function addRefuse(request: Command, signal: AbortSignal): void {
  request
    .command('refuse')
    .summary('refuse what another person has asked for')
    .description(
      'Refuses what another person has asked for. It is not taken back; they can ask anew, which is another request.',
    )
    .argument('<request>', 'number of the request', requestNumber)
    .requiredOption('--reason <text>', 'why; it is kept with the request')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      "\nExample:\n  $ gelombang request refuse 3 --reason 'the list is the one of March'",
    )
    .action((number: number, options: Options) => decide(number, 'refused', options, signal));
}

async function decide(
  request: number,
  decision: 'approved' | 'refused',
  { reason, json }: Options,
  signal: AbortSignal,
): Promise<void> {
  const { decideOnRequest } = await import('../approval/decide.ts');
  const { givenWith } = await import('../approval/given.ts');
  const action = decision === 'approved' ? 'request.approve' : 'request.refuse';
  await withAudit(signal, { action, subject: { request }, reason }, async (session, tell) => {
    const { config, database, log } = session;
    const verdict = { request, decision, operator: config.operator, reason: reason ?? null };
    const decided = await decideOnRequest(database, verdict, log);
    tell({ asked: decided.action, ...decided.subject });
    const given = await givenWith(database.sql, decided);
    printResult(json === true, decided, () => decidedLines(decided, given));
  });
}

function decidedLines(decided: ApprovalRequest, given: Given | undefined): string[] {
  const { request, asked_by, state } = decided;
  return [
    `Request ${request} is ${state}.`,
    '',
    state === 'approved'
      ? nextLine(
          commandOf(decided, (given ?? decided).reason, given?.subject),
          `by ${asked_by}, as it was asked`,
        )
      : nextLine('gelombang request list --all'),
  ];
}
