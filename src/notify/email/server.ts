/** Which server mail is handed to, and how it is spoken to. */
import type { EmailSettings } from '../settings.ts';

export interface Server {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on; otherwise by STARTTLS. */
  readonly secure: boolean;
  /** Nothing is said in the clear; else where the server offers it. */
  readonly requireTLS: boolean;
  readonly ca: string | undefined;
  readonly login: { readonly user: string; readonly pass: string } | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

const SUBMISSION = 587;
const SUBMISSION_OVER_TLS = 465;

export function serverOf({ url, ca, timeout }: Pick<EmailSettings, 'url' | 'ca' | 'timeout'>): Server {
  const { protocol, hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'smtps:';
  const login = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return {
    host,
    port: port === '' ? (secure ? SUBMISSION_OVER_TLS : SUBMISSION) : Number(port),
    secure,
    requireTLS: !secure && !isLoopback(host),
    ca,
    login: username === '' ? undefined : login,
    timeout,
  };
}

/** What does not leave the machine. */
function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}
