import {describe, expect, it} from 'vitest';
import {requestCounts} from '../../src/cli/load-flags.ts';

const CASES = [
  {argv: ['svc/kiada', '-n', '3000'], is: ['svc/kiada', '--requests=3000'], what: 'a number after -n counts requests'},
  {argv: ['-n3000', 'svc/kiada'], is: ['--requests=3000', 'svc/kiada'], what: 'so does one that is glued to it'},
  {argv: ['-n', 'kiada', '-n', '30'], is: ['-n', 'kiada', '--requests=30'], what: 'a name after -n is a namespace, beside a number'},
  {argv: ['--namespace', '42'], is: ['--namespace', '42'], what: 'a namespace of digits is named by the long flag'},
  {argv: ['-n', '4shop'], is: ['-n', '4shop'], what: 'a name that begins with a digit is a name'},
  {argv: ['-n'], is: ['-n'], what: 'a missing value stays the complaint of the parser'},
  {argv: ['--', '-n', '3'], is: ['--', '-n', '3'], what: 'behind -- nothing is a flag'},
];

describe('kiada load', () => {
  for (const {argv, is, what} of CASES) it(`${what}: ${argv.join(' ')}`, () => expect(requestCounts(argv)).toEqual(is));
});
