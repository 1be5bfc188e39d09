/** How notices leave, as it stands in the environment. */
import type { Environment } from '../environment.ts';
import { readEmail } from './email/environment.ts';
import type { NoticeSettings, QuietHours } from './settings.ts';
import { readSms } from './sms/environment.ts';
import { readTexts } from './texts/environment.ts';

const USUAL: QuietHours = { from: 21 * 60, to: 7 * 60 };
const NONE = 'none';
const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** @param folder Absolute. Where notices are written that no gateway takes. */
export function readNotices(environment: Environment, folder: string): NoticeSettings {
  return {
    folder,
    email: readEmail(environment),
    sms: readSms(environment),
    quietHours: readQuietHours(environment),
    ...readTexts(environment),
  };
}

function readQuietHours(environment: Environment): QuietHours | undefined {
  const text = environment.checked(
    'NOTICE_QUIET_HOURS',
    "hours such as 21:00-07:00, by the recipient's own clock, or none",
    (given) => given === NONE || (HOURS.test(given) && given.slice(0, 5) !== given.slice(6)),
  );
  if (text === undefined) return USUAL;
  const [, ...parts] = HOURS.exec(text) ?? [];
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = parts.map(Number);
  return text === NONE ? undefined : { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute };
}

/** Over which channels the notices of a wave go that is closed with these settings, and to whom. */
export function channelsBy({ email, sms }: NoticeSettings) {
  const byEmail = email === undefined ? [] : [{ channel: 'email', readers: 'all' } as const];
  const bySms = sms === undefined ? [] : [{ channel: 'sms', readers: sms.readers } as const];
  const channels = [...byEmail, ...bySms];
  return channels.length === 0 ? [{ channel: 'file', readers: 'all' } as const] : channels;
}
