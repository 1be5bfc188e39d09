/**
 * Twilio's API of 2010-04-01, and of whoever has taken it over. It keeps no idempotency keys, and messages cannot be asked for by
 * an id of ours: what was cut off stays unknown.
 */

import type { Receipt } from '../port.ts';
import { TWILIO_REPORTS } from '../reports/environment.ts';
import type { SmsSettings } from '../settings.ts';
import type { Answer, Api } from './api.ts';
import { notAnswered, objectOf, reasonOf, referenceOf, refused, textOf } from './refusals.ts';

/** Of the account or of the number that messages come from: nobody's message would be taken, and an operator has to mend it. */
const OF_THE_ACCOUNT = [
  '20404',
  '21212',
  '21408',
  '21603',
  '21606',
  '21609',
  '21659',
  '21660',
  '21703',
  '21704',
  '21705',
];
/** The number has more messages waiting than it may. */
const QUEUE_IS_FULL = '21611';
/** Seconds. */
const REST = 60;

export function twilioApi({ url, token, account = '', from = '', reportsUrl }: SmsSettings): Api {
  const path = `${new URL(url).pathname.replace(/\/$/, '')}/2010-04-01/Accounts/${account}/Messages.json`;
  const headers = {
    authorization: `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  const sender = /^MG[0-9a-f]{32}$/i.test(from) ? { MessagingServiceSid: from } : { From: from };
  const callback = reportsUrl === undefined ? {} : { StatusCallback: `${reportsUrl}${TWILIO_REPORTS}` };
  return {
    message: ({ body: text }, to) => {
      const body = new URLSearchParams({ To: to, ...sender, Body: text, ...callback }).toString();
      return { path, headers, body };
    },
    receipt,
  };
}

function receipt(answer: Answer): Receipt {
  const { status } = answer;
  const fields = objectOf(answer.text) ?? {};
  if (status < 300) {
    const reference = referenceOf(fields.sid);
    return reference === undefined ? notAnswered(answer) : { state: 'sent', reference };
  }
  const refusal = { code: textOf(fields.code), message: textOf(fields.message) };
  const { code = '', message } = refusal;
  const isRefused = status >= 400 && status < 500;
  if (isRefused && OF_THE_ACCOUNT.includes(code))
    return { state: 'created', reason: reasonOf(status, code, message), isDown: true };
  if (isRefused && code === QUEUE_IS_FULL)
    return { state: 'created', reason: reasonOf(status, code, message), after: REST };
  return refused(answer, refusal, false);
}
