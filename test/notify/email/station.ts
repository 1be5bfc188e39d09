/** A server of e-mail and a gateway to it. */
import { openEmailGateway } from '../../../src/notify/email/gateway.ts';
import type { Gateway, OutgoingNotice, Receipt } from '../../../src/notify/port.ts';
import type { EmailSettings } from '../../../src/notify/settings.ts';
import { afterTest } from '../../support/ends.ts';
import { type Behaviour, type ScriptedSmtp, type SmtpOptions, startSmtp } from '../../support/smtp.ts';

const SETTINGS: EmailSettings = {
  url: 'smtp://127.0.0.1:1',
  from: 'Kartu Prakerja <info@prakerja.example>',
  replyTo: undefined,
  unsubscribe: undefined,
  dkim: undefined,
  ca: undefined,
  connections: 2,
  rate: undefined,
  timeout: 2_000,
};

export const NEVER = new AbortController().signal;

export function noticeOf(more: Partial<OutgoingNotice> = {}): OutgoingNotice {
  return {
    id: '17-REG-000001-email',
    wave: 17,
    registration_no: 'REG-000001',
    outcome: 'ACCEPTED',
    email: 'budi.santoso@mail.example',
    phone: '',
    subject: 'Selamat',
    body: 'Yth. Budi,\n\nAnda diterima.\n',
    ...more,
  };
}

export interface Station {
  readonly server: ScriptedSmtp;
  readonly gateway: Gateway;
  send(more?: Partial<OutgoingNotice>, signal?: AbortSignal): Promise<Receipt>;
}

/** Both are ended with the test. */
export async function stationOf(
  behaviour: Behaviour = () => undefined,
  settings: Partial<EmailSettings> = {},
  options: SmtpOptions = {},
): Promise<Station> {
  const server = await startSmtp(behaviour, { keepsTexts: true, ...options });
  afterTest(() => server.stop());
  const gateway = openGateway({ url: server.url, ...settings });
  const send = (more: Partial<OutgoingNotice> = {}, signal: AbortSignal = NEVER) =>
    gateway.send(noticeOf(more), signal);
  return { server, gateway, send };
}

export function openGateway(settings: Partial<EmailSettings>): Gateway {
  const gateway = openEmailGateway({ ...SETTINGS, ...settings });
  afterTest(() => gateway.close());
  return gateway;
}
