/** Addresses of e-mail: what can be one, and how it is written with a name. */
import { domainToASCII } from 'node:url';

/** Neither blanks nor control characters, nor what means something in a header or a command. */
const ATOM = String.raw`[^\s\p{C}<>()[\],;:\\"@]`;
const LOCAL = new RegExp(`^${ATOM}{1,64}$`, 'u');
const DOMAIN = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/i;

/** Bytes of an address, as RFC 5321 has it. */
const MOST_BYTES = 254;

/** The address as it goes into an envelope, its domain in ASCII; undefined for what cannot be one. */
export function addressOf(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, at), domainToASCII(text.slice(at + 1))];
  if (at < 1 || !LOCAL.test(local) || !LOCAL.test(text.slice(at + 1)) || !DOMAIN.test(domain))
    return undefined;
  const address = `${local}@${domain}`;
  return Buffer.byteLength(address) > MOST_BYTES ? undefined : address;
}

export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** @param text An address, or a name with one: `Kartu Prakerja <info@prakerja.example>`. */
export function mailboxOf(text: string): Mailbox | undefined {
  const [, quoted, plain, inside] = /^(?:"([^"\\]*)"|([^"<>]*?))\s*<([^<>]*)>$/u.exec(text) ?? [];
  const address = addressOf(inside ?? text);
  if (address === undefined || /\p{C}/u.test(text)) return undefined;
  return { name: (quoted ?? plain ?? '').trim(), address };
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
