import {ByteQueue} from './byte-queue.ts';
import type {WindowSize} from './process.ts';

const CTRL_C = 3;
const CTRL_D = 4;
const BACKSPACE = 8;
const NEWLINE = 10;
const RETURN = 13;
const CTRL_U = 21;
const CTRL_W = 23;
const ESCAPE = 27;
const CTRL_BACKSLASH = 28;
const DELETE = 127;

/** A terminal in its usual mode: echoes, collects a line, and turns control characters into signals, as the kernel's line discipline does. */
export class Terminal {
  readonly #input = new ByteQueue();
  readonly #screen: (bytes: Uint8Array) => void;
  readonly #interrupt: (name: 'SIGINT' | 'SIGQUIT') => void;
  #line: string[] = [];
  #escape: 'none' | 'started' | 'sequence' = 'none';
  readonly #decoder = new TextDecoder();
  #window: WindowSize | null = null;

  constructor(screen: (bytes: Uint8Array) => void, interrupt: (name: 'SIGINT' | 'SIGQUIT') => void) {
    this.#screen = screen;
    this.#interrupt = interrupt;
  }

  /** The program's side: both outputs go to the screen, with line ends as a terminal wants them. */
  streams(): {
    stdin: ByteQueue;
    stdout: (bytes: Uint8Array) => void;
    stderr: (bytes: Uint8Array) => void;
    window: () => WindowSize | null;
  } {
    const write = (bytes: Uint8Array) => this.#screen(withReturns(bytes));
    return {stdin: this.#input, stdout: write, stderr: write, window: () => this.#window};
  }

  /** Follows the client's window until it tells no more. */
  async follow(sizes: AsyncIterable<WindowSize>): Promise<void> {
    try {
      for await (const size of sizes) this.#window = size;
    } catch {
      // the client is gone, and its window with it
    }
  }

  /** What the person types. */
  type(bytes: Uint8Array): void {
    for (const character of this.#decoder.decode(bytes, {stream: true})) this.#key(character);
  }

  /** The line is gone: the program reads an end. */
  end(): void {
    this.#input.end();
  }

  #key(character: string): void {
    if (this.#skipsEscape(character)) return;
    const code = character.codePointAt(0) ?? 0;
    switch (code) {
      case RETURN:
      case NEWLINE:
        this.#echo('\r\n');
        this.#send('\n');
        return;
      case CTRL_C:
      case CTRL_BACKSLASH:
        this.#echo(code === CTRL_C ? '^C' : '^\\');
        this.#line = [];
        this.#interrupt(code === CTRL_C ? 'SIGINT' : 'SIGQUIT');
        return;
      case CTRL_D:
        if (this.#line.length === 0) this.#input.end();
        else this.#send('');
        return;
      case DELETE:
      case BACKSPACE:
        this.#erase(1);
        return;
      case CTRL_U:
        this.#erase(this.#line.length);
        return;
      case CTRL_W:
        this.#erase(/\S*\s*$/.exec(this.#line.join(''))?.[0].length ?? 0);
        return;
      default:
        if (code < 32 && code !== 9) return;
        this.#line.push(character);
        this.#echo(character);
    }
  }

  /** Cursor keys and their like mean nothing here. */
  #skipsEscape(character: string): boolean {
    if (this.#escape === 'none') {
      if (character.codePointAt(0) !== ESCAPE) return false;
      this.#escape = 'started';
    } else if (this.#escape === 'started') this.#escape = character === '[' || character === 'O' ? 'sequence' : 'none';
    else if (/[@-~]/.test(character)) this.#escape = 'none';
    return true;
  }

  #erase(count: number): void {
    const erased = this.#line.splice(Math.max(0, this.#line.length - count));
    this.#echo('\b \b'.repeat(erased.length));
  }

  #send(end: string): void {
    this.#input.push(Buffer.from(this.#line.join('') + end));
    this.#line = [];
  }

  #echo(text: string): void {
    this.#screen(Buffer.from(text));
  }
}

function withReturns(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(NEWLINE)) return bytes;
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1');
}
