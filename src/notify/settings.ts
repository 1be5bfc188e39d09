/** How notices leave: read from the environment, checked there, and handed to whoever sends. Plain data: threads are given it. */

/** Minutes of the day, by the recipient's own clock: from the first on, to before the second; over midnight where that is less. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

export interface Dkim {
  readonly domain: string;
  readonly selector: string;
  /** PEM. */
  readonly privateKey: string;
}

export interface EmailSettings {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: string;
  /** As it stands in the header: an address, or a name with one. */
  readonly from: string;
  readonly replyTo: string | undefined;
  /** Where somebody is taken off, for those who may be: an address or a page. */
  readonly unsubscribe: string | undefined;
  readonly dkim: Dkim | undefined;
  /** PEM of the authorities that the server's certificate is held against; undefined: those of Node. */
  readonly ca: string | undefined;
  /** Of one thread, side by side. */
  readonly connections: number;
  /** Messages a second, of all workers together. */
  readonly rate: number | undefined;
  /** Milliseconds that an answer may take. */
  readonly timeout: number;
}

export const SMS_PROVIDERS = ['generic', 'twilio'] as const;
export type SmsProvider = (typeof SMS_PROVIDERS)[number];

export interface SmsSettings {
  readonly provider: SmsProvider;
  readonly url: string;
  /** The bearer token; of Twilio, the account's. */
  readonly token: string;
  /** The name or number that messages come from; of Twilio it is needed. */
  readonly from: string | undefined;
  /** Twilio's account SID. */
  readonly account: string | undefined;
  /** Where Twilio is told to report, without a slash at its end. */
  readonly reportsUrl?: string | undefined;
  /** Who gets one: each costs money. */
  readonly readers: 'accepted' | 'all';
  readonly connections: number;
  readonly rate: number | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

export interface NoticeSettings {
  /** Absolute. Where notices are written that no gateway takes. */
  readonly folder: string;
  readonly email: EmailSettings | undefined;
  readonly sms: SmsSettings | undefined;
  readonly quietHours: QuietHours | undefined;
  /** Absolute. A file of own texts in place of the built-in ones. */
  readonly templates: string | undefined;
  /** Whom to turn to for help, as it stands in the texts. */
  readonly contact: string | undefined;
}
