#!/usr/bin/env node
'use strict';
// The CLI from its sources, without a build: node tools/node/with.cjs node bin/dev.js COMMAND
import('../src/cli/front.ts');
