'use strict';
// Loads the files of the build with V8's code cache as it is after a command has run. Node's own compile cache is taken before a file
// runs, so it lacks all functions that V8 compiles when they are first called: most of what a short command runs.
const fs = require('node:fs');
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');
const vm = require('node:vm');
const {crc32} = require('node:zlib');

const HEAD = '(function (exports, require, module, __filename, __dirname) { ';
const END_OF_LINE = 10;

/**
 * Makes `require` of the build's files use the code cache of this command, and write it at the end where a file was missing in it or V8
 * refused it. Nothing but time depends on it: V8 compares its version, its flags and the length of the source, a checksum guards what V8 does
 * not look at, and what cannot be read or written is done without.
 *
 * @param {string} build the folder of the build
 * @param {readonly string[]} words the command line
 */
module.exports = function useCodeCache(build, words) {
  const folder = cacheFolder();
  if (folder === null) return;
  const file = path.join(folder, `${commandOf(build, words)}.code`);
  const kept = readParts(file, build);
  const scripts = new Map();
  let stale = false;
  require.extensions['.cjs'] = (module, filename) => {
    const name = path.relative(build, filename);
    const cachedData = kept.get(name);
    const script = new vm.Script(`${HEAD}${fs.readFileSync(filename, 'utf8')}\n})`, {
      filename,
      columnOffset: -HEAD.length,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      cachedData,
    });
    stale ||= script.cachedDataRejected !== false;
    scripts.set(name, script);
    const run = script.runInThisContext();
    run.call(module.exports, module.exports, Module.createRequire(filename), module, filename, path.dirname(filename));
  };
  process.once('exit', () => {
    if (!stale) return;
    for (const [name, script] of scripts) kept.set(name, script.createCachedData());
    writeParts(file, build, kept);
  });
};

/** null for a user without a home, as containers have them. */
function cacheFolder() {
  try {
    return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'kiada');
  } catch {
    return null;
  }
}

/** A name for each command, and one for all else; words of the user make none. */
function commandOf(build, words) {
  for (let count = 3; count > 0; count--) {
    const command = words.slice(0, count);
    if (command.length === count && command.every((word) => /^[a-z]+$/.test(word)) && isFile(path.join(build, 'commands', ...command)))
      return command.join('-');
  }
  return 'other';
}

function isFile(name) {
  return fs.existsSync(`${name}.cjs`);
}

/** The parts by the names of their files: a line of JSON with the build, the sizes and a checksum stands before them. */
function readParts(file, build) {
  const parts = new Map();
  try {
    const bytes = fs.readFileSync(file);
    const start = bytes.indexOf(END_OF_LINE) + 1;
    const head = JSON.parse(bytes.toString('utf8', 0, start));
    if (head.build !== identityOf(build) || head.checksum !== crc32(bytes.subarray(start))) return parts;
    let at = start;
    for (const [name, size] of head.parts) {
      parts.set(name, bytes.subarray(at, at + size));
      at += size;
    }
  } catch {
    // none yet
  }
  return parts;
}

/** Written beside and moved into place: a command that starts meanwhile reads the one or the other. */
function writeParts(file, build, parts) {
  const beside = `${file}.${process.pid}`;
  try {
    const bytes = Buffer.concat([...parts.values()]);
    const sizes = [...parts].map(([name, {length}]) => [name, length]);
    const head = JSON.stringify({build: identityOf(build), checksum: crc32(bytes), parts: sizes});
    fs.mkdirSync(path.dirname(file), {recursive: true, mode: 0o700});
    fs.writeFileSync(beside, Buffer.concat([Buffer.from(`${head}\n`), bytes]), {mode: 0o600, flag: 'wx'});
    fs.renameSync(beside, file);
  } catch {
    // no room or no right: the next command starts as slowly as this one
    removeIfThere(beside);
  }
}

function removeIfThere(file) {
  try {
    fs.rmSync(file, {force: true});
  } catch {
    // nor may it be removed, or its folder is none
  }
}

/** A build is moved into place as a whole: its folder says which one it is. */
function identityOf(build) {
  const {ino, mtimeMs} = fs.statSync(build);
  return `${build} ${ino} ${mtimeMs} ${process.version}`;
}
