import {imageOf} from '../base.ts';
import {mongod, mongoEntrypoint} from './program.ts';

/** The MongoDB stand-in. */
export const mongoImage = imageOf({
  names: ['mongo'],
  summary: 'a stand-in for MongoDB: the commands that Quiz needs, kept in SQLite in /data/db',
  entrypoint: ['/usr/local/bin/docker-entrypoint.sh'],
  cmd: ['mongod'],
  programs: {mongod, 'docker-entrypoint.sh': mongoEntrypoint},
});
