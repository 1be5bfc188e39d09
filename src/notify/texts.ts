/** The texts of a channel, for the people of a wave. */
import type { Wave } from '../wave/record.ts';
import type { Channel } from './port.ts';
import type { Reader } from './readers.ts';

/** What one person is sent. */
export interface Written {
  readonly subject: string;
  readonly body: string;
  readonly html?: string;
}

export interface Texts {
  readonly channel: Channel;
  /** All of them as JSON: what is kept with what was sent. */
  readonly document: string;
  /** Of a wave. What is written may be asked for a million times: what many are told alike is made once. */
  of(wave: Wave): (reader: Reader) => Written;
}
