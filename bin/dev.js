#!/usr/bin/env node
'use strict';
// The CLI from its sources, without a build: node tools/node/with.cjs node bin/dev.js COMMAND
process.env.KIADA_DEV = '1';
import('../src/cli/main.ts').then((main) => main.main(process.argv.slice(2)));
