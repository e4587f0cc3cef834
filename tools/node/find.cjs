'use strict';
// Which Node runs this project: the one that is running if it is new enough, else the packaged one of a checkout.
// Plain ES5: this file is read by the old Node that it exists to replace.
var path = require('node:path');

var MINIMUM = 24;

/** The directory of a Node that is new enough, or null where there is none. */
function nodeDirectory() {
  if (parseInt(process.versions.node, 10) >= MINIMUM) return path.dirname(process.execPath);
  var os = process.platform === 'win32' ? 'win' : process.platform;
  var name = `${(os === 'darwin' && process.arch === 'arm64' ? 'node-bin-' : 'node-') + os}-${process.arch}`;
  try {
    return path.join(path.dirname(require.resolve(`${name}/package.json`)), 'bin');
  } catch (_error) {
    return null; // not installed: an installed package never carries one
  }
}

module.exports = {MINIMUM: MINIMUM, nodeDirectory: nodeDirectory};
