import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ResponseError} from '../../src/load/response-head.ts';
import {type HttpResponse, ResponseReader} from '../../src/load/response-reader.ts';

/** Reads in the given cuts, from memory that is used again; `status:body` of each response, and whether the end came in between. */
function read(text: string, cut = text.length, method = 'GET'): {seen: string[]; clean: boolean} {
  const seen: string[] = [];
  const onResponse = ({head, body, bodyBytes}: HttpResponse) => {
    expect(bodyBytes).toBe(body?.length);
    seen.push(`${head.status}:${body}`);
  };
  const reader = new ResponseReader({method, captureBytes: 1 << 20, onResponse});
  for (let at = 0; at < text.length; at += cut) {
    const memory = Buffer.from(text.slice(at, at + cut), 'latin1');
    reader.feed(memory);
    memory.fill(0);
  }
  return {seen, clean: reader.end()};
}

const VALID: readonly [string, string, string[]][] = [
  ['Content-Length', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc', ['200:abc']],
  ['no body', 'HTTP/1.1 204 No Content\r\n\r\n', ['204:']],
  ['304 with the length of what it stands for', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', ['304:']],
  ['an empty reason', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', ['200:']],
  [
    'chunks with an extension and a trailer',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n',
    ['200:abc0123456789'],
  ],
  [
    'interim responses before the real one',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx',
    ['200:x'],
  ],
  ['two in a row', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nb', ['200:a', '404:b']],
  ['a body that the close ends', 'HTTP/1.1 200 OK\r\n\r\nuntil the end', ['200:until the end']],
  ['the same length twice', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab', ['200:ab']],
];

const INVALID: readonly [string, string][] = [
  ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n'],
  ['length and chunked together', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\n'],
  ['a folded header', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n'],
  ['a space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\n'],
  ['a bare line feed in the head', 'HTTP/1.1 200 OK\r\nX: a\nContent-Length: 3\r\n\r\n'],
  ['a chunk size that is none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
  ['a chunk longer than it says', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n'],
  ['an encoding that was not asked for', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'],
  ['switched protocols', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n'],
  ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(70_000)}`],
];

describe('a response', () => {
  for (const [name, text, expected] of VALID) {
    it(`is read whole and byte by byte: ${name}`, () => {
      expect(read(text)).toEqual({seen: expected, clean: true});
      expect(read(text, 1)).toEqual({seen: expected, clean: true});
    });
  }
  for (const [name, text] of INVALID) {
    it(`is refused: ${name}`, () => {
      expect(() => read(text)).toThrow(ResponseError);
      expect(() => read(text, 7)).toThrow(ResponseError);
    });
  }

  it('to HEAD has no body whatever its length', () => {
    expect(read('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', 5, 'HEAD')).toEqual({seen: ['200:'], clean: true});
  });

  it('that is cut off is noticed', () => {
    expect(read('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc').clean).toBe(false);
    expect(read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n').clean).toBe(false);
    expect(read('HTTP/1.1 20').clean).toBe(false);
  });

  it('is read alike however it is cut, and noise never does anything but fail', () => {
    const stream = VALID.filter(([name]) => name !== 'a body that the close ends')
      .map(([, text]) => text)
      .join('');
    const whole = read(stream).seen;
    fc.assert(
      fc.property(fc.integer({min: 1, max: stream.length}), (cut) => {
        expect(read(stream, cut).seen).toEqual(whole);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 300}), fc.integer({min: 0, max: 120}), (noise, keep) => {
        try {
          read(stream.slice(0, keep) + Buffer.from(noise).toString('latin1'), 13);
        } catch (error) {
          expect(error).toBeInstanceOf(ResponseError);
        }
      }),
    );
  });
});
