import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numbers } from '../../src/columns/layout.ts';
import { wordsOf } from '../../src/columns/words.ts';
import { drawTickets } from '../../src/draw/tickets.ts';
import { drawOf } from '../../src/proof/seed.ts';

const SEED = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('the draw of each member is the smallest of its tickets, as who checks it reckons', () => {
  const member = fc.record({
    registrationNo: fc.stringMatching(/^[A-Z0-9-]{1,32}$/),
    tickets: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 12 })),
  });
  fc.assert(
    fc.property(fc.array(member, { maxLength: 30 }), (members) => {
      const { width, data } = drawTickets(SEED, poolOf(members));
      const draws = members.map((_, row) => hex(data.subarray(row * width, (row + 1) * width)));
      expect(draws).toEqual(members.map((each) => drawOf(SEED, each.registrationNo, each.tickets)));
    }),
  );
});

function poolOf(members: readonly { readonly registrationNo: string; readonly tickets: number }[]) {
  const rows = members.length;
  return {
    rows,
    of: {
      registrationNo: wordsOf(members.map(({ registrationNo }) => registrationNo)),
      tier: numbers('u16', rows),
      tickets: Uint32Array.from(members, ({ tickets }) => tickets),
      slots: numbers('u32', rows),
      contest: numbers('u32', rows),
      region: numbers('u8', rows),
    },
  };
}

function hex(words: Uint32Array): string {
  return Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');
}
