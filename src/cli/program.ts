import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { projectRoot } from '../project-root.ts';
import { addAudit } from './audit.ts';
import { addDatabase } from './database.ts';
import { addDemo } from './demo.ts';
import { addDukcapilStub } from './dukcapil-stub.ts';
import { addExplain } from './explain.ts';
import { addExport } from './export.ts';
import { addImports } from './import.ts';
import { addInstallation } from './installation.ts';
import { addKeys } from './keys.ts';
import { addLists } from './list.ts';
import { addNoticesExport } from './notices-export.ts';
import { addNoticesListen } from './notices-listen.ts';
import { addNoticesPause, addNoticesResume } from './notices-pause.ts';
import { addNoticesPreview } from './notices-preview.ts';
import { addNoticesRelease } from './notices-release.ts';
import { addNoticesReport } from './notices-report.ts';
import { addNoticesResend } from './notices-resend.ts';
import { addNoticesStatus } from './notices-status.ts';
import { addNoticesTry } from './notices-try.ts';
import { addNoticesUnknown } from './notices-unknown.ts';
import { addPolicy } from './policy.ts';
import { addRegistry } from './registry.ts';
import { addRequests } from './request.ts';
import { addReviewApprove } from './review-approve.ts';
import { addReviewShow } from './review-show.ts';
import { addSimulate } from './simulate.ts';
import { usageError } from './usage.ts';
import { addVerify } from './verify.ts';
import { addWaveClose } from './wave-close.ts';
import { addWaveOpen } from './wave-open.ts';
import { addWaveResume } from './wave-resume.ts';
import { addWaveStatus } from './wave-status.ts';
import { addWaveVoid } from './wave-void.ts';
import { addWorker } from './worker.ts';

const AFTER_HELP = `
Examples:
  $ gelombang demo --applicants 10000
  $ gelombang wave open 17 --policy policy.yaml
  $ gelombang wave --help

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 unexpected, 2 wrong usage, 3 input refused,
4 conflict, 5 finished with unknowns left, 130 and 143 stopped by a signal.

Environment:
  DATABASE_URL           PostgreSQL 16 or newer; without it an embedded one is used. TLS by sslmode, sslrootcert,
                         sslcert and sslkey, as in libpq
  REDIS_URL              Redis 6.2 or newer, or Valkey; without it the queue is in PostgreSQL. TLS by rediss://
  REDIS_CA_FILE          the authority that signed its certificate, if Node does not bring it along
  REDIS_CERT_FILE, REDIS_KEY_FILE
                         what the program shows to it
  GELOMBANG_HOME         where the embedded database is, and notices are written to (.gelombang)
  GELOMBANG_KEY_FILE     another file for the key with which what is kept of people is sealed (GELOMBANG_HOME/key; with
                         DATABASE_URL one of its own in ~/.config/gelombang/keys)
  GELOMBANG_KEY          the key itself in place of a file: 64 hex digits, or 32 bytes in base64url
  GELOMBANG_NEXT_KEY     the key that takes its place: keys rotate
  GELOMBANG_NOTICES      another folder for notices
  SMTP_URL               a mail server that notices go out by, with MAIL_FROM; its other settings are in docs/commands.md
  NOTICE_TEMPLATES       a file of texts for notices (YAML), in place of the built-in ones
  NOTICE_CONTACT         whom to turn to for help, as it stands in notices
  GELOMBANG_FOLDERS      folders, with : between, that files are read from and written to; any if not set
  GELOMBANG_CONCURRENCY  threads, and so steps that are done side by side (one a processor, at most 8)
  GELOMBANG_OPERATOR     who gives the commands, for the record; the user of this machine if not set
  DRAND_URL              servers of the beacon drand, or none; those of the League of Entropy if not set
  DUKCAPIL_URL           Dukcapil's web service, of CALL_VERIFY_BY_ELEMEN; with the next three, or none of the four
  DUKCAPIL_USER_ID       the user there
  DUKCAPIL_PASSWORD      its password
  DUKCAPIL_IP_USER       the IP address that is registered there
  DUKCAPIL_CALLS_A_SECOND  calls of all processes together in any second, 1 to 10000 (10)
  DUKCAPIL_CALLS_AT_ONCE   calls under way at one time, 1 to 1000 (10); no less than calls a second × seconds of one
  DUKCAPIL_TIMEOUT       seconds for one call (10)
  DUKCAPIL_PATIENCE      seconds for which a service is tried that answers nobody (120)
  DUKCAPIL_DAY_BEGINS_AT, DUKCAPIL_OPENS_AT
                         when its quota and its hours begin, in Jakarta (00:00, 06:00)
  DUKCAPIL_CODES         what its codes mean where it is something else, such as 12=found 08=retry
  SMS_URL                a gateway for short messages, with SMS_TOKEN; its other settings are in docs/commands.md
  NOTICE_QUIET_HOURS     when nobody is written to, by the recipient's own clock (21:00-07:00), or none
  NOTICE_REPORTS_SECRET  with which gateways sign what they report of notices: notices listen
  NOTICE_REPORTS_URL     the address under which that is known outside
  GELOMBANG_PATIENCE     seconds that a database or queue is waited for that is lost in the middle of a run (300)
  LOG_LEVEL              trace, debug, info, warn, error, fatal or silent
  NO_COLOR               no colours`;

/** All commands. Errors of usage are thrown, never ended with `process.exit`. */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command('gelombang')
    .description(
      'Closes waves of applications: match, filter, draw, publish, notify; and everyone can recompute the draw.',
    )
    .version(version(), '-V, --version', 'print the version')
    .addHelpText('after', AFTER_HELP);
  addWave(program, signal);
  addNotices(program, signal);
  addPolicy(program);
  addReview(program, signal);
  addImports(program, signal);
  addLists(program, signal);
  addRegistry(program, signal);
  addKeys(program, signal);
  addExport(program, signal);
  addRequests(program, signal);
  addInstallation(program, signal);
  addAudit(program, signal);
  addVerify(program, signal);
  addSimulate(program, signal);
  addExplain(program, signal);
  addWorker(program, signal);
  addDatabase(program, signal);
  addDemo(program, signal);
  addDukcapilStub(program, signal);
  forAll(program, explainUsage);
  return program;
}

function addWave(program: Command, signal: AbortSignal): void {
  const wave = program
    .command('wave')
    .summary('open a wave, close it, see how far it is')
    .description('Opens and closes a wave, says how far it is.')
    .addHelpText('after', '\nExample:\n  $ gelombang wave status 17');
  addWaveOpen(wave, signal);
  addWaveClose(wave, signal);
  addWaveResume(wave, signal);
  addWaveStatus(wave, signal);
  addWaveVoid(wave, signal);
}

function addNotices(program: Command, signal: AbortSignal): void {
  const notices = program
    .command('notices')
    .summary('look at the notices of a wave, try them, send them, stop them, and see what became of them')
    .description(
      'Shows what the people of a wave are told, sends the notices that are held, stops them, says what became of them.',
    )
    .addHelpText('after', '\nExample:\n  $ gelombang notices status 17');
  addNoticesPreview(notices, signal);
  addNoticesTry(notices, signal);
  addNoticesRelease(notices, signal);
  addNoticesStatus(notices, signal);
  addNoticesPause(notices, signal);
  addNoticesResume(notices, signal);
  addNoticesUnknown(notices, signal);
  addNoticesResend(notices, signal);
  addNoticesExport(notices, signal);
  addNoticesReport(notices, signal);
  addNoticesListen(notices, signal);
}

function addReview(program: Command, signal: AbortSignal): void {
  const review = program
    .command('review')
    .summary("see whether a wave's draw looks like chance, and approve it where it does not")
    .description('Shows the review of a draw, and lets a wave be published although it raised an alarm.')
    .addHelpText('after', '\nExample:\n  $ gelombang review show 17');
  addReviewShow(review, signal);
  addReviewApprove(review, signal);
}

/** Commander's own words are not printed but thrown, in ours. */
function explainUsage(command: Command): void {
  command
    .helpCommand(false)
    .helpOption('-h, --help', 'print this help')
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(false)
    .exitOverride((error) => {
      throw usageError(command, error) ?? error;
    });
}

function forAll(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) forAll(child, change);
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
