/** The notices of a stretch, with their texts. */

import type { Channel } from '../wave/channels.ts';
import type { Wave } from '../wave/record.ts';
import type { OutgoingNotice } from './port.ts';
import type { Reader } from './readers.ts';
import type { Written } from './texts.ts';

/**
 * In the order of the readers.
 * @param write Of `Texts`, for this wave.
 */
export function outgoing(
  { id: wave }: Pick<Wave, 'id'>,
  channel: Channel,
  readers: readonly Reader[],
  write: (reader: Reader) => Written,
): OutgoingNotice[] {
  return readers.map((reader) => {
    const { registration_no, email, phone } = reader.gave;
    const { outcome } = reader;
    const id = `${wave}-${registration_no}-${channel}`;
    return { id, wave, registration_no, outcome, email, phone, ...write(reader) };
  });
}
