#!/usr/bin/env node
'use strict';
// Old syntax on purpose: even an old Node reads this far, and says what it lacks. In a checkout, a Node that is too old hands over
// to the packaged one.
const MINIMUM = 24;

if (parseInt(process.versions.node, 10) >= MINIMUM) {
  // none where NODE_DISABLE_COMPILE_CACHE forbids it; what the front answers by itself has too little code for a cache of its own
  const {directory} = require('node:module').enableCompileCache();
  const words = process.argv.slice(2);
  const quick = ['--version', '-v', '__complete'].includes(words[0]);
  if (directory && !quick) require('./code-cache.js')(require('node:path').join(__dirname, '..', 'dist'), words);
  require('../dist/cli/front.cjs');
} else {
  handOver(packagedNode());
}

/** The folder of the checkout's packaged Node; an installed package has none. */
function packagedNode() {
  try {
    return require('../tools/node/find.cjs').nodeDirectory();
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

function handOver(directory) {
  if (!directory) {
    process.stderr.write(`kiada needs Node ${MINIMUM} or newer; this is ${process.version}. Install a newer Node and run it again.\n`);
    process.exit(1);
  }
  // loaded only here: it is a tenth of the start of a fast command
  const {spawn} = require('node:child_process');
  const node = require('node:path').join(directory, process.platform === 'win32' ? 'node.exe' : 'node');
  const child = spawn(node, [__filename].concat(process.argv.slice(2)), {stdio: 'inherit'});
  // Ctrl-C at a terminal reaches both by itself; sent on as well it would be a second one, which ends a command that is cleaning up
  const isAtTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  process.on('SIGINT', () => isAtTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code);
    // whoever waits for this process is to see how the other one ended
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
