/** A gateway of JSON and a bearer token that keeps idempotency keys; docs/formats.md says how it is spoken to. */
import type { OutgoingNotice, Receipt } from '../port.ts';
import type { SmsSettings } from '../settings.ts';
import type { Answer, Api } from './api.ts';
import {
  type Fields,
  notAnswered,
  objectOf,
  type Refusal,
  reasonOf,
  referenceOf,
  refused,
  restOf,
  textOf,
  unknown,
} from './refusals.ts';

/** Statuses of a message that ends without its having gone out. */
const FAILED = ['failed', 'rejected', 'error'];

/** Codes that are of the account: nobody's message would be taken, and an operator has to mend it. */
const OF_THE_ACCOUNT = [
  ...['401', '402', '403', '407', 'UNAUTHORIZED', 'FORBIDDEN', 'INVALID_TOKEN', 'PAYMENT_REQUIRED'],
  ...['NO_CREDIT', 'INSUFFICIENT_CREDIT', 'INSUFFICIENT_BALANCE', 'QUOTA_EXCEEDED'],
  ...['ACCOUNT_SUSPENDED', 'ACCOUNT_DISABLED'],
];

export function genericApi({ url, token, from }: SmsSettings): Api {
  const { pathname } = new URL(url);
  const path = pathname.replace(/\/$/, '');
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  return {
    message: ({ id, body: text }, to) => ({
      path: pathname,
      headers: { ...headers, 'idempotency-key': id },
      body: JSON.stringify({ id, to, from, text }),
    }),
    receipt: (answer, notice) => {
      const fields = objectOf(answer.text);
      if (answer.status >= 300) return refused(answer, refusalIn(fields ?? {}), true);
      return fields === undefined ? notAnswered(answer) : taken(answer, fields, notice);
    },
    account: {
      // By its body: a registration number is in no address.
      question: ({ id }) => ({ path: `${path}/status`, headers, body: JSON.stringify({ id }) }),
      receipt: (answer, notice) => told(answer, objectOf(answer.text) ?? {}, notice),
    },
  };
}

/** A good status is half of it: some say within what went wrong. */
function taken({ status }: Answer, fields: Fields, notice: OutgoingNotice): Receipt {
  if (!isError(fields.error) && !FAILED.includes(statusIn(fields))) return accepted(fields, notice);
  const refusal = refusalIn(fields);
  if (!isOfTheAccount(refusal)) return failed(status, fields);
  // None of its words: they may name the token.
  const reason = reasonOf(status, refusal.code, 'is of the account: look at its credit and SMS_TOKEN');
  return { state: 'created', reason, isDown: true };
}

function accepted(fields: Fields, { id }: OutgoingNotice): Receipt {
  const reference = referenceOf(fields.reference) ?? referenceOf(fields.id);
  const named = reference === undefined || reference === id ? {} : { reference };
  return { state: statusIn(fields) === 'delivered' ? 'delivered' : 'sent', ...named };
}

function told(answer: Answer, fields: Fields, notice: OutgoingNotice): Receipt {
  const { status, retryAfter } = answer;
  // A server that does not know this address answers 404 as well: only one that names the notice has looked for it.
  if (status === 404 && fields.id === notice.id)
    return { state: 'created', reason: reasonOf(status, 'never seen'), ...restOf(retryAfter) };
  if (status !== 200) return unknown(status, 'does not say what became of it');
  if (fields.id !== undefined && fields.id !== notice.id && fields.reference === undefined)
    return unknown(status, 'speaks of another notice');
  switch (statusIn(fields)) {
    case 'accepted':
    case 'sent':
    case 'delivered':
      return accepted(fields, notice);
    case 'failed':
    case 'rejected':
      return failed(status, fields);
    // `error` may be of the question.
    default:
      return unknown(status, 'does not know what became of it');
  }
}

function failed(status: number, fields: Fields): Receipt {
  const { code, message } = refusalIn(fields);
  return { state: 'failed', reason: reasonOf(status, code, message ?? textOf(fields.reason)) };
}

function statusIn({ status }: Fields): string {
  return textOf(status)?.toLowerCase() ?? '';
}

/** Many name the field where there is none. */
function isError(error: unknown): boolean {
  if (typeof error === 'object' && error !== null) return Object.keys(error).length > 0;
  return Boolean(error);
}

/** @param code As it was written: `Insufficient balance` is `INSUFFICIENT_BALANCE`. */
function isOfTheAccount({ code = '' }: Refusal): boolean {
  return OF_THE_ACCOUNT.includes(code.toUpperCase().replace(/[\s-]+/g, '_'));
}

/** `{code, message}`, at the top or as `error`, which may be the code alone. */
function refusalIn(fields: Fields): Refusal {
  const { error } = fields;
  const within = typeof error === 'object' && error !== null ? (error as Fields) : fields;
  return { code: textOf(within.code) ?? textOf(error), message: textOf(within.message) };
}
