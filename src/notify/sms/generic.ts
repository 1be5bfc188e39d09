/** A gateway of JSON and a bearer token that keeps idempotency keys; docs/formats.md says how it is spoken to. */
import type { OutgoingNotice, Receipt } from '../port.ts';
import type { SmsSettings } from '../settings.ts';
import type { Api, Said } from './api.ts';
import {
  fieldsOf,
  type Refusal,
  reasonOf,
  referenceOf,
  refused,
  restOf,
  textOf,
  unknown,
} from './refusals.ts';

type Fields = Readonly<Record<string, unknown>>;

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
    receipt: (said, notice) => {
      const fields = fieldsOf(said.text);
      return said.status < 300 ? taken(said, fields, notice) : refused(said, refusalIn(fields), true);
    },
    account: {
      // By its body: a registration number is in no address.
      question: ({ id }) => ({ path: `${path}/status`, headers, body: JSON.stringify({ id }) }),
      receipt: (said, notice) => told(said, fieldsOf(said.text), notice),
    },
  };
}

/** A good status stands, whatever is behind it: it was taken. */
function taken(said: Said, fields: Fields, { id }: OutgoingNotice): Receipt {
  const reference = referenceOf(fields.reference) ?? referenceOf(fields.id);
  const named = reference === undefined || reference === id ? {} : { reference };
  if (fields.status === 'failed') return failed(said, fields);
  return { state: fields.status === 'delivered' ? 'delivered' : 'sent', ...named };
}

function told(said: Said, fields: Fields, notice: OutgoingNotice): Receipt {
  const { status, retryAfter } = said;
  // A server that does not know this address answers 404 as well: only one that names the notice has looked for it.
  if (status === 404 && fields.id === notice.id)
    return { state: 'created', reason: reasonOf(status, 'never seen'), ...restOf(retryAfter) };
  if (status !== 200) return unknown(status, 'does not say what became of it');
  if (fields.id !== undefined && fields.id !== notice.id && fields.reference === undefined)
    return unknown(status, 'speaks of another notice');
  switch (fields.status) {
    case 'accepted':
    case 'sent':
    case 'delivered':
    case 'failed':
      return taken(said, fields, notice);
    default:
      return unknown(status, 'does not know what became of it');
  }
}

function failed({ status }: Said, fields: Fields): Receipt {
  const { code, message } = refusalIn(fields);
  return { state: 'failed', reason: reasonOf(status, code, message ?? textOf(fields.reason)) };
}

/** `{code, message}`, at the top or as `error`, which may be the code alone. */
function refusalIn(fields: Fields): Refusal {
  const { error } = fields;
  const within = typeof error === 'object' && error !== null ? (error as Fields) : fields;
  return { code: textOf(within.code) ?? textOf(error), message: textOf(within.message) };
}
