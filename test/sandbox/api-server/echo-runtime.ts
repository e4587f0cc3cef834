import {connect} from 'node:net';
import {ApiError} from '../../../src/sandbox/api.ts';
import type {ExecExit, ExecOptions, PodRuntime} from '../../../src/sandbox/pod-runtime.ts';

/** A runtime whose commands are `echo`, `cat`, `exit N`, `size` and `big`, and whose pods' ports are those of the host's loopback. */
export function echoRuntime(): PodRuntime {
  return {
    async *logs(pod, options, signal) {
      if (pod.container === 'missing') throw new ApiError(400, 'BadRequest', `container missing is not valid for pod ${pod.name}`);
      const lines = ['first', 'second', 'third'];
      const shown = options.tailLines === null ? lines : lines.slice(-options.tailLines);
      yield Buffer.from(shown.map((line) => `${options.timestamps ? '2030-01-01T00:00:00.000000000Z ' : ''}${line}\n`).join(''));
      if (options.follow && !signal.aborted) yield Buffer.from('and more\n');
    },
    exec: (_, options) => run(options.command, options),
    attach: (_, options) => run(['cat'], {...options, command: ['cat']}),
    dialPod(_, port) {
      const {promise, resolve, reject} = Promise.withResolvers<ReturnType<typeof connect>>();
      const socket = connect({host: '127.0.0.1', port, allowHalfOpen: true}, () => resolve(socket));
      socket.once('error', reject);
      return promise;
    },
  };
}

async function run([name = '', ...args]: readonly string[], options: ExecOptions): Promise<ExecExit> {
  switch (name) {
    case 'echo':
      options.stdout?.write(`${args.join(' ')}\n`);
      options.stderr?.write('to stderr\n');
      return {kind: 'exited', exitCode: 0};
    case 'cat':
      for await (const chunk of options.stdin ?? []) options.stdout?.write(chunk as Buffer);
      return {kind: 'exited', exitCode: 0};
    case 'exit':
      return {kind: 'exited', exitCode: Number(args[0])};
    case 'big':
      for (let i = 0; i < 64; i++) options.stdout?.write(Buffer.alloc(65_536, 0x78));
      return {kind: 'exited', exitCode: 0};
    default:
      return {kind: 'failed', message: `exec: ${JSON.stringify(name)}: executable file not found in $PATH`};
  }
}
