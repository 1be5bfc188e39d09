/** Who may report on notices over the network, as it stands in the environment. */
import { type Environment, isPlainAddress, isText } from '../../environment.ts';

/** Where reports are taken, below the address under which the listener is known outside. */
export const GENERIC_REPORTS = '/reports/generic';
export const TWILIO_REPORTS = '/reports/twilio';

const SHORTEST_SECRET = 16;

export interface ReportSettings {
  /** With which the generic reports are signed; undefined: none are taken. */
  readonly secret: string | undefined;
  /** As it is known outside, without a slash at its end: `https://notices.example.go.id`. */
  readonly url: string | undefined;
  /** With which Twilio signs; undefined: none of its reports are taken. */
  readonly twilioToken: string | undefined;
}

export function readReports(environment: Environment): ReportSettings {
  const secret = environment.checked(
    'NOTICE_REPORTS_SECRET',
    `text of ${SHORTEST_SECRET} characters or more without control characters, and no blank at its ends`,
    (text) => isText(text) && text.length >= SHORTEST_SECRET,
  );
  environment.checked(
    'NOTICE_REPORTS_URL',
    'an address that begins with https:// or http://, without a user, a query or a fragment',
    isPlainAddress,
  );
  const isTwilio = environment.text('SMS_PROVIDER') === 'twilio';
  return {
    secret,
    url: readReportsUrl(environment),
    twilioToken: isTwilio ? environment.text('SMS_TOKEN') : undefined,
  };
}

/** The same address, for providers that are told it with each message; a fault of it is for `readReports` to tell. */
export function readReportsUrl(environment: Environment): string | undefined {
  const url = environment.text('NOTICE_REPORTS_URL');
  return url !== undefined && isPlainAddress(url) ? url.replace(/\/+$/, '') : undefined;
}
