import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DIGEST_WORDS, Hashes } from '../../src/proof/hashes.ts';

const BLOCK = 64;

describe('Hashes', () => {
  test('gives what the library gives, for messages of any lengths side by side', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 30 });
    fc.assert(
      fc.property(messages, fc.nat(60), (given, spare) => {
        const longest = Math.max(0, ...given.map(({ length }) => length));
        expect(hashed(new Hashes(longest + spare), given)).toEqual(byLibrary(given));
      }),
    );
  });

  test('keeps the state behind a beginning of whole blocks', () => {
    const beginning = fc.nat(3).chain((blocks) => bytes(blocks * BLOCK));
    const messages = fc.array(fc.uint8Array({ maxLength: 130 }), { maxLength: 13 });
    fc.assert(
      fc.property(beginning, messages, (start, given) => {
        expect(hashed(new Hashes(130, start), given)).toEqual(byLibrary(given, start));
      }),
    );
  });

  test('pads every length up to several blocks', () => {
    const messages = Array.from({ length: 400 }, (_, length) => Buffer.alloc(length, length + 1));
    expect(hashed(new Hashes(399), messages)).toEqual(byLibrary(messages));
    for (const message of messages)
      expect(hashed(new Hashes(message.length), [message])).toEqual(byLibrary([message]));
  });

  test('takes more messages than it hashes at once, again and again', () => {
    const messages = Array.from({ length: 2_503 }, (_, number) =>
      Buffer.from('x'.repeat(number % 50) + number),
    );
    const hashes = new Hashes(55);
    const others = new Hashes(55, Buffer.alloc(BLOCK, 1));
    for (const count of [2_503, 513, 512, 511, 2, 1, 0]) {
      const some = messages.slice(-count || messages.length);
      expect(hashed(hashes, some)).toEqual(byLibrary(some));
      expect(hashed(others, some)).toEqual(byLibrary(some, Buffer.alloc(BLOCK, 1)));
    }
  });

  test('puts digests where messages were written from', () => {
    const words = Uint32Array.from({ length: 1_300 * DIGEST_WORDS }, (_, word) => word * 2_654_435_761);
    const expected = byLibrary(
      Array.from({ length: 1_300 }, (_, place) =>
        bigEndian(words.slice(place * DIGEST_WORDS, (place + 1) * DIGEST_WORDS)),
      ),
    );
    const given = new Hashes(32).digestsOf(
      1_300,
      (place, to, at) => {
        to.set(bigEndian(words.subarray(place * DIGEST_WORDS, (place + 1) * DIGEST_WORDS)), at);
        return at + 32;
      },
      words,
    );
    expect(given).toBe(words);
    expect(texts(words)).toEqual(expected);
  });

  test('refuses what would not be hashed as it is', () => {
    expect(() => new Hashes(10, Buffer.alloc(63))).toThrow(RangeError);
    expect(() => new Hashes(10_000)).toThrow(RangeError);
    expect(() => hashed(new Hashes(10), [Buffer.alloc(11)])).toThrow(RangeError);
    // And goes on as if nothing had been.
    expect(hashed(new Hashes(10), [Buffer.from('abc')])).toEqual(byLibrary([Buffer.from('abc')]));
  });
});

function bytes(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

function hashed(hashes: Hashes, messages: readonly Uint8Array[]): string[] {
  const digests = hashes.digestsOf(messages.length, (place, to, at) => {
    const message = messages[place] ?? Buffer.alloc(0);
    to.set(message, at);
    return at + message.length;
  });
  return texts(digests);
}

function texts(digests: Uint32Array): string[] {
  const hex = bigEndian(digests).toString('hex');
  return hex.match(/.{64}/g) ?? [];
}

function bigEndian(words: Uint32Array): Buffer {
  return Buffer.from(Uint32Array.from(words).buffer).swap32();
}

function byLibrary(messages: readonly Uint8Array[], beginning: Uint8Array = Buffer.alloc(0)): string[] {
  return messages.map((message) => createHash('sha256').update(beginning).update(message).digest('hex'));
}
