import {Flags} from '@oclif/core';

/** Which sandbox: taken by every `sandbox` command. */
export const sandboxFlags = {
  name: Flags.string({description: 'Name of the sandbox', default: 'default'}),
  'data-dir': Flags.string({description: 'Folder of its state', helpValue: 'FOLDER'}),
};
