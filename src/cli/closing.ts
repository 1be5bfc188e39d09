/** Closes, resumptions and releases of notices: what each asks for, and what has to be said of it. */
import type { Transaction } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { channelsBy } from '../notify/environment.ts';
import { enterResend, type Resending } from '../notify/manage.ts';
import { matchSourceOf } from '../policy/policy.ts';
import { type ChannelOfWave, readChannels } from '../wave/channels.ts';
import { beginClose, type CloseRequest } from '../wave/close.ts';
import { closeCommand } from '../wave/close-command.ts';
import { takeLead } from '../wave/leader.ts';
import { byChannels, refuseUnset } from '../wave/other-channels.ts';
import { readWave, type Wave } from '../wave/record.ts';
import { beginRelease } from '../wave/release.ts';
import type { WaveStatus } from '../wave/status.ts';
import { beaconFetched } from './beacon.ts';
import { seeThrough } from './leading.ts';
import { warn } from './output.ts';
import type { Session } from './session.ts';
import { moment } from './words.ts';

/** Of a close, and whether it stays while the registry is not to be called. */
export type ClosingRequest = CloseRequest & { readonly waits: boolean };

/** What a resumption may say otherwise than the close did. */
export type ResumeRequest = Pick<ClosingRequest, 'waveId' | 'beacon' | 'holdNotices' | 'waits'>;

/**
 * From the close of the wave to its last notice; to its publication where the notices are held, to the draw where the
 * beacon is not there yet, and to the review where an operator has to say whether it is published.
 */
export async function closeWave(session: Session, request: ClosingRequest): Promise<WaveStatus> {
  const status = await closeOnce(session, request);
  const beacon = await beaconFetched(session, status);
  return beacon === undefined ? status : closeOnce(session, { ...request, beacon });
}

async function closeOnce(session: Session, { waits, ...request }: ClosingRequest): Promise<WaveStatus> {
  const { waveId, holdNotices } = request;
  const begin = async (leader: string) => {
    const before = await readWave(session.database.sql, waveId);
    const channelsBefore = await readChannels(session.database.sql, waveId);
    const channels = channelsBy(session.config.notices);
    const led = await beginClose(
      session.database,
      {
        ...{ ...request, leader, canCall: session.config.dukcapil !== undefined },
        channels,
      },
      session.log,
    );
    warnOf(before, request);
    warnOfChannels(before, channelsBefore, channels);
    const after = await readWave(session.database.sql, waveId);
    warnOfHouseholds(after);
    warnOfPlainText(session, after);
    return led;
  };
  return seeThrough(session, { waveId, begin, goOn: closeCommand(waveId, holdNotices), waits });
}

/** Goes on with a close that was begun: its notices as they were to be, and no answer left out that was not before. */
export async function resumeWave(session: Session, request: ResumeRequest): Promise<WaveStatus> {
  const wave = await readWave(session.database.sql, request.waveId);
  refuseOpen(wave);
  const { noticesHeld, unverifiedBy } = wave;
  return closeWave(session, {
    ...{ entropy: undefined, withoutUnfinished: false, empty: true },
    ...request,
    holdNotices: request.holdNotices || noticesHeld,
    unverifiedBy: unverifiedBy ?? undefined,
  });
}

/** From the word that the notices of a wave may go to the last of them. */
export async function releaseNotices(
  session: Session,
  waveId: number,
  changesChannels: boolean,
): Promise<WaveStatus> {
  const channels = channelsBy(session.config.notices);
  const begin = (leader: string) =>
    beginRelease(session.database, waveId, session.log, { leader, channels, changesChannels });
  const goOn = `gelombang notices release ${waveId}`;
  return seeThrough(session, { waveId, begin, goOn, stages: ['notify'] });
}

/** From the word that notices are to be sent again to the last of them. */
export async function resendNotices(session: Session, resending: Resending): Promise<WaveStatus> {
  const { waveId } = resending;
  const { database, config, log } = session;
  const channels = channelsBy(config.notices);
  const enter = async (sql: Transaction) => {
    const entered = await enterResend(sql, resending);
    await refuseUnset(sql, waveId, channels);
    return entered;
  };
  // Given again after a loss, there is nothing left to put back: it goes on as a release does.
  let isBack = false;
  const begin = async (leader: string) => {
    const led = isBack
      ? await beginRelease(database, waveId, log, { leader, channels })
      : await takeLead(database, waveId, enter, leader);
    isBack = true;
    return led;
  };
  return seeThrough(session, {
    waveId,
    begin,
    goOn: `gelombang notices release ${waveId}`,
    stages: ['notify'],
  });
}

function refuseOpen({ id, state }: Wave): void {
  if (state !== 'open') return;
  throw new GelombangError('CONFLICT', `wave ${id} is open: there is no run that could be resumed`, {
    concerns: { wave: id },
    next: `Close it with: ${closeCommand(id, false)}`,
  });
}

/** Of a close that is sooner than it was planned, and of one that takes back what was said before. */
function warnOf(
  { state, closesAt, noticesHeld, unverifiedBy, frozenAt }: Wave,
  { waveId, holdNotices, unverifiedBy: word }: CloseRequest,
): void {
  if (state === 'open' && closesAt !== null && Date.parse(closesAt) > Date.now())
    warn(`wave ${waveId} was to stay open until ${moment(closesAt)}; it is closed now`);
  if (state === 'closing' && noticesHeld && holdNotices !== true)
    warn(`the notices of wave ${waveId} were to be held; without --hold-notices they are sent`);
  if (state === 'closing' && frozenAt === null && unverifiedBy !== null && word === undefined)
    warn(`wave ${waveId} was to go on without all answers; without --with-unverified it waits for them`);
}

/** The latest close counts until the wave is published. */
function warnOfChannels(
  { id, state }: Wave,
  before: readonly ChannelOfWave[],
  now: readonly ChannelOfWave[],
): void {
  if (state !== 'closing' || before.length === 0 || byChannels(before) === byChannels(now)) return;
  warn(
    `the notices of wave ${id} were to go ${byChannels(before)}; by what is set here they go ${byChannels(now)}`,
  );
}

/** A password that anybody on the way can read. */
function warnOfPlainText({ config: { dukcapil } }: Session, { state, policy }: Wave): void {
  if (dukcapil === undefined || state !== 'closing' || matchSourceOf(policy) !== 'dukcapil') return;
  const { protocol, hostname } = new URL(dukcapil.url);
  if (protocol === 'https:' || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) return;
  warn(
    'DUKCAPIL_URL is not https: the password and the people who are asked about go over the network in clear text',
  );
}

/** Where the registry compares, and gives nothing away, and there is no copy of it. */
function warnOfHouseholds({ id, state, policy, snapshotId, lastRecipient }: Wave): void {
  if (state !== 'closing' || matchSourceOf(policy) !== 'dukcapil' || snapshotId !== null || !lastRecipient)
    return;
  warn(
    `wave ${id} has no registry snapshot: a past recipient who has moved since counts for the household of then, ` +
      'unless they apply again',
  );
}
