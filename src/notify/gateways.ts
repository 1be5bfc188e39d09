/** The gateways of this process: each opened where a notice needs it, for as long as the process lives. */
import { GelombangError } from '../errors.ts';
import type { GatewayChannel } from '../wave/channels.ts';
import type { Gateway } from './port.ts';
import type { NoticeSettings } from './settings.ts';

const NEEDED = { email: 'SMTP_URL and MAIL_FROM', sms: 'SMS_URL and SMS_TOKEN' } as const;

/** Loaded with the first notice: a command that sends none needs none. @throws GelombangError INPUT_REFUSED where none is set. */
export async function openGateway(channel: GatewayChannel, { email, sms }: NoticeSettings): Promise<Gateway> {
  if (channel === 'email' && email !== undefined)
    return (await import('./email/gateway.ts')).openEmailGateway(email);
  if (channel === 'sms' && sms !== undefined) return (await import('./sms/gateway.ts')).openSmsGateway(sms);
  throw new GelombangError('INPUT_REFUSED', `no gateway is set for ${channel}`, {
    next: `Set ${NEEDED[channel]}.`,
  });
}

/** Each one once, with its connections; undefined where none is set. */
export function openGateways(
  settings: NoticeSettings,
): (channel: GatewayChannel) => Promise<Gateway> | undefined {
  const open = new Map<GatewayChannel, Promise<Gateway>>();
  return (channel) => {
    if (settings[channel] === undefined) return undefined;
    const gateway = open.get(channel) ?? openGateway(channel, settings);
    open.set(channel, gateway);
    return gateway;
  };
}
