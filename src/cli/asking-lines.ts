/** How far the questions to the registry are, in words. */
import { GelombangError } from '../errors.ts';
import type { Asking } from '../wave/asking.ts';
import type { WaveStatus } from '../wave/status.ts';
import { amount, counted, moment } from './words.ts';

export function answeredLine({ answered, questions, reused }: Asking): string {
  const before = reused === 0 ? '' : `, ${amount(reused)} of them before`;
  return `The registry has answered ${amount(answered)} of ${counted(questions, 'question')}${before}.`;
}

/** Beside the bar: what has been answered, how quickly, and for how long the service will still answer. */
export function askingDetail(asking: Asking): string {
  const { answered, questions, rate, calls_left, paused_until, paused_for } = asking;
  const of = `${amount(answered)} of ${amount(questions)} answered`;
  if (paused_until !== null) return `${of}, paused until ${moment(paused_until)}: ${paused_for}`;
  const pace = rate === null ? [] : [`${amount(Math.round(rate))} a second`];
  const left = calls_left === null ? [] : [`${amount(calls_left)} calls left today`];
  return [of, ...pace, ...left].join(', ');
}

/** For the status of a wave. */
export function askingLines(asking: Asking, beacon: WaveStatus['beacon']): string[] {
  const { calls_left, calls_left_at, quota_suffices, rate, expected_end, not_asked, failed } = asking;
  const { paused_until, paused_for, ended_for } = asking;
  const enough = quota_suffices === true ? 'enough for what is left' : 'not enough for what is left';
  return [
    answeredLine(asking),
    ...(not_asked === 0 ? [] : [`  ${counted(not_asked, 'NIK')} not asked for: the digits are no person's`]),
    ...(failed === 0 ? [] : [`  ${counted(failed, 'call')} brought no answer, and were tried again`]),
    ...(calls_left === null || calls_left_at === null
      ? []
      : [`  ${counted(calls_left, 'call')} left today, by ${moment(calls_left_at)}: ${enough}`]),
    ...(expected_end === null || rate === null
      ? []
      : [`  ${amount(Math.round(rate))} a second: through by ${moment(expected_end)}`]),
    ...(beacon === null || expected_end === null || expected_end < beacon.time
      ? []
      : [`  ! that is after round ${beacon.round} of the beacon: a pool that is frozen then is refused`]),
    ...(paused_until === null ? [] : [`  paused until ${moment(paused_until)}: ${paused_for}`]),
    ...(ended_for === null ? [] : [`  ended: ${ended_for}`]),
  ];
}

/** What to say of a wave that is not decided yet, since the registry has not answered about everybody. */
export function waitsForRegistry(
  { wave, state, held, progress: { asking } }: WaveStatus,
  goOn: string,
): GelombangError | undefined {
  if (asking === null || state !== 'closing') return undefined;
  const { questions, answered, paused_until, paused_for, ended_for } = asking;
  const left = `${amount(questions - answered)} of ${counted(questions, 'question')} to the registry`;
  const concerns = { wave };
  const anyway = `To publish without these answers: ${goOn} --with-unverified`;
  if (held === 'registry') {
    return new GelombangError(
      'UNKNOWNS_LEFT',
      `wave ${wave} waits for ${left}${ended_for === null ? '' : `: ${ended_for}`}`,
      { concerns, next: `When that is mended: ${goOn}\n${anyway}` },
    );
  }
  if (paused_until === null) return undefined;
  return new GelombangError(
    'UNKNOWNS_LEFT',
    `wave ${wave} waits for ${left}, paused until ${moment(paused_until)}: ${paused_for}`,
    { concerns, next: `A worker goes on then by itself: gelombang worker\nWithout one: ${goOn}\n${anyway}` },
  );
}
