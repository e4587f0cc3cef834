/** One line of a container's log in the runtime interface's format: `TIME stream F|P content`. */
export interface LogLine {
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  /** False where the line goes on in the next one. */
  readonly full: boolean;
  readonly content: Buffer;
}

const NEWLINE = 10;
const SPACE = 32;

/** RFC 3339 with nanoseconds, as container runtimes write them. */
export function formatLogTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000000Z');
}

export function formatLogLine(line: LogLine): Buffer {
  return Buffer.concat([Buffer.from(`${line.time} ${line.stream} ${line.full ? 'F' : 'P'} `), line.content, Buffer.from('\n')]);
}

/** The lines of a log file; what is cut off at the end or not in the format is left out. */
export function* parseLog(file: Buffer): Generator<LogLine> {
  let start = 0;
  for (let end = file.indexOf(NEWLINE, start); end >= 0; end = file.indexOf(NEWLINE, start)) {
    const line = parseLine(file.subarray(start, end));
    if (line) yield line;
    start = end + 1;
  }
}

function parseLine(line: Buffer): LogLine | null {
  const first = line.indexOf(SPACE);
  const second = line.indexOf(SPACE, first + 1);
  const third = line.indexOf(SPACE, second + 1);
  if (first < 0 || second < 0 || third < 0) return null;
  const stream = line.toString('latin1', first + 1, second) === 'stderr' ? 'stderr' : 'stdout';
  return {time: line.toString('latin1', 0, first), stream, full: line[second + 1] === 70, content: line.subarray(third + 1)};
}
