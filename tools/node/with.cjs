'use strict';
// Runs a command with a Node that is new enough first on PATH: node tools/node/with.cjs COMMAND [ARG...]
var spawn = require('node:child_process').spawn;
var path = require('node:path');
var find = require('./find.cjs');

var directory = find.nodeDirectory();
if (!directory) {
  process.stderr.write(`kiada needs Node ${find.MINIMUM} or newer; this is ${process.version}. Run npm ci, or install a newer Node.\n`);
  process.exit(1);
}
var bin = path.join(__dirname, '..', '..', 'node_modules', '.bin');
var env = Object.assign({}, process.env, {PATH: [directory, bin, process.env.PATH].join(path.delimiter)});
var child = spawn(process.argv[2], process.argv.slice(3), {stdio: 'inherit', env: env, shell: process.platform === 'win32'});
['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => {
  process.on(signal, () => {
    child.kill(signal);
  });
});
child.on('error', (error) => {
  process.stderr.write(`${process.argv[2]}: ${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  else process.exit(code);
});
