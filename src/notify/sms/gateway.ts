/** Sends notices as short messages over HTTP: one notice is one request, whatever becomes of it. */
import type { Gateway, OutgoingNotice, Receipt } from '../port.ts';
import type { SmsProvider, SmsSettings } from '../settings.ts';
import type { Answer, Api } from './api.ts';
import { type Brought, Calls } from './calls.ts';
import { genericApi } from './generic.ts';
import { e164 } from './phone.ts';
import { twilioApi } from './twilio.ts';

const APIS: Readonly<Record<SmsProvider, (settings: SmsSettings) => Api>> = {
  generic: genericApi,
  twilio: twilioApi,
};

/** Milliseconds that a question may wait for a connection after the signal. */
const LAST_WORD = 1_000;

/** Nothing is connected to before the first notice. */
export function openSmsGateway(settings: SmsSettings): Gateway {
  const api = APIS[settings.provider](settings);
  const { connections, rate } = settings;
  const { account } = api;
  const calls = new Calls(settings);
  const gateway: Gateway = {
    channel: 'sms',
    connections,
    rate,
    send: async (notice, signal) => {
      const to = e164(notice.phone);
      if (to === undefined) return { state: 'failed', reason: noNumber(notice) };
      const brought = await calls.make(api.message(notice, to), signal);
      return receiptFrom(brought, (answer) => api.receipt(answer, notice));
    },
    close: () => calls.close(),
  };
  if (account === undefined) return gateway;
  return {
    ...gateway,
    ask: async (notice, signal) => {
      // Whoever stops wants to know it above all.
      const until = signal.aborted ? AbortSignal.timeout(LAST_WORD) : signal;
      const brought = await calls.make(account.question(notice), until);
      return brought.kind === 'nothing' ? undefined : account.receipt(brought.answer, notice);
    },
  };
}

function noNumber({ phone }: OutgoingNotice): string {
  return phone.trim() === '' ? 'NO_NUMBER none was given' : 'INVALID_NUMBER no mobile number of Indonesia';
}

function receiptFrom(brought: Brought, read: (answer: Answer) => Receipt): Receipt {
  if (brought.kind === 'answer') return read(brought.answer);
  const { why: reason, isBegun, isDown, isStopped } = brought;
  if (isBegun) return { state: 'unknown', reason };
  if (isStopped) return { state: 'created', reason, isStopped };
  return isDown ? { state: 'created', reason, isDown } : { state: 'created', reason };
}
